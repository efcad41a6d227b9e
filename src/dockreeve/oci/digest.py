"""A digest: algorithm and value, as the OCI image specification writes it (`sha256:` + 64 hex digits)."""

import hashlib
from dataclasses import dataclass
from typing import Self

# algorithm -> (bytes of its value, the byte that stands for it in a stored digest)
_ALGORITHMS = {"sha256": (32, b"\x01"), "sha512": (64, b"\x02")}
_BY_BYTE = {mark: name for name, (_, mark) in _ALGORITHMS.items()}
_HEX = frozenset("0123456789abcdef")


class DigestError(ValueError):
    """The text is no digest, or its algorithm isn't one of sha256 and sha512."""


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A registered digest (OCI image specification, descriptor.md, "Digests")."""

    algorithm: str
    hex: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `algorithm:hex`; raise `DigestError`."""
        algorithm, colon, value = text.partition(":")
        if not colon or algorithm not in _ALGORITHMS:
            raise DigestError(f"`{text[:160]}` is not a sha256 or sha512 digest")
        if len(value) != 2 * _ALGORITHMS[algorithm][0] or not _HEX.issuperset(value):
            raise DigestError(f"`{text[:160]}` has not the length or letters of a {algorithm} digest")
        return cls(algorithm, value)

    @classmethod
    def of(cls, data: bytes, algorithm: str = "sha256") -> Self:
        """The digest of these bytes."""
        return cls(algorithm, hashlib.new(algorithm, data).hexdigest())

    @classmethod
    def from_stored(cls, stored: bytes) -> Self:
        """Read what `stored` gave."""
        return cls(_BY_BYTE[stored[:1]], stored[1:].hex())

    @property
    def stored(self) -> bytes:
        """Algorithm byte and value: half the size of the text in an index."""
        return _ALGORITHMS[self.algorithm][1] + bytes.fromhex(self.hex)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"
