"""Of many patterns those that may take in a text, found by how they begin and end instead of one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

_WILDCARD = re.compile(r"[*?]")
_LONGEST = 48  # characters of a beginning or an end that patterns are told apart by
_SEGMENTS = 6


class Among:
    """Numbers by their patterns (or plain texts); one number may have several, given in ascending order.

    Of a resource only the last of the six segments tells: the others are the same nearly everywhere.
    """

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        self._plain: dict[str, list[int]] = {}
        self._patterns: dict[str, dict[str, list[int]]] = {}
        for pattern, number in entries:
            head, *inner = _WILDCARD.split(_telling(pattern))
            if inner:
                by_end = self._patterns.setdefault(head[:_LONGEST], {})
                by_end.setdefault(inner[-1][-_LONGEST:], []).append(number)
            else:
                self._plain.setdefault(head, []).append(number)
        self._heads = sorted({len(head) for head in self._patterns})
        self._tails = sorted({len(tail) for by_end in self._patterns.values() for tail in by_end})

    def perhaps(self, narrow: str) -> Sequence[Sequence[int]]:
        """Ascending lists with the number of every pattern that takes in all that `narrow` does, and of others."""
        narrow = _telling(narrow)
        head, *inner = _WILDCARD.split(narrow)
        tail = inner[-1] if inner else head
        found = [] if inner or head not in self._plain else [self._plain[head]]
        for length in self._heads:
            by_end = self._patterns.get(head[:length]) if length <= len(head) else None
            if by_end is None:
                continue
            for size in self._tails if len(by_end) > 1 else map(len, by_end):
                if size <= len(tail) and (numbers := by_end.get(tail[len(tail) - size :])) is not None:
                    found.append(numbers)
        return found


def ascending(lists: Sequence[Sequence[int]]) -> Iterator[int]:
    """The numbers of some ascending lists, in order; none is looked at before it is needed."""
    return merge(*lists) if len(lists) > 1 else iter(lists[0] if lists else ())


def _telling(pattern: str) -> str:
    return pattern.split(":", _SEGMENTS - 1)[-1] if pattern.count(":") >= _SEGMENTS - 1 else pattern
