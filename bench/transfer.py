"""Layers up and down over plain sockets, as docker does it, with as little work on this side as possible."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256

from .process import Peer
from .rate import BenchError
from .registries import REPOSITORY

MIB = 1 << 20
GO_CHUNK = 32 * 1024  # what Go's HTTP client sends a body of unknown length in
SUCCESS = range(200, 300)


class Payload:
    """`size` bytes, another content for each `number`: one random MiB over and over, so that only that is held."""

    def __init__(self, size: int, number: int) -> None:
        self.size = size
        self._block = memoryview(random.Random(number).randbytes(MIB))
        digest = sha256()
        for piece in self.pieces():
            digest.update(piece)
        self.digest = f"sha256:{digest.hexdigest()}"

    def pieces(self, piece: int = MIB) -> Iterator[memoryview]:
        """The content in pieces of at most `piece` bytes, a divisor of 1 MiB."""
        for start in range(0, self.size, piece):
            within = start % MIB
            yield self._block[within : within + min(piece, self.size - start)]


def push_layer(peer: Peer, payload: Payload, *, chunked: bool) -> float:
    """POST, PATCH (with a length, or chunked as Go sends it), PUT ?digest; return the seconds that it all took."""
    began = time.perf_counter()
    location = _call(peer, "POST", f"/v2/{REPOSITORY}/blobs/uploads/")
    location = _patch(peer, location, payload, chunked)
    joint = "&" if "?" in location else "?"
    _call(peer, "PUT", f"{location}{joint}digest={payload.digest}")
    return time.perf_counter() - began


def push_manifest(peer: Peer, manifest: bytes, media_type: str) -> str:
    """Push an image manifest and return its digest."""
    digest = f"sha256:{sha256(manifest).hexdigest()}"
    _call(peer, "PUT", f"/v2/{REPOSITORY}/manifests/{digest}", manifest, media_type)
    return digest


def pull(peer: Peer, path: str, size: int, *, streams: int = 1) -> float:
    """GET `path` by so many connections at once; return the seconds until the last byte of the last one."""
    failures: list[BaseException] = []

    def one() -> None:
        try:
            _get(peer, path, size)
        except (OSError, BenchError) as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(streams)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failures:
        raise failures[0]
    return took


def pull_digest(peer: Peer, path: str) -> str:
    """GET `path` and return the digest of what came: not timed, since this side then works as hard as the server."""
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=120)
    connection.request("GET", path, headers=dict(peer.headers))
    answer = connection.getresponse()
    digest = sha256()
    while piece := answer.read(MIB):
        digest.update(piece)
    connection.close()
    return f"sha256:{digest.hexdigest()}"


def blob_path(digest: str) -> str:
    return f"/v2/{REPOSITORY}/blobs/{digest}"


def _get(peer: Peer, path: str, size: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=120)
    connection.request("GET", path, headers=dict(peer.headers))
    answer = connection.getresponse()
    if answer.status != 200 or answer.length != size:
        raise BenchError(f"{peer.name} GET {path}: {answer.status}, {answer.length} bytes")
    buffer = memoryview(bytearray(MIB))
    while answer.readinto(buffer):
        pass
    if answer.length:
        raise BenchError(f"{peer.name} GET {path}: {answer.length} bytes are missing")
    connection.close()


def _patch(peer: Peer, location: str, payload: Payload, chunked: bool) -> str:
    head = {
        **peer.headers,
        "Host": f"127.0.0.1:{peer.port}",
        "Content-Type": "application/octet-stream",
        **({"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(payload.size)}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection(("127.0.0.1", peer.port), timeout=120) as wire:
        wire.sendall(f"PATCH {location} HTTP/1.1\r\n{lines}\r\n".encode())
        for piece in _framed(payload.pieces(GO_CHUNK)) if chunked else payload.pieces():
            wire.sendall(piece)
        answer = http.client.HTTPResponse(wire)
        answer.begin()
        return _location(peer, "PATCH", location, answer)


def _framed(pieces: Iterable[memoryview]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), bytes(piece))
    yield b"0\r\n\r\n"


def _call(peer: Peer, method: str, path: str, body: bytes = b"", media_type: str = "") -> str:
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=120)
    headers = {**peer.headers, "Content-Length": str(len(body))}
    if media_type:
        headers["Content-Type"] = media_type
    connection.request(method, path, body, headers)
    location = _location(peer, method, path, connection.getresponse())
    connection.close()
    return location


def _location(peer: Peer, method: str, path: str, answer: http.client.HTTPResponse) -> str:
    """The path of the Location of a success; raise BenchError with the body of anything else."""
    body = answer.read()
    if answer.status not in SUCCESS:
        raise BenchError(f"{peer.name} {method} {path}: {answer.status} {body[:500]!r}")
    location = answer.headers.get("Location", "")
    return location.removeprefix(peer.url)
