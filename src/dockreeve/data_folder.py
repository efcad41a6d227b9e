"""The data folder: whose it is, what its first start makes, and how commands on this machine find the server.

Everything in it is readable by its owner only. `lock` is held while a server runs; `server.json` says where it listens;
`root-credentials` holds the root user's access key; `master-key` opens the secrets in the database.
"""

import fcntl
import json
import os
import secrets
import string
from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from dockreeve.settings import Settings
from dockreeve.storage import AccessKey, QuotaReached, Records, Vault
from dockreeve.storage.vault import BrokenSeal

_ROOT_KEYS = 2  # access keys that a root user may have (IAM quotas)


class CannotServe(RuntimeError):
    """The server can't start. The text is one line; `hint` says what to do, `conflict` whether another one is there."""

    def __init__(self, message: str, hint: str = "", *, conflict: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class RootCredentials:
    """The root user's access key, in the form of AWS's credentials file."""

    access_key_id: str
    secret_access_key: str

    @classmethod
    def read(cls, data: Path) -> Self:
        """Raise `OSError`, or `ValueError` when the file holds something else."""
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string((data / "root-credentials").read_text())
            section = parser["default"]
            return cls(section["aws_access_key_id"], section["aws_secret_access_key"])
        except (ConfigError, KeyError, UnicodeDecodeError) as broken:
            raise ValueError(f"not a credentials file: {type(broken).__name__}") from broken

    def write(self, data: Path) -> None:
        """Put them into the folder."""
        _write(
            data / "root-credentials",
            f"[default]\naws_access_key_id = {self.access_key_id}\naws_secret_access_key = {self.secret_access_key}\n",
        )


@contextmanager
def claimed(data: Path) -> Iterator[None]:
    """The folder, made if need be, ours alone for the block: a second server would not know what the first promised.

    Raise `CannotServe`.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotServe(f"cannot use the data folder {data}: {error.strerror}", "give another --data") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(
                f"another server is using the data folder {data}", "stop it, or give another --data", conflict=True
            ) from None
        (data / "server.json").unlink(missing_ok=True)  # of a server that was killed
        yield
        (data / "server.json").unlink(missing_ok=True)
    finally:
        os.close(handle)


def announce(settings: Settings, url: str) -> None:
    """Tell the commands on this machine where the server listens."""
    said = {"url": url, "pid": os.getpid(), "region": settings.region}
    _write(settings.data / "server.json", json.dumps(said) + "\n")


def opened_vault(settings: Settings) -> Vault:
    """The vault under the master key of the settings or of the folder. Raise `CannotServe`."""
    try:
        if settings.master_key:
            return Vault(bytes.fromhex(settings.master_key))
        return Vault.at(settings.data / "master-key")
    except (OSError, ValueError) as error:
        raise CannotServe(f"the master key can't be used: {error}") from error


async def first_start(settings: Settings, records: Records) -> None:
    """Make the account and its root access key where they aren't there yet. Raise `CannotServe`."""
    await _check_account(settings, records)
    now = datetime.now(UTC)
    await records.identity.ensure_account(settings.account, now)
    given = settings.root_access_key_id
    if not given and await records.identity.keys(settings.account):
        return
    made = RootCredentials(
        given or "AKIA" + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(16)),
        settings.root_secret_access_key or secrets.token_urlsafe(30),
    )
    await _keep(made, settings.account, records, now)
    # Keys from the environment are written too, so that `dockreeve env` works the same way.
    made.write(settings.data)


async def _check_account(settings: Settings, records: Records) -> None:
    """The folder's root key, if there is one, must be this account's, and the master key must open it."""
    try:
        key_id = RootCredentials.read(settings.data).access_key_id
        known = await records.identity.find_key(key_id)
    except (FileNotFoundError, ValueError) as unreadable:
        if not isinstance(unreadable, BrokenSeal):
            return
        raise CannotServe(
            "the master key is not the one that this data folder was made with",
            "bring back the file `master-key`, or DOCKREEVE_MASTER_KEY",
        ) from None
    if known is not None and known.account != settings.account:
        raise CannotServe(f"the data folder was made for the account {known.account}", f"say --account {known.account}")


async def _keep(made: RootCredentials, account: str, records: Records, now: datetime) -> None:
    key_id, secret = made.access_key_id, made.secret_access_key
    known = await records.identity.find_key(key_id)
    if known is not None and known.owner != account:
        raise CannotServe(f"DOCKREEVE_ROOT_ACCESS_KEY_ID names a key of another owner: {key_id}")
    if known is not None and known.secret == secret:
        return
    if known is not None:
        await records.identity.remove_key(key_id)
    try:
        key = AccessKey(id=key_id, account=account, owner=account, secret=secret, created=now)
        await records.identity.add_key(key, limit=_ROOT_KEYS)
    except QuotaReached as full:
        raise CannotServe("the root user has two access keys already", "delete one") from full


def _write(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    beside.rename(path)
