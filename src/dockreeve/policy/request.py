"""The question a policy decision answers: who wants to do what to which resource, in which circumstances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockreeve.policy.principals import Caller, caller
from dockreeve.policy.template import Context, Values


class Request:
    """One action of one principal on one resource; treat it as a value, it is never changed.

    `principal` is the ARN of a user, role, assumed-role session, federated user or root, or the name of a service.
    `resource` is an ARN, or "*" for an action without resource types. `resource_account` is the 12-digit owner; when
    left out it is read from the ARN, and where that has none it is the principal's own. A key of `context` that is
    absent is absent from the request: nothing is added.
    """

    __slots__ = ("action", "action_key", "caller", "context", "principal", "provider", "resource", "resource_account")

    def __init__(
        self,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, str | Sequence[str]],
        resource_account: str = "",
    ) -> None:
        self.principal = principal
        self.action = action
        self.action_key = action.lower()
        self.resource = resource
        self.context: Context = normal_context(context)
        self.caller: Caller = caller(principal, self.context)
        self.resource_account = resource_account or _owner(resource) or self.caller.account
        provider = self.context.get("aws:federatedprovider", "")
        self.provider = provider if isinstance(provider, str) else ""

    @property
    def same_account(self) -> bool:
        """Whether caller and resource belong to one account; a service belongs to none."""
        return bool(self.caller.account) and self.caller.account == self.resource_account

    def __repr__(self) -> str:
        return f"Request({self.principal!r}, {self.action!r}, {self.resource!r}, {dict(self.context)!r})"


def normal_context(context: Mapping[str, str | Sequence[str]]) -> Context:
    """The context with its keys in lower case and its lists as tuples.

    Keys that differ by case only are one key with all their values, so they match no operator for single values.
    """
    plain = {key.lower(): value if isinstance(value, str) else tuple(value) for key, value in context.items()}
    if len(plain) == len(context):
        return plain
    normal: dict[str, Values] = {}
    for key, value in context.items():
        lower = key.lower()
        held: Values = value if isinstance(value, str) else tuple(value)
        if lower in normal:
            earlier = normal[lower]
            held = (*_as_tuple(earlier), *_as_tuple(held))
        normal[lower] = held
    return normal


def _as_tuple(value: Values) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _owner(resource: str) -> str:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) > 5 and parts[0] == "arn" else ""  # noqa: PLR2004
