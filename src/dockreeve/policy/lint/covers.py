"""Compare two patterns of `*` and `?`: does one take in all that the other does, do they share anything?"""

from __future__ import annotations

import re
from functools import lru_cache

_WILDCARD = re.compile(r"[*?]")
_STARS = re.compile(r"\*{2,}")
# Of one comparison; beyond them the answer is the careful one.
_LONGEST = 16_384  # of the pattern whose places are kept as bits
_MOST_UNITS = 40_000_000  # the product of the two lengths
_MOST_STEPS = 4_000  # beside one for each character
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
    if not narrow.endswith(tail) or ("*" not in narrow and len(narrow) < len(wide) - wide.count("*")):
        return False
    return _covers(_STARS.sub("*", wide), _STARS.sub("*", narrow))


def effort(wide: str, narrow: str) -> int:
    """How much work `covers` may be, in units of about a microsecond: for those who compare many."""
    return 1 + min(len(narrow) * (1 + wide.count("?")) // 4, _MOST_STEPS)


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
    other, one = sorted((_STARS.sub("*", one), _STARS.sub("*", other)), key=len)
    if len(other) > _LONGEST or len(one) * len(other) > _MOST_UNITS:
        return True
    units = _places(other)
    stars, single = units.pop("*", 0), units.pop("?", 0)
    done = 1 << len(other)
    anything = done - 1 & ~stars
    # Bit i of `ways` says that other[i] may come next, while `one` is walked through.
    ways = 1
    for unit in one:
        ways |= (ways & stars) << 1
        if unit == "*":  # it takes in whatever `other` has from the first way on
            ways = (done << 1) - (ways & -ways)
        else:
            taken = anything if unit == "?" else units.get(unit, 0) | single
            ways = (ways & taken) << 1 | ways & stars
        if not ways:
            return False
    ways |= (ways & stars) << 1
    return bool(ways & done)


def _heads_agree(one: str, other: str) -> bool:
    for here, opposite in zip(one, other, strict=False):
        if here == "*" or opposite == "*":
            return True
        if here not in ("?", opposite) and opposite != "?":
            return False
    return True


def _covers(wide: str, narrow: str) -> bool:
    """Walk `narrow` and all ways to match `wide` at once. Bit i of a set says that wide[i] may come next.

    What a wildcard of `narrow` stands for is taken to be letters that `wide` does not name: only wildcards match those,
    and they match any other letters as well. A `*` of `narrow` may stand for any number of them, so from there on there
    are several sets; one that holds another is dropped, since whatever the smaller one matches it does.
    """
    if len(wide) > _LONGEST or len(wide) * len(narrow) > _MOST_UNITS:
        return False
    units = _places(wide)
    stars, single = units.pop("*", 0), units.pop("?", 0)

    def step(ways: int, taken: int) -> int:
        ways = (ways & taken) << 1 | ways & stars
        return ways | (ways & stars) << 1

    sets = {1 | (stars & 1) << 1}
    left = len(narrow) + _MOST_STEPS
    for unit in narrow:
        if unit == "*":
            found: set[int] = set()
            for ways in sets:
                while ways not in found and len(found) <= left:
                    found.add(ways)
                    ways = step(ways, single)  # noqa: PLW2901 - one letter more
            left -= len(found)
            sets = _smallest(found)
        else:
            taken = single if unit == "?" else units.get(unit, 0) | single
            sets = {step(ways, taken) for ways in sets}
        left -= len(sets)
        if 0 in sets or left < 0:
            return False
    return all(ways >> len(wide) & 1 for ways in sets)


def _places(pattern: str) -> dict[str, int]:
    """Each character of a pattern, with a bit set for each place where it stands."""
    found: dict[str, int] = {}
    for index, unit in enumerate(pattern):
        found[unit] = found.get(unit, 0) | 1 << index
    return found


def _smallest(sets: set[int]) -> set[int]:
    """Those that hold none of the others."""
    kept: list[int] = []
    for ways in sorted(sets, key=int.bit_count):
        if not any(one & ways == one for one in kept):
            kept.append(ways)
    return set(kept)
