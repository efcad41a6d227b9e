"""The statements of every layer in one list, and what of them decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from dockreeve.policy.held import Held, PolicySet
from dockreeve.policy.prove.values import Line
from dockreeve.policy.statement import Statement

Content: TypeAlias = tuple[object, ...]


class Placed(NamedTuple):
    """A statement in a layer; `layer` tells the sets of a `Held` apart."""

    layer: str
    statement: Statement
    version: str

    def lines(self) -> Iterator[Line]:
        """Its lines of Condition."""
        return (Line(line, self.version) for line in self.statement.conditions)

    def resource_content(self) -> Content:
        """Equal for statements that cover the same resources."""
        statement = self.statement
        written = None if statement.resources is None else frozenset(statement.resources)
        return statement.inverted_resources, written, self.version

    def content(self) -> Content:
        """Equal for statements that do the same to a request whose action and resource they name."""
        statement = self.statement
        who = statement.principals
        lines = (
            (line.operator.written.lower(), line.key.lower(), frozenset(line.values)) for line in statement.conditions
        )
        named = None if who is None else (who.inverted, frozenset(who.named))
        return self.layer, statement.effect, named, frozenset(lines), self.version


def placed(held: Held) -> list[Placed]:
    """Every statement of every layer."""
    return [
        Placed(layer, statement, policy.document.version)
        for layer, policies in _sets(held)
        for policy, statement in policies.entries
    ]


def _sets(held: Held) -> Iterator[tuple[str, PolicySet]]:
    yield "identity", held.identity
    for name in ("boundary", "session", "resource", "trust", "endpoint"):
        policies = getattr(held, name)
        if policies is not None:
            yield name, policies
    for index, level in enumerate(held.scp):
        yield f"scp {index}", level.policies
    for index, level in enumerate(held.rcp):
        yield f"rcp {index}", level.policies
