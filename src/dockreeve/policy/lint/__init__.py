"""What is wrong or risky in a policy document, said as Access Analyzer's ValidatePolicy says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from dockreeve.policy.document import Kind
from dockreeve.policy.lint import (  # noqa: F401 - each family registers its checks
    actions,
    conditions,
    principals,
    redundant,
    registry,
    resources,
    roles,
    structure,
    values,
    variables,
)
from dockreeve.policy.lint.draft import Draft, Purpose, Spot
from dockreeve.policy.lint.finding import Finding, FindingType, Location, Position
from dockreeve.policy.lint.granted import VERBS, Granted, granted
from dockreeve.policy.lint.table import CHECKS, ERROR, Check, Found, link
from dockreeve.policy.positions import Lines, Node, Unreadable, read

__all__ = [
    "CHECKS",
    "VERBS",
    "Finding",
    "FindingType",
    "Granted",
    "Location",
    "Position",
    "draft",
    "granted",
    "kind_named",
    "lint",
    "validate_policy",
]

MOST = 1_000  # findings of one document
LONGEST = 300  # characters of a value in a sentence
_SEVERITY = {kind: rank for rank, kind in enumerate(FindingType)}
_POLICY_TYPES = {
    "IDENTITY_POLICY": Kind.IDENTITY,
    "SERVICE_CONTROL_POLICY": Kind.SCP,
    "RESOURCE_CONTROL_POLICY": Kind.RCP,
}
_RESOURCE_TYPES = {
    "AWS::IAM::AssumeRolePolicyDocument": Kind.TRUST,
    "AWS::ECR::Repository": Kind.REPOSITORY,
    "AWS::ECR::RegistryPolicy": Kind.REGISTRY,
}


def lint(
    text: str,
    kind: Kind = Kind.IDENTITY,
    *,
    root: Node | None = None,
    description: str = "",
    account: str | None = None,
    repositories: Collection[str] | None = None,
    beside: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Everything that the checks of the table find in a document of a kind, the worst first, then by place.

    `root` is the document where it is a part of a longer `text` (a template): the places are those of `text`. What
    `description` promises is compared with what the statements grant (for a trust policy: whom the role is for);
    `repositories` are the names of all repositories of `account`; `beside` are the other identity policies of the same
    principal, so that what they grant is not called missing. At most 1,000 findings; no text makes it raise.
    """
    lines = Lines(text)
    try:
        node = read(text) if root is None else root
    except Unreadable as error:
        return (_unreadable(error, lines),)
    purpose = Purpose(
        description=description,
        account=account,
        repositories=None if repositories is None else frozenset(repositories),
        beside=tuple(found for other in beside if (found := draft(other, Kind.IDENTITY)) is not None),
    )
    document = Draft(text, node, kind, purpose)
    findings = [
        _finding(check, found, lines)
        for check in CHECKS
        if kind in check.kinds
        for found in islice(check.function(document), MOST)
    ]
    return tuple(sorted(findings, key=_order)[:MOST])


def draft(text: str, kind: Kind = Kind.IDENTITY) -> Draft | None:
    """The document as the checks see it, for `granted`; None if it is not JSON."""
    try:
        return Draft(text, read(text), kind, Purpose())
    except Unreadable:
        return None


def kind_named(policy_type: str, resource_type: str | None = None, text: str = "") -> Kind | None:
    """The kind of a document by the API's policyType and validatePolicyResourceType; None for an unknown policyType.

    A resource policy of no known resource type is held to what all have in common: by `text`, with Resource or without.
    """
    if policy_type != "RESOURCE_POLICY":
        return _POLICY_TYPES.get(policy_type)
    if resource_type in _RESOURCE_TYPES:
        return _RESOURCE_TYPES[resource_type]
    found = draft(text)
    implied = found is not None and found.statements and all(one.resources is None for one in found.statements)
    return Kind.REPOSITORY if implied and resource_type is None else Kind.ENDPOINT


def validate_policy(policy_document: str, policy_type: str, resource_type: str | None = None) -> list[dict[str, Any]]:
    """The `findings` of access-analyzer:ValidatePolicy.

    Raise `ValueError` for a policyType that the API does not have; the door's model refuses it before.
    """
    kind = kind_named(policy_type, resource_type, policy_document)
    if kind is None:
        raise ValueError(f"there is no policy type `{policy_type}`")
    return [finding.described() for finding in lint(policy_document, kind)]


def _finding(check: Check, found: Found, lines: Lines) -> Finding:
    locations = tuple(_location(spot, lines) for spot in found.spots)
    words = {name: _shown(word) for name, word in found.words.items()}
    return Finding(check.type, check.code, check.sentence.format(**words), check.learn_more, locations)


def _shown(word: object) -> str:
    """A value of the document, fit for one line of a terminal and of a log."""
    text = str(word)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _location(spot: Spot, lines: Lines) -> Location:
    start, end = spot.node.start, spot.node.end
    quotes = end - start - len(spot.node.text)  # YAML's plain texts have none
    if spot.part is not None and quotes in (0, 2):  # no escapes: a character is a character
        start += quotes // 2 + spot.part[0]
        end = start + spot.part[1]
    return Location(spot.path(), _position(start, lines), _position(end, lines))


def _position(offset: int, lines: Lines) -> Position:
    return Position(*lines.place(offset), offset)


def _unreadable(error: Unreadable, lines: Lines) -> Finding:
    place = _position(error.offset, lines)
    details = f"This is not JSON at line {place.line}, column {place.column + 1}: {error.detail}."
    code = "JSON_SYNTAX_ERROR"
    return Finding(ERROR, code, details, link(code, ERROR), (Location((), place, place),))


def _order(finding: Finding) -> tuple[int, int, str]:
    first: Iterator[int] = (location.start.offset for location in finding.locations)
    return _SEVERITY[finding.type], next(first, 0), finding.code
