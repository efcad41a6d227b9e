"""The vault: what it sealed only it opens, for the same purpose, and unaltered; no secret lies in the files."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockreeve.storage import AccessKey, Vault
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.vault import BrokenSeal

VAULT = Vault(bytes(range(32)))


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50) | st.integers() | st.booleans(), max_size=8))
def test_claims_come_back_as_they_were_sealed(claims: dict[str, object]) -> None:
    sealed = VAULT.seal(claims, "token")
    assert VAULT.open(sealed, "token") == claims
    assert sealed.isascii()
    assert not set(sealed) & set(":=/+ ")


def test_the_same_claims_are_never_the_same_text() -> None:
    assert len({VAULT.seal({}, "token") for _ in range(50)}) == 50


def test_any_altered_byte_breaks_the_seal() -> None:
    sealed = VAULT.encrypt(b"secret", "key")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(BrokenSeal):
            VAULT.decrypt(bytes(altered), "key")
    for cut in range(len(sealed)):
        with pytest.raises(BrokenSeal):
            VAULT.decrypt(sealed[:cut], "key")


def test_another_purpose_or_another_key_does_not_open_it() -> None:
    sealed = VAULT.seal({"a": 1}, "session-token")
    with pytest.raises(BrokenSeal):
        VAULT.open(sealed, "registry-token")
    with pytest.raises(BrokenSeal):
        Vault(bytes(32)).open(sealed, "session-token")


@pytest.mark.parametrize(
    "alter", [lambda text: text + "=", lambda text: text + "A", lambda text: f" {text}", str.lower]
)
def test_a_sealed_text_has_one_spelling(alter: object) -> None:
    with pytest.raises(BrokenSeal):
        VAULT.open(alter(VAULT.seal({"a": 1}, "token")), "token")  # type: ignore[operator]


def test_bits_that_no_byte_needs_are_not_a_second_spelling() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    sealed = next(text for text in (VAULT.seal({"a": "b" * size}, "token") for size in range(1, 99)) if len(text) % 4)
    twin = sealed[:-1] + alphabet[alphabet.index(sealed[-1]) ^ 1]
    padding = "=" * (-len(sealed) % 4)
    assert urlsafe_b64decode(twin + padding) == urlsafe_b64decode(sealed + padding)
    with pytest.raises(BrokenSeal):
        VAULT.open(twin, "token")


def test_any_altered_letter_breaks_the_seal() -> None:
    sealed = VAULT.seal({"a": 1}, "token")
    for place, letter in enumerate(sealed):
        with pytest.raises(BrokenSeal):
            VAULT.open(sealed[:place] + ("A" if letter != "A" else "B") + sealed[place + 1 :], "token")


@given(st.text(max_size=100))
def test_any_other_text_is_a_broken_seal(text: str) -> None:
    with pytest.raises(BrokenSeal):
        VAULT.open(text, "token")


@pytest.mark.parametrize("content", [b"[1]", b"not json", b'"text"', b'{"a": "' + b"x" * 10_000_000 + b'"}'])
def test_what_is_no_claims_or_blows_up_is_a_broken_seal(content: bytes) -> None:
    sealed = urlsafe_b64encode(VAULT.encrypt(zlib.compress(content), "token")).rstrip(b"=").decode()
    with pytest.raises(BrokenSeal):
        VAULT.open(sealed, "token")


def test_a_key_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(b"short")


def test_the_key_file_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    sealed = Vault.at(tmp_path / "key").seal({"a": 1}, "token")
    assert Vault.at(tmp_path / "key").open(sealed, "token") == {"a": 1}
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


async def test_a_secret_is_nowhere_in_the_files(tmp_path: Path, vault: Vault, at: datetime) -> None:
    records = SqliteRecords.open(tmp_path / "records.sqlite", vault)
    await records.identity.add_key(AccessKey("AKIA1", "123456789012", "123456789012", "plain-as-day", at), limit=2)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}  # noqa: ASYNC240 (nobody else waits)
    assert b"AKIA1" in written["records.sqlite-wal"]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}  # noqa: ASYNC240
    await records.close()
    written["closed"] = (tmp_path / "records.sqlite").read_bytes()
    assert b"AKIA1" in written["closed"]
    assert not [name for name, kept in written.items() if b"plain-as-day" in kept]
