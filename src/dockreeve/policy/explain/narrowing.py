"""An explicit deny: which statements deny, by which of their parts, and what would be lacking without them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dockreeve.policy.decision import Decision, Looked, Verdict
from dockreeve.policy.explain.change import lines, still_lacking
from dockreeve.policy.explain.explanation import Denying, Narrowing
from dockreeve.policy.explain.types import TYPES
from dockreeve.policy.held import Policy, PolicySet
from dockreeve.policy.parse import NEW_VERSION
from dockreeve.policy.request import Request
from dockreeve.policy.statement import Statement, action_patterns, resource_patterns


def narrowing(decision: Decision) -> Narrowing | None:
    """What the statements that deny would have to leave out; None where nothing denies explicitly.

    `decision` must have been made with `trace=True`.
    """
    if decision.verdict is not Verdict.EXPLICIT_DENY:
        return None
    denies = [look for look in decision.seen if look.matched and not look.statement.allows]
    first = {id(statement) for _, statement in decision.deciding}
    denies.sort(key=lambda look: id(look.statement) not in first)
    held = decision.held
    assert held is not None
    for layer in {look.layer: None for look in denies}:
        dropped = {id(look.statement) for look in denies if look.layer is layer}
        held = held.changed(layer, partial(_without, dropped))
    return Narrowing(
        tuple(_denying(look, decision.ask) for look in denies),
        still_lacking(decision.ask, held),
    )


def _without(dropped: set[int], known: PolicySet) -> PolicySet:
    return PolicySet(_left(policy, dropped) for policy in known.policies)


def _left(policy: Policy, dropped: set[int]) -> Policy:
    kept = tuple(one for one in policy.document.statements if id(one) not in dropped)
    return replace(policy, document=replace(policy.document, statements=kept))


def _denying(look: Looked, ask: Request) -> Denying:
    statement, document = look.statement, look.policy.document
    variables = document.version == NEW_VERSION
    line, column = document.position(statement.span[0])
    return Denying(
        policy=look.policy.uri,
        sid=statement.sid,
        index=statement.index,
        line=line,
        column=column,
        type=TYPES[look.layer],
        actions=_naming_action(statement, ask),
        by_not_action=statement.inverted_actions,
        resources=_naming_resource(statement, ask, variables),
        by_not_resource=statement.inverted_resources,
        conditions=lines(statement),
    )


def _naming_action(statement: Statement, ask: Request) -> tuple[str, ...]:
    if statement.inverted_actions:
        return ()
    return tuple(one for one in statement.actions if action_patterns([one]).matches(ask.action_key, {}))


def _naming_resource(statement: Statement, ask: Request, variables: bool) -> tuple[str, ...]:
    if statement.inverted_resources:
        return ()
    return tuple(
        one
        for one in statement.resources or ()
        if resource_patterns([one], variables=variables).matches(ask.resource, ask.context)
    )
