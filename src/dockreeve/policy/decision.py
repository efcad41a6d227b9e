"""A decision with its reasons, and the sentence that AWS would answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from dockreeve.policy.conditions import Condition
from dockreeve.policy.held import Entry, Held, Layer, Policy
from dockreeve.policy.request import Request
from dockreeve.policy.statement import Statement
from dockreeve.policy.template import Values


class Verdict(Enum):
    """The outcome, in the words of AWS's policy cases."""

    ALLOWED = "Allowed"
    EXPLICIT_DENY = "ExplicitlyDenied"
    IMPLICIT_DENY = "ImplicitlyDenied"


class CheckEffect(Enum):
    """What one check of the order came to, in the words of GetRequestAuthorizationDetails."""

    ALLOW = "ALLOW"
    NO_IMPACT = "NO_IMPACT"
    IMPLICIT_DENY = "IMPLICIT_DENY"
    EXPLICIT_DENY = "EXPLICIT_DENY"


@dataclass(frozen=True, slots=True)
class Check:
    """One step in AWS's order of checks; `name` is the level of an SCP or RCP, `matched` what spoke in it."""

    layer: Layer
    name: str
    effect: CheckEffect
    matched: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A line of Condition that was not met, with what the request held under its key (None: nothing)."""

    operator: str
    key: str
    values: tuple[str, ...]
    found: Values | None


class Looked(NamedTuple):
    """One statement, and which of its parts matched the request."""

    policy: Policy
    statement: Statement
    layer: Layer
    principal: bool
    action: bool
    resource: bool
    failed: tuple[Failed, ...]

    @property
    def condition(self) -> bool:
        return not self.failed

    @property
    def matched(self) -> bool:
        return self.principal and self.action and self.resource and not self.failed

    @property
    def missed(self) -> int:
        """How many of the four parts did not match."""
        return (self.principal, self.action, self.resource, self.condition).count(False)


def failed(condition: Condition, ask: Request) -> Failed:
    """Tell why a condition is not met."""
    return Failed(condition.operator.written, condition.key, condition.values, condition.found(ask.context))


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and why.

    `layer` decided, or lacked the allow that was needed; `deciding` is the statement that did it (several where
    identity and resource policy both had to allow), empty where silence denied or nothing was needed. `checks`,
    `seen` and `held` (what it was decided by) are filled only when asked for with `trace=True`, as `traced` says.
    """

    ask: Request
    verdict: Verdict
    layer: Layer | None
    deciding: tuple[Entry, ...] = ()
    traced: bool = False
    checks: tuple[Check, ...] = ()
    seen: tuple[Looked, ...] = ()
    held: Held | None = None

    def __bool__(self) -> bool:
        return self.verdict is Verdict.ALLOWED

    def clause(self) -> str:
        """The reason as AWS words it, without stop; empty for an allowed request."""
        if self or self.layer is None:
            return ""
        noun = _NOUNS[self.layer]
        if self.verdict is Verdict.IMPLICIT_DENY:
            return f"because no {noun} allows the {self.ask.action} action"
        article = "the" if self.layer is Layer.TRUST else "an" if noun[0] in "aeiou" else "a"
        return f"with an explicit deny in {article} {noun}{self._policy_named()}"

    def sentence(self, resource_shown: str | None = None, principal_shown: str | None = None) -> str:
        """`User: P is not authorized to perform: A on resource: R CLAUSE`, as AWS words it, without stop.

        A refused sts:AssumeRole and its kin carry no clause. For an allowed request the sentence says so.
        """
        who = self.ask.principal if principal_shown is None else principal_shown
        what = self.ask.resource if resource_shown is None else resource_shown
        is_not = "is" if self else "is not"
        sentence = f"User: {who} {is_not} authorized to perform: {self.ask.action} on resource: {what}"
        clause = "" if self.ask.action_key in _WITHOUT_CLAUSE else self.clause()
        return f"{sentence} {clause}" if clause else sentence

    def _policy_named(self) -> str:
        """The ARN of the policy that denied, which AWS tells only for managed policies, and not for a resource's."""
        if self.layer not in _NAMED_LAYERS or not self.deciding:
            return ""
        policy = self.deciding[0][0]
        return f": {policy.uri}" if policy.uri.startswith("arn:") and not policy.inline else ""


_NOUNS = {
    Layer.SCP: "service control policy",
    Layer.RCP: "resource control policy",
    Layer.ENDPOINT: "VPC endpoint policy",
    Layer.BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policy",
    Layer.RESOURCE: "resource-based policy",
    Layer.IDENTITY: "identity-based policy",
    Layer.TRUST: "role trust policy",
}
_NAMED_LAYERS = {Layer.SCP, Layer.RCP, Layer.BOUNDARY, Layer.SESSION, Layer.IDENTITY}
_WITHOUT_CLAUSE = {
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:tagsession",
    "sts:setsourceidentity",
}
