"""One simulated action: decided on every resource, and described as the simulator's answers are.

IAM API Reference, EvaluationResult, ResourceSpecificResult, Statement.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dockreeve.policy import (
    EMPTY,
    Check,
    CheckEffect,
    Decision,
    Held,
    Layer,
    Level,
    Looked,
    Policy,
    PolicySet,
    Request,
    Verdict,
    evaluate,
)
from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.glob import matcher
from dockreeve.policy.mentioned import statement_keys
from dockreeve.policy.template import Variable, pieces

Context = Mapping[str, str | Sequence[str]]

_WORDS = {Verdict.ALLOWED: "allowed", Verdict.EXPLICIT_DENY: "explicitDeny", Verdict.IMPLICIT_DENY: "implicitDeny"}
_EFFECTS = {CheckEffect.ALLOW: "allowed", CheckEffect.EXPLICIT_DENY: "explicitDeny"}  # all else: implicitDeny
_RESTRICTIVE = ("explicitDeny", "implicitDeny", "allowed")  # most first
_SOURCES = {
    Layer.IDENTITY: "IAM Policy",
    Layer.BOUNDARY: "Permissions Boundary Policy",
    Layer.RESOURCE: "Resource Policy",
    Layer.TRUST: "Resource Policy",
}
_ASSUMING = re.compile(r"sts:(assumerole\w*|tagsession|setsourceidentity)")
_ROLE = re.compile(r"arn:[^:]+:iam::[0-9]{12}:role/.+")
_PART = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is simulated, by which policies.

    `kinds` is the SourcePolicyType of each policy; its `uri` is the SourcePolicyId. `owner` is the account of resources
    whose ARN names none, and of all of them unless `placed`: without a caller nothing crosses accounts.
    """

    principal: str
    context: Context
    kinds: Mapping[Policy, str]
    identity: PolicySet = EMPTY
    boundary: PolicySet | None = None
    organization: tuple[Level, ...] = ()
    resource: PolicySet | None = None
    owner: str = ""
    placed: bool = True

    @property
    def statements(self) -> int:
        """How many statements each decision looks at."""
        levels = (level.policies for level in self.organization)
        return sum(len(one.entries) for one in (self.identity, self.boundary, self.resource, *levels) if one)


async def simulate(scene: Scene, action: str, resources: Sequence[str]) -> dict[str, Any]:
    """The EvaluationResult of an action: on the whole, and on each resource unless that is `*`."""
    decisions = []
    for resource in resources:
        decisions.append(_decide(scene, action, resource))
        await asyncio.sleep(0)  # others are served meanwhile
    specific = [_specific(scene, decision) for decision in decisions]
    everything = list(resources) == ["*"]
    result: dict[str, Any] = {
        "EvalActionName": action,
        "EvalResourceName": "*" if everything else _template(action, resources),
        "EvalDecision": _strictest(one["EvalResourceDecision"] for one in specific),
        "MatchedStatements": _union(one["MatchedStatements"] for one in specific),
        "MissingContextValues": _union(one["MissingContextValues"] for one in specific),
    }
    if scene.organization:
        allowed = all(_let_through(decision.checks, Layer.SCP) for decision in decisions)
        result["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": allowed}
    if scene.boundary is not None:
        allowed = all(_let_through(decision.checks, Layer.BOUNDARY) for decision in decisions)
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
    if not everything:
        result["EvalDecisionDetails"] = _strictest_details(one.get("EvalDecisionDetails", {}) for one in specific)
        result["ResourceSpecificResults"] = specific
    return result


def _decide(scene: Scene, action: str, resource: str) -> Decision:
    account = _account(resource) if scene.placed else ""
    ask = Request(scene.principal, action, resource, scene.context, account or scene.owner)
    trusts = _ASSUMING.fullmatch(ask.action_key) and _ROLE.fullmatch(resource)
    held = Held(
        identity=scene.identity,
        boundary=scene.boundary,
        scp=scene.organization,
        resource=None if trusts else scene.resource,
        trust=scene.resource if trusts else None,
    )
    return evaluate(ask, held, trace=True)


def _account(resource: str) -> str:
    parts = resource.split(":")
    named = parts[4] if len(parts) > 4 else ""  # noqa: PLR2004 (the fifth segment of an ARN)
    return "" if named == "aws" else named  # AWS's own policies belong to every account


def _specific(scene: Scene, decision: Decision) -> dict[str, Any]:
    result: dict[str, Any] = {
        "EvalResourceName": decision.ask.resource,
        "EvalResourceDecision": _WORDS[decision.verdict],
        "MatchedStatements": [_statement(scene, look) for look in _matched(decision)],
        "MissingContextValues": list(_missing(decision)),
    }
    crosses = not decision.ask.same_account
    if crosses and _let_through(decision.checks, Layer.SCP):
        result["EvalDecisionDetails"] = {
            _SOURCES[check.layer]: _EFFECTS.get(check.effect, "implicitDeny")
            for check in decision.checks
            if check.layer in _SOURCES
        }
    if scene.boundary is not None:
        allowed = _let_through(decision.checks, Layer.BOUNDARY)
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
    return result


def _matched(decision: Decision) -> Iterator[Looked]:
    """The statements that determine the result; SCPs are not told."""
    if decision.verdict is Verdict.IMPLICIT_DENY:
        return
    for look in decision.seen:
        grants = look.layer is not Layer.BOUNDARY and look.statement.allows
        if look.matched and look.layer in _SOURCES and (grants if decision else not look.statement.allows):
            yield look


def _missing(decision: Decision) -> Iterator[str]:
    """The keys, as written, that the request lacks and a statement asks for which speaks of the action."""
    seen: set[str] = set()
    for look in decision.seen:
        if look.layer not in _SOURCES or not (look.principal and look.action):
            continue
        keys = list(statement_keys(look.statement, look.policy.document.version))
        # A Resource that doesn't match may be one whose variables nobody filled in.
        if not look.resource and not any("${" in one for one in look.statement.resources or ()):
            continue
        for key in keys:
            if key.lower() not in decision.ask.context and key.lower() not in seen:
                seen.add(key.lower())
                yield key


def _statement(scene: Scene, look: Looked) -> dict[str, Any]:
    document = look.policy.document
    (line, column), (last_line, last_column) = map(document.position, look.statement.span)
    return {
        "SourcePolicyId": look.policy.uri,
        "SourcePolicyType": scene.kinds[look.policy],
        "StartPosition": {"Line": line, "Column": column},
        "EndPosition": {"Line": last_line, "Column": last_column},
    }


def _let_through(checks: Iterable[Check], layer: Layer) -> bool:
    return all(check.effect is CheckEffect.ALLOW for check in checks if check.layer is layer)


def _strictest(words: Iterable[str]) -> str:
    return min(words, key=_RESTRICTIVE.index)


def _strictest_details(details: Iterable[Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in details:
        for source, word in one.items():
            found[source] = _strictest((word, found.get(source, word)))
    return found


def _union(lists: Iterable[Sequence[Any]]) -> list[Any]:
    found = {repr(item): item for one in lists for item in one}
    return list(found.values())


def _template(action: str, resources: Sequence[str]) -> str:
    """The ARN format of the action's resource type, the first one that a resource has; `*` if it has none."""
    prefix = action.partition(":")[0]
    known = catalogue().action(action) if catalogue().service(prefix) else None
    if known is None:
        return "*"
    formats = [one for kind in known.resource_types for one in catalogue().arn_patterns(prefix, kind)]
    return next((one for one in formats if any(map(_format(one), resources))), formats[0] if formats else "*")


def _format(template: str) -> Any:
    tokens = pieces(_PART.sub("*", template), wildcards=True, variables=False)
    return matcher([token for token in tokens if not isinstance(token, Variable)])
