"""A decision as a JSON object: the request, every check and statement, the policies as they were, what is missing."""

from collections.abc import Sequence
from typing import Any

from dockreeve.policy import Check, Decision, Layer, Looked, Policy, misses, missing_statement

_TYPES = {
    Layer.SCP: "SERVICE_CONTROL_POLICY",
    Layer.RCP: "RESOURCE_CONTROL_POLICY",
    Layer.ENDPOINT: "VPC_ENDPOINT",
    Layer.BOUNDARY: "PERMISSIONS_BOUNDARY",
    Layer.SESSION: "SESSION",
    Layer.RESOURCE: "RESOURCE",
    Layer.IDENTITY: "PRINCIPAL",
    Layer.TRUST: "ROLE_TRUST",
}


def recorded(decision: Decision, sentence: str) -> dict[str, Any]:
    """The decision as `dockreeve why` and the product API show it. A decision made without trace has no statements.

    Types of checks, their effects and the order are those of IAM Toolbox's GetRequestAuthorizationDetails.
    """
    ask = decision.ask
    policies: dict[int, Policy] = {}
    statements = [_statement(looked, policies) for looked in decision.seen]
    return {
        "principal": ask.principal,
        "action": ask.action,
        "resource": ask.resource,
        "resourceAccount": ask.resource_account,
        "verdict": decision.verdict.value,
        "sentence": sentence,
        "decidedBy": _TYPES[decision.layer] if decision.layer else None,
        "context": {key: list(value) if not isinstance(value, str) else value for key, value in ask.context.items()},
        "checks": [_check(check) for check in decision.checks],
        "statements": statements,
        "policies": [_policy(policy) for policy in policies.values()],
        "nearest": _nearest(decision),
        "missing": missing_statement(decision, resource_types=ask.resource != "*"),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "type": _TYPES[check.layer],
        "level": check.name,
        "effect": check.effect.value,
        "matched": [_named(policy, statement.sid, statement.index) for policy, statement in check.matched],
    }


def _statement(looked: Looked, policies: dict[int, Policy]) -> dict[str, Any]:
    policies.setdefault(id(looked.policy), looked.policy)
    statement = looked.statement
    line, column = looked.policy.document.position(statement.span[0])
    return _named(looked.policy, statement.sid, statement.index) | {
        "type": _TYPES[looked.layer],
        "effect": statement.effect.value,
        "line": line,
        "column": column,
        "principal": looked.principal,
        "action": looked.action,
        "resource": looked.resource,
        "conditions": [
            {
                "operator": failed.operator,
                "key": failed.key,
                "values": list(failed.values),
                "found": None if failed.found is None else _texts(failed.found),
            }
            for failed in looked.failed
        ],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "uri": policy.uri,
        "inline": policy.inline,
        "attachedTo": policy.attached_to,
        "document": policy.document.text,
    }


def _nearest(decision: Decision) -> dict[str, Any] | None:
    """The statement that lacked least: where the smallest change can be made."""
    if not decision.traced:
        return None
    for looked in misses(decision):
        if looked.layer is decision.layer and looked.missed == 1:
            return _named(looked.policy, looked.statement.sid, looked.statement.index)
    return None


def _named(policy: Policy, sid: str | None, index: int) -> dict[str, Any]:
    return {"policy": policy.uri, "sid": sid, "index": index}


def _texts(found: str | Sequence[str]) -> list[str]:
    return [found] if isinstance(found, str) else list(found)
