"""How often somebody may try: a bucket of tries for each name, refilled slowly."""

import json
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from zlib import crc32

from dockreeve.doors.siblings import Siblings, Silent

_MOST = 10_000  # names remembered; the one not seen for longest is forgotten first


@dataclass(slots=True)
class Attempts:
    """`burst` tries at once, then one more every `seconds`."""

    burst: int
    seconds: float
    _spent: OrderedDict[Hashable, tuple[float, float]] = field(default_factory=OrderedDict)  # tries, as of when

    def take(self, name: Hashable, now: float) -> int:
        """Spend a try at `now` (seconds): 0, or how many whole seconds there is none left."""
        spent = self._left(name, now)
        if spent + 1 > self.burst:
            return max(1, ceil(round((spent + 1 - self.burst) * self.seconds, 3)))
        self._keep(name, spent + 1, now)
        return 0

    def give_back(self, name: Hashable, now: float) -> None:
        """A try that was none: it succeeded."""
        if name in self._spent:
            self._keep(name, max(0.0, self._left(name, now) - 1), now)

    def _left(self, name: Hashable, now: float) -> float:
        spent, since = self._spent.get(name, (0.0, now))
        return max(0.0, spent - max(0.0, now - since) / self.seconds)

    def _keep(self, name: Hashable, spent: float, now: float) -> None:
        self._spent[name] = (spent, now)
        self._spent.move_to_end(name)
        if len(self._spent) > _MOST:
            self._spent.popitem(last=False)


class SharedAttempts:
    """The attempts of all workers: each name is counted by one of them, which the name chooses.

    Where that one doesn't answer, the worker that was asked counts by itself: nobody is locked out by a worker's end.
    """

    def __init__(self, what: str, attempts: Attempts, siblings: Siblings | None) -> None:
        """`siblings` None: there is one worker. `what`: the name of this limit among the workers."""
        self._what = what
        self._attempts = attempts
        self._siblings = siblings
        if siblings is not None:
            siblings.answer(what, self._answer)

    async def take(self, name: tuple[str, ...], now: float) -> int:
        """As `Attempts.take`."""
        wait: int = await self._counted("take", name, now)
        return wait

    async def give_back(self, name: tuple[str, ...], now: float) -> None:
        """As `Attempts.give_back`."""
        await self._counted("give_back", name, now)

    async def _counted(self, step: str, name: tuple[str, ...], now: float) -> Any:
        about: list[Any] = [step, list(name), now]
        if self._siblings is None:
            return self._done(*about)
        try:
            owner = crc32(json.dumps(name).encode()) % self._siblings.count
            return (await self._siblings.ask(owner, self._what, about))[0]
        except Silent:
            return self._done(*about)

    async def _answer(self, about: list[Any]) -> Sequence[Any]:
        return [self._done(*about)]

    def _done(self, step: str, name: Sequence[str], now: float) -> Any:
        return getattr(self._attempts, step)(tuple(name), now)
