"""Write it down: every refusal by its id, every allowed request while it is recent, every use of an access key."""

import asyncio
import logging
import re
import secrets
import string
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dockreeve.gate.context import Asked
from dockreeve.policy import Decision, Verdict
from dockreeve.policy.explain import explain
from dockreeve.services.call import Caller
from dockreeve.storage import DecisionFilter, Records, StoredDecision

_log = logging.getLogger("dockreeve.journal")

_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 25  # as AWS's authorization ids
_RECENT = 10_000  # allowed decisions remembered
_WAITING = 10_000  # refusals not yet stored; beyond that the oldest are dropped, and the log says so
_FLUSH_SECONDS = 0.05
_RETRY_SECONDS = 1  # after a failure to store
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/(?:.*/)?(?P<name>[^/]+)")
_KEY_USE = timedelta(minutes=15)  # a key's last use is stored at most this often


class Journal:
    """Keeps decisions. Refusals are stored in batches off the request's path; a look-up sees them at once."""

    def __init__(self, records: Records, *, keep: timedelta, most: int) -> None:
        self._records = records
        self._keep = keep
        self._most = most
        self._recent: deque[tuple[Decision, Caller, Asked]] = deque(maxlen=_RECENT)
        self._waiting: deque[StoredDecision] = deque()
        self._uses: dict[str, tuple[datetime, str, str]] = {}
        self._used: dict[str, tuple[datetime, str, str]] = {}
        self._something = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._dropped = 0
        self.dropped = 0  # refusals that were never stored, since the start
        self.allowances = 0
        self.denials: dict[tuple[str, Verdict], int] = {}  # by action; their names are ours, never a client's

    @property
    def backlog(self) -> int:
        """Refusals that wait to be stored."""
        return len(self._waiting)

    def behind(self, now: datetime) -> float:
        """Seconds for which the oldest of them has waited."""
        return max(0.0, (now - self._waiting[0].at).total_seconds()) if self._waiting else 0.0

    def allowed(self, decision: Decision, caller: Caller, asked: Asked) -> None:
        """Remember a request that was let through."""
        self.allowances += 1
        self._recent.append((decision, caller, asked))

    def refused(self, decision: Decision, caller: Caller, asked: Asked, sentence: str) -> str:
        """Keep a refusal and return its id."""
        decision_id = new_id()
        kind = decision.ask.action, decision.verdict
        self.denials[kind] = self.denials.get(kind, 0) + 1
        self._waiting.append(_stored(decision_id, decision, caller, asked, sentence))
        if len(self._waiting) > _WAITING:
            self._waiting.popleft()
            self._dropped += 1
            self.dropped += 1
        self._something.set()
        return decision_id

    def key_used(self, key_id: str, at: datetime, region: str, service: str) -> None:
        """Keep when, where and for what a long-term key was used (IAM GetAccessKeyLastUsed)."""
        before = self._used.get(key_id)
        if before and before[1:] == (region, service) and at - before[0] < _KEY_USE:
            return
        if len(self._used) > _RECENT:
            self._used.clear()
        self._used[key_id] = self._uses[key_id] = (at, region, service)
        self._something.set()

    async def find(self, account: str, decision_id: str) -> StoredDecision | None:
        """The refusal with this id, if the account made it."""
        for stored in self._waiting:
            if stored.id == decision_id and stored.account == account:
                return stored
        return await self._records.decisions.find(account, decision_id)

    async def latest(self, account: str, wanted: DecisionFilter) -> Sequence[StoredDecision]:
        """The newest decisions that fit, newest first: refusals, and allowed requests as long as they are recent.

        A role's ARN stands for all of its sessions, as its name does.
        """
        try:
            await self.flush()
        except OSError as error:  # what is stored can be read all the same
            _log.error("decisions can't be stored: %s", error)
        found = [*await self._records.decisions.latest(account, _by_name(wanted))]
        for decision, caller, asked in reversed(self._recent):
            if len(found) >= 2 * wanted.limit:
                break
            if caller.account == account and _fits(decision, caller, wanted):
                found.append(_stored("", decision, caller, asked, ""))
        found = [one for one in found if _is_of(one, wanted.principal)]
        found.sort(key=lambda stored: stored.at, reverse=True)
        return found[: wanted.limit]

    async def flush(self) -> None:
        """Store what is waiting."""
        async with self._flushing:
            await self._flush()

    async def _flush(self) -> None:
        batch, uses = list(self._waiting), dict(self._uses)
        if batch:
            await self._note(batch)
            stored = {one.id for one in batch}
            while self._waiting and self._waiting[0].id in stored:
                self._waiting.popleft()
        if uses:
            await self._records.identity.note_keys_used(uses)
            self._uses = {key: use for key, use in self._uses.items() if uses.get(key) != use}
        if self._dropped:
            _log.warning("%d refusals were dropped: they came faster than they could be stored", self._dropped)
            self._dropped = 0

    async def _note(self, batch: Sequence[StoredDecision]) -> None:
        """Store them all. One that no store can take must not keep the others from it: it is logged and given up."""
        try:
            await self._records.decisions.note(batch)
        except OSError:
            raise
        except Exception:
            if len(batch) == 1:
                _log.exception("the refusal %s can't be stored", batch[0].id)
                self.dropped += 1
                return
            for one in batch:
                await self._note([one])

    async def run(self) -> None:
        """Store in the background until cancelled; a full disk is logged and tried again."""
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                await self.flush()
            except OSError as error:
                _log.error("decisions can't be stored: %s", error)
                self._something.set()
                await asyncio.sleep(_RETRY_SECONDS)
            await asyncio.sleep(_FLUSH_SECONDS)

    async def forget(self, now: datetime) -> int:
        """Drop what is older than the journal keeps; the number dropped."""
        return await self._records.decisions.forget(now - self._keep, self._most)


def new_id() -> str:
    """A fresh authorization id: lower-case letters and digits."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


def _by_name(wanted: DecisionFilter) -> DecisionFilter:
    """The filter for what is stored, where a session's role has a name only."""
    if role := _ROLE.fullmatch(wanted.principal or ""):
        return replace(wanted, principal=role["name"])
    return wanted


def _is_of(stored: StoredDecision, principal: str | None) -> bool:
    """Whether a decision that was found by a role's name is a session's, and not that of a user of the same name."""
    role = _ROLE.fullmatch(principal or "")
    return role is None or f":assumed-role/{role['name']}/" in stored.principal


def _fits(decision: Decision, caller: Caller, wanted: DecisionFilter) -> bool:
    ask, principal = decision.ask, wanted.principal
    return (
        (
            principal is None
            or principal in (caller.arn, caller.principal_arn)
            or principal.lower() == caller.name.lower()
        )
        and wanted.action in (None, ask.action)
        and wanted.resource in (None, ask.resource)
        and wanted.verdict in (None, decision.verdict.value)
    )


def _stored(decision_id: str, decision: Decision, caller: Caller, asked: Asked, sentence: str) -> StoredDecision:
    return StoredDecision(
        id=decision_id,
        account=caller.account,
        principal=caller.arn,
        action=decision.ask.action,
        resource=decision.ask.resource,
        verdict=decision.verdict.value,
        at=asked.now,
        record=explain(decision, sentence).to_json(),
    )
