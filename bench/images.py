"""A whole image of 20 layers up and down by the real `skopeo copy`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.clients.layout import write_layout
from tests.clients.server import bare_environment

from .figures import Row, interleaved
from .process import Peer
from .rate import BenchError
from .registries import REPOSITORY
from .transfer import MIB

LAYERS = 20
LAYER = 4 * MIB


def copies(peers: Sequence[Peer], folder: Path, *, rounds: int) -> tuple[list[Row], str]:
    """Seconds of a copy to each registry and back, each round another image; and skopeo's version.

    No rows where skopeo isn't installed.
    """
    skopeo = shutil.which("skopeo")
    if skopeo is None:
        return [], "skopeo is not installed here"
    up = Row(f"skopeo copy of {LAYERS} layers, up", "s", "no slower")
    down = Row(f"skopeo copy of {LAYERS} layers, down", "s", "no slower")
    home = folder / "skopeo"
    home.mkdir()
    images = [write_layout(home / f"image-{n}", sizes=[LAYER] * LAYERS, seed=n).reference for n in range(rounds)]

    def measure(peer: Peer, number: int) -> None:
        there = f"docker://127.0.0.1:{peer.port}/{REPOSITORY}:copy-{number}"
        os.sync()
        up.note(peer.name, _copy(skopeo, home, peer, images[number], there))
        with tempfile.TemporaryDirectory(dir=home) as taken:
            down.note(peer.name, _copy(skopeo, home, peer, there, f"oci:{taken}:latest"))

    interleaved(peers, rounds, measure)
    said = subprocess.run([skopeo, "--version"], check=True, capture_output=True, text=True).stdout
    return [up, down], said.strip()


def _copy(skopeo: str, home: Path, peer: Peer, source: str, target: str) -> float:
    logins = home / f"{peer.name}.json"  # a login is a secret: it has no place among a process's arguments
    basic = peer.headers.get("Authorization", "").removeprefix("Basic ")
    logins.write_text(json.dumps({"auths": {f"127.0.0.1:{peer.port}": {"auth": basic}} if basic else {}}))
    plain = ["--src-tls-verify=false", "--dest-tls-verify=false"]
    command = [skopeo, "--insecure-policy", "copy", "--quiet", "--authfile", str(logins), *plain, source, target]
    environment = {**bare_environment(), "HOME": str(home), "XDG_DATA_HOME": str(home / "cache")}
    began = time.perf_counter()
    said = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    took = time.perf_counter() - began
    if said.returncode:
        raise BenchError(f"skopeo copy with {peer.name}: {said.stderr.strip()[-500:]}")
    return took
