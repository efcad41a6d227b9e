"""The canonical request of Signature Version 4: one text for all the ways to write the same request."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class CanonicalRequest:
    """The bytes whose hash is signed."""

    content: bytes

    def text(self) -> str:
        """For the server's log."""
        return self.content.decode("utf-8", "backslashreplace")


def canonical_request(
    method: str, raw_path: bytes, raw_query: bytes, headers: Headers, signed: Sequence[str], payload: bytes
) -> CanonicalRequest:
    """Build the canonical request; `signed` are the lower-case names of SignedHeaders, `payload` the body's hash."""
    lines = [method.encode(), canonical_path(raw_path), canonical_query(raw_query)]
    for name in signed:
        values = (b" ".join(value.split()) for value in header_values(headers, name.encode()))
        lines.append(name.encode() + b":" + b",".join(values))
    return CanonicalRequest(b"\n".join([*lines, b"", ";".join(signed).encode(), payload]))


def canonical_path(raw: bytes) -> bytes:
    """The path as sent, without empty and dot segments, percent-encoded once more (as every service but S3 does)."""
    kept: list[bytes] = []
    for segment in raw.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    slash = b"/" if kept and raw.endswith(b"/") else b""
    return quote(b"/" + b"/".join(kept) + slash, safe="/~").encode()


def canonical_query(raw: bytes) -> bytes:
    """The parameters but X-Amz-Signature, each written in the one canonical way, sorted by name, then value."""
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in query_pairs(raw)
        if name != b"X-Amz-Signature"
    )
    return "&".join(f"{name}={value}" for name, value in pairs).encode()


def query_pairs(raw: bytes) -> list[tuple[bytes, bytes]]:
    """The parameters of a query string, decoded.

    INVARIANT: decodes as the form parser does (`+` is a blank), or a parameter could be read as another than the
    one that was signed.
    """
    pairs = (part.replace(b"+", b" ").partition(b"=") for part in raw.split(b"&") if part)
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs]


def header_values(headers: Headers, name: bytes) -> list[bytes]:
    """The values of the header `name` (lower case), in the order of the request."""
    return [value for key, value in headers if key.lower() == name]


def is_signing_header(name: bytes) -> bool:
    """Whether the header `name` (lower case) decides who asks or for what, and so may be given only once."""
    return name in (b"authorization", b"host", b"date", b"content-type") or name.startswith(b"x-amz-")
