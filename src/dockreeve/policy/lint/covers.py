"""Compare two patterns of `*` and `?`: does one take in all that the other does, do they share anything?"""

from __future__ import annotations

import re
from functools import lru_cache

_WILDCARD = re.compile(r"[*?]")
_MOST = 4_000  # states of a comparison; beyond it the answer is the careful one
_SEGMENTS = 6


@lru_cache(maxsize=8192)
def covers(wide: str, narrow: str) -> bool:
    """Whether every text that `narrow` matches is matched by `wide`; False also where that is too hard to tell."""
    if wide in ("*", narrow):
        return True
    head = _WILDCARD.split(wide, maxsplit=1)[0]
    if head == wide or not narrow.startswith(head):
        return False
    tail = _WILDCARD.split(wide)[-1]
    return narrow.endswith(tail) and len(narrow) >= len(head) + len(tail) and _covers(wide, narrow)


def covers_arn(wide: str, narrow: str) -> bool:
    """The same for two values of Resource: six segments are compared one by one [RES]."""
    wide_parts, narrow_parts = wide.split(":", _SEGMENTS - 1), narrow.split(":", _SEGMENTS - 1)
    if wide == "*":
        return True
    if len(wide_parts) != _SEGMENTS or len(narrow_parts) != _SEGMENTS:
        return wide == narrow
    return all(covers(one, other) for one, other in zip(wide_parts, narrow_parts, strict=True))


@lru_cache(maxsize=8192)
def overlaps(one: str, other: str) -> bool:
    """Whether some text is matched by both; True also where that is too hard to tell."""
    if not _heads_agree(one, other) or not _heads_agree(one[::-1], other[::-1]):
        return False
    seen: set[tuple[int, int]] = set()
    todo = [(0, 0)]
    while todo:
        state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > _MOST:
            return True
        at, there = state
        if at == len(one) and there == len(other):
            return True
        here, opposite = one[at : at + 1], other[there : there + 1]
        if here == "*":
            todo.append((at + 1, there))
        if opposite == "*":
            todo.append((at, there + 1))
        if here and opposite and _meet(here, opposite):
            todo.append((at + (here != "*"), there + (opposite != "*")))
    return False


def _meet(here: str, opposite: str) -> bool:
    return here == opposite or bool({here, opposite} & {"*", "?"})


def _heads_agree(one: str, other: str) -> bool:
    for here, opposite in zip(one, other, strict=False):
        if here == "*" or opposite == "*":
            return True
        if here not in ("?", opposite) and opposite != "?":
            return False
    return True


def _covers(wide: str, narrow: str) -> bool:
    """Walk `narrow` and all ways to match `wide` at once. Bit i of a set says that wide[i] may come next."""
    units: dict[str, int] = {}
    for index, unit in enumerate(wide):
        units[unit] = units.get(unit, 0) | 1 << index
    stars = units.pop("*", 0)
    other = units.pop("?", 0)  # what a character that `wide` does not name may be
    taken = {letter: bits | other for letter, bits in units.items()}

    def closed(ways: int) -> int:
        while True:
            more = ways | (ways & stars) << 1
            if more == ways:
                return ways
            ways = more

    def step(ways: int, mask: int) -> int:
        return closed((ways & mask) << 1 | ways & stars)

    seen: set[tuple[int, int]] = set()
    todo = [(0, closed(1))]
    while todo:
        at, ways = state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        if not ways or len(seen) > _MOST:
            return False
        if at == len(narrow):
            if not ways >> len(wide) & 1:
                return False
            continue
        unit = narrow[at]
        if unit in ("*", "?"):
            after = at + (unit == "?")
            todo += [(after, step(ways, mask)) for mask in {*taken.values(), other}]
            if unit == "*":
                todo.append((at + 1, ways))
        else:
            todo.append((at + 1, step(ways, taken.get(unit, other))))
    return True
