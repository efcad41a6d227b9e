"""PolicyExclusionList: which attached policies a simulation leaves out.

IAM API Reference, PolicyIdentifier and InlinePolicyIdentifierType.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dockreeve.policy import aws_managed
from dockreeve.policy.glob import Matcher, matcher
from dockreeve.policy.template import Variable, pieces
from dockreeve.services.iam.simulation_input import Entity, invalid

Identifier = Mapping[str, Any]

_POLICY = re.compile(r"arn:[a-z-]+:iam::(?:aws|[0-9]{12}):policy/[\w+=,.@/?*-]+", re.ASCII)
_ENTITY = re.compile(r"[\w+=,.@?*-]+", re.ASCII)
_KINDS = ("PolicyType", "PolicyArn", "InlinePolicyIdentifier")


class Excluded:
    """Says of each attached policy whether it is left out. Raise InvalidInput for identifiers that are none."""

    def __init__(self, identifiers: Sequence[Identifier], holder: Entity) -> None:
        self._holder = holder
        self._types: set[str] = set()
        self._arns: list[Matcher] = []
        self._inline: set[str] = set()
        for identifier in identifiers:
            self._read(identifier)

    def managed(self, arn: str) -> bool:
        """Whether an attached managed policy is left out."""
        of_aws = arn.startswith(f"arn:aws:iam::{aws_managed.ACCOUNT}:")
        return ("aws-managed" if of_aws else "user-managed") in self._types or any(one(arn) for one in self._arns)

    def inline(self, name: str) -> bool:
        """Whether an inline policy is left out."""
        return "inline" in self._types or name in self._inline

    @property
    def boundary(self) -> bool:
        """Whether the attached permissions boundary is left out."""
        return "permission-boundary" in self._types

    def _read(self, identifier: Identifier) -> None:
        given = [kind for kind in _KINDS if identifier.get(kind)]
        if len(given) != 1:
            raise invalid(f"A policy identifier must have exactly one of {', '.join(_KINDS)}.")
        if given == ["PolicyType"]:
            self._types.add(identifier["PolicyType"])  # no SCPs and RCPs are attached here: those match nothing
        elif given == ["PolicyArn"]:
            self._arns.append(_arn(identifier["PolicyArn"]))
        else:
            self._read_inline(identifier["InlinePolicyIdentifier"])

    def _read_inline(self, inline: Identifier) -> None:
        entity = inline["AttachmentName"]
        if not _ENTITY.fullmatch(entity) or entity.count("*") > 1:
            raise invalid(f"Invalid attachment name in a policy identifier: {entity}.")
        if inline["AttachmentType"] == self._holder.kind and _glob(entity)(self._holder.name):
            self._inline.add(inline["PolicyName"])


def _arn(pattern: str) -> Matcher:
    if not _POLICY.fullmatch(pattern) or pattern.count("*") > 1:
        raise invalid(f"Invalid policy ARN in a policy identifier: {pattern}.")
    return _glob(pattern)


def _glob(pattern: str) -> Matcher:
    tokens = pieces(pattern, wildcards=True, variables=False)
    return matcher([token for token in tokens if not isinstance(token, Variable)])
