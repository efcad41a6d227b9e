"""The vault: encrypts secrets at rest and seals claims that travel with the client (session and registry tokens)."""

import json
import os
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes, the size AES-GCM is specified for (NIST SP 800-38D)
_KEY = 32
_OPENED = 64 * 1024  # bytes of claims at most: a sealed text can't be made to blow up


class BrokenSeal(ValueError):
    """The sealed text was altered, made for another purpose, or sealed by another vault."""


class Vault:
    """AES-256-GCM under one master key. The purpose is bound to every text as associated data."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY:
            raise ValueError(f"the master key has {len(key)} bytes, not {_KEY}")
        self._cipher = AESGCM(key)

    @classmethod
    def at(cls, path: Path) -> Self:
        """The vault whose key is in this file (0600); a new file when there is none. Raise `OSError`, `ValueError`."""
        try:
            return cls(path.read_bytes())
        except FileNotFoundError:
            pass
        key = secrets.token_bytes(_KEY)
        beside = path.with_name(path.name + ".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        return cls(key)

    def encrypt(self, plain: bytes, purpose: str) -> bytes:
        """Nonce and ciphertext; only `decrypt` with the same purpose reads it."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, purpose.encode())

    def decrypt(self, sealed: bytes, purpose: str) -> bytes:
        """Raise `BrokenSeal`."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError) as broken:
            raise BrokenSeal(purpose) from broken

    def seal(self, claims: Mapping[str, Any], purpose: str) -> str:
        """The claims as URL-safe text without `:` or `=` (it goes into headers and passwords)."""
        plain = zlib.compress(json.dumps(claims, separators=(",", ":")).encode(), 6)
        return _text(self.encrypt(plain, purpose))

    def open(self, sealed: str, purpose: str) -> dict[str, Any]:
        """The claims of a sealed text. Raise `BrokenSeal`."""
        try:
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            # One sealed text has one spelling: the lenient decoder's others must not pass as further tokens.
            if _text(raw) != sealed:
                raise BrokenSeal(purpose)
            opened = zlib.decompressobj().decompress(self.decrypt(raw, purpose), _OPENED)
            claims = json.loads(opened)
        except (ValueError, zlib.error) as broken:
            raise BrokenSeal(purpose) from broken
        if not isinstance(claims, dict):
            raise BrokenSeal(purpose)
        return claims


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
