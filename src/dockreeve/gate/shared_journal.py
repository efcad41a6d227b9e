"""The journal where several workers share the data folder: what the others hold in memory is asked of them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from dockreeve.gate.journal import Journal, News
from dockreeve.storage import DecisionFilter, Records, StoredDecision

_log = logging.getLogger("dockreeve.journal")

_LOOK_SECONDS: Final = 0.2  # somebody who follows is told what came within it together
_UNKNOWN: Final = "0.0"  # the place of a worker that could not be asked
_PART: Final = 18  # digits of a place


class Others(Protocol):
    """The workers, this one among them."""

    def answer(self, what: str, by: Callable[[Any], Awaitable[Sequence[Any]]]) -> None:
        """Questions of this name are answered by this function."""

    async def ask_all(self, what: str, about: Any = None, *, own: bool = False) -> list[list[Any] | None]:
        """Everybody's answer, None for one that is silent; the own one is empty unless `own`."""
        ...


class SharedJournal(Journal):
    """One worker's journal, which answers for all of them."""

    def __init__(self, records: Records, others: Others, *, keep: timedelta, most: int) -> None:
        super().__init__(records, keep=keep, most=most)
        self._others = others
        others.answer("decision", self._say_decision)
        others.answer("recent", self._say_recent)
        others.answer("since", self._say_since)

    async def find(self, account: str, decision_id: str) -> StoredDecision | None:
        if (own := await super().find(account, decision_id)) is not None:
            return own
        answers = await self._others.ask_all("decision", {"account": account, "id": decision_id})
        return next((_received(one) for said in answers for one in said or ()), None)

    async def follow(
        self, account: str, wanted: DecisionFilter, cursor: str, seconds: float, *, allowed: bool | None = None
    ) -> News:
        until = time.monotonic() + seconds
        with self._following():
            while True:
                news = await self._since_all(account, wanted, cursor, allowed)
                cursor = news.cursor
                left = until - time.monotonic()
                if news.decisions or news.gap or left <= 0 or self._closing:
                    return news
                await asyncio.sleep(min(_LOOK_SECONDS, left))

    async def _let_through(
        self, account: str, wanted: DecisionFilter, allowed: bool | None
    ) -> Sequence[StoredDecision]:
        about = {"account": account, "wanted": _asked(wanted), "allowed": allowed}
        # INVARIANT: they store their refusals when they are asked this, so before the refusals are read.
        answers = await self._others.ask_all("recent", about)
        found = [*await super()._let_through(account, wanted, allowed)]
        return found + [_received(one) for said in answers for one in said or ()]

    async def _since_all(self, account: str, wanted: DecisionFilter, cursor: str, allowed: bool | None) -> News:
        """What was decided anywhere after the cursor, which has a place in the order of each worker's decisions."""
        about = {"account": account, "wanted": _asked(wanted), "allowed": allowed, "cursor": cursor}
        places = cursor.split("_")
        answers = await self._others.ask_all("since", about, own=True)
        if len(places) != len(answers):
            places = [_UNKNOWN] * len(answers)
        gap = False
        found: list[StoredDecision] = []
        for number, said in enumerate(answers):
            if said is None:  # asked again from the same place the next time
                continue
            (places[number], lost), *decisions = said
            gap = gap or lost
            found += map(_received, decisions)
        found.sort(key=lambda one: one.at, reverse=True)
        return News(found[: wanted.limit], "_".join(places), gap or len(found) > wanted.limit)

    async def _say_decision(self, about: Mapping[str, Any]) -> Sequence[Any]:
        found = await super().find(about["account"], about["id"])
        return [] if found is None else [_sent(found)]

    async def _say_recent(self, about: Mapping[str, Any]) -> Sequence[Any]:
        if about["allowed"] is not True:
            try:
                await self.flush()
            except OSError as error:
                _log.error("decisions can't be stored: %s", error)
        found = await super()._let_through(about["account"], _wanted(about["wanted"]), about["allowed"])
        return [_sent(one) for one in found]

    async def _say_since(self, about: Mapping[str, Any]) -> Sequence[Any]:
        """The own place now and whether something before it is lost, then what was decided up to it."""
        wanted, places = _wanted(about["wanted"]), about["cursor"].split("_")
        numbers = [place.partition(".")[2] for place in places if place.partition(".")[0] == self._life]
        known = [int(number) for number in numbers if _is_number(number)]
        if not known:  # the beginning, or what a worker knew that this one replaces
            return [(f"{self._life}.{self._count}", bool(about["cursor"]))]
        after = min(known[0], self._count)
        found = self._since(about["account"], wanted, after, about["allowed"])[: wanted.limit + 1]
        return [(f"{self._life}.{self._count}", self._lost(after)), *map(_sent, found)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _PART


def _asked(wanted: DecisionFilter) -> dict[str, Any]:
    return {
        **asdict(wanted),
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
    }


def _wanted(asked: Mapping[str, Any]) -> DecisionFilter:
    since, until = (asked[name] and datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    return replace(DecisionFilter(**asked), since=since, until=until)


def _sent(stored: StoredDecision) -> dict[str, Any]:
    # not asdict, which would copy the whole record
    named = {name: getattr(stored, name) for name in ("id", "account", "principal", "action", "resource", "verdict")}
    return {**named, "at": stored.at.isoformat(), "record": stored.record}


def _received(sent: Mapping[str, Any]) -> StoredDecision:
    return StoredDecision(**{**sent, "at": datetime.fromisoformat(sent["at"])})
