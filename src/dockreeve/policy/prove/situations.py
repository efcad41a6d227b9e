"""One request of every kind that statements tell apart: by its resource, and by its context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from dockreeve.policy.prove.actions import ON_EVERYTHING
from dockreeve.policy.prove.automata import Budget, Language, TooMany, witnesses
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.layers import Placed
from dockreeve.policy.prove.names import Arns, example
from dockreeve.policy.prove.patterns import resource_globs
from dockreeve.policy.prove.values import Line, choices
from dockreeve.policy.template import Values

MOST_CONTEXTS = 4096


def resources(statements: Iterable[Placed], language: Language, known: Known, budget: Budget) -> list[str]:
    """A resource of the language for every set of Resource patterns that one matches. Raise `TooMany`."""
    written = dict.fromkeys((resource, one.version) for one in statements for resource in one.statement.resources or ())
    globs = [glob for resource, version in written for glob in resource_globs([resource], version, known)]
    return witnesses(list(dict.fromkeys(globs)), language, budget)


def resources_of_types(
    statements: Iterable[Placed], types: Sequence[str], known: Known, account: str | None, budget: Budget
) -> list[str]:
    """The same for ARNs with variable parts, and for `*`."""
    arns = [one for one in types if one != ON_EVERYTHING]
    statements = list(statements)
    if arns and all(one.statement.resources in (None, (ON_EVERYTHING,)) for one in statements):
        found = [example(arns[0], account)]  # nothing tells them apart
    else:
        found = resources(statements, Arns(arns, account), known, budget) if arns else []
    return [*found, ON_EVERYTHING] if ON_EVERYTHING in types else found


class Contexts(NamedTuple):
    """What the keys of some statements may hold, one value of each kind: all combinations are to be looked at.

    `inexact` are the keys of which some kind may be missing.
    """

    keys: tuple[str, ...]
    values: tuple[tuple[Values | None, ...], ...]
    inexact: frozenset[str]

    def all(self) -> Iterator[dict[str, Values | None]]:
        """Every combination, that of absent keys first."""
        return (dict(zip(self.keys, held, strict=True)) for held in product(*self.values))


def contexts(statements: Iterable[Placed], known: Known, budget: Budget) -> Contexts:
    """What the keys may hold that the conditions of these statements ask for and of which nothing is known.

    Raise `TooMany` when there are more combinations than `MOST_CONTEXTS`, or than the budget allows.
    """
    by_key: dict[str, dict[object, Line]] = {}
    for one in statements:
        for line in one.lines():
            key = line.condition.key.lower()
            if not known.has(key):
                content = (line.condition.operator.written.lower(), line.condition.values, line.version)
                by_key.setdefault(key, {})[content] = line
    found = {key: choices(key, list(lines.values()), known, budget) for key, lines in by_key.items()}
    count = prod(len(one.values) for one in found.values())
    if count > MOST_CONTEXTS:
        raise TooMany("more combinations of conditions than can be looked at", frozenset(found))
    budget.spend(count)
    inexact = frozenset(key for key, one in found.items() if not one.exact)
    return Contexts(tuple(found), tuple(one.values for one in found.values()), inexact)
