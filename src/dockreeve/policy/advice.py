"""What would have made a refused request allowed: the nearest misses, and the smallest statement to add."""

from __future__ import annotations

from dockreeve.policy.decision import Decision, Looked, Verdict
from dockreeve.policy.held import Layer
from dockreeve.policy.principals import CallerKind


def misses(decision: Decision) -> list[Looked]:
    """The Allow statements that did not match, nearest first: one part short comes before two.

    Among equals those of the layer that lacked the allow come first, then those that name the action. Raise
    ValueError for a decision made without `trace=True`.
    """
    if not decision.traced:
        raise ValueError("the decision was made without trace=True")
    missed = [look for look in decision.seen if look.statement.allows and not look.matched]
    return sorted(missed, key=lambda look: (look.missed, look.layer is not decision.layer, not look.action))


def missing_statement(decision: Decision, *, resource_types: bool = True) -> dict[str, object] | None:
    """The smallest Allow statement whose addition to `decision.layer` gives the allow that was lacking.

    Another layer may lack one too: add, decide again, and ask again. `resource_types=False` says that the action has
    none and is authorized on "*". None where no Allow helps: the request is allowed, or denied explicitly.
    """
    if decision.verdict is not Verdict.IMPLICIT_DENY:
        return None
    ask = decision.ask
    statement: dict[str, object] = {"Effect": "Allow"}
    resource_side = decision.layer in (Layer.RESOURCE, Layer.TRUST)
    if resource_side:
        statement["Principal"] = _principal_of(decision)
    statement["Action"] = ask.action
    if not resource_side:
        statement["Resource"] = ask.resource if resource_types else "*"
    return statement


def _principal_of(decision: Decision) -> dict[str, str]:
    """The name that outlives the session: the role for a session, the account for its root."""
    who = decision.ask.caller
    provider = decision.ask.provider
    if who.kind is CallerKind.OUTSIDE:
        is_provider = provider or who.name.startswith("arn:")
        return {"Federated": provider or who.name} if is_provider else {"Service": who.name}
    if who.kind is CallerKind.SESSION:
        return {"AWS": next(name for name in who.names if ":role/" in name)}
    if who.kind is CallerKind.ROOT:
        return {"AWS": who.account}
    return {"AWS": who.name}
