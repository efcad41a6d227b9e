"""One request of every kind that statements tell apart: by its resource, and by its context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import NamedTuple

from dockreeve.policy.prove.actions import ON_EVERYTHING
from dockreeve.policy.prove.automata import Budget, Glob, Language, TooMany, by_globs, witnesses
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.layers import Placed
from dockreeve.policy.prove.names import Arns, example
from dockreeve.policy.prove.patterns import resource_globs
from dockreeve.policy.prove.values import Line, choices
from dockreeve.policy.template import Values

MOST_CONTEXTS = 4096


def resources(statements: Iterable[Placed], language: Language, known: Known, budget: Budget) -> list[str]:
    """A resource of the language for every set of Resource patterns that one matches. Raise `TooMany`."""
    return witnesses(_globs(statements, known), language, budget)


def _globs(statements: Iterable[Placed], known: Known) -> list[Glob]:
    written = dict.fromkeys((resource, one.version) for one in statements for resource in one.statement.resources or ())
    globs = [glob for resource, version in written for glob in resource_globs([resource], version, known)]
    return list(dict.fromkeys(globs))


@dataclass(frozen=True, slots=True)
class OfTypes:
    """The same for ARNs with variable parts, and for `*`; what was found for one kind of ARN is kept."""

    known: Known
    account: str | None
    budget: Budget
    _found: dict[tuple[frozenset[Glob], str], dict[frozenset[Glob], str]] = field(default_factory=dict)

    def resources(self, statements: Iterable[Placed], types: Sequence[str]) -> list[str]:
        """One of every kind. Raise `TooMany`."""
        arns = [one for one in types if one != ON_EVERYTHING]
        statements = list(statements)
        if arns and all(one.statement.resources in (None, (ON_EVERYTHING,)) for one in statements):
            found = [example(arns[0], self.account)]  # nothing tells them apart
        else:
            globs = _globs(statements, self.known)
            # One kind of ARN after the other: all at once they would have far more states.
            by_matches = {
                matched: text for arn in reversed(arns) for matched, text in self._of_type(globs, arn).items()
            }
            found = list(by_matches.values())
        return [*found, ON_EVERYTHING] if ON_EVERYTHING in types else found

    def _of_type(self, globs: list[Glob], arn: str) -> dict[frozenset[Glob], str]:
        key = (frozenset(globs), arn)
        if key not in self._found:
            language = Arns([arn], self.account)
            self._found[key] = by_globs(globs, language, self.budget, example=example(arn, self.account))
        return self._found[key]


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
