"""The answers of `dockreeve can` as text, as a table and as JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dockreeve.cli.printed import visible
from dockreeve.policy.decision import Verdict
from dockreeve.policy.held import Layer
from dockreeve.policy.prove.can import Answer, Case, Missing, Outcome
from dockreeve.policy.prove.described import described, name_of, spelled
from dockreeve.policy.template import Values

Named = tuple[str, str, Answer]  # how a table calls the principal, its ARN, and the answer

_LAYERS = {
    Layer.IDENTITY: "the principal's own policies",
    Layer.BOUNDARY: "the permissions boundary",
    Layer.SESSION: "the session policy",
    Layer.RESOURCE: "the repository's policy",
}


def as_text(answers: Sequence[Answer]) -> Iterator[str]:
    """One answer in full, with what to add; several in a line each."""
    if len(answers) == 1:
        yield from _said(answers[0])
        return
    width = max(len(answer.verb.name) for answer in answers)
    for answer in answers:
        missing = ", ".join(one.need.action for one in answer.missing)
        line = f"{answer.verb.name:<{width}}  {_outcome(answer)}"
        yield f"{line}: {_lacking(answer)} {missing}" if missing else line


def _lacking(answer: Answer) -> str:
    return "denied or missing" if answer.additions is None else "missing"


def _said(answer: Answer) -> Iterator[str]:
    what = f"{answer.verb.name} {answer.place.repository}"
    yield f"{what}: {_outcome(answer)}"
    if answer.outcome is Outcome.SOME:
        for case in answer.cases:
            yield f"  {case.outcome.value:<8} {case.name}{_on_keys(case)}"
    for missing in answer.missing:
        yield from _missing(answer, missing)
    for case in answer.cases:
        if case.when:
            yield f"  {case.name} if, for example, {_context(case.when)}"
        if case.reason:
            yield f"  {case.name}: {case.reason}"
        if case.outcome is Outcome.NO and not case.missing:
            yield f"  {case.name}: its conditions exclude each other{_on_keys(case)}"
    yield from _to_add(answer)


def _outcome(answer: Answer) -> str:
    if answer.outcome is Outcome.DEPENDS:
        return f"depends on {_keys(answer.keys)}"
    return "for some names" if answer.outcome is Outcome.SOME else answer.outcome.value


def _on_keys(case: Case) -> str:
    return f"  (on {_keys(case.keys)})" if case.keys else ""


def _missing(answer: Answer, missing: Missing) -> Iterator[str]:
    decision = missing.decision
    asked_on = answer.place.arn(missing.need.on)
    if decision.verdict is Verdict.EXPLICIT_DENY:
        yield f"  denied: {missing.need.action} on {asked_on}"
        yield f"    by {name_of(decision.deciding[0])}"
    else:
        yield f"  missing: {missing.need.action} on {asked_on}"
        if decision.layer is not Layer.IDENTITY:
            yield f"    {decision.clause()}"


def _to_add(answer: Answer) -> Iterator[str]:
    if answer.additions is None:
        yield "  no statement can allow it: the deny has to be narrowed"
        return
    for addition in answer.additions:
        yield f"  add to {_LAYERS.get(addition.layer, addition.layer.value)}:"
        yield from ("    " + line for line in json.dumps(addition.statement, indent=2).splitlines())
    if answer.afterwards:
        yield f"  then it depends on {_keys(answer.afterwards)}"


def as_table(answers: Sequence[Named]) -> Iterator[str]:
    """One table for each verb: principals down, repositories across."""
    for verb in dict.fromkeys(answer.verb.name for _, _, answer in answers):
        found = [(name, answer) for name, _, answer in answers if answer.verb.name == verb]
        across = list(dict.fromkeys(answer.place.repository for _, answer in found))
        rows: dict[str, dict[str, str]] = {}
        for name, answer in found:
            rows.setdefault(visible(name), {})[answer.place.repository] = answer.outcome.value
        cells = [
            [verb, *map(visible, across)],
            *([name, *(row.get(one, "") for one in across)] for name, row in rows.items()),
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def as_json(answers: Sequence[Named]) -> str:
    """A list of answers."""
    return json.dumps([described(arn, answer) for _, arn, answer in answers], indent=2)


def _keys(keys: Iterable[str]) -> str:
    return ", ".join(map(spelled, keys))


def _context(context: Mapping[str, Values]) -> str:
    written = ((key, value if isinstance(value, str) else f"[{', '.join(value)}]") for key, value in context.items())
    return ", ".join(f"{spelled(key)}={value}" for key, value in written)
