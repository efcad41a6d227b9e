"""Condition keys as sets: for all that a key may hold, one value of every kind that the conditions tell apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

from dockreeve.policy import scalars
from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.conditions import Condition
from dockreeve.policy.prove.automata import AnyText, Budget, TooMany, witnesses
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.opened import OPEN
from dockreeve.policy.prove.patterns import text_globs, typed_values
from dockreeve.policy.template import Values

_MOST_KINDS = 64  # of what one key may hold
_MOST_STATES = 5_000


class Line(NamedTuple):
    """A line of Condition, with the version of its document."""

    condition: Condition
    version: str


class Choices(NamedTuple):
    """What a key may hold, one value of each kind, None meaning that it is absent.

    Not `exact`: some kinds may be missing, so nothing follows from none of these values doing something.
    """

    values: tuple[Values | None, ...]
    exact: bool


def choices(key: str, lines: Sequence[Line], known: Known, budget: Budget) -> Choices:
    """The kinds of values that the lines, all on this key, tell apart.

    A key that the Service Authorization Reference knows holds values of its type, several only where it is an array;
    any other holds texts, several where a set operator is used on it.
    """
    if key.startswith(OPEN):
        return Choices((None, "true"), True)
    about = catalogue().condition_key(key)
    kind = about.base_type if about else "String"
    several = about.is_multivalued if about else any(line.condition.operator.each for line in lines)
    try:
        texts, exact = _texts(kind, lines, known, budget)
        found = _distinct([None, *texts], key, lines, known)
        if several:
            found = _distinct([*found, *_lists(texts, key, lines, known)], key, lines, known)
    except TooMany:
        return Choices((None,), False)
    return Choices(tuple(found), exact)


def may_hold_text(key: str) -> bool:
    """Whether any text is a value of the key."""
    about = catalogue().condition_key(key)
    return about is None or about.base_type in _TEXTS


def truths(key: str, held: Values | None, lines: Iterable[Line], known: Known) -> tuple[bool, ...]:
    """Which lines are met when the key holds this."""
    context = known.context if held is None else {**known.context, key: held}
    return tuple(line.condition.met(context) for line in lines)


def _distinct(held: Iterable[Values | None], key: str, lines: Sequence[Line], known: Known) -> list[Values | None]:
    found: dict[tuple[bool, ...], Values | None] = {}
    for value in held:
        found.setdefault(truths(key, value, lines, known), value)
    return list(found.values())


def _lists(texts: Sequence[str], key: str, lines: Sequence[Line], known: Known) -> Iterator[Values]:
    """The empty list, and lists that set operators tell apart.

    What they say of a list follows from what they say of it less one value, and of that value: so it is enough to
    make lists longer by one value for as long as that shows something new.
    """
    yield ()
    singles = [value for value in _distinct(texts, key, lines, known) if isinstance(value, str)]
    waiting: list[tuple[str, ...]] = [(one, one) for one in singles]
    seen = set()
    while waiting:
        held = waiting.pop()
        kind = truths(key, held, lines, known)
        if kind in seen:
            continue
        seen.add(kind)
        if len(seen) > _MOST_KINDS:
            raise TooMany("more kinds of lists than can be compared")
        yield held
        waiting += [(*held, one) for one in singles]


def _texts(kind: str, lines: Sequence[Line], known: Known, budget: Budget) -> tuple[list[str], bool]:
    if kind == "Bool":
        return ["true", "false"], True
    families: dict[str, list[Line]] = {}
    for line in lines:
        families.setdefault(_family(line.condition), []).append(line)
    families.pop("null", None)
    strict = _STRICT.get(kind)
    if not families:
        return list(_TYPED[strict](())) if strict else ["other"], True
    exact = len(families) == 1 and kind in _TYPES[next(iter(families))]
    found = [] if strict else ["other"]
    for family, its_lines in families.items():
        if family == "text":
            globs = [glob for line in its_lines for glob in dict.fromkeys(text_globs(*line, known))]
            found += witnesses(globs, AnyText(), budget, _MOST_STATES)
            exact = exact and all(map(_foldable, its_lines))
        else:
            texts = [text for line in its_lines for text in typed_values(*line, known)]
            found += dict.fromkeys(_TYPED[family](texts))
    return found, exact


# What a key of each of the reference's types may be compared by, so that its values are known as a set; a key of a
# strict type holds no value that isn't of the type.
_STRICT = {"Numeric": "numeric", "Date": "date", "IPAddress": "ip"}
_TEXTS = ("String", "ARN", "Binary")
_TYPES = {
    "text": _TEXTS,
    "numeric": ("Numeric", *_TEXTS),
    "date": ("Date", "Numeric", *_TEXTS),
    "ip": ("IPAddress", *_TEXTS),
    "binary": _TEXTS,
}


def _family(condition: Condition) -> str:
    base = condition.operator.base
    for prefix, family in (("numeric", "numeric"), ("date", "date"), ("ipaddress", "ip"), ("binary", "binary")):
        if base.startswith(prefix):
            return family
    return "null" if base == "null" else "text"


def _foldable(line: Line) -> bool:
    how = line.condition.operator.base
    return how != "stringequalsignorecase" or all(value.isascii() for value in line.condition.values)


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    """Every limit, something between two of them, and something beyond either end."""
    limits = sorted({found for found in map(scalars.number, texts) if found is not None})
    with localcontext(prec=120):
        between = [(low + high) / 2 for low, high in pairwise(limits)]
        ends = [limits[0] - 1, limits[-1] + 1] if limits else [Decimal(0)]
        for number in [*limits, *between, *ends]:
            text = f"{round(number, 40):f}".rstrip("0").rstrip(".") if number % 1 else f"{number:f}".partition(".")[0]
            if scalars.number(text) is not None:
                yield text


def _dates(texts: Sequence[str]) -> Iterator[str]:
    limits = sorted({found for found in map(scalars.moment, texts) if found is not None}) or [0]
    for step in (0, 1_000_000_000, 1):
        for limit in limits:
            for text in map(_date, dict.fromkeys((limit, limit - step, limit + step))):
                if scalars.moment(text) is not None:
                    yield text


def _date(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    if not rest and 0 <= seconds < _YEAR_9999:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with localcontext(prec=60):
        return f"{Decimal(nanoseconds) / 1_000_000_000:f}"


_YEAR_9999 = 253_370_764_800


def _addresses(texts: Sequence[str]) -> Iterator[str]:
    """Where each network begins and where it has ended; no network begins or ends between two of these."""
    marks = {(4, 0), (6, 0), (6, 0xFFFF << 32), (6, 0x10000 << 32)}  # IPv4 addresses lie within the last two
    for version, start, mask in filter(None, map(scalars.network, texts)):
        size = (1 << _BITS[version]) - mask
        marks |= {(version, start), (version, start + size)}
    for version, value in sorted(marks, key=lambda mark: (mark[1] == 0, mark)):
        if value >> _BITS[version] == 0:
            yield str(ipaddress.IPv4Address(value) if version == 4 else ipaddress.IPv6Address(value))  # noqa: PLR2004


_BITS = {4: 32, 6: 128}


def _bytes(texts: Sequence[str]) -> Iterator[str]:
    yield from texts
    longest = max(map(len, texts), default=0)
    yield "AAAA" * (longest // 4 + 1)


_TYPED: dict[str, Callable[[Sequence[str]], Iterator[str]]] = {
    "numeric": _numbers,
    "date": _dates,
    "ip": _addresses,
    "binary": _bytes,
}
