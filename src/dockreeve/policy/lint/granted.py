"""What the policies of one principal let it do in docker's terms, as far as actions and resources tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dockreeve.policy import verbs as table
from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.lint.covers import covers, overlaps
from dockreeve.policy.lint.draft import Draft, Spot, Statement

# Docker's verbs without what each of them needs of login: that one is told once.
VERBS: Mapping[str, tuple[str, ...]] = {
    name: tuple(need.action for need in table.VERBS[name].needs if name == "login" or need.on is table.On.REPOSITORY)
    for name in ("login", "pull", "push", "delete", "list")
}
ACTIONS = tuple(dict.fromkeys(action for actions in VERBS.values() for action in actions))
_LOWERED = {action.lower(): action for action in ACTIONS}
_REPOSITORY = "arn:*:ecr:*:*:repository/*"


class Granted(NamedTuple):
    """The actions that some policy allows, each with where it does so in the first document that does."""

    actions: Mapping[str, Spot]

    def missing(self, verb: str) -> tuple[str, ...]:
        """The actions that a verb lacks, in docker's order; () if it is granted."""
        return tuple(action for action in VERBS[verb] if action not in self.actions)


def granted(drafts: Iterable[Draft]) -> Granted:
    """What the identity policies of one principal allow on some repository; conditions count as met.

    A Deny takes an action away where it stands without conditions and on everything.
    """
    found: dict[str, Spot] = {}
    denied: set[str] = set()
    for draft in drafts:
        allowed, taken_away = draft.once(_said)
        found = {**allowed, **found}
        denied |= taken_away
    return Granted({action: spot for action, spot in found.items() if action not in denied})


def _said(draft: Draft) -> tuple[dict[str, Spot], set[str]]:
    """The actions that the document allows, each with where it does so first, and those it denies on everything."""
    found: dict[str, Spot] = {}
    denied: set[str] = set()
    for statement in draft.statements:
        named = _named(statement)
        if not named:
            continue
        if statement.allows:
            found = _allowed(statement, named) | found
        elif statement.effect == "Deny" and not statement.conditions and _everywhere(statement):
            denied |= named.keys()
    return found, denied


def _named(statement: Statement) -> dict[str, Spot]:
    """Where Action takes each action in, or the whole NotAction that leaves it in."""
    listed = statement.actions
    if listed is None:
        return {}
    taken: dict[str, Spot] = {}
    for value, text in zip(listed.values, listed.texts, strict=True):
        if set(text) & {"*", "?"}:
            for lowered, action in _LOWERED.items():
                if action not in taken and covers(text, lowered):
                    taken[action] = value.spot
        elif text in _LOWERED:
            taken.setdefault(_LOWERED[text], value.spot)
    if listed.inverted:
        return {action: listed.spot for action in ACTIONS if action not in taken}
    return {action: taken[action] for action in ACTIONS if action in taken}


def _allowed(statement: Statement, named: Mapping[str, Spot]) -> dict[str, Spot]:
    """Those of the named actions that Resource lets through; one without resource types needs `*`."""
    listed = statement.resources
    if listed is None or listed.inverted:
        return dict(named)
    on_everything = any(one.value == "*" for one in listed.values)
    # A resource that is only known later (a template's reference) may be a repository.
    on_some = on_everything or not listed.values or any(overlaps(one.value, _REPOSITORY) for one in listed.values)
    return {action: spot for action, spot in named.items() if (on_some if _has_types(action) else on_everything)}


def _has_types(action: str) -> bool:
    known = catalogue().action(action)
    return known is None or bool(known.resource_types)


def _everywhere(statement: Statement) -> bool:
    listed = statement.resources
    return listed is None or (not listed.inverted and any(one.value == "*" for one in listed.values))
