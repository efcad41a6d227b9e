"""A peer's process: started on a free loopback port, ended with everything it started, its CPU and memory read."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.clients.server import bare_environment, family, memory


@dataclass(frozen=True, slots=True)
class Peer:
    """A server under measurement. `headers` carry what its data plane asks for; `version` goes into the report."""

    name: str
    version: str
    port: int
    pid: int
    headers: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """CPU time used so far by the process and its children, user and system together."""
        return sum(_ticks(pid) for pid in family(self.pid)) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Bytes of memory resident now, children included."""
        return sum(memory(pid)["VmRSS"] for pid in family(self.pid))

    def peak(self) -> int:
        """The most bytes resident since `forget_peak`."""
        return sum(memory(pid)["VmHWM"] for pid in family(self.pid))

    def forget_peak(self) -> None:
        for pid in family(self.pid):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextmanager
def started(
    name: str,
    version: str,
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Peer]:
    """Run `command` in a group of its own until the block ends; raise RuntimeError if the port stays closed."""
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**bare_environment(), **(environment or {})},
            start_new_session=True,
        )
    try:
        _await_port(port, process, log)
        yield Peer(name, version, port, process.pid, {})
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen on port {port}:\n{log.read_text(errors='replace')[-2000:]}")


def _ticks(pid: int) -> int:
    # The command's name may hold spaces, so count from the parenthesis that closes it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
