"""Statements whose variables nobody knows, with each such part replaced by one that may be met or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from dockreeve.policy.conditions import Condition, condition, operator_named
from dockreeve.policy.held import Held, Level, Policy, PolicySet
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.patterns import resource_patterns_open, unknown_in_condition, unknown_in_resource
from dockreeve.policy.statement import Statement

OPEN = "?"  # begins the keys that stand for parts which may be met or not; no condition key has it


@dataclass(slots=True)
class Opened:
    """Opens policies; equal parts get equal keys, so that they are met together in old and new policies.

    INVARIANT: a request that a statement covers is covered by what stands for it, for some values of the keys; and
    none is covered for all values unless the statement covers it whatever the variables hold.
    """

    known: Known
    variables: dict[str, frozenset[str]] = field(default_factory=dict)  # by key, those it stands for
    _keys: dict[tuple[str, ...], str] = field(default_factory=dict)

    def knowing(self, known: Known) -> Opened:
        """The same, with the same keys, where the known keys hold other values."""
        return Opened(known, self.variables, self._keys)

    def named(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Keys as requests have them, in order: those of opened parts are replaced by the variables behind them."""
        return tuple(sorted(frozenset().union(*(self.variables.get(key, {key}) for key in keys))))

    def held(self, held: Held) -> Held:
        """All layers."""
        return Held(
            identity=self._policies(held.identity),
            boundary=self._optional(held.boundary),
            session=self._optional(held.session),
            resource=self._optional(held.resource),
            trust=self._optional(held.trust),
            scp=tuple(Level(level.name, self._policies(level.policies)) for level in held.scp),
            rcp=tuple(Level(level.name, self._policies(level.policies)) for level in held.rcp),
            endpoint=self._optional(held.endpoint),
        )

    def _optional(self, policies: PolicySet | None) -> PolicySet | None:
        return None if policies is None else self._policies(policies)

    def _policies(self, policies: PolicySet) -> PolicySet:
        return PolicySet(map(self._policy, policies.policies))

    def _policy(self, policy: Policy) -> Policy:
        document = policy.document
        statements = tuple(one for each in document.statements for one in self._statements(each, document.version))
        if len(statements) == len(document.statements) and all(map(_same, statements, document.statements)):
            return policy
        return replace(policy, document=replace(document, statements=statements))

    def _statements(self, statement: Statement, version: str) -> Iterator[Statement]:
        conditions = tuple(self._condition(one, version) for one in statement.conditions)
        if any(new is not old for new, old in zip(conditions, statement.conditions, strict=True)):
            statement = replace(statement, conditions=conditions)
        written = statement.resources or ()
        unknown = [unknown_in_resource(one, version, self.known) for one in written]
        if not any(unknown):
            yield statement
            return
        fixed = tuple(one for one, keys in zip(written, unknown, strict=True) if not keys)
        opened = tuple(one for one, keys in zip(written, unknown, strict=True) if keys)
        key = self._key(("Resource", *sorted(opened)), frozenset().union(*unknown))
        if statement.inverted_resources:
            # What no pattern can match is surely covered; what only an open one can, if that one doesn't.
            yield self._on(statement, written, version)
            yield self._on(statement, fixed, version, _line("Null", key))
        else:
            if fixed:
                yield self._on(statement, fixed, version)
            yield self._on(statement, opened, version, _line("Bool", key))

    def _on(self, statement: Statement, resources: tuple[str, ...], version: str, *more: Condition) -> Statement:
        return replace(
            statement,
            resources=resources,
            conditions=(*statement.conditions, *more),
            _resources=resource_patterns_open(resources, version, self.known),
        )

    def _condition(self, line: Condition, version: str) -> Condition:
        unknown = unknown_in_condition(line, version, self.known)
        if not unknown:
            return line
        written = (line.operator.written.lower(), line.key.lower(), *sorted(line.values))
        return _line("Bool", self._key(written, unknown | {line.key.lower()}))

    def _key(self, written: tuple[str, ...], variables: frozenset[str]) -> str:
        key = self._keys.setdefault(written, f"{OPEN}{len(self._keys)}")
        self.variables[key] = variables
        return key


def _line(operator: str, key: str) -> Condition:
    """`Bool`: the part matches; `Null`: it doesn't."""
    how = operator_named(operator)
    assert how is not None
    return condition(how, key, ("true",), variables=False)


def _same(one: Statement, other: Statement) -> bool:
    return one is other
