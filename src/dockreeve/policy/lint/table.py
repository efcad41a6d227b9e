"""The one table of checks: each is a small function, registered with its code, its type, its kinds and its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from dockreeve.policy.document import Kind
from dockreeve.policy.lint.draft import Draft, Spot
from dockreeve.policy.lint.finding import FindingType

ERROR, SECURITY_WARNING = FindingType.ERROR, FindingType.SECURITY_WARNING
WARNING, SUGGESTION = FindingType.WARNING, FindingType.SUGGESTION

EVERY_KIND = frozenset(Kind)
IDENTITY = frozenset({Kind.IDENTITY})
TRUST = frozenset({Kind.TRUST})
ORGANIZATION = frozenset({Kind.SCP, Kind.RCP})
RESOURCE_BASED = frozenset({Kind.TRUST, Kind.REPOSITORY, Kind.REGISTRY, Kind.ENDPOINT})

AWS_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
_ANCHOR = "access-analyzer-reference-policy-checks"
_KINDS_OF_ANCHOR = {
    ERROR: "error",
    SECURITY_WARNING: "security-warning",
    WARNING: "general-warning",
    SUGGESTION: "suggestion",
}


class Found(NamedTuple):
    """Where a check struck, and the words for its sentence."""

    spots: tuple[Spot, ...]
    words: dict[str, object]


Function: TypeAlias = Callable[[Draft], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table. `sentence` may hold words in braces, which the function fills in."""

    code: str
    type: FindingType
    kinds: frozenset[Kind]
    function: Function
    sentence: str
    learn_more: str


CHECKS: list[Check] = []


def at(*spots: Spot, **words: object) -> Found:
    """A finding at one or more places."""
    return Found(spots, words)


def check(
    code: str, kind: FindingType, sentence: str, kinds: frozenset[Kind] = EVERY_KIND, learn_more: str = ""
) -> Callable[[Function], Function]:
    """Register the function below it; without `learn_more` the link is that of AWS's page of checks."""

    def register(function: Function) -> Function:
        CHECKS.append(Check(code, kind, kinds, function, sentence, learn_more or link(code, kind)))
        return function

    return register


def link(code: str, kind: FindingType) -> str:
    """The place of a check on AWS's page, whose anchors follow from type and code."""
    return f"{AWS_PAGE}#{_ANCHOR}-{_KINDS_OF_ANCHOR[kind]}-{code.lower().replace('_', '-')}"
