"""Instance profiles as rows."""

from collections.abc import Sequence

from dockreeve.storage.faults import InUse, Missing, QuotaReached, Stale, Taken
from dockreeve.storage.identity import InstanceProfile, Kind
from dockreeve.storage.sqlite.columns import micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.principals import as_principal, bump
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import principals
from dockreeve.storage.sqlite.sql import profiles as sql


class Profiles(Rows):
    """The part of `Identity` about instance profiles."""

    async def add_profile(self, profile: InstanceProfile, *, limit: int) -> None:
        await self._write(_add, profile, limit)

    async def find_profile(self, account: str, name: str) -> InstanceProfile | None:
        row = self._reads.one(sql.FIND, account=account, name_key=name.lower())
        return None if row is None else _as_profile(row)

    async def profiles(
        self,
        account: str,
        *,
        path_prefix: str = "/",
        role: str | None = None,
        after: str = "",
        limit: int = 100,
    ) -> Sequence[InstanceProfile]:
        rows = self._reads.all(sql.PAGE, account=account, prefix=path_prefix, role_id=role, after=after, limit=limit)
        return [_as_profile(row) for row in rows]

    async def save_profile(self, profile: InstanceProfile) -> None:
        await self._write(_save, profile)

    async def put_role(self, profile_id: str, role_id: str) -> None:
        await self._write(_put_role, profile_id, role_id)

    async def take_role(self, profile_id: str, role_id: str) -> None:
        await self._free(_take_role, profile_id, role_id)

    async def remove_profile(self, unique_id: str) -> None:
        await self._free(_remove, unique_id)


def _as_profile(row: Row) -> InstanceProfile:
    account, name, path, unique_id, created, tags, revision, *role = row
    return InstanceProfile(
        account=account,
        name=name,
        path=path,
        unique_id=unique_id,
        created=moment(created),
        role=None if role[0] is None else as_principal(tuple(role)),
        tags=unpacked(tags),
        revision=revision,
    )


def _add(db: Database, profile: InstanceProfile, limit: int) -> None:
    name_key = profile.name.lower()
    if db.one(sql.FIND, account=profile.account, name_key=name_key) is not None:
        raise Taken(profile.name)
    if db.value(sql.COUNT, account=profile.account) >= limit:
        raise QuotaReached(limit)
    db.change(
        sql.ADD,
        unique_id=profile.unique_id,
        account=profile.account,
        name=profile.name,
        name_key=name_key,
        path=profile.path,
        created=micros(profile.created),
        tags=packed(profile.tags),
        role_id=profile.role and profile.role.unique_id,
        revision=profile.revision,
    )
    bump(db, profile.account)


def _held(db: Database, unique_id: str) -> tuple[str, str | None]:
    """The profile's account and the unique id of its role."""
    row = db.one(sql.BY_ID, unique_id=unique_id)
    if row is None:
        raise Missing("profile")
    account, role_id = row
    return account, role_id


def _save(db: Database, profile: InstanceProfile) -> None:
    account, _ = _held(db, profile.unique_id)
    if not db.change(sql.SAVE, unique_id=profile.unique_id, revision=profile.revision, tags=packed(profile.tags)):
        raise Stale(profile.name)
    bump(db, account)


def _put_role(db: Database, profile_id: str, role_id: str) -> None:
    account, held = _held(db, profile_id)
    role = db.one(principals.BY_ID, unique_id=role_id)
    if role is None or (as_principal(role).account, as_principal(role).kind) != (account, Kind.ROLE):
        raise Missing("role")
    if held is not None:
        raise QuotaReached(1)
    db.change(sql.SET_ROLE, unique_id=profile_id, role_id=role_id)
    bump(db, account)


def _take_role(db: Database, profile_id: str, role_id: str) -> None:
    account, held = _held(db, profile_id)
    if held != role_id:
        raise Missing("role")
    db.change(sql.SET_ROLE, unique_id=profile_id, role_id=None)
    bump(db, account)


def _remove(db: Database, unique_id: str) -> None:
    account, held = _held(db, unique_id)
    if held is not None:
        raise InUse("roles")
    db.change(sql.REMOVE, unique_id=unique_id)
    bump(db, account)
