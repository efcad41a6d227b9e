"""How often somebody may try: a bucket of tries for each name, refilled slowly."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from math import ceil

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
