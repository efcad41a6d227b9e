"""Checks of Principal and NotPrincipal: is each spelled as one, and is the grant as narrow as it looks?"""

from __future__ import annotations

from collections.abc import Iterator

from dockreeve.policy.document import Kind
from dockreeve.policy.grammar import is_principal
from dockreeve.policy.lint.draft import Draft, Statement, Text
from dockreeve.policy.lint.table import ERROR, RESOURCE_BASED, SECURITY_WARNING, TRUST, Found, at, check

_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
_SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
_GITHUB = "token.actions.githubusercontent.com"


def _named(draft: Draft) -> Iterator[tuple[Statement, str, Text]]:
    for statement in draft.statements:
        for kind, text in statement.principals.named if statement.principals else ():
            yield statement, kind, text


@check(
    "INVALID_PRINCIPAL_KEY", ERROR, "`{kind}` is no kind of principal. Use AWS, Service, Federated or CanonicalUser."
)
def unknown_kind(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.principals is None:
            continue
        spot = statement.principals.spot
        for key, _ in spot.node.members:
            if key.text not in _KINDS:
                yield at(spot.key(key), kind=key.text)


@check("INVALID_PRINCIPAL_FORMAT", ERROR, "`{principal}` is not spelled as a principal of the kind `{kind}`.")
def misspelled(draft: Draft) -> Iterator[Found]:
    for _, kind, text in _named(draft):
        has_wildcard = bool(set(text.value) & {"*", "?"})
        if kind in _KINDS and not has_wildcard and "${" not in text.value and not is_principal(kind, text.value):
            yield at(text.spot, principal=text.value, kind=kind)


@check(
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    ERROR,
    'Wildcards don\'t work within a principal, so `{principal}` is nobody. Name principals whole, or use "*".',
)
def wildcard(draft: Draft) -> Iterator[Found]:
    for _, kind, text in _named(draft):
        if kind in _KINDS and set(text.value) & {"*", "?"} and not is_principal(kind, text.value):
            yield at(text.spot, principal=text.value)


@check(
    "ALLOW_WITH_NOT_PRINCIPAL",
    SECURITY_WARNING,
    "`Allow` with `NotPrincipal` grants to everyone else, anonymous callers included. Use `Principal`.",
    kinds=RESOURCE_BASED,
)
def allow_all_others(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.allows and statement.principals is not None and statement.principals.inverted:
            yield at(statement.principals.spot)


@check(
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    SECURITY_WARNING,
    "The service `{service}` may act here for anyone's account. Add aws:SourceArn, aws:SourceAccount, aws:SourceOrgID "
    "or aws:SourceOrgPaths to the conditions.",
    kinds=RESOURCE_BASED - {Kind.TRUST},  # services that assume a role don't send these keys as a rule
)
def any_account_through_a_service(draft: Draft) -> Iterator[Found]:
    for statement, kind, text in _named(draft):
        if kind == "Service" and statement.allows and not any(map(statement.tests, _SOURCES)):
            yield at(text.spot, service=text.value)


@check(
    "MISSING_GITHUB_REPO_CONDITION_KEY",
    SECURITY_WARNING,
    "Any repository on GitHub may assume the role. Add a condition on token.actions.githubusercontent.com:sub that "
    "names yours.",
    kinds=TRUST,
)
def any_github_repository(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.principals is None or not statement.allows or _names_a_repository(statement):
            continue
        for kind, text in statement.principals.named:
            if kind == "Federated" and text.value.endswith(_GITHUB):
                yield at(text.spot)


def _names_a_repository(statement: Statement) -> bool:
    subject = statement.tests(f"{_GITHUB}:sub")
    return subject is not None and all(value.value.removeprefix("repo:").strip("*?:/") for value in subject.values)
