"""Checks of Action and NotAction: does the action exist, and may it stand here?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dockreeve.policy.catalogue import NEWER, catalogue
from dockreeve.policy.lint.draft import Draft, Statement, Text
from dockreeve.policy.lint.table import ERROR, SUGGESTION, TRUST, Found, at, check

WILDCARDS = {"*", "?"}
_NEWER = frozenset(name.lower() for name in NEWER)
_WEB_IDENTITY = "sts:assumerolewithwebidentity"
_SAML = "sts:assumerolewithsaml"
_HINTS = 50  # in a document: looking for the nearest name is slow
_PATTERNS = 1_000  # in a document: so is comparing one with every action
_BESIDE = ("sts:tagsession", "sts:setsourceidentity", "sts:setcontext")


def named_actions(draft: Draft) -> Iterator[tuple[Statement, Text]]:
    """Every value of Action and NotAction with its statement."""
    for statement in draft.statements:
        for action in statement.actions.values if statement.actions else ():
            yield statement, action


@check("INVALID_ACTION", ERROR, "The action `{action}` is unknown.{hint}")
def unknown_action(draft: Draft) -> Iterator[Found]:
    known = catalogue()
    patterns, hints = _PATTERNS, _HINTS
    for _, action in named_actions(draft):
        name = action.value
        service, colon, verb = name.partition(":")
        if not colon or set(service) & WILDCARDS or not known.service(service) or ":" in verb:
            continue
        is_pattern = bool(set(verb) & WILDCARDS)
        patterns -= is_pattern
        if (not is_pattern or patterns > 0) and not _exists(name):
            meant = None if is_pattern or hints <= 0 else known.near(name)
            hints -= 1
            yield at(action.spot, action=name, hint=f" Did you mean `{meant}`?" if meant else "")


@lru_cache(maxsize=1024)
def _exists(name: str) -> bool:
    known = catalogue()
    if name.lower() in _NEWER or known.action(name) is not None or name.endswith(":*"):
        return True
    return bool(set(name) & WILDCARDS and known.matching(name))


@check("INVALID_SERVICE_IN_ACTION", ERROR, "The service `{service}` of the action `{action}` is unknown.{hint}")
def unknown_service(draft: Draft) -> Iterator[Found]:
    known = catalogue()
    hints = _HINTS
    for _, action in named_actions(draft):
        service, colon, verb = action.value.partition(":")
        if action.value == "*" or (colon and set(service) & WILDCARDS and ":" not in verb):
            continue
        if not colon or ":" in verb:
            yield at(action.spot, service=service, action=action.value, hint=" Write it as `service:Action`.")
        elif not known.service(service):
            meant = known.near_service(service) if hints > 0 else None
            hints -= 1
            yield at(
                action.spot, service=service, action=action.value, hint=f" Did you mean `{meant}`?" if meant else ""
            )


@check(
    "WILDCARD_IN_SERVICE_NAME",
    SUGGESTION,
    "A wildcard in the service of `{value}` takes in services that you may not mean, and ones yet to come.",
)
def wildcard_in_service(draft: Draft) -> Iterator[Found]:
    for _, action in named_actions(draft):
        service, colon, _ = action.value.partition(":")
        if colon and set(service) & WILDCARDS:
            yield at(action.spot, value=action.value)
    for statement in draft.statements:
        for resource in statement.resources.values if statement.resources else ():
            parts = resource.value.split(":")
            if parts[0] == "arn" and len(parts) > 2 and set(parts[2]) & WILDCARDS:  # noqa: PLR2004 - the service
                yield at(resource.spot, value=resource.value)


@check(
    "UNSUPPORTED_ACTION_IN_POLICY",
    ERROR,
    "`{action}` can't stand in a trust policy: only actions of sts let somebody assume a role.",
    kinds=TRUST,
)
def stranger_in_trust(draft: Draft) -> Iterator[Found]:
    for _, action in named_actions(draft):
        if ":" in action.value and not action.value.lower().startswith("sts:"):
            yield at(action.spot, action=action.value)


@check(
    "MISMATCHED_ACTION_FOR_PRINCIPAL",
    ERROR,
    "A principal of the kind `{kind}` can't use `{action}`: {reason}.",
    kinds=TRUST,
)
def action_of_another_principal(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.principals is None or statement.actions is None:
            continue
        mismatches: dict[tuple[bool, bool], list[tuple[Text, str]]] = {}  # a statement may name many of both
        for kind, principal in statement.principals.named:
            sort = kind == "Federated", ":saml-provider/" in principal.value
            if principal.value != "*" and sort not in mismatches:
                found = ((action, _mismatch(*sort, action.value.lower())) for action in statement.actions.values)
                mismatches[sort] = [(action, reason) for action, reason in found if reason]
            for action, reason in mismatches[sort] if principal.value != "*" else ():
                yield at(action.spot, kind=kind, action=action.value, reason=reason)


def _mismatch(is_federated: bool, is_saml: bool, action: str) -> str:
    if set(action) & WILDCARDS or not action.startswith("sts:") or action in _BESIDE:
        return ""
    if not is_federated:
        return "it is for Federated principals" if action in (_SAML, _WEB_IDENTITY) else ""
    if action == "sts:assumerole":
        return "federated principals assume a role with sts:AssumeRoleWithSAML or sts:AssumeRoleWithWebIdentity"
    if is_saml and action == _WEB_IDENTITY:
        return "a SAML provider needs sts:AssumeRoleWithSAML"
    return "an OpenID Connect provider needs sts:AssumeRoleWithWebIdentity" if not is_saml and action == _SAML else ""
