"""Managed policies and their versions as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from dockreeve.storage.faults import InUse, Missing, QuotaReached, Stale, Taken
from dockreeve.storage.identity import ManagedPolicy, PolicyVersion
from dockreeve.storage.sqlite.columns import micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.principals import bump
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import policies as sql

_PAGES: Final = {
    "": sql.PAGE_USED,
    "PermissionsPolicy": sql.PAGE_ATTACHED,
    "PermissionsBoundary": sql.PAGE_BOUNDARIES,
}


class Policies(Rows):
    """The part of `Identity` about managed policies."""

    async def add_policy(self, policy: ManagedPolicy, *, limit: int) -> None:
        await self._write(_add, policy, limit)

    async def find_policy(self, arn: str) -> ManagedPolicy | None:
        row = self._reads.one(sql.FIND, arn=arn)
        return None if row is None else _as_policy(row)

    async def policies(
        self,
        account: str,
        *,
        path_prefix: str = "/",
        attached: bool = False,
        usage: str = "",
        after: str = "",
        limit: int = 100,
    ) -> Sequence[ManagedPolicy]:
        page = _PAGES[usage] if attached else sql.PAGE
        rows = self._reads.all(page, account=account, prefix=path_prefix, after=after, limit=limit)
        return [_as_policy(row) for row in rows]

    async def save_policy(self, policy: ManagedPolicy) -> None:
        await self._write(_save, policy)

    async def add_version(self, arn: str, text: str, created: datetime, *, default: bool, limit: int) -> PolicyVersion:
        return await self._write(_add_version, arn, text, created, default=default, limit=limit)

    async def versions(self, arn: str) -> Sequence[PolicyVersion]:
        rows = self._reads.all(sql.VERSIONS, arn=arn)
        return [PolicyVersion(number, text, moment(created)) for number, text, created in rows]

    async def set_default_version(self, arn: str, number: int, at: datetime) -> None:
        await self._write(_set_default, arn, number, at)

    async def remove_version(self, arn: str, number: int) -> None:
        await self._free(_remove_version, arn, number)

    async def remove_policy(self, arn: str) -> None:
        await self._free(_remove, arn)

    async def aws_policy_uses(self, account: str) -> Mapping[str, tuple[int, int]]:
        with self._reads.snapshot():
            attached: dict[str, int] = dict(self._reads.all(sql.AWS_ATTACHED, account=account))
            bounding: dict[str, int] = dict(self._reads.all(sql.AWS_BOUNDARIES, account=account))
        return {arn: (attached.get(arn, 0), bounding.get(arn, 0)) for arn in sorted({*attached, *bounding})}


class _Head(NamedTuple):
    policy_id: str
    account: str
    default_number: int
    last_number: int


def _head(db: Database, arn: str) -> _Head:
    row = db.one(sql.HEAD, arn=arn)
    if row is None:
        raise Missing("policy")
    return _Head(*row)


def _as_policy(row: Row) -> ManagedPolicy:
    account, name, path, unique_id, created, updated, number, version_created, text, *rest = row
    description, tags, attachments, boundaries, revision = rest
    return ManagedPolicy(
        account=account,
        name=name,
        path=path,
        unique_id=unique_id,
        created=moment(created),
        updated=moment(updated),
        default=PolicyVersion(number, text, moment(version_created)),
        description=description,
        tags=unpacked(tags),
        attachments=attachments,
        boundaries=boundaries,
        revision=revision,
    )


def _add(db: Database, policy: ManagedPolicy, limit: int) -> None:
    name_key = policy.name.lower()
    if db.one(sql.TAKEN, account=policy.account, name_key=name_key) is not None:
        raise Taken(policy.name)
    if db.value(sql.COUNT, account=policy.account) >= limit:
        raise QuotaReached(limit)
    db.change(
        sql.ADD,
        unique_id=policy.unique_id,
        arn=policy.arn,
        account=policy.account,
        name=policy.name,
        name_key=name_key,
        path=policy.path,
        created=micros(policy.created),
        updated=micros(policy.updated),
        description=policy.description,
        tags=packed(policy.tags),
        default_number=policy.default.number,
        last_number=policy.default.number,
        revision=policy.revision,
    )
    _add_text(db, policy.unique_id, policy.default)
    bump(db, policy.account)


def _add_text(db: Database, policy_id: str, version: PolicyVersion) -> None:
    created = micros(version.created)
    db.change(sql.ADD_VERSION, policy_id=policy_id, number=version.number, text=version.text, created=created)


def _save(db: Database, policy: ManagedPolicy) -> None:
    changed = db.change(sql.SAVE, unique_id=policy.unique_id, revision=policy.revision, tags=packed(policy.tags))
    if not changed:
        _head(db, policy.arn)
        raise Stale(policy.name)
    bump(db, policy.account)


def _add_version(db: Database, arn: str, text: str, created: datetime, *, default: bool, limit: int) -> PolicyVersion:
    head = _head(db, arn)
    if db.value(sql.COUNT_VERSIONS, policy_id=head.policy_id) >= limit:
        raise QuotaReached(limit)
    version = PolicyVersion(head.last_number + 1, text, created)
    _add_text(db, head.policy_id, version)
    db.change(
        sql.VERSION_ADDED,
        policy_id=head.policy_id,
        last_number=version.number,
        default_number=version.number if default else head.default_number,
        at=micros(created),
    )
    bump(db, head.account)
    return version


def _set_default(db: Database, arn: str, number: int, at: datetime) -> None:
    head = _head(db, arn)
    if db.one(sql.FIND_VERSION, policy_id=head.policy_id, number=number) is None:
        raise Missing("version")
    db.change(sql.SET_DEFAULT, policy_id=head.policy_id, number=number, at=micros(at))
    bump(db, head.account)


def _remove_version(db: Database, arn: str, number: int) -> None:
    head = _head(db, arn)
    if number == head.default_number:
        raise InUse("default")
    if not db.change(sql.REMOVE_VERSION, policy_id=head.policy_id, number=number):
        raise Missing("version")
    bump(db, head.account)


def _remove(db: Database, arn: str) -> None:
    head = _head(db, arn)
    if db.value(sql.USES, arn=arn):
        raise InUse("attachments")
    if db.value(sql.COUNT_VERSIONS, policy_id=head.policy_id) > 1:
        raise InUse("versions")
    db.change(sql.REMOVE_VERSIONS, policy_id=head.policy_id)
    db.change(sql.REMOVE, policy_id=head.policy_id)
    bump(db, head.account)
