"""Requests per second of one fixed request, measured by wrk over connections that stay open."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .debian import Program, program
from .process import Peer

CONNECTIONS = 16
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}  # of wrk's units
SCRIPT = """\
wrk.method = {method}
wrk.body = {body}
{headers}
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """The request that is sent over and over; `body` is text since it is signed text."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests per second, and the seconds within which 99 of 100 were answered."""

    rate: float
    p99: float


class BenchError(RuntimeError):
    """A figure that would not mean what it says: an answer was wrong, or a tool is missing."""


def requests_per_second(wrk: Program, peer: Peer, ask: Ask, *, seconds: int, folder: Path) -> float:
    """Send `ask` for `seconds` over 16 connections; raise BenchError if any answer was not a success."""
    return measured(wrk, peer, ask, seconds=seconds, folder=folder).rate


def measured(
    wrk: Program, peer: Peer, ask: Ask, *, seconds: int, folder: Path, connections: int = CONNECTIONS
) -> Measured:
    """As `requests_per_second`, over so many connections."""
    script = folder / "ask.lua"
    # JSON's string form is Lua's, as far as signed requests go: printable ASCII.
    headers = "\n".join(f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in ask.headers.items())
    script.write_text(
        SCRIPT.format(method=json.dumps(ask.method), body=json.dumps(ask.body) if ask.body else "nil", headers=headers)
    )
    command = [wrk.path, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    command += ["-s", str(script), peer.url + ask.path]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=wrk.environment or None).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", said)
    if wrong or rate is None or slow is None:
        raise BenchError(f"{peer.name} {ask.method} {ask.path}: {wrong.group() if wrong else said}")
    return Measured(float(rate.group(1)), float(slow.group(1)) * _SECONDS[slow.group(2)])


def load_generator() -> Program:
    """wrk, from the PATH or from Debian's package."""
    installed = shutil.which("wrk")
    found = Program("wrk", installed, _version(installed), {}) if installed else program("wrk")
    if found is None:
        raise BenchError("wrk is needed to measure small requests: install it and try again.")
    return found


def _version(wrk: str) -> str:
    # It prints its version with its usage, and then exits with 1.
    said = subprocess.run([wrk, "-v"], check=False, capture_output=True, text=True).stdout.split()
    return said[1] if said[:1] == ["wrk"] else "of unknown version"
