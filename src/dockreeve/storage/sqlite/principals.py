"""Accounts, users and roles as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dockreeve.storage.faults import InUse, Missing, QuotaReached, Stale, Taken
from dockreeve.storage.identity import Holdings, InlinePolicy, Kind, Principal
from dockreeve.storage.sqlite.columns import maybe_micros, maybe_moment, micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.remembered import remembered
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import attachments, keys, logins, policies, profiles
from dockreeve.storage.sqlite.sql import principals as sql


class Principals(Rows):
    """The part of `Identity` about accounts and principals."""

    @remembered
    async def version(self, account: str) -> int:
        return self._reads.value(sql.VERSION, account=account) or 0

    async def ensure_account(self, account: str, created: datetime) -> None:
        if await self.account_created(account) is None:
            await self._write(_ensure_account, account, created)

    async def account_created(self, account: str) -> datetime | None:
        return maybe_moment(self._reads.value(sql.ACCOUNT_CREATED, account=account))

    async def add_principal(self, principal: Principal, *, limit: int) -> None:
        await self._write(_add, principal, limit)

    @remembered
    async def find_principal(self, account: str, kind: Kind, name: str) -> Principal | None:
        row = self._reads.one(sql.FIND, account=account, kind=kind, name_key=name.lower())
        return None if row is None else as_principal(row)

    @remembered
    async def principal_by_id(self, unique_id: str) -> Principal | None:
        row = self._reads.one(sql.BY_ID, unique_id=unique_id)
        return None if row is None else as_principal(row)

    async def principals(
        self, account: str, kind: Kind, *, path_prefix: str = "/", after: str = "", limit: int = 100
    ) -> Sequence[Principal]:
        rows = self._reads.all(sql.PAGE, account=account, kind=kind, prefix=path_prefix, after=after, limit=limit)
        return [as_principal(row) for row in rows]

    async def save_principal(self, principal: Principal) -> None:
        await self._write(_save, principal)

    async def remove_principal(self, unique_id: str) -> None:
        await self._free(_remove, unique_id)

    async def note_role_used(self, unique_id: str, at: datetime, region: str) -> None:
        await self._write(_note_used, unique_id, micros(at), region)

    async def holdings(self, unique_id: str) -> Holdings | None:
        with self._reads.snapshot():
            row = self._reads.one(sql.BY_ID, unique_id=unique_id)
            if row is None:
                return None
            principal = as_principal(row)
            managed = self._reads.all(attachments.HELD, principal_id=unique_id)
            inline = self._reads.all(attachments.INLINE, principal_id=unique_id)
            boundary = principal.boundary and (
                principal.boundary,
                self._reads.value(policies.DEFAULT_TEXT, arn=principal.boundary),
            )
        return Holdings(
            principal,
            managed=tuple((arn, text) for arn, text in managed),
            inline=tuple(InlinePolicy(name, text) for name, text in inline),
            boundary=boundary or None,
        )

    async def counts(self, account: str) -> Mapping[str, int]:
        row = self._reads.one(sql.COUNTS, account=account)
        words = ("users", "roles", "policies", "policy_versions", "instance_profiles")
        return dict(zip(words, row or (), strict=True))


def as_principal(row: Row) -> Principal:
    """Read the columns of `statements.principals.COLUMNS`."""
    account, kind, name, path, unique_id, created, tags, boundary, description, trust, trusted_ids, *rest = row
    max_session, sessions_valid_after, last_used, last_used_region, revision = rest
    return Principal(
        account=account,
        kind=Kind(kind),
        name=name,
        path=path,
        unique_id=unique_id,
        created=moment(created),
        tags=unpacked(tags),
        boundary=boundary,
        description=description,
        trust=trust,
        trusted_ids=unpacked(trusted_ids),
        max_session=max_session,
        sessions_valid_after=maybe_moment(sessions_valid_after),
        last_used=maybe_moment(last_used),
        last_used_region=last_used_region,
        revision=revision,
    )


def bump(db: Database, account: str) -> None:
    """Tell every cache that this account's identities changed."""
    db.change(sql.BUMP, account=account)


def principal_of(db: Database, unique_id: str) -> Principal:
    """The principal a change is about; raise `Missing`."""
    row = db.one(sql.BY_ID, unique_id=unique_id)
    if row is None:
        raise Missing("principal")
    return as_principal(row)


def require_policy(db: Database, account: str, arn: str) -> None:
    """Raise `Missing` unless the policy is AWS's own or this account's."""
    if arn.split(":")[4:5] != ["aws"] and db.one(policies.IN_ACCOUNT, arn=arn, account=account) is None:
        raise Missing("policy")


def _ensure_account(db: Database, account: str, created: datetime) -> None:
    if db.change(sql.ENSURE_ACCOUNT, account=account, created=micros(created)):
        bump(db, account)


def _settings(principal: Principal) -> dict[str, object]:
    return {
        "name": principal.name,
        "name_key": principal.name.lower(),
        "path": principal.path,
        "created": micros(principal.created),
        "tags": packed(principal.tags),
        "boundary": principal.boundary,
        "description": principal.description,
        "trust": principal.trust,
        "trusted_ids": packed(principal.trusted_ids),
        "max_session": principal.max_session,
        "sessions_valid_after": maybe_micros(principal.sessions_valid_after),
    }


def _check(db: Database, principal: Principal) -> None:
    name_key = principal.name.lower()
    other = db.one(sql.FIND, account=principal.account, kind=principal.kind, name_key=name_key)
    if other is not None and as_principal(other).unique_id != principal.unique_id:
        raise Taken(principal.name)
    if principal.boundary is not None:
        require_policy(db, principal.account, principal.boundary)


def _add(db: Database, principal: Principal, limit: int) -> None:
    _check(db, principal)
    if db.value(sql.COUNT, account=principal.account, kind=principal.kind) >= limit:
        raise QuotaReached(limit)
    db.change(
        sql.ADD,
        unique_id=principal.unique_id,
        account=principal.account,
        kind=principal.kind,
        last_used=maybe_micros(principal.last_used),
        last_used_region=principal.last_used_region,
        revision=principal.revision,
        **_settings(principal),
    )
    bump(db, principal.account)


def _save(db: Database, principal: Principal) -> None:
    stored = principal_of(db, principal.unique_id)
    if stored.revision != principal.revision:
        raise Stale(principal.name)
    _check(db, principal)
    db.change(sql.SAVE, unique_id=principal.unique_id, revision=principal.revision, **_settings(principal))
    bump(db, stored.account)


def _note_used(db: Database, unique_id: str, at: int, region: str) -> None:
    db.change(sql.NOTE_USED, unique_id=unique_id, at=at, region=region)


def _remove(db: Database, unique_id: str) -> None:
    principal = principal_of(db, unique_id)
    users = (
        ("policies", db.value(attachments.COUNT, principal_id=unique_id)),
        ("inline", db.value(attachments.COUNT_INLINE, principal_id=unique_id)),
        ("keys", db.value(keys.COUNT, owner=unique_id)),
        ("login", db.one(logins.FIND, user_id=unique_id)),
        ("profiles", db.value(profiles.COUNT_OF_ROLE, role_id=unique_id)),
    )
    for word, held in users:
        if held:
            raise InUse(word)
    db.change(sql.REMOVE, unique_id=unique_id)
    bump(db, principal.account)
