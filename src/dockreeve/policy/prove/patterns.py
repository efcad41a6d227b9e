"""What a Resource or a condition's values match, with the variables that are known put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dockreeve.policy.conditions import Condition
from dockreeve.policy.glob import Token, Wild, joined
from dockreeve.policy.parse import NEW_VERSION
from dockreeve.policy.prove.automata import Glob, units
from dockreeve.policy.prove.known import Known
from dockreeve.policy.template import AnyOf, Piece, Variable, arn_patterns, pieces

_WITHOUT_VARIABLES = {"binaryequals", "ipaddress", "null"}


def has_variables(version: str) -> bool:
    """Whether `${...}` means something in documents of a version (VARS)."""
    return version == NEW_VERSION


def unknown_in_resource(resource: str, version: str, known: Known) -> frozenset[str]:
    """The variables of a Resource about which nothing is known, in lower case."""
    return _unknown(_resource(resource, version), known)


def unknown_in_condition(condition: Condition, version: str, known: Known) -> frozenset[str]:
    """The variables of a condition's values about which nothing is known, in lower case."""
    if not has_variables(version) or condition.operator.base in _WITHOUT_VARIABLES:
        return frozenset()
    found = (pieces(value, wildcards=True, variables=True) for value in condition.values)
    return frozenset().union(*(_unknown(one, known) for one in found))


def resource_globs(resources: Iterable[str], version: str, known: Known) -> Iterator[Glob]:
    """What a Resource or NotResource matches, an unknown variable standing for any text."""
    return map(units, _resource_tokens(resources, version, known))


def resource_patterns_open(resources: Iterable[str], version: str, known: Known) -> AnyOf:
    """The same, compiled as in a statement."""
    return AnyOf(_resource_tokens(resources, version, known))


def _resource_tokens(resources: Iterable[str], version: str, known: Known) -> Iterator[tuple[Token, ...]]:
    for resource in resources:
        for pattern in arn_patterns(_resource(resource, version), crossing=True):
            tokens = _filled(pattern, known)
            if tokens is not None:
                yield tokens


def text_globs(condition: Condition, version: str, known: Known) -> Iterator[Glob]:
    """What a condition on texts, ARNs or Booleans matches, and what it must be to be asked at all."""
    base = condition.operator.base
    variables = has_variables(version)
    if base == "bool":
        yield from (units([word], fold=True) for word in ("true", "false"))
    elif base.startswith("arn"):
        yield units(("arn:", Wild.STAR, ":", Wild.STAR, ":", Wild.STAR, ":", Wild.STAR, ":", Wild.STAR))
        for value in condition.values:
            for pattern in arn_patterns(pieces(value, wildcards=True, variables=variables), crossing=False):
                yield from _glob(pattern, known, fold=False)
    elif base.startswith("string"):
        fold = base == "stringequalsignorecase"
        for value in condition.values:
            spelled = value.lower() if fold else value
            yield from _glob(pieces(spelled, wildcards=base == "stringlike", variables=variables), known, fold=fold)


def typed_values(condition: Condition, version: str, known: Known) -> Iterator[str]:
    """The numbers, dates, addresses or bytes that a condition compares with, as texts."""
    variables = has_variables(version) and condition.operator.base not in _WITHOUT_VARIABLES
    for value in condition.values:
        tokens = _filled(pieces(value, wildcards=False, variables=variables), known)
        if tokens is not None:
            yield "".join(token for token in tokens if isinstance(token, str))


def _resource(resource: str, version: str) -> tuple[Piece, ...]:
    return pieces(resource, wildcards=True, variables=has_variables(version))


def _unknown(parts: Sequence[Piece], known: Known) -> frozenset[str]:
    return frozenset(part.key for part in parts if isinstance(part, Variable) and part.key and not known.has(part.key))


def _glob(pattern: Sequence[Piece], known: Known, *, fold: bool) -> Iterator[Glob]:
    tokens = _filled(pattern, known)
    if tokens is not None:
        yield units(tokens, fold=fold)


def _filled(pattern: Sequence[Piece], known: Known) -> tuple[Token, ...] | None:
    """None where a variable has no value: the pattern then matches nothing (VARS, "variables with no value")."""
    tokens: list[Token] = []
    for part in pattern:
        if not isinstance(part, Variable):
            tokens.append(part)
        elif part.key and not known.has(part.key):
            tokens.append(Wild.STAR)
        else:
            value = part.value(known.context)
            if value is None:
                return None
            tokens.append(value)
    return joined(tokens)
