"""An explanation as text: the order of checks, every policy looked at, what decided, the smallest change."""

import json
from collections.abc import Iterator, Sequence

from dockreeve.policy import Verdict
from dockreeve.policy.explain import (
    Allows,
    Change,
    CheckType,
    Denying,
    Explanation,
    Line,
    Narrowing,
    Nearest,
    Reference,
    StatementSeen,
)

CHECKS: dict[CheckType, str] = {
    "RESOURCE_CONTROL_POLICY": "resource control policies",
    "SERVICE_CONTROL_POLICY": "service control policies",
    "VPC_ENDPOINT": "VPC endpoint policy",
    "RESOURCE": "resource-based policies",
    "PRINCIPAL": "identity-based policies",
    "PERMISSIONS_BOUNDARY": "permissions boundary",
    "SESSION": "session policy",
    "ROLE_TRUST": "role trust policy",
}
_EFFECTS = {
    "ALLOW": "allow",
    "NO_IMPACT": "say nothing that counts",
    "IMPLICIT_DENY": "do not allow it",
    "EXPLICIT_DENY": "deny it",
}
_WIDTH = 26  # of the names of checks


def request_lines(explained: Explanation) -> Iterator[str]:
    """The request and the outcome."""
    yield f"{'allowed' if explained.verdict is Verdict.ALLOWED else 'refused'}: {explained.action}"
    yield f"     on: {explained.resource}"
    yield f"     by: {explained.principal}"


def reason_lines(explained: Explanation) -> Iterator[str]:
    """Everything but the request."""
    if explained.reason:
        yield from ("", explained.reason)
    yield from ("", "Checks, in their order:")
    yield from _checks(explained)
    yield ""
    yield from _policies(explained)
    if explained.narrowing is not None:
        yield from ("", *_narrowing(explained.narrowing))
    elif explained.change is not None:
        if explained.nearest is not None:
            yield from ("", *_nearest(explained.nearest))
        yield from ("", *_change(explained.change, explained))


def _checks(explained: Explanation) -> Iterator[str]:
    refused = explained.verdict is not Verdict.ALLOWED
    for step in explained.checks:
        name = CHECKS[step.type] + (f" ({step.level})" if step.level else "")
        decided = "   <- decided" if step.type == explained.decided_by and refused else ""
        yield f"  {name:<{_WIDTH}} {_EFFECTS[step.effect.value]}{decided}"


def _policies(explained: Explanation) -> Iterator[str]:
    if not explained.statements:
        yield "No policy had anything to say: none is attached."
        return
    yield "Looked at:"
    heading = None
    for seen in explained.statements:
        if heading != (heading := (seen.policy, seen.type)):
            yield f"  {seen.policy}{_whereabouts(seen, explained)}"
        yield f"    {seen.name} ({seen.effect.value}, line {seen.line}): {_finding(seen, explained)}"


def _whereabouts(seen: StatementSeen, explained: Explanation) -> str:
    """What tells a policy from others: whose it is where its name is not unique, its check where it is in several."""
    in_another = any(one.policy == seen.policy and one.type != seen.type for one in explained.statements)
    owners = (one.attached_to for one in explained.policies if one.uri == seen.policy and one.inline)
    owner = next(owners, "")
    return (f" of {owner}" if owner else "") + (f" ({CHECKS[seen.type]})" if in_another else "")


def _finding(seen: StatementSeen, explained: Explanation) -> str:
    finding = seen.finding(explained.action)
    if seen.matched and any(_same(seen, one) for one in explained.deciding):
        return f"{finding}   <- decided, at {seen.place}"
    return finding


def _same(one: Reference, other: Reference) -> bool:
    return (one.policy, one.index) == (other.policy, other.index)


def _nearest(nearest: Nearest) -> Iterator[str]:
    yield f"Nearest miss: {nearest.name} at {nearest.place}"
    if nearest.lacks == "condition":
        yield f"To meet its condition is enough: {nearest.sentence.partition('; ')[2]}."


def _change(change: Change, explained: Explanation) -> Iterator[str]:
    if change.element == "Statement":
        where = f", added to {change.policy}" if change.policy else ", in a policy of its own"
        yield f"The smallest statement that allows it ({CHECKS[change.type]}{where}):"
        yield from _indented(json.dumps(change.statement, indent=2).splitlines())
    else:
        name = change.sid or f"statement {(change.index or 0) + 1}"
        yield f"The smallest change: one more {change.element.lower()}."
        yield f'  + "{change.added}"  in the {change.element} of {name} of {change.policy}'
        yield ""
        yield from _indented(change.diff)
    if change.allows.beyond(explained.resource):
        yield from ("", "What that allows:", *_indented(_allows(change.allows)))
    if change.still_lacking:
        yield from ("", f"Even then an allow is lacking in: {_listed([CHECKS[one] for one in change.still_lacking])}.")


def _allows(allows: Allows) -> Iterator[str]:
    yield _listed(allows.actions) if allows.actions else "every action that the statement doesn't except"
    if allows.resources is not None:
        yield f"on {'everything but ' if allows.all_but else ''}{_listed(allows.resources)}"
    if allows.principals:
        yield f"to {_listed(allows.principals)}"
    yield from map(_condition, allows.conditions)
    if allows.shared:
        yield "for everyone whom the policy is attached to"


def _narrowing(narrowing: Narrowing) -> Iterator[str]:
    yield "An explicit deny ends it: no statement that is added can allow this; the deny has to be narrowed."
    for deny in narrowing.denies:
        yield f"  {deny.name} at {deny.place} takes it in by"
        yield from _indented(_taking(deny), 4)
    if narrowing.still_lacking:
        yield f"Without it an allow is lacking in: {_listed([CHECKS[one] for one in narrowing.still_lacking])}."


def _taking(deny: Denying) -> Iterator[str]:
    yield "NotAction, which leaves it out" if deny.by_not_action else f"Action {_listed(deny.actions)}"
    if deny.by_not_resource:
        yield "NotResource, which leaves it out"
    elif deny.resources:
        yield f"Resource {_listed(deny.resources)}"
    yield from map(_condition, deny.conditions)


def _condition(line: Line) -> str:
    return f"if {line.operator} {line.key}: {', '.join(line.values)}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _indented(lines: Sequence[str] | Iterator[str], by: int = 2) -> Iterator[str]:
    return (" " * by + line for line in lines)
