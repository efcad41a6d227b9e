"""Access keys as rows; their secrets are encrypted at rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dockreeve.storage.faults import Missing, QuotaReached
from dockreeve.storage.identity import AccessKey
from dockreeve.storage.sqlite.columns import maybe_micros, maybe_moment, micros, moment
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.principals import bump, principal_of
from dockreeve.storage.sqlite.remembered import remembered
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import keys as sql
from dockreeve.storage.sqlite.writer import Writer
from dockreeve.storage.vault import Vault


class Keys(Rows):
    """The part of `Identity` about access keys."""

    def __init__(self, reads: Database, writer: Writer, vault: Vault) -> None:
        super().__init__(reads, writer)
        self._vault = vault

    async def add_key(self, key: AccessKey, *, limit: int) -> None:
        # the key's id is bound to the ciphertext: a secret moved to another row can't be read
        await self._write(_add, key, self._vault.encrypt(key.secret.encode(), _purpose(key.id)), limit)

    @remembered
    async def find_key(self, key_id: str) -> AccessKey | None:
        row = self._reads.one(sql.FIND, id=key_id)
        return None if row is None else _as_key(row, self._vault.decrypt(row[3], _purpose(key_id)).decode())

    async def keys(self, owner: str) -> Sequence[AccessKey]:
        return [_as_key(row, "") for row in self._reads.all(sql.OF_OWNER, owner=owner)]

    async def set_key_active(self, key_id: str, active: bool) -> None:
        await self._write(_change, key_id, sql.SET_ACTIVE, active=int(active))

    async def remove_key(self, key_id: str) -> None:
        await self._free(_change, key_id, sql.REMOVE)

    async def note_keys_used(self, uses: Mapping[str, tuple[datetime, str, str]]) -> None:
        if uses:
            await self._write(_note_used, dict(uses))


def _purpose(key_id: str) -> str:
    return f"access-key:{key_id}"


def _as_key(row: Row, secret: str) -> AccessKey:
    key_id, account, owner, _, created, active, last_used, last_used_region, last_used_service = row
    return AccessKey(
        id=key_id,
        account=account,
        owner=owner,
        secret=secret,
        created=moment(created),
        active=bool(active),
        last_used=maybe_moment(last_used),
        last_used_region=last_used_region,
        last_used_service=last_used_service,
    )


def _add(db: Database, key: AccessKey, secret: bytes, limit: int) -> None:
    if key.owner != key.account:  # the root user is no row
        principal_of(db, key.owner)
    if db.value(sql.COUNT, owner=key.owner) >= limit:
        raise QuotaReached(limit)
    db.change(
        sql.ADD,
        id=key.id,
        account=key.account,
        owner=key.owner,
        secret=secret,
        created=micros(key.created),
        active=int(key.active),
        last_used=maybe_micros(key.last_used),
        last_used_region=key.last_used_region,
        last_used_service=key.last_used_service,
    )
    bump(db, key.account)


def _change(db: Database, /, key_id: str, statement: str, **values: object) -> None:
    account = db.value(sql.ACCOUNT, id=key_id)
    if account is None:
        raise Missing("key")
    db.change(statement, id=key_id, **values)
    bump(db, account)


def _note_used(db: Database, uses: Mapping[str, tuple[datetime, str, str]]) -> None:
    for key_id, (at, region, service) in uses.items():
        db.change(sql.NOTE_USED, id=key_id, at=micros(at), region=region, service=service)
