"""An explanation as data: what a decision looked at, what decided it, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dockreeve.policy.decision import CheckEffect, Verdict
from dockreeve.policy.explain import plain
from dockreeve.policy.statement import Effect
from dockreeve.policy.template import Values

CheckType = Literal[
    "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "VPC_ENDPOINT", "RESOURCE", "PRINCIPAL",
    "PERMISSIONS_BOUNDARY", "SESSION", "ROLE_TRUST",
]  # fmt: skip
Element = Literal["Action", "Resource", "Statement"]
Part = Literal["principal", "action", "resource", "condition"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A statement by its policy and place; `index` counts from 0, `line` and `column` from 1."""

    policy: str
    sid: str | None
    index: int
    line: int
    column: int

    @property
    def name(self) -> str:
        """Its Sid, or which one of the policy it is."""
        return self.sid or f"statement {self.index + 1}"

    @property
    def place(self) -> str:
        """`POLICY:LINE:COLUMN`, as compilers write it."""
        return f"{self.policy}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Step:
    """One check in AWS's order; `level` names that of an SCP or RCP, `matched` are the statements that spoke."""

    type: CheckType
    level: str
    effect: CheckEffect
    matched: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a Condition, as written."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmet(Line):
    """A line that was not met, with what the request held under its key; None is nothing."""

    found: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class StatementSeen(Reference):
    """A statement that was looked at, and which of its parts matched; `span` is its place in the text."""

    type: CheckType
    effect: Effect
    span: tuple[int, int]
    principal: bool
    action: bool
    resource: bool
    conditions: tuple[Unmet, ...]

    @property
    def matched(self) -> bool:
        return self.principal and self.action and self.resource and not self.conditions

    def finding(self, action: str) -> str:
        """Whether it matches, and if not what it lacks: `matches the resource; its actions lack ecr:PutImage`."""
        lacks = [] if self.principal else ["names another principal"]
        lacks += [] if self.action else [f"its actions lack {action}"]
        lacks += [] if self.resource else ["its resources leave out this one"]
        for unmet in self.conditions:
            found = "absent" if unmet.found is None else ", ".join(unmet.found)
            wanted = " or ".join(unmet.values)
            lacks.append(f"{unmet.operator} on {unmet.key} wants {wanted}, and it is {found}")
        if not lacks:
            return "matches"
        if len(lacks) > 1:
            return "; ".join(lacks)
        return "; ".join(["matches the resource" if self.resource else "names the action", *lacks])


@dataclass(frozen=True, slots=True)
class PolicySeen:
    """A policy that was looked at: its text as it was then. `type` is the check that it counts in."""

    uri: str
    type: CheckType
    inline: bool
    attached_to: str
    document: str


@dataclass(frozen=True, slots=True)
class Nearest(Reference):
    """The Allow statement that lacked least: the one part of it that didn't match, and the same in a sentence."""

    lacks: Part
    sentence: str


@dataclass(frozen=True, slots=True)
class Splice:
    """A change of a text: the characters from `start` up to `end` become `text`."""

    start: int
    end: int
    text: str

    def applied(self, before: str) -> str:
        """The text afterwards."""
        return before[: self.start] + self.text + before[self.end :]


@dataclass(frozen=True, slots=True)
class Allows:
    """What a change allows, as the changed statement says it: not only the request that was refused.

    `resources` is None where the resource is implied (trust and repository policies), and an exception to everything
    with `all_but`. `shared` says that the policy may be attached to others, who get the same.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...] | None
    all_but: bool
    conditions: tuple[Line, ...]
    principals: tuple[str, ...]
    shared: bool

    def beyond(self, resource: str) -> bool:
        """Whether that is more than one action on this resource by this principal."""
        wide = self.resources is not None and (self.all_but or self.resources != (resource,))
        return wide or len(self.actions) > 1 or self.shared


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change that gives the allow which was lacking; it was tried, and the request decided again.

    `added` goes into the Action or Resource of the statement `sid`/`index` of `policy`, or `statement` is one more
    statement of it; a `policy` of "" is yet to be made, and has no `splice`. `diff` is unified, of the document
    re-indented where it stands in one line. `still_lacking` are checks in which an allow would be missing even then.
    """

    type: CheckType
    policy: str
    element: Element
    added: str
    sid: str | None
    index: int | None
    statement: Mapping[str, Any] | None
    splice: Splice | None
    diff: tuple[str, ...]
    allows: Allows
    still_lacking: tuple[CheckType, ...]


@dataclass(frozen=True, slots=True)
class Denying(Reference):
    """A Deny that matches: the actions and resources of it that take in the request, and the conditions, all met.

    `by_not_action` and `by_not_resource` say that the element is NotAction or NotResource, and lists none of it.
    """

    type: CheckType
    actions: tuple[str, ...]
    by_not_action: bool
    resources: tuple[str, ...]
    by_not_resource: bool
    conditions: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What an explicit deny leaves: every one of `denies` would have to leave out the request.

    `still_lacking` are checks in which an allow would be missing even then. Nothing is proposed: whoever wrote a Deny
    meant it.
    """

    denies: tuple[Denying, ...]
    still_lacking: tuple[CheckType, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision, explained; made by `explain`.

    `reason` is AWS's clause, `decided_by` the check that decided or lacked an allow, `missing` the smallest statement
    that gives it. A decision made without trace has no checks and statements.
    """

    principal: str
    action: str
    resource: str
    resource_account: str
    verdict: Verdict
    sentence: str
    reason: str
    decided_by: CheckType | None
    context: Mapping[str, Values] = field(default_factory=dict)
    checks: tuple[Step, ...] = ()
    statements: tuple[StatementSeen, ...] = ()
    policies: tuple[PolicySeen, ...] = ()
    deciding: tuple[Reference, ...] = ()
    nearest: Nearest | None = None
    missing: Mapping[str, Any] | None = None
    change: Change | None = None
    narrowing: Narrowing | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; names in camel case."""
        written: dict[str, Any] = plain.written(self)
        return written

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Explanation:
        """What `to_json` wrote; further members are left out. Raise `plain.Unreadable` for anything else."""
        return plain.read(Explanation, record)
