"""Findings as SARIF 2.1.0, the form that code review tools show beside the line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dockreeve.policy.lint.finding import Finding, FindingType, Location

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    FindingType.ERROR: "error",
    FindingType.SECURITY_WARNING: "warning",
    FindingType.WARNING: "warning",
    FindingType.SUGGESTION: "note",
}


def sarif(found: Iterable[tuple[str, Finding]], version: str) -> dict[str, Any]:
    """One run of the linter, `version` being the program's; each finding comes with the URI of its file."""
    pairs = list(found)
    rules = {finding.code: finding for _, finding in pairs}
    order = {code: index for index, code in enumerate(rules)}
    driver = {
        "name": "dockreeve lint",
        "version": version,
        "rules": [{"id": code, "helpUri": finding.learn_more} for code, finding in rules.items()],
    }
    results = [_result(uri, finding, order[finding.code]) for uri, finding in pairs]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(uri: str, finding: Finding, rule: int) -> dict[str, Any]:
    first, *others = (_location(uri, location) for location in finding.locations)
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.type],
        "message": {"text": finding.details},
        "locations": [first],
        **({"relatedLocations": others} if others else {}),
    }


def _location(uri: str, location: Location) -> dict[str, Any]:
    start, end = location.start, location.end
    region = {
        "startLine": start.line,
        "startColumn": start.column + 1,
        "endLine": end.line,
        "endColumn": end.column + 1,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
