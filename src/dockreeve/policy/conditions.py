"""Decide one line of a Condition element: an operator, a key and its values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dockreeve.policy import scalars
from dockreeve.policy.template import SEGMENTS, AnyOf, Context, Values, arn_patterns, pieces

# Says whether one value of the request matches one of the policy's values; None: it is not of the operator's type.
Test: TypeAlias = Callable[[str, Context], bool | None]


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator, taken apart: `ForAnyValue:StringNotLikeIfExists`."""

    written: str
    base: str  # lower case and positive: "stringlike"
    negated: bool
    each: str | None  # "forallvalues", "foranyvalue" or None
    if_exists: bool

    @property
    def is_date(self) -> bool:
        return self.base.startswith("date")


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of one operator, compiled."""

    operator: Operator
    key: str  # as written
    values: tuple[str, ...]
    _key: str = field(repr=False)
    _test: Test = field(repr=False, compare=False)

    def met(self, context: Context) -> bool:
        """Whether the request meets it (OPS, MULTI, SINGLE; the corner cases are in DESIGN.md)."""
        found = context.get(self._key)
        how = self.operator
        if how.each is not None:
            return self._each_met(found, context)
        if found is None or found == ():
            return how.negated or how.if_exists
        if isinstance(found, tuple):
            if len(found) > 1:
                return False
            found = found[0]
        hit = self._test(found, context)
        return hit is not None and hit is not how.negated

    def found(self, context: Context) -> Values | None:
        """What the request holds under this key."""
        return context.get(self._key)

    def _each_met(self, found: Values | None, context: Context) -> bool:
        every = self.operator.each == "forallvalues"
        if found is None:
            return every or self.operator.if_exists
        hits = (self._test(value, context) for value in ((found,) if isinstance(found, str) else found))
        met = (hit is not None and hit is not self.operator.negated for hit in hits)
        return all(met) if every else any(met)


@dataclass(frozen=True, slots=True)
class NullCondition(Condition):
    """`Null`: whether the key is there at all; an empty list is not."""

    def met(self, context: Context) -> bool:
        absent = context.get(self._key) in (None, ())
        return any(scalars.boolean(value) is absent for value in self.values)


_NAME = re.compile(r"(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?", re.IGNORECASE | re.ASCII)


def operator_named(written: str) -> Operator | None:
    """The operator of that name, in any case; None if AWS has none, or it joins Null and IfExists."""
    found = _NAME.fullmatch(written)
    if found is None:
        return None
    each, name, if_exists = found.groups()
    name = name.lower()
    base = _NEGATED.get(name, name)
    if base not in _TESTS or (base == "null" and if_exists):
        return None
    return Operator(written, base, name in _NEGATED, each.lower() if each else None, bool(if_exists))


def condition(how: Operator, key: str, values: Sequence[str], *, variables: bool) -> Condition:
    """Compile one line; `variables` is off for documents older than 2012-10-17 (VARS)."""
    kind = NullCondition if how.base == "null" else Condition
    return kind(how, key, tuple(values), key.lower(), _TESTS[how.base](values, variables))


def _text_test(*, wildcards: bool, fold: bool) -> Callable[[Sequence[str], bool], Test]:
    def build(values: Sequence[str], variables: bool) -> Test:
        spelled = [value.lower() for value in values] if fold else values
        known = AnyOf(pieces(value, wildcards=wildcards, variables=variables) for value in spelled)
        if fold:
            return lambda value, context: known.matches(value.lower(), context, str.lower)
        return known.matches

    return build


def _arn_test(values: Sequence[str], variables: bool) -> Test:
    known = AnyOf(
        pattern
        for value in values
        for pattern in arn_patterns(pieces(value, wildcards=True, variables=variables), crossing=False)
    )

    def test(value: str, context: Context) -> bool | None:
        is_arn = value.startswith("arn:") and value.count(":") >= SEGMENTS - 1
        return known.matches(value, context) if is_arn else None

    return test


def _address_test(values: Sequence[str], _: bool) -> Test:
    known = [found for found in map(scalars.network, values) if found is not None]

    def test(value: str, _: Context) -> bool | None:
        found = scalars.address(value)
        if found is None:
            return None
        version, bits = found
        return any(version == v and bits & mask == start for v, start, mask in known)

    return test


def _typed_test(
    read: Callable[[str], Any], compare: Callable[[Any, Any], bool]
) -> Callable[[Sequence[str], bool], Test]:
    """Variables work here too: a value is read again for each request if it holds one."""

    def build(values: Sequence[str], variables: bool) -> Test:
        fixed = [found for found in map(read, values) if found is not None]
        open_values = [
            pieces(value, wildcards=False, variables=True) for value in values if variables and "${" in value
        ]

        def test(value: str, context: Context) -> bool | None:
            found = read(value)
            if found is None:
                return None
            known = fixed
            if open_values:
                filled = (read(text) for text in map(_filled(context), open_values) if text is not None)
                known = [*fixed, *(number for number in filled if number is not None)]
            return any(compare(found, limit) for limit in known)

        return test

    return build


def _filled(context: Context) -> Callable[[Sequence[Any]], str | None]:
    def fill(parts: Sequence[Any]) -> str | None:
        texts = [part if isinstance(part, str) else part.value(context) for part in parts]
        return None if None in texts else "".join(texts)

    return fill


def _only_one(build: Callable[[Sequence[str], bool], Test]) -> Callable[[Sequence[str], bool], Test]:
    """Several Booleans are an error (OPS): such a line is never met."""
    return lambda values, variables: build(values, variables) if len(values) == 1 else lambda value, context: None


def _without_variables(build: Callable[[Sequence[str], bool], Test]) -> Callable[[Sequence[str], bool], Test]:
    return lambda values, _: build(values, False)


_TESTS: dict[str, Callable[[Sequence[str], bool], Test]] = {
    "stringequals": _text_test(wildcards=False, fold=False),
    "stringequalsignorecase": _text_test(wildcards=False, fold=True),
    "stringlike": _text_test(wildcards=True, fold=False),
    "arnequals": _arn_test,
    "arnlike": _arn_test,
    "ipaddress": _address_test,
    "bool": _only_one(_typed_test(scalars.boolean, operator.eq)),
    "binaryequals": _without_variables(_typed_test(scalars.octets, operator.eq)),
    "null": lambda values, variables: lambda value, context: None,
}
for _family, _read in (("numeric", scalars.number), ("date", scalars.moment)):
    _TESTS |= {
        f"{_family}equals": _typed_test(_read, operator.eq),
        f"{_family}lessthan": _typed_test(_read, operator.lt),
        f"{_family}lessthanequals": _typed_test(_read, operator.le),
        f"{_family}greaterthan": _typed_test(_read, operator.gt),
        f"{_family}greaterthanequals": _typed_test(_read, operator.ge),
    }

_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}
