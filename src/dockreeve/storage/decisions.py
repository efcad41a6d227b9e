"""The port of the decisions: what was refused, kept whole for a day, found by id or by principal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One decision as it was made: `record` is the JSON object that `gate.journal` writes and reads."""

    id: str
    account: str  # the caller's account; another account never sees the record
    principal: str  # ARN as shown to people
    action: str
    resource: str
    verdict: str
    at: datetime  # UTC
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions to find: `principal` is an ARN, or the name of a user or role; newest first, at most `limit`.

    `since` and `until` are the first and the last moment that count.
    """

    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    verdict: str | None = None
    limit: int = 20
    since: datetime | None = None
    until: datetime | None = None


class Decisions(Protocol):
    """Decisions by id."""

    async def note(self, decisions: Sequence[StoredDecision]) -> None:
        """Keep all of them."""

    async def find(self, account: str, decision_id: str) -> StoredDecision | None:
        """The decision with this id, if it was this account's."""

    async def latest(self, account: str, wanted: DecisionFilter) -> Sequence[StoredDecision]:
        """The newest decisions that fit, newest first."""

    async def forget(self, before: datetime, keep: int) -> int:
        """Drop what is older than `before` or beyond the newest `keep`; the number dropped."""
