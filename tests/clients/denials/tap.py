"""Listens between a client and the server: bytes go through untouched, requests and the heads of answers are noted."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass

_REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")
_ANSWER = re.compile(rb"HTTP/1\.1 (\d{3})")
_ID = re.compile(rb"\r\nx-authorization-id: *([a-z0-9]+)\r\n", re.IGNORECASE)
_PIECE = 1 << 16
_CONTINUE = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """A request and the answer it got; `decision` is the refusal's id, or empty."""

    method: str
    path: str
    status: int
    decision: str


class Tap:
    """A loopback port that leads to the server's. It relies on clients that ask one thing at a time on a connection."""

    def __init__(self, server: str) -> None:
        host, _, port = server.rpartition(":")
        self._server = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._heard: list[Heard] = []
        self.host = f"127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def take(self) -> list[Heard]:
        """What was heard since the last time, in the order of the answers."""
        heard, self._heard = self._heard, []
        return heard

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                link = _Link(client, socket.create_connection(self._server), self)
                for work in (link.forward, link.back):
                    threading.Thread(target=work, daemon=True).start()

    def note(self, heard: Heard) -> None:
        """Keep one exchange."""
        self._heard.append(heard)


class _Link:
    """One connection, both ways."""

    def __init__(self, client: socket.socket, server: socket.socket, tap: Tap) -> None:
        self._client, self._server, self._tap = client, server, tap
        self._asked: tuple[str, str] | None = None  # what the next answer is to
        self._over = 0

    def forward(self) -> None:
        """From the client to the server, until either is gone."""
        with suppress(OSError):
            while piece := self._client.recv(_PIECE):
                if self._asked is None and (found := _REQUEST.match(piece)):
                    self._asked = (found[1].decode(), found[2].decode())
                self._server.sendall(piece)
        self._end(self._server)

    def back(self) -> None:
        """From the server to the client; the head of each answer is noted before the client can act on it."""
        head = b""
        with suppress(OSError):
            while piece := self._server.recv(_PIECE):
                if self._asked is not None:
                    head += piece
                    head = self._listen(head)
                self._client.sendall(piece)
        self._end(self._client)

    def _listen(self, head: bytes) -> bytes:
        """What of the answer's head still waits for its end."""
        found, asked = _ANSWER.match(head), self._asked
        if b"\r\n\r\n" not in head or found is None or asked is None:
            return head
        if int(found[1]) != _CONTINUE:
            decision = _ID.search(head)
            self._asked = None
            self._tap.note(Heard(*asked, int(found[1]), decision[1].decode() if decision else ""))
        return b""

    def _end(self, side: socket.socket) -> None:
        with suppress(OSError):
            side.shutdown(socket.SHUT_WR)
        self._over += 1
        if self._over == 2:
            self._client.close()
            self._server.close()
