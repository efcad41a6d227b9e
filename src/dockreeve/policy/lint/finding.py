"""What the linter finds, in the shape of Access Analyzer's ValidatePolicy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

PathElement: TypeAlias = Mapping[str, Any]  # {"value": "Statement"}, {"index": 0}, {"key": ...} or {"substring": ...}


class FindingType(Enum):
    """How bad it is, the worst first."""

    ERROR = "ERROR"
    SECURITY_WARNING = "SECURITY_WARNING"
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the text: line from 1, column and offset from 0 (access-analyzer API, Position)."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class Location:
    """The way from the document to a value, and the span of its text; the end is past the last character."""

    path: tuple[PathElement, ...]
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (access-analyzer API, ValidatePolicyFinding)."""

    type: FindingType
    code: str
    details: str
    learn_more: str
    locations: tuple[Location, ...]

    def described(self) -> dict[str, Any]:
        """As the API's member of `findings`."""
        return {
            "findingDetails": self.details,
            "findingType": self.type.value,
            "issueCode": self.code,
            "learnMoreLink": self.learn_more,
            "locations": [_described(location) for location in self.locations],
        }


def _described(location: Location) -> dict[str, Any]:
    span = {
        name: {"line": place.line, "column": place.column, "offset": place.offset}
        for name, place in (("start", location.start), ("end", location.end))
    }
    return {"path": [dict(element) for element in location.path], "span": span}
