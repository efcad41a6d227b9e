"""Match text against AWS wildcards, in one pass over the text whatever the pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import TypeAlias


class Wild(Enum):
    """A wildcard; the two `_IN_SEGMENT` forms stop at the colon that ends a segment of an ARN."""

    STAR = "*"
    STAR_IN_SEGMENT = "* but no colon"
    ONE = "?"
    ONE_IN_SEGMENT = "? but no colon"


_STARS = (Wild.STAR, Wild.STAR_IN_SEGMENT)

Token: TypeAlias = str | Wild
Matcher: TypeAlias = Callable[[str], bool]


def joined(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """The same pattern with neighbouring texts made one, empty texts dropped and neighbouring stars made one."""
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        if isinstance(token, str):
            if not token:
                continue
            if isinstance(last, str):
                out[-1] = last + token
                continue
        elif token in _STARS and last in _STARS:
            out[-1] = token if token is Wild.STAR else last
            continue
        out.append(token)
    return tuple(out)


def matcher(tokens: Sequence[Token]) -> Matcher:
    """A function that says whether a whole text matches the pattern; `tokens` must come from `joined`."""
    if not any(isinstance(token, Wild) for token in tokens):
        return "".join(str(token) for token in tokens).__eq__
    if all(isinstance(token, str) or token is Wild.STAR for token in tokens):
        return _by_pieces(tokens)
    units: list[Token] = []
    for token in tokens:
        units.extend(token if isinstance(token, str) else (token,))
    return _by_units(tuple(units))


def literal_prefix(tokens: Sequence[Token]) -> str | None:
    """The text P if the pattern is exactly `P*`, else None."""
    if len(tokens) == 2 and tokens[1] is Wild.STAR and isinstance(tokens[0], str):  # noqa: PLR2004
        return tokens[0]
    return None


def _by_pieces(tokens: Sequence[Token]) -> Matcher:
    """Stars only: every piece of text is found as early as possible, which is enough."""
    head = tokens[0] if isinstance(tokens[0], str) else ""
    tail = tokens[-1] if isinstance(tokens[-1], str) else ""
    inner = [token for token in tokens[1 if head else 0 : -1 if tail else None] if isinstance(token, str)]
    shortest = len(head) + len(tail)

    def matches(text: str) -> bool:
        if len(text) < shortest or not text.startswith(head) or not text.endswith(tail):
            return False
        at, end = len(head), len(text) - len(tail)
        for piece in inner:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


def _by_units(units: Sequence[Token]) -> Matcher:
    """Any pattern: follow all ways to match at once. Bit i of a state says that unit i may come next."""

    def bits(*kinds: Token) -> int:
        return sum(1 << index for index, unit in enumerate(units) if unit in kinds)

    stars, wide_stars = bits(*_STARS), bits(Wild.STAR)
    any_taken, no_colon_taken = bits(Wild.ONE), bits(Wild.ONE, Wild.ONE_IN_SEGMENT)
    literals = {unit for unit in units if isinstance(unit, str)}
    taken = {unit: bits(unit) | (any_taken if unit == ":" else no_colon_taken) for unit in literals}
    taken.setdefault(":", any_taken)
    start, done = 1 | (stars & 1) << 1, 1 << len(units)

    def matches(text: str) -> bool:
        state = start
        for character in text:
            kept = state & (wide_stars if character == ":" else stars)
            state = (state & taken.get(character, no_colon_taken)) << 1 | kept
            state |= (state & stars) << 1  # a star may also stand for nothing; no two stars are neighbours
            if not state:
                return False
        return bool(state & done)

    return matches
