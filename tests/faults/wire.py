"""Requests written by hand, byte for byte, for what no well-behaved client sends."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path

from clients.server import Server

SECONDS = 20


def opened(server: Server, *, source: str = "", buffer: int = 0) -> socket.socket:
    """A connection, from another loopback address or with a small receive buffer (bytes) where that is asked for."""
    host, port = server.host.split(":")
    connection = socket.socket()
    connection.settimeout(SECONDS)
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    if source:
        connection.bind((source, 0))
    connection.connect((host, int(port)))
    return connection


def head(server: Server, method: str, path: str, login: str = "", *lines: str) -> bytes:
    """A request without its body."""
    given = [f"{method} {path} HTTP/1.1", f"Host: {server.host}", *lines]
    given += [f"Authorization: Basic {login}"] if login else []
    return "\r\n".join([*given, "", ""]).encode()


def rest_of(connection: socket.socket) -> bytes:
    """Everything that still comes until the server closes, or resets, the connection."""
    said = bytearray()
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 20):
            said += piece
    return bytes(said)


def status_of(connection: socket.socket) -> int:
    """The status of the answer that begins here; 0 when the connection ends without one."""
    said = b""
    with suppress(ConnectionError):
        while b"\r\n" not in said and (piece := connection.recv(1024)):
            said += piece
    return int(said.split(b" ")[1]) if said.startswith(b"HTTP/1.1 ") else 0


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def settles(pid: int, most: int, *, within: float = 5) -> bool:
    """Whether the process soon has no more than `most` files open."""
    deadline = time.monotonic() + within
    while open_files(pid) > most:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
