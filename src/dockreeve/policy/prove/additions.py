"""The smallest statements that would allow refused requests, layer by layer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dockreeve.policy.advice import missing_statement
from dockreeve.policy.decide import evaluate
from dockreeve.policy.document import Kind
from dockreeve.policy.held import EMPTY, Held, Layer, Level, Policy, PolicySet
from dockreeve.policy.parse import NEW_VERSION, parse
from dockreeve.policy.request import Request


@dataclass(frozen=True, slots=True)
class Addition:
    """A statement to add to the policies of a layer."""

    layer: Layer
    statement: dict[str, object]


def additions(refused: Iterable[tuple[Request, Held, str]]) -> tuple[Addition, ...] | None:
    """One statement for each layer and form of resource; None where a Deny stands in the way.

    A request comes with its policies and the Resource that the statement should have. Every statement has been
    added and the request decided again.
    """
    grouped: dict[tuple[Layer, str], tuple[dict[str, object], list[str]]] = {}
    for ask, held, resource in refused:
        needed = _needed(ask, held, resource)
        if needed is None:
            return None
        for layer, statement in needed:
            rest = {name: value for name, value in statement.items() if name != "Action"}
            _, actions = grouped.setdefault((layer, json.dumps(rest)), (statement, []))
            if ask.action not in actions:
                actions.append(ask.action)
    return tuple(
        Addition(layer, {**statement, "Action": actions if len(actions) > 1 else actions[0]})
        for (layer, _), (statement, actions) in grouped.items()
    )


def plus(held: Held, added: Iterable[Addition]) -> Held:
    """The policies with the statements added."""
    for one in added:
        held = _with(held, one.layer, one.statement)
    return held


def _needed(ask: Request, held: Held, resource: str) -> list[tuple[Layer, dict[str, object]]] | None:
    found: list[tuple[Layer, dict[str, object]]] = []
    while True:
        decision = evaluate(ask, held)
        if decision:
            return found
        statement = missing_statement(decision, resource_types=ask.resource != "*")
        if statement is None or decision.layer is None or len(found) > _MOST_LAYERS:
            return None
        if "Resource" in statement:
            statement["Resource"] = resource
        found.append((decision.layer, statement))
        held = _with(held, decision.layer, statement)


_MOST_LAYERS = 32  # levels of SCPs and RCPs included


def _with(held: Held, layer: Layer, statement: dict[str, object]) -> Held:
    text = json.dumps({"Version": NEW_VERSION, "Statement": [statement]})
    policy = Policy(parse(text, Kind.IDENTITY, plain=True), "addition", inline=True)
    if layer is Layer.SCP:
        return replace(held, scp=tuple(Level(one.name, _plus(one.policies, policy)) for one in held.scp))
    if layer is Layer.RCP:
        return replace(held, rcp=tuple(Level(one.name, _plus(one.policies, policy)) for one in held.rcp))
    policies = _plus(getattr(held, layer.value) or EMPTY, policy)
    return {
        Layer.IDENTITY: lambda: replace(held, identity=policies),
        Layer.BOUNDARY: lambda: replace(held, boundary=policies),
        Layer.SESSION: lambda: replace(held, session=policies),
        Layer.RESOURCE: lambda: replace(held, resource=policies),
        Layer.TRUST: lambda: replace(held, trust=policies),
        Layer.ENDPOINT: lambda: replace(held, endpoint=policies),
    }[layer]()


def _plus(policies: PolicySet, policy: Policy) -> PolicySet:
    return PolicySet((*policies.policies, policy))
