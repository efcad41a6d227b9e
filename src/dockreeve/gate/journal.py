"""Write it down: every refusal by its id, every allowed request while it is recent, every use of an access key."""

import asyncio
import logging
import re
import secrets
import string
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from dockreeve.faults import Fault
from dockreeve.gate.context import Asked
from dockreeve.policy import Decision, Verdict
from dockreeve.policy.explain import explain
from dockreeve.services.call import Caller
from dockreeve.storage import DecisionFilter, Records, StoredDecision

_log = logging.getLogger("dockreeve.journal")

_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 25  # as AWS's authorization ids
_RECENT = 10_000  # allowed decisions remembered
_FOLLOWED = 1000  # refusals remembered for those who follow
_FOLLOWERS = 64
_BATCH_SECONDS = 0.2  # what comes within it is told together
_WAITING = 10_000  # refusals not yet stored; beyond that the oldest are dropped, and the log says so
_FLUSH_SECONDS = 0.05
_RETRY_SECONDS = 1  # after a failure to store
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/(?:.*/)?(?P<name>[^/]+)")
_SESSION = re.compile(r"(:assumed-role/[^/]+)/.*")
_KEY_USE = timedelta(minutes=15)  # a key's last use is stored at most this often
_LOOKING = "dockreeve:ListDecisions"  # whoever follows would else be told that he does


class _Recent(NamedTuple):
    """A request that was let through, and its place among all decisions."""

    number: int
    decision: Decision
    caller: Caller
    asked: Asked


@dataclass(frozen=True, slots=True)
class News:
    """What was decided since the `cursor` of the last time, newest first; `gap`: some of it is no longer known."""

    decisions: Sequence[StoredDecision]
    cursor: str
    gap: bool


class Journal:
    """Keeps decisions. Refusals are stored in batches off the request's path; a look-up sees them at once."""

    def __init__(self, records: Records, *, keep: timedelta, most: int) -> None:
        self._records = records
        self._keep = keep
        self._most = most
        self._recent: deque[_Recent] = deque(maxlen=_RECENT)
        self._refused: deque[tuple[int, StoredDecision]] = deque(maxlen=_FOLLOWED)
        self._count = 0  # decisions so far
        self._life = secrets.token_hex(4)  # a cursor of an earlier process means nothing here
        self._followers = 0
        self._closing = False
        self._news = asyncio.Event()
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
        self._count += 1
        self._recent.append(_Recent(self._count, decision, caller, asked))
        if self._followers:
            self._news.set()

    def refused(self, decision: Decision, caller: Caller, asked: Asked, sentence: str) -> str:
        """Keep a refusal and return its id."""
        decision_id = new_id()
        kind = decision.ask.action, decision.verdict
        self.denials[kind] = self.denials.get(kind, 0) + 1
        stored = _stored(decision_id, decision, caller, asked, sentence)
        self._waiting.append(stored)
        self._count += 1
        self._refused.append((self._count, stored))
        self._news.set()
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

    async def latest(
        self, account: str, wanted: DecisionFilter, *, allowed: bool | None = None
    ) -> Sequence[StoredDecision]:
        """The newest decisions that fit, newest first: refusals, and allowed requests as long as they are recent.

        A role's ARN stands for all of its sessions, as its name does. `allowed` says which of the two; None for both.
        """
        let_through = await self._let_through(account, wanted, allowed)
        found: list[StoredDecision] = []
        if allowed is not True:
            try:
                await self.flush()
            except OSError as error:  # what is stored can be read all the same
                _log.error("decisions can't be stored: %s", error)
            found += await self._records.decisions.latest(account, _by_name(wanted))
        found = [one for one in (*found, *let_through) if _is_of(one, wanted.principal)]
        found.sort(key=lambda stored: stored.at, reverse=True)
        return found[: wanted.limit]

    async def _let_through(
        self, account: str, wanted: DecisionFilter, allowed: bool | None
    ) -> Sequence[StoredDecision]:
        """The newest allowed requests that are remembered and fit; none where only refusals are asked for."""
        found: list[StoredDecision] = []
        for one in reversed(self._recent) if allowed is not False else ():
            if len(found) >= wanted.limit:
                break
            if one.caller.account == account and _fits(one, wanted):
                found.append(_stored("", one.decision, one.caller, one.asked, ""))
        return found

    async def follow(
        self, account: str, wanted: DecisionFilter, cursor: str, seconds: float, *, allowed: bool | None = None
    ) -> News:
        """What was decided after `cursor`: at once if there is something that fits, else within `seconds`.

        An empty cursor begins now. Raise `Fault` Throttling (429) when too many follow already.
        """
        life, _, number = cursor.partition(".")
        known = life == self._life and number.isascii() and number.isdigit() and len(number) < 19  # noqa: PLR2004
        after = min(int(number), self._count) if known else self._count
        gap = bool(cursor) and not known
        found: list[StoredDecision] = []
        with self._following(), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (gap or self._closing):
                    gap = self._lost(after)
                    upto, found = self._count, self._since(account, wanted, after, allowed)
                    after = upto
                    if found:
                        break
                    self._news.clear()
                    await self._news.wait()
                    await asyncio.sleep(_BATCH_SECONDS)
        return News(found[: wanted.limit], f"{self._life}.{after}", gap or len(found) > wanted.limit)

    @contextmanager
    def _following(self) -> Iterator[None]:
        """Count one who follows, for as long as the block runs. Raise `Fault` Throttling."""
        if self._followers >= _FOLLOWERS:
            raise Fault("Throttling", "Too many are following the decisions.", status=429)
        self._followers += 1
        try:
            yield
        finally:
            self._followers -= 1

    def dismiss_followers(self) -> None:
        """Answer all who wait for news, now and from here on: a server that stops must not wait for them."""
        self._closing = True
        self._news.set()

    def _lost(self, after: int) -> bool:
        """Whether something after this number was forgotten."""
        rings = ((self._recent, _RECENT), (self._refused, _FOLLOWED))
        return any(len(ring) == most and ring[0][0] > after + 1 for ring, most in rings)

    def _since(self, account: str, wanted: DecisionFilter, after: int, allowed: bool | None) -> list[StoredDecision]:
        found: list[tuple[int, StoredDecision]] = []
        for one in reversed(self._recent) if allowed is not False else ():
            if one.number <= after or len(found) > wanted.limit:
                break
            if one.caller.account != account or not _fits(one, wanted):
                continue
            if one.decision.ask.action != _LOOKING or wanted.action == _LOOKING:
                found.append((one.number, _stored("", one.decision, one.caller, one.asked, "")))
        for number, stored in reversed(self._refused) if allowed is not True else ():
            if number <= after:
                break
            if stored.account == account and _stored_fits(stored, wanted):
                found.append((number, stored))
        found.sort(key=lambda one: one[0], reverse=True)
        return [stored for _, stored in found]

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


def _fits(one: _Recent, wanted: DecisionFilter) -> bool:
    caller, ask, principal = one.caller, one.decision.ask, wanted.principal
    return (
        (
            principal is None
            or principal in (caller.arn, caller.principal_arn)
            or principal.lower() == caller.name.lower()
        )
        and wanted.action in (None, ask.action)
        and wanted.resource in (None, ask.resource)
        and wanted.verdict in (None, one.decision.verdict.value)
        and _in_time(one.asked.now, wanted)
    )


def _stored_fits(stored: StoredDecision, wanted: DecisionFilter) -> bool:
    principal, role = wanted.principal, _ROLE.fullmatch(wanted.principal or "")
    name = _SESSION.sub(r"\1", stored.principal).rpartition("/")[2]
    return (
        (
            principal is None
            or principal == stored.principal
            or principal.lower() == name.lower()
            or (role is not None and f":assumed-role/{role['name']}/" in stored.principal)
        )
        and wanted.action in (None, stored.action)
        and wanted.resource in (None, stored.resource)
        and wanted.verdict in (None, stored.verdict)
        and _in_time(stored.at, wanted)
    )


def _in_time(at: datetime, wanted: DecisionFilter) -> bool:
    return (wanted.since is None or at >= wanted.since) and (wanted.until is None or at <= wanted.until)


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
