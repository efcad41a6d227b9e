"""Suggestions to leave out what another part of the policy says already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dockreeve.policy.lint.covers import covers, covers_arn
from dockreeve.policy.lint.draft import Draft, Listed, Statement, Text
from dockreeve.policy.lint.table import SUGGESTION, Found, at, check

_MOST = 20_000  # comparisons in a document; a longer one is judged in part


@check(
    "REDUNDANT_ACTION", SUGGESTION, "{count} of the actions are taken in by others of the statement, such as `{one}`."
)
def redundant_actions(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        yield from _taken_in(statement.actions, _covers_action)


@check(
    "REDUNDANT_RESOURCE",
    SUGGESTION,
    "{count} of the resources are taken in by others of the statement, such as `{one}`.",
)
def redundant_resources(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        yield from _taken_in(statement.resources, covers_arn)


def _covers_action(wide: str, narrow: str) -> bool:
    return covers(wide.lower(), narrow.lower())


def _taken_in(listed: Listed | None, covers_other: Callable[[str, str], bool]) -> Iterator[Found]:
    values = listed.values if listed is not None else ()
    if len(values) < 2:  # noqa: PLR2004 - one alone is never redundant
        return
    left = _MOST
    seen: set[str] = set()
    kept: list[Text] = []
    redundant: list[Text] = []
    for value in values:  # a repetition first: it needs no comparing
        (redundant if value.value in seen else kept).append(value)
        seen.add(value.value)
    patterns = [(index, value.value) for index, value in enumerate(kept) if set(value.value) & {"*", "?"}]
    for index, value in enumerate(kept):
        left -= len(patterns)
        if left < 0:
            break
        for other_index, other in patterns:
            if other_index == index or not covers_other(other, value.value):
                continue
            # Two patterns that take in each other are one: only the later of them is redundant.
            if other_index < index or not covers_other(value.value, other):
                redundant.append(value)
                break
    if redundant:
        yield at(*(one.spot for one in redundant), count=len(redundant), one=redundant[0].value)


@check("REDUNDANT_STATEMENT", SUGGESTION, "The statement adds nothing: statement {other} grants or denies all of it.")
def redundant_statements(draft: Draft) -> Iterator[Found]:
    if draft.has_unknown:
        return
    groups: dict[tuple[object, ...], list[tuple[int, Statement]]] = {}
    for index, statement in enumerate(draft.statements):
        if statement.actions is not None:
            groups.setdefault(_frame(statement, draft.text), []).append((index, statement))
    left = _MOST
    for group in groups.values():
        gone: set[int] = set()
        for index, statement in reversed(group):  # of two that say the same the first one stays
            for other_index, other in group:
                left -= 1
                if left < 0:
                    return
                if other_index != index and other_index not in gone and _says_all(other, statement):
                    gone.add(index)
                    yield at(statement.spot, other=other_index + 1)
                    break


def _frame(statement: Statement, text: str) -> tuple[object, ...]:
    """What must be the same before actions and resources are worth comparing."""
    conditions = sorted(
        (line.operator.value.lower(), line.key.value.lower(), tuple(sorted(value.value for value in line.values)))
        for line in statement.conditions
    )
    principals = sorted((kind, one.value) for kind, one in statement.principals.named) if statement.principals else []
    condition = statement.members.get("Condition")
    readable = condition is None or len(conditions) > 0
    return (
        statement.effect,
        statement.principals.name if statement.principals else "",
        tuple(principals),
        tuple(conditions) if readable else statement.spot.node.start,
        statement.actions.inverted if statement.actions else None,
        statement.resources.inverted if statement.resources else None,
    )


def _says_all(wide: Statement, narrow: Statement) -> bool:
    if (wide.resources is None) is not (narrow.resources is None):
        return False
    # Resources first: they differ more often than actions do.
    resources = wide.resources is None or _each_in(wide.resources, narrow.resources, covers_arn)
    return resources and _each_in(wide.actions, narrow.actions, _covers_action)


def _each_in(wide: Listed | None, narrow: Listed | None, covers_other: Callable[[str, str], bool]) -> bool:
    if wide is None or narrow is None:
        return False
    if wide.inverted:  # the more is left out, the less is said
        wide, narrow = narrow, wide
    return bool(narrow.values) and all(_in_one(wide.values, value, covers_other) for value in narrow.values)


def _in_one(wide: Sequence[Text], value: Text, covers_other: Callable[[str, str], bool]) -> bool:
    return any(one.value == value.value or covers_other(one.value, value.value) for one in wide)
