"""A page's fenced blocks: run in order in one shell, their output compared with what the page shows."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

RUN, RUN_FAILS, OUTPUT = "sh", "sh fails", "text"
_FENCE = re.compile(r"^```(?P<kind>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(r"\b127\.0\.0\.1:(\d{4,5})\b")
_SERVER_PORT = "5150"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what stands behind the opening fence, its text, and the line of its first command."""

    kind: str
    text: str
    line: int


class PageError(AssertionError):
    """The page says something that isn't so; the message names the line and shows what happened."""


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(found["kind"].strip(), found["text"], text.count("\n", 0, found.start("text")) + 1)
        for found in _FENCE.finditer(text)
    ]


def relocated(text: str, server_port: int) -> str:
    """The page as if written for this server, with every other loopback port replaced by a free one."""
    moved = {_SERVER_PORT: str(server_port)}

    def address(found: re.Match[str]) -> str:
        return f"127.0.0.1:{moved.setdefault(found[1], str(_free_port()))}"

    return _ADDRESS.sub(address, text)


def run(page: list[Block], folder: Path, environment: Mapping[str, str], *, within: float = 120) -> None:
    """Run every block to be run in one bash, in `folder`; compare each output shown with that of the block before.

    Raise `PageError` at the first command that ends other than the page says, or the first output that differs.
    Whatever the page left running is ended.
    """
    beside = folder / ".blocks"
    beside.mkdir()
    shell = subprocess.Popen(
        ["bash", "-c", _script(page, beside)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = shell.wait(within)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        _end(shell)
    outputs = [_output(beside, number) for number in range(len(page))]
    if code != 0:
        last = max((number for number, output in enumerate(outputs) if output is not None), default=0)
        ended = f"not ended after {within:.0f} s" if code is None else f"ended with {code}"
        raise PageError(f"line {page[last].line}: {ended}, not as the page says:\n{page[last].text}\n{outputs[last]}")
    shown = ""
    for block, output in zip(page, outputs, strict=True):
        if block.kind != OUTPUT:
            shown = output or ""
        elif not shows(block.text, shown):
            raise PageError(f"line {block.line}: the page shows\n{block.text}\nand the block before printed\n{shown}")


def shows(expected: str, output: str) -> bool:
    """Whether the lines of `expected` stand in `output` one after the other; `...` is anything, also whole lines."""
    pattern = ""
    for line in expected.strip("\n").splitlines():
        words = ".*".join(re.escape(words) for words in line.rstrip().split("..."))
        pattern += r"(?:.*\n)*?" if line.strip() == "..." else rf"^{words}[ \t]*\n"
    return re.search(pattern, output if output.endswith("\n") else output + "\n", re.MULTILINE) is not None


def _script(page: list[Block], beside: Path) -> str:
    lines = ["set -e"]
    for number, block in enumerate(page):
        if block.kind not in (RUN, RUN_FAILS):
            continue
        (beside / f"{number}.sh").write_text(block.text)
        lines.append(f"exec >'{beside}/{number}.out' 2>&1")
        if block.kind == RUN:
            lines.append(f". '{beside}/{number}.sh'")
        else:
            lines.append(f"set +e; . '{beside}/{number}.sh'; [ $? -ne 0 ] || exit; set -e")
    return "\n".join(lines) + "\n"


def _output(beside: Path, number: int) -> str | None:
    printed = beside / f"{number}.out"
    return printed.read_text(errors="replace") if printed.exists() else None


def _end(shell: subprocess.Popen[bytes]) -> None:
    """End the shell and all that it left running: they are one process group."""
    with suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
