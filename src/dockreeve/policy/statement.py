"""One statement, compiled: which actions and resources it speaks of, for whom, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from dockreeve.policy.conditions import Condition
from dockreeve.policy.principals import Principals
from dockreeve.policy.request import Request
from dockreeve.policy.template import AnyOf, arn_patterns, pieces


class Effect(Enum):
    """What a statement does where it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement as written, with its patterns compiled.

    `resources` is None where the resource is implied (repository and trust policies); `principals` is None where no
    Principal is written. `span` is the statement's first and past-the-last offset in the document's text.
    """

    index: int
    sid: str | None
    effect: Effect
    span: tuple[int, int]
    actions: tuple[str, ...]
    inverted_actions: bool
    resources: tuple[str, ...] | None
    inverted_resources: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]
    _actions: AnyOf = field(repr=False)
    _resources: AnyOf | None = field(repr=False)

    @property
    def allows(self) -> bool:
        return self.effect is Effect.ALLOW

    def names_action(self, action_key: str) -> bool:
        """Whether Action (or NotAction) takes in an action, given in lower case [Action]."""
        return self._actions.matches(action_key, {}) is not self.inverted_actions

    def names_resource(self, ask: Request) -> bool:
        """Whether Resource (or NotResource) takes in the request's resource [RES]; an implied resource always is."""
        known = self._resources
        return known is None or known.matches(ask.resource, ask.context) is not self.inverted_resources

    def covers(self, ask: Request) -> bool:
        """Whether resource and every line of Condition match; action and principal are not looked at."""
        known = self._resources
        if known is not None and known.matches(ask.resource, ask.context) is self.inverted_resources:
            return False
        for condition in self.conditions:  # noqa: SIM110 - the hot path: all() would cost a generator
            if not condition.met(ask.context):
                return False
        return True


def action_patterns(actions: Sequence[str]) -> AnyOf:
    """Compile actions; they compare without regard to case, and hold no variables."""
    return AnyOf(pieces(action.lower(), wildcards=True, variables=False) for action in actions)


def resource_patterns(resources: Sequence[str], *, variables: bool) -> AnyOf:
    """Compile resources; case counts."""
    return AnyOf(
        pattern
        for resource in resources
        for pattern in arn_patterns(pieces(resource, wildcards=True, variables=variables), crossing=True)
    )
