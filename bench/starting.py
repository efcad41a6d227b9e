"""How long a server takes from nothing to its first answer, and what an upload under way costs it in memory."""

from __future__ import annotations

import http.client
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.clients.server import bare_environment, dockreeve

from .debian import program
from .figures import Row, interleaved
from .process import Peer, free_port
from .rate import BenchError
from .registries import registry_config
from .transfer import MIB, Payload, push_layer

UPLOADS = 16
_UPLOADED = 64 * MIB


def cold_starts(folder: Path, *, rounds: int) -> list[Row]:
    """Seconds from the process's start to the first 200, each time in a folder of its own and then in that again."""
    first = Row("cold start, first in a folder", "s", "< 1 s")
    again = Row("cold start, again", "s", "< 1 s")
    registry = program("docker-registry")

    def measure(name: str, number: int) -> None:
        port, own = free_port(), folder / f"{name}-{number}"
        own.mkdir(parents=True)
        if name == "dockreeve":
            command = [dockreeve(), "serve", "--data", str(own / "data"), "--listen", f"127.0.0.1:{port}"]
            path, environment = "/readyz", {}
        else:
            assert registry is not None
            (own / "config.yml").write_text(registry_config(own, port))
            command, path = [registry.path, "serve", str(own / "config.yml")], "/v2/"
            environment = dict(registry.environment)
        first.note(name, _until_200(command, path, port, environment))
        again.note(name, _until_200(command, path, port, environment))

    interleaved(["dockreeve", *(["docker-registry"] if registry else [])], rounds, measure)
    return [first, again]


def memory_of_uploads(peers: Sequence[Peer]) -> Row:
    """MiB of memory that each of 16 layers on their way at one time costs at most, beyond what the server has idle."""
    row = Row(f"peak of an upload, {UPLOADS} at once", "MiB", "<= 4 MiB")
    payloads = [Payload(_UPLOADED, 2000 + number) for number in range(UPLOADS)]
    for peer in peers:
        idle = peer.resident()
        peer.forget_peak()
        pushing = [threading.Thread(target=push_layer, args=(peer, one), kwargs={"chunked": False}) for one in payloads]
        for thread in pushing:
            thread.start()
        for thread in pushing:
            thread.join()
        row.note(peer.name, max(peer.peak() - idle, 1) / UPLOADS / MIB)
    return row


def _until_200(command: Sequence[str], path: str, port: int, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**bare_environment(), **environment},
        start_new_session=True,
    )
    try:
        while not _says_200(path, port):
            if process.poll() is not None or time.perf_counter() - began > 30:
                raise BenchError(f"{command[0]} did not start")
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _says_200(path: str, port: int) -> bool:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        wire.request("GET", path)
        return wire.getresponse().status == 200
    except OSError:
        return False
    finally:
        wire.close()
