"""The canonical request of Signature Version 4: one text for all the ways to write the same request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

Headers = Sequence[tuple[bytes, bytes]]
Fields = Mapping[bytes, Sequence[bytes]]  # the headers by name, in lower case


@dataclass(frozen=True, slots=True)
class CanonicalRequest:
    """The bytes whose hash is signed."""

    content: bytes

    def text(self) -> str:
        """For the server's log."""
        return self.content.decode("utf-8", "backslashreplace")


def canonical_request(
    method: str, raw_path: bytes, raw_query: bytes, fields: Fields, signed: Sequence[str], payload: bytes
) -> CanonicalRequest:
    """Build the canonical request; `signed` are the lower-case names of SignedHeaders, `payload` the body's hash."""
    lines = [method.encode(), canonical_path(raw_path), canonical_query(raw_query)]
    for name in signed:
        field = name.encode()
        lines.append(field + b":" + b",".join([b" ".join(value.split()) for value in fields.get(field, ())]))
    return CanonicalRequest(b"\n".join([*lines, b"", ";".join(signed).encode(), payload]))


def canonical_path(raw: bytes) -> bytes:
    """The path as sent, without empty and dot segments, percent-encoded once more (as every service but S3 does)."""
    if raw == b"/":
        return raw
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
    if not raw:
        return raw
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


def fields_of(headers: Headers) -> dict[bytes, list[bytes]]:
    """The values of each header, in the order of the request."""
    fields: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(value)
    return fields


def is_signing_header(name: bytes) -> bool:
    """Whether the header `name` (lower case) decides who asks or for what, and so may be given only once."""
    return name in (b"authorization", b"host", b"date", b"content-type") or name.startswith(b"x-amz-")
