"""Attached and inline policies as rows."""

from collections.abc import Sequence

from dockreeve.storage.faults import Missing, QuotaReached
from dockreeve.storage.identity import Attachment, InlinePolicy
from dockreeve.storage.sqlite.database import Database
from dockreeve.storage.sqlite.principals import as_principal, bump, principal_of, require_policy
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import attachments as sql


class Attachments(Rows):
    """The part of `Identity` about who holds which policy."""

    async def attach(self, unique_id: str, policy_arn: str, *, limit: int) -> None:
        await self._write(_attach, unique_id, policy_arn, limit)

    async def detach(self, unique_id: str, policy_arn: str) -> None:
        await self._free(_detach, unique_id, policy_arn)

    async def attached(self, unique_id: str) -> Sequence[str]:
        return [arn for (arn,) in self._reads.all(sql.ATTACHED, principal_id=unique_id)]

    async def entities(
        self, policy_arn: str, *, usage: str = "PermissionsPolicy", account: str | None = None
    ) -> Sequence[Attachment]:
        query = {"PermissionsPolicy": sql.ATTACHED_TO, "PermissionsBoundary": sql.BOUNDARY_OF}[usage]
        rows = self._reads.all(query, policy_arn=policy_arn, account=account)
        return [Attachment(policy_arn, as_principal(row)) for row in rows]

    async def put_inline(self, unique_id: str, inline: InlinePolicy, *, limit: int) -> None:
        await self._write(_put_inline, unique_id, inline, limit)

    async def inline(self, unique_id: str) -> Sequence[InlinePolicy]:
        return [InlinePolicy(name, text) for name, text in self._reads.all(sql.INLINE, principal_id=unique_id)]

    async def remove_inline(self, unique_id: str, name: str) -> None:
        await self._free(_remove_inline, unique_id, name)


def _attach(db: Database, unique_id: str, policy_arn: str, limit: int) -> None:
    account = principal_of(db, unique_id).account
    require_policy(db, account, policy_arn)
    if db.one(sql.IS_ATTACHED, principal_id=unique_id, policy_arn=policy_arn) is not None:
        return
    if db.value(sql.COUNT, principal_id=unique_id) >= limit:
        raise QuotaReached(limit)
    name_key = policy_arn.rpartition("/")[2].lower()
    db.change(sql.ATTACH, principal_id=unique_id, policy_arn=policy_arn, name_key=name_key)
    bump(db, account)


def _detach(db: Database, unique_id: str, policy_arn: str) -> None:
    account = principal_of(db, unique_id).account
    if not db.change(sql.DETACH, principal_id=unique_id, policy_arn=policy_arn):
        raise Missing("attachment")
    bump(db, account)


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _put_inline(db: Database, unique_id: str, inline: InlinePolicy, limit: int) -> None:
    account = principal_of(db, unique_id).account
    others = sum(_letters(text) for name, text in db.all(sql.INLINE, principal_id=unique_id) if name != inline.name)
    if others + _letters(inline.text) > limit:
        raise QuotaReached(limit)
    db.change(sql.PUT_INLINE, principal_id=unique_id, name=inline.name, text=inline.text)
    bump(db, account)


def _remove_inline(db: Database, unique_id: str, name: str) -> None:
    account = principal_of(db, unique_id).account
    if not db.change(sql.REMOVE_INLINE, principal_id=unique_id, name=name):
        raise Missing("inline")
    bump(db, account)
