"""The answers of `can` as JSON values, the same from the command and from a server."""

from __future__ import annotations

from typing import Any

from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.held import Entry
from dockreeve.policy.prove.can import Answer, Case, Missing
from dockreeve.policy.verbs import On


def described(principal: str, answer: Answer) -> dict[str, Any]:
    """One answer, about the principal of this ARN."""
    place = answer.place
    return {
        "verb": answer.verb.name,
        "repository": place.repository,
        "account": place.account,
        "region": place.region,
        "principal": principal,
        "answer": answer.outcome.value,
        "cases": [_described_case(case) for case in answer.cases],
        "missing": [_described_missing(answer, missing) for missing in answer.missing],
        "dependsOn": [spelled(key) for key in answer.keys],
        "add": None
        if answer.additions is None
        else [{"to": one.layer.value, "statement": one.statement} for one in answer.additions],
        "thenDependsOn": [spelled(key) for key in answer.afterwards],
    }


def _described_case(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "answer": case.outcome.value,
        "dependsOn": [spelled(key) for key in case.keys],
        "when": {spelled(key): value for key, value in case.when.items()},
        "reason": case.reason,
    }


def _described_missing(answer: Answer, missing: Missing) -> dict[str, Any]:
    decision = missing.decision
    return {
        "action": missing.need.action,
        "resource": answer.place.arn(missing.need.on),
        "source": missing.need.on is On.SOURCE,
        "verdict": decision.verdict.value,
        "sentence": decision.sentence(),
        "deniedBy": [
            {"policy": entry[0].uri, "sid": entry[1].sid, "index": entry[1].index, "line": line_of(entry)}
            for entry in decision.deciding
        ],
    }


def spelled(key: str) -> str:
    """A condition key as AWS's reference spells it."""
    known = catalogue().condition_key(key)
    if known is None:
        return key
    fixed, variable, _ = known.name.partition("${")
    return fixed + key[len(fixed) :] if variable else known.name


def line_of(entry: Entry) -> int:
    """The line of its document on which a statement begins."""
    policy, statement = entry
    return policy.document.position(statement.span[0])[0]


def name_of(entry: Entry) -> str:
    """A statement in a message: its Sid or its place, and where it stands."""
    policy, statement = entry
    own = statement.sid or f"statement {statement.index + 1}"
    return f"{own} of {policy.uri} (line {line_of(entry)})"
