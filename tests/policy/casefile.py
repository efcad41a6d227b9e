"""Policy cases, one JSON object a line: what they say as a request and the policies held."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dockreeve.policy import Held, Kind, Level, Policy, PolicySet, Request, parse

CASES = Path(__file__).parent / "cases"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text().splitlines()]


def by_id(name: str) -> dict[str, dict[str, Any]]:
    """The cases of a file, each under its id."""
    return {case["id"]: case for case in read(name)}


def policy_set(documents: Iterable[Any], kind: Kind = Kind.IDENTITY) -> PolicySet:
    """Documents as they stand in a case: not bound by what may be stored."""
    return PolicySet(
        Policy(parse(json.dumps(document), kind, plain=True), f"inline:{index}", inline=True)
        for index, document in enumerate(documents)
    )


def request_of(case: dict[str, Any]) -> Request:
    asked = case["request"]
    return Request(asked["principal"], asked["action"], asked["resource"], asked["context"], asked["resource_account"])


def held_of(case: dict[str, Any]) -> Held:
    given = case["policies"]

    def one(name: str, kind: Kind) -> PolicySet | None:
        return policy_set([given[name]], kind) if given.get(name) else None

    def levels(name: str, kind: Kind) -> tuple[Level, ...]:
        return tuple(Level(level["level"], policy_set(level["policies"], kind)) for level in given.get(name) or ())

    return Held(
        identity=policy_set(given["identity"]),
        boundary=policy_set(given["boundary"]) if given["boundary"] else None,
        session=one("session", Kind.IDENTITY),
        resource=one("resource", Kind.REPOSITORY),
        trust=one("trust", Kind.TRUST),
        scp=levels("scp", Kind.SCP),
        rcp=levels("rcp", Kind.RCP),
        endpoint=policy_set(given["endpoint"], Kind.ENDPOINT) if given["endpoint"] else None,
    )
