"""Every policy that applies to one request, layer by layer, compiled once and indexed by action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

from dockreeve.policy.document import Document
from dockreeve.policy.statement import Statement

_REMEMBERED_ACTIONS = 512


class Layer(Enum):
    """The kinds of policy a decision asks [EVAL]."""

    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    IDENTITY = "identity"
    TRUST = "trust"


@dataclass(frozen=True, slots=True)
class Policy:
    """A document where it applies: `uri` is the policy's ARN or an opaque name, `attached_to` an entity or resource."""

    document: Document
    uri: str
    inline: bool
    attached_to: str = ""


Entry: TypeAlias = tuple[Policy, Statement]


class PolicySet:
    """Policies of one layer; immutable, and cheap to ask for the statements that name an action."""

    __slots__ = ("_exact", "_named", "_scanned", "_selected", "entries", "policies")

    def __init__(self, policies: Iterable[Policy] = ()) -> None:
        self.policies = tuple(policies)
        self.entries: tuple[Entry, ...] = tuple(
            (policy, statement) for policy in self.policies for statement in policy.document.statements
        )
        self._exact: dict[str, list[int]] = {}
        self._scanned: list[int] = []
        self._selected: dict[str, tuple[tuple[Entry, ...], tuple[Entry, ...]]] = {}
        self._named: dict[str, tuple[bool, ...]] = {}
        for index, (_, statement) in enumerate(self.entries):
            keys = {action.lower() for action in statement.actions}
            if statement.inverted_actions or any("*" in key or "?" in key for key in keys):
                self._scanned.append(index)
            else:
                for key in keys:
                    self._exact.setdefault(key, []).append(index)

    def naming(self, action_key: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """The Deny and the Allow statements that name an action (given in lower case), in order."""
        found = self._selected.get(action_key)
        if found is None:
            # Whoever may choose action names (a simulation) must not fill our memory with them.
            if len(self._selected) >= _REMEMBERED_ACTIONS:
                self._selected.clear()
            found = self._selected[action_key] = self._select(action_key)
        return found

    def named(self, action_key: str) -> tuple[bool, ...]:
        """For each of the entries, whether it names an action (given in lower case)."""
        found = self._named.get(action_key)
        if found is None:
            if len(self._named) >= _REMEMBERED_ACTIONS:
                self._named.clear()
            chosen = set(self._places(action_key))
            found = self._named[action_key] = tuple(place in chosen for place in range(len(self.entries)))
        return found

    def _select(self, action_key: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        chosen = [self.entries[index] for index in sorted(self._places(action_key))]
        return (
            tuple(entry for entry in chosen if not entry[1].allows),
            tuple(entry for entry in chosen if entry[1].allows),
        )

    def _places(self, action_key: str) -> tuple[int, ...]:
        scanned = (index for index in self._scanned if self.entries[index][1].names_action(action_key))
        return (*scanned, *self._exact.get(action_key, ()))

    def __repr__(self) -> str:
        return f"PolicySet({[policy.uri for policy in self.policies]!r})"


EMPTY = PolicySet()


@dataclass(frozen=True, slots=True)
class Level:
    """The SCPs or RCPs of one level: the organization's root, a unit, or the account."""

    name: str
    policies: PolicySet


@dataclass(frozen=True, slots=True)
class Held:
    """Every policy that applies to one request.

    None means that there is no such policy, so that it limits nothing; an empty set of a limiting layer allows
    nothing. `resource` may hold several policies (the repository's and the registry's): an allow in either counts.
    `trust` is there when a role is to be assumed: the role's trust policy must itself allow [EVAL].
    """

    identity: PolicySet = EMPTY
    boundary: PolicySet | None = None
    session: PolicySet | None = None
    resource: PolicySet | None = None
    trust: PolicySet | None = None
    scp: tuple[Level, ...] = ()
    rcp: tuple[Level, ...] = ()
    endpoint: PolicySet | None = None

    def changed(self, layer: Layer, edit: Callable[[PolicySet], PolicySet]) -> Held:
        """The same but for the policies of one layer; every level of SCPs or RCPs is edited alike."""
        if layer in (Layer.SCP, Layer.RCP):
            levels: tuple[Level, ...] = getattr(self, layer.value)
            return _with(self, layer, tuple(Level(one.name, edit(one.policies)) for one in levels))
        return _with(self, layer, edit(getattr(self, layer.value) or EMPTY))

    def plus(self, layer: Layer, policy: Policy) -> Held:
        """With one policy more in a layer."""
        return self.changed(layer, lambda known: PolicySet((*known.policies, policy)))

    def swapped(self, layer: Layer, old: Policy, new: Policy) -> Held:
        """With `new` wherever `old` stands in a layer."""
        return self.changed(
            layer, lambda known: PolicySet(new if policy is old else policy for policy in known.policies)
        )


def _with(held: Held, layer: Layer, policies: object) -> Held:
    changes: dict[str, Any] = {layer.value: policies}
    return replace(held, **changes)
