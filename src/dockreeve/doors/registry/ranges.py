"""Byte ranges: of a download (RFC 9110, section 14) and of an uploaded chunk (OCI distribution specification)."""

import re
from dataclasses import dataclass

_ASKED = re.compile(r"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.ASCII | re.IGNORECASE)
_CHUNK = re.compile(r"(?:bytes[ =])?([0-9]{1,19})-([0-9]{1,19})(?:/(?:[0-9]{1,19}|\*))?", re.ASCII)


class Unsatisfiable(ValueError):
    """The range begins behind the last byte, or holds none."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` .. `start + length`."""

    start: int
    length: int


def asked_span(header: str, size: int) -> Span | None:
    """What `Range: bytes=...` asks of `size` bytes; None for the whole.

    Other units, several ranges and nonsense are ignored, as RFC 9110 allows. Raise `Unsatisfiable`.
    """
    found = _ASKED.fullmatch(header)
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        if not length:
            raise Unsatisfiable(header)
        return Span(size - length, length)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None  # invalid, and so ignored
    if start >= size:
        raise Unsatisfiable(header)
    return Span(start, min(end, size - 1) - start + 1)


def chunk_span(header: str) -> Span:
    """What `Content-Range: START-END` says of a chunk. Raise `Unsatisfiable` when it says nothing sensible."""
    found = _CHUNK.fullmatch(header.strip())
    if found is None or int(found[2]) < int(found[1]):
        raise Unsatisfiable(header)
    return Span(int(found[1]), int(found[2]) - int(found[1]) + 1)
