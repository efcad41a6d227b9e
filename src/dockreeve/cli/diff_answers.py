"""The difference between two sets of policies as text, as JSON and as SARIF."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dockreeve import __version__
from dockreeve.cli.policy_input import Source
from dockreeve.policy.decision import Decision, Verdict
from dockreeve.policy.held import Entry
from dockreeve.policy.prove.described import line_of, name_of, spelled
from dockreeve.policy.prove.diff import Change, Difference, Undecided, Way


class Compared(NamedTuple):
    """The difference for one owner of policies (a role of a template; "" for plain files), and all that was read."""

    owner: str
    difference: Difference
    sources: tuple[Source, ...]


_SHOWN = 3  # actions of a change that text names
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES = {
    "NEW_ACCESS": ("error", "The new policies allow what the old ones didn't."),
    "LOST_ACCESS": ("note", "The new policies don't allow what the old ones did."),
    "UNDECIDED_ACCESS": ("warning", "Whether access has changed can't be decided from the policies."),
}


def as_text(compared: Sequence[Compared]) -> list[str]:
    """A paragraph for each change; one line where there is none."""
    lines: list[str] = []
    for one in compared:
        found = [line for change in one.difference.changes for line in _change(change)]
        found += [_gap(gap) for gap in one.difference.undecided]
        if one.owner:
            lines.append(f"{one.owner}:")
            lines += [f"  {line}" for line in found or ["no change in access"]]
        else:
            lines += found
    return lines or ["no change in access"]


def _change(change: Change) -> Iterator[str]:
    ask = change.witness.ask
    yield f"{change.way.value}: {change.actions[0]} on {ask.resource}"
    if ask.context:
        yield f"  with {', '.join(f'{key}={value}' for key, value in _context(ask.context).items())}"
    for line in _because(change):
        yield f"  {line}"
    if change.stands_for_others:
        yield "  likewise all services that no policy mentions"
    elif others := change.actions[1:]:
        more = len(others) - _SHOWN
        yield f"  likewise {', '.join(others[:_SHOWN])}" + (f" and {more} more" if more > 0 else "")


def _because(change: Change) -> Iterator[str]:
    before, after = change.witness.before, change.witness.after
    yield f"before: {_decided(before)}"
    yield f"after:  {_decided(after)}"


def _decided(decision: Decision) -> str:
    if decision.deciding:
        word = "denied" if decision.verdict is Verdict.EXPLICIT_DENY else "allowed"
        return f"{word} by {name_of(decision.deciding[0])}"
    return f"refused {decision.clause()}"


def _gap(gap: Undecided) -> str:
    return f"undecided: {_message(gap)}"


def _message(gap: Undecided) -> str:
    others = len(gap.actions) - 1
    what = gap.actions[0] + (f" and {others} more actions" if others else "")
    why = f"it depends on {', '.join(map(spelled, gap.keys))}" if gap.keys else gap.reason
    return f"{what} may be {gap.way.value}: {why}"


def as_json(compared: Sequence[Compared]) -> str:
    """An object for each owner of policies, in a list."""
    return json.dumps(
        [
            {
                "owner": one.owner,
                **{
                    way.value: [_described(change) for change in one.difference.changes if change.way is way]
                    for way in Way
                },
                "undecided": [
                    {
                        "may": gap.way.value,
                        "actions": gap.actions,
                        "dependsOn": [spelled(key) for key in gap.keys],
                        "reason": gap.reason,
                    }
                    for gap in one.difference.undecided
                ],
            }
            for one in compared
        ],
        indent=2,
    )


def _described(change: Change) -> dict[str, Any]:
    witness = change.witness
    return {
        "actions": change.actions,
        "standsForOtherServices": change.stands_for_others,
        "request": {
            "principal": witness.ask.principal,
            "action": witness.ask.action,
            "resource": witness.ask.resource,
            "context": _context(witness.ask.context),
        },
        "before": _described_decision(witness.before),
        "after": _described_decision(witness.after),
    }


def _described_decision(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict.value,
        "sentence": decision.sentence(),
        "statements": [
            {"policy": entry[0].uri, "sid": entry[1].sid, "index": entry[1].index, "line": line_of(entry)}
            for entry in decision.deciding
        ],
    }


def as_sarif(compared: Sequence[Compared]) -> str:
    """SARIF 2.1.0; new access is an error at the statement that gives it."""
    order = {rule: index for index, rule in enumerate(_RULES)}
    driver = {
        "name": "dockreeve diff",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": text}} for rule, (_, text) in _RULES.items()],
    }
    results = [
        {
            "ruleId": rule,
            "ruleIndex": order[rule],
            "level": _RULES[rule][0],
            "message": {"text": message},
            "locations": [{"physicalLocation": place}],
        }
        for one in compared
        for rule, message, place in _results(one)
    ]
    return json.dumps(
        {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}, indent=2
    )


def _results(one: Compared) -> Iterator[tuple[str, str, dict[str, Any]]]:
    by_name = {source.name: source for source in one.sources}
    for change in one.difference.changes:
        before, after = change.witness.before, change.witness.after
        deciding = (after.deciding or before.deciding)[0]
        rule = "NEW_ACCESS" if change.way is Way.NEW else "LOST_ACCESS"
        yield rule, "; ".join(line.strip() for line in _change(change)), _place(deciding, by_name)
    for gap in one.difference.undecided:
        source = one.sources[-1]
        yield "UNDECIDED_ACCESS", _message(gap), _located(source, 1)


def _place(entry: Entry, by_name: Mapping[str, Source]) -> dict[str, Any]:
    source = by_name[entry[0].uri]
    return _located(source, line_of(entry))


def _located(source: Source, line: int) -> dict[str, Any]:
    path = Path(source.file)
    uri = "stdin" if source.file == "-" else path.as_uri() if path.is_absolute() else path.as_posix()
    return {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}


def _context(context: Mapping[str, Any]) -> dict[str, Any]:
    return {spelled(key): value for key, value in context.items()}
