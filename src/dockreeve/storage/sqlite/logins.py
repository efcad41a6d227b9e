"""Login profiles and password policies as rows; of a password only its hash is kept."""

from dataclasses import asdict

from dockreeve.storage.faults import Missing, Stale, Taken
from dockreeve.storage.identity import LoginProfile, PasswordPolicy
from dockreeve.storage.sqlite.columns import micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.principals import bump, principal_of
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import logins as sql


class Logins(Rows):
    """The part of `Identity` about passwords."""

    async def add_login(self, profile: LoginProfile) -> None:
        await self._write(_add, profile)

    async def find_login(self, user_id: str) -> LoginProfile | None:
        row = self._reads.one(sql.FIND, user_id=user_id)
        return None if row is None else _as_login(row)

    async def save_login(self, profile: LoginProfile) -> None:
        await self._write(_save, profile)

    async def remove_login(self, user_id: str) -> None:
        await self._free(_remove, user_id)

    async def password_policy(self, account: str) -> PasswordPolicy | None:
        stored = self._reads.value(sql.POLICY, account=account)
        return None if stored is None else PasswordPolicy(**unpacked(stored))

    async def put_password_policy(self, account: str, policy: PasswordPolicy) -> None:
        await self._write(_put_policy, account, packed(asdict(policy)))

    async def remove_password_policy(self, account: str) -> None:
        await self._free(_remove_policy, account)


def _as_login(row: Row) -> LoginProfile:
    user_id, account, hashed, earlier, created, changed, reset_required, revision = row
    return LoginProfile(
        user_id=user_id,
        account=account,
        hash=hashed,
        created=moment(created),
        changed=moment(changed),
        reset_required=bool(reset_required),
        earlier=tuple(unpacked(earlier)),
        revision=revision,
    )


def _found(db: Database, user_id: str) -> LoginProfile:
    row = db.one(sql.FIND, user_id=user_id)
    if row is None:
        raise Missing("login")
    return _as_login(row)


def _settings(profile: LoginProfile) -> dict[str, object]:
    return {
        "hash": profile.hash,
        "earlier": packed(profile.earlier),
        "changed": micros(profile.changed),
        "reset_required": int(profile.reset_required),
    }


def _add(db: Database, profile: LoginProfile) -> None:
    user = principal_of(db, profile.user_id)
    if db.one(sql.FIND, user_id=profile.user_id) is not None:
        raise Taken(user.name)
    db.change(
        sql.ADD,
        user_id=profile.user_id,
        account=user.account,
        created=micros(profile.created),
        revision=profile.revision,
        **_settings(profile),
    )
    bump(db, user.account)


def _save(db: Database, profile: LoginProfile) -> None:
    stored = _found(db, profile.user_id)
    if stored.revision != profile.revision:
        raise Stale(profile.user_id)
    db.change(sql.SAVE, user_id=profile.user_id, **_settings(profile))
    bump(db, stored.account)


def _remove(db: Database, user_id: str) -> None:
    account = _found(db, user_id).account
    db.change(sql.REMOVE, user_id=user_id)
    bump(db, account)


def _put_policy(db: Database, account: str, rules: str) -> None:
    db.change(sql.PUT_POLICY, account=account, rules=rules)
    bump(db, account)


def _remove_policy(db: Database, account: str) -> None:
    if not db.change(sql.REMOVE_POLICY, account=account):
        raise Missing("password policy")
    bump(db, account)
