"""Make the explanation of a decision from its trace."""

from __future__ import annotations

from collections.abc import Iterator

from dockreeve.policy.advice import missing_statement
from dockreeve.policy.decision import Check, Decision, Looked, Verdict
from dockreeve.policy.explain.change import nearest_misses, smallest_change
from dockreeve.policy.explain.explanation import (
    CheckType,
    Explanation,
    Nearest,
    Part,
    PolicySeen,
    Reference,
    StatementSeen,
    Step,
    Unmet,
)
from dockreeve.policy.explain.narrowing import narrowing
from dockreeve.policy.explain.types import TYPES
from dockreeve.policy.held import Entry, Policy


def explain(decision: Decision, sentence: str = "") -> Explanation:
    """Why it was decided so, and what would change it.

    `sentence` is what the caller was told (`Decision.sentence`). A decision made without `trace=True` is told without
    checks, statements and change.
    """
    ask = decision.ask
    seen = tuple(map(_statement, decision.seen))
    return Explanation(
        principal=ask.principal,
        action=ask.action,
        resource=ask.resource,
        resource_account=ask.resource_account,
        verdict=decision.verdict,
        sentence=sentence,
        reason=decision.clause(),
        decided_by=TYPES[decision.layer] if decision.layer else None,
        context=ask.context,
        checks=tuple(map(_step, decision.checks)),
        statements=seen,
        policies=tuple(_policies(decision)),
        deciding=tuple(map(_reference, decision.deciding)),
        nearest=_nearest(decision),
        missing=missing_statement(decision, resource_types=ask.resource != "*"),
        change=smallest_change(decision) if decision.traced else None,
        narrowing=narrowing(decision) if decision.traced else None,
    )


def _step(check: Check) -> Step:
    return Step(TYPES[check.layer], check.name, check.effect, tuple(map(_reference, check.matched)))


def _reference(entry: Entry) -> Reference:
    policy, statement = entry
    return Reference(policy.uri, statement.sid, statement.index, *policy.document.position(statement.span[0]))


def _statement(look: Looked) -> StatementSeen:
    statement = look.statement
    line, column = look.policy.document.position(statement.span[0])
    return StatementSeen(
        policy=look.policy.uri,
        sid=statement.sid,
        index=statement.index,
        line=line,
        column=column,
        type=TYPES[look.layer],
        effect=statement.effect,
        span=statement.span,
        principal=look.principal,
        action=look.action,
        resource=look.resource,
        conditions=tuple(
            Unmet(one.operator, one.key, one.values, (one.found,) if isinstance(one.found, str) else one.found)
            for one in look.failed
        ),
    )


def _policies(decision: Decision) -> Iterator[PolicySeen]:
    """Each once for every check it counts in."""
    seen: dict[tuple[int, CheckType], Policy] = {}
    for look in decision.seen:
        seen.setdefault((id(look.policy), TYPES[look.layer]), look.policy)
    for (_, of), policy in seen.items():
        yield PolicySeen(policy.uri, of, policy.inline, policy.attached_to, policy.document.text)


def _nearest(decision: Decision) -> Nearest | None:
    """The Allow that lacked least, of the layer that lacked one; None if each lacked more than one part."""
    if not decision.traced or decision.verdict is not Verdict.IMPLICIT_DENY:
        return None
    near = nearest_misses(decision)
    if not near:
        return None
    seen = _statement(near[0])
    sentence = seen.finding(decision.ask.action)
    return Nearest(seen.policy, seen.sid, seen.index, seen.line, seen.column, _lacking(near[0]), sentence)


def _lacking(look: Looked) -> Part:
    matched: dict[Part, bool] = {"principal": look.principal, "action": look.action, "resource": look.resource}
    return next((part for part, fits in matched.items() if not fits), "condition")
