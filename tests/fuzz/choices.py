"""Bytes as a row of choices, so that a fuzzer's small change of the bytes is a small change of what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Uses up `data` from the front; when nothing is left, every choice is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, below: int) -> int:
        """0 .. `below` - 1, for `below` up to 256."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1] % below

    def one_of(self, among: Sequence[T]) -> T:
        return among[self.number(len(among))]

    def often(self) -> bool:
        """True seven times of eight, and when nothing is left."""
        return self.number(8) != 7

    def bytes(self) -> bytes:
        """Up to 63 of the bytes that are left, as they are."""
        length = self.number(64)
        self._at += length
        return self._data[self._at - length : self._at]

    def rest(self) -> bytes:
        """All that is left."""
        at, self._at = self._at, len(self._data)
        return self._data[at:]
