"""Decisions as rows."""

import re
from collections.abc import Sequence
from datetime import datetime

from dockreeve.storage.decisions import DecisionFilter, StoredDecision
from dockreeve.storage.sqlite.columns import micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import decisions as sql

# user and role ARNs end with the name; those of role sessions hold it before the session's name
_NAME = re.compile(r"^arn:[^:]*:(?:iam|sts)::[^:]*:(?:assumed-role/(?P<role>[^/]+)/|(?:.*/)?(?P<last>[^/]+)$)")

_EVER = 2**62  # microseconds


class SqliteDecisions(Rows):
    """The port `Decisions`."""

    async def note(self, decisions: Sequence[StoredDecision]) -> None:
        if decisions:
            await self._write(_note, list(decisions))

    async def find(self, account: str, decision_id: str) -> StoredDecision | None:
        row = self._reads.one(sql.FIND, account=account, id=decision_id)
        return None if row is None else _as_decision(row)

    async def latest(self, account: str, wanted: DecisionFilter) -> Sequence[StoredDecision]:
        values = {
            "account": account,
            "action": wanted.action,
            "resource": wanted.resource,
            "verdict": wanted.verdict,
            # always bounds, so that the index is entered at its place
            "since": micros(wanted.since) if wanted.since else 0,
            "until": micros(wanted.until) if wanted.until else _EVER,
        }
        if wanted.principal is None:
            rows = self._reads.all(sql.LATEST, limit=wanted.limit, **values)
        else:
            is_arn = wanted.principal.startswith("arn:")
            rows = self._reads.all(
                sql.LATEST_OF,
                principal_name=_name_of(wanted.principal),
                principal=wanted.principal if is_arn else None,
                limit=wanted.limit,
                **values,
            )
        return [_as_decision(row) for row in rows]

    async def forget(self, before: datetime, keep: int) -> int:
        return await self._free(_forget, micros(before), keep)


def _name_of(principal: str) -> str:
    """The lower-cased name of the user or role behind an ARN; a name stays itself."""
    found = _NAME.match(principal)
    name = found and (found["role"] or found["last"])
    return (name or principal).lower()


def _as_decision(row: Row) -> StoredDecision:
    decision_id, account, principal, action, resource, verdict, at, record = row
    return StoredDecision(decision_id, account, principal, action, resource, verdict, moment(at), unpacked(record))


def _note(db: Database, decisions: Sequence[StoredDecision]) -> None:
    for decision in decisions:
        db.change(
            sql.NOTE,
            id=decision.id,
            account=decision.account,
            principal=decision.principal,
            principal_name=_name_of(decision.principal),
            action=decision.action,
            resource=decision.resource,
            verdict=decision.verdict,
            at=micros(decision.at),
            record=packed(decision.record),
        )


def _forget(db: Database, before: int, keep: int) -> int:
    return db.change(sql.FORGET, before=before, keep=keep)
