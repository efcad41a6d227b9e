"""The smallest change that would have allowed a refused request: found, tried, and decided again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dockreeve.policy.advice import misses, missing_statement
from dockreeve.policy.decide import evaluate
from dockreeve.policy.decision import Decision, Looked, Verdict
from dockreeve.policy.document import Document, Kind, Malformed
from dockreeve.policy.explain import edit
from dockreeve.policy.explain.explanation import Allows, Change, CheckType, Element, Line
from dockreeve.policy.explain.types import TYPES
from dockreeve.policy.held import Held, Layer, Policy
from dockreeve.policy.parse import NEW_VERSION, parse
from dockreeve.policy.request import Request
from dockreeve.policy.statement import Statement

_TRIED = 8  # nearest misses, at most
_MOST_LACKING = 16  # layers that lack an allow one after the other; there are eight

_KINDS = {
    Layer.SCP: Kind.SCP,
    Layer.RCP: Kind.RCP,
    Layer.ENDPOINT: Kind.ENDPOINT,
    Layer.RESOURCE: Kind.REPOSITORY,
    Layer.TRUST: Kind.TRUST,
}


def smallest_change(decision: Decision) -> Change | None:
    """One more value in the statement that lacked least, else one more statement; None where no Allow helps.

    `decision` must have been made with `trace=True`.
    """
    if decision.verdict is not Verdict.IMPLICIT_DENY:
        return None
    near = nearest_misses(decision)
    # Where only a condition is in the way, the same action in another statement would go round it unseen.
    only_conditions = bool(near) and near[0].action and near[0].resource and near[0].principal
    for look in [] if only_conditions else near[:_TRIED]:
        change = _edited(decision, look)
        if change is not None:
            return change
    return _statement(decision)


def nearest_misses(decision: Decision) -> list[Looked]:
    """The Allow statements of the layer that lacked one which lack one part only, those that name the action first.

    Of those that lack the action come first those that speak of its service, and not of everything.
    """
    ask = decision.ask
    near = [look for look in misses(decision) if look.layer is decision.layer and look.missed == 1]

    def wider(look: Looked) -> tuple[bool, bool, bool]:
        everything = "*" in (look.statement.resources or ()) and ask.resource != "*"
        return not look.action, not _is_of_service(look.statement, ask), everything

    return sorted(near, key=wider)


def still_lacking(ask: Request, held: Held) -> tuple[CheckType, ...]:
    """The checks that lack an allow, one after the other, as each is given it."""
    found: list[CheckType] = []
    while len(found) < _MOST_LACKING:
        decision = evaluate(ask, held)
        statement = missing_statement(decision, resource_types=ask.resource != "*")
        if statement is None or decision.layer is None:
            break
        found.append(TYPES[decision.layer])
        held = held.plus(decision.layer, _policy(edit.document_of(statement, NEW_VERSION), decision.layer))
    return tuple(found)


def lines(statement: Statement) -> tuple[Line, ...]:
    """The conditions of a statement as written."""
    return tuple(Line(one.operator.written, one.key, one.values) for one in statement.conditions)


def _edited(decision: Decision, look: Looked) -> Change | None:
    """The statement with the action or the resource that it lacks; None if that can't be, or doesn't help."""
    ask, policy, statement = decision.ask, look.policy, look.statement
    where = _element(look, ask)
    if where is None or _is_of_aws(policy):
        return None
    element, value = where
    splice = edit.value_added(policy.document.text, statement.index, element, value)
    if splice is None:
        return None
    after = splice.applied(policy.document.text)
    tried = _tried(decision, look.layer, policy, after)
    if tried is None:
        return None
    document, lacking = tried
    allows = _allows(document.statements[statement.index], shared=not policy.inline)
    narrowed = replace(allows, actions=(value,)) if element == "Action" else replace(allows, resources=(value,))
    return Change(
        type=TYPES[look.layer],
        policy=policy.uri,
        element=element,
        added=value,
        sid=statement.sid,
        index=statement.index,
        statement=None,
        splice=splice,
        diff=edit.diff(policy.document.text, after, policy.uri),
        allows=narrowed,
        still_lacking=lacking,
    )


def _element(look: Looked, ask: Request) -> tuple[Element, str] | None:
    statement = look.statement
    if not look.action and not statement.inverted_actions and _may_grow(statement, ask):
        return "Action", ask.action
    # `*` in the Resource would let the statement's other actions reach everything.
    if not look.resource and not statement.inverted_resources and ask.resource != "*":
        return "Resource", ask.resource
    return None


def _may_grow(statement: Statement, ask: Request) -> bool:
    """Whether one more action makes sense there: not for everyone, and not on all but a few resources."""
    named = statement.principals
    for_everyone = named is not None and (named.inverted or ("AWS", "*") in named.named)
    return _is_of_service(statement, ask) and not for_everyone and not statement.inverted_resources


def _statement(decision: Decision) -> Change | None:
    """One more statement: in a document of the layer that speaks of such things, or in a new one."""
    layer = decision.layer
    missing = missing_statement(decision, resource_types=decision.ask.resource != "*")
    assert layer is not None and missing is not None
    for policy in _homes(decision):
        statement = _for_kind(missing, policy.document.kind, decision.ask)
        splice = edit.statement_added(policy.document.text, statement)
        after = splice.applied(policy.document.text)
        tried = _tried(decision, layer, policy, after)
        if tried is not None:
            document, lacking = tried
            allows = _allows(document.statements[-1], shared=not policy.inline)
            shown = edit.diff(policy.document.text, after, policy.uri)
            return _adding(layer, policy.uri, statement, splice, shown, allows, lacking)
    text = edit.document_of(missing, NEW_VERSION)
    made = _policy(text, layer)
    assert decision.held is not None
    lacking = still_lacking(decision.ask, decision.held.plus(layer, made))
    allows = _allows(made.document.statements[0], shared=False)
    return _adding(layer, "", missing, None, edit.diff("", text, "new policy"), allows, lacking)


def _adding(
    layer: Layer,
    policy: str,
    statement: Mapping[str, Any],
    splice: Any,
    diff: tuple[str, ...],
    allows: Allows,
    lacking: tuple[CheckType, ...],
) -> Change:
    return Change(TYPES[layer], policy, "Statement", "", None, None, statement, splice, diff, allows, lacking)


def _homes(decision: Decision) -> Iterator[Policy]:
    """Policies of the layer that may take the statement, nearest first; identity policies of the same service only."""
    seen: set[int] = set()
    for look in misses(decision):
        policy = look.policy
        if look.layer is not decision.layer or id(policy) in seen or _is_of_aws(policy):
            continue
        seen.add(id(policy))
        same_service = any(_is_of_service(one, decision.ask) for one in policy.document.statements)
        if look.layer is not Layer.IDENTITY or same_service:
            yield policy


def _is_of_service(statement: Statement, ask: Request) -> bool:
    """Whether the statement speaks of the service whose action is asked for, or of no action yet."""
    service = ask.action_key.partition(":")[0] + ":"
    return not statement.actions or any(action.lower().startswith(service) for action in statement.actions)


def _for_kind(missing: Mapping[str, Any], kind: Kind, ask: Request) -> Mapping[str, Any]:
    """A registry policy names its resources, where a repository policy must not."""
    return {**missing, "Resource": ask.resource} if kind is Kind.REGISTRY else missing


def _tried(
    decision: Decision, layer: Layer, policy: Policy, after: str
) -> tuple[Document, tuple[CheckType, ...]] | None:
    """Decide again by the changed document: what would still lack an allow; None where this layer still would."""
    assert decision.held is not None
    document = _compiled(after, policy.document.kind)
    if document is None:
        return None
    held = decision.held.swapped(layer, policy, replace(policy, document=document))
    lacking = still_lacking(decision.ask, held)
    return None if TYPES[layer] in lacking else (document, lacking)


@lru_cache(maxsize=256)  # the same refusal comes again and again
def _compiled(text: str, kind: Kind) -> Document | None:
    try:
        return parse(text, kind, plain=True)
    except Malformed:  # too long by now
        return None


def _policy(text: str, layer: Layer) -> Policy:
    return Policy(parse(text, _KINDS.get(layer, Kind.IDENTITY), plain=True), "new policy", inline=True)


def _allows(statement: Statement, *, shared: bool) -> Allows:
    return Allows(
        actions=statement.actions,
        resources=statement.resources,
        all_but=statement.inverted_resources,
        conditions=lines(statement),
        principals=() if statement.principals is None else tuple(value for _, value in statement.principals.named),
        shared=shared,
    )


def _is_of_aws(policy: Policy) -> bool:
    """AWS's own managed policies can't be edited."""
    return ":iam::aws:policy/" in policy.uri
