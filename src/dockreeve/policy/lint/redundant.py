"""Suggestions to leave out what another part of the policy says already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dockreeve.policy.lint.among import Among, ascending
from dockreeve.policy.lint.covers import covers, covers_arn, effort
from dockreeve.policy.lint.draft import Draft, Listed, Statement, Text
from dockreeve.policy.lint.table import SUGGESTION, Found, at, check

_MOST = 300_000  # microseconds, or thereabouts, of comparing in a document; a harder one is judged in part
_FEW = 8  # values that are sooner looked through than put in order
_TELLING = 16  # values of an element that are asked which other statements may hold them


@check(
    "REDUNDANT_ACTION", SUGGESTION, "{count} of the actions are taken in by others of the statement, such as `{one}`."
)
def redundant_actions(draft: Draft) -> Iterator[Found]:
    return _redundant_values(statement.actions for statement in draft.statements)


@check(
    "REDUNDANT_RESOURCE",
    SUGGESTION,
    "{count} of the resources are taken in by others of the statement, such as `{one}`.",
)
def redundant_resources(draft: Draft) -> Iterator[Found]:
    return _redundant_values(statement.resources for statement in draft.statements)


def _redundant_values(elements: Iterable[Listed | None]) -> Iterator[Found]:
    comparing = _Comparing()
    for listed in elements:
        redundant = comparing.redundant(listed) if listed is not None else ()
        if redundant:
            yield at(*(one.spot for one in redundant), count=len(redundant), one=redundant[0].value)


@check("REDUNDANT_STATEMENT", SUGGESTION, "The statement adds nothing: statement {other} grants or denies all of it.")
def redundant_statements(draft: Draft) -> Iterator[Found]:
    if draft.has_unknown:
        return
    groups: dict[tuple[object, ...], list[tuple[int, Statement]]] = {}
    for index, statement in enumerate(draft.statements):
        if statement.actions is not None:
            groups.setdefault(_frame(statement), []).append((index, statement))
    comparing = _Comparing()
    for group in groups.values():
        if len(group) > 1:
            for index, other in _said_already([statement for _, statement in group], comparing):
                yield at(group[index][1].spot, other=group[other][0] + 1)


def _frame(statement: Statement) -> tuple[object, ...]:
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


def _said_already(group: Sequence[Statement], comparing: _Comparing) -> Iterator[tuple[int, int]]:
    """Which statements of a frame others take in whole, and which others: of two that say the same the first stays."""
    elements = [_elements(statement) for statement in group]
    indexes = [
        None
        if listed.inverted
        else Among((text, index) for index, own in enumerate(elements) for text in own[place].texts)
        for place, listed in enumerate(elements[0])
    ]
    gone: set[int] = set()
    for index in reversed(range(len(group))):
        if not all(own.texts for own in elements[index]):
            continue
        for other in _candidates(elements[index], indexes, len(group)):
            comparing.left -= 1
            if comparing.left < 0:
                return
            if other != index and other not in gone and comparing.says_all(elements[other], elements[index]):
                gone.add(index)
                yield index, other
                break


def _elements(statement: Statement) -> tuple[Listed, ...]:
    # Resources first: they differ more often than actions do.
    return tuple(one for one in (statement.resources, statement.actions) if one is not None)


def _candidates(own: Sequence[Listed], indexes: Sequence[Among | None], every: int) -> Iterable[int]:
    """The statements that may say all that this one does: those that may hold the value that the fewest may hold.

    What an element excepts tells nothing of that, so where both do, it may be any.
    """
    found = [
        index.perhaps(text)
        for listed, index in zip(own, indexes, strict=True)
        if index is not None
        for text in listed.texts[:_TELLING]
    ]
    return ascending(min(found, key=lambda lists: sum(map(len, lists)))) if found else range(every)


class _Comparing:
    """Compares values until there has been enough of it; from then on nothing takes in anything."""

    def __init__(self) -> None:
        self.left = _MOST
        self._among: dict[int, Among] = {}

    def redundant(self, listed: Listed) -> list[Text]:
        """The values of an element that others of it take in."""
        if len(listed.values) < 2:  # noqa: PLR2004 - one alone is never redundant
            return []
        seen: set[str] = set()
        kept: list[Text] = []
        redundant: list[Text] = []
        for value in listed.values:  # a repetition first: it needs no comparing
            (redundant if value.value in seen else kept).append(value)
            seen.add(value.value)
        texts = [value.value if listed.of_resources else value.value.lower() for value in kept]
        patterns = [(text, index) for index, text in enumerate(texts) if set(text) & {"*", "?"}]
        among = Among(patterns) if len(patterns) > _FEW else None
        for index, value in enumerate(kept):
            if self.left < 0:
                break
            others = [other for _, other in patterns] if among is None else ascending(among.perhaps(texts[index]))
            if any(self._is_gone(listed, texts, index, other) for other in others):
                redundant.append(value)
        return redundant

    def _is_gone(self, listed: Listed, texts: Sequence[str], index: int, other: int) -> bool:
        if other == index or not self._covers(listed, texts[other], texts[index]):
            return False
        # Two patterns that take in each other are one: only the later of them is redundant.
        return other < index or not self._covers(listed, texts[index], texts[other])

    def says_all(self, wide: Sequence[Listed], narrow: Sequence[Listed]) -> bool:
        """Whether one statement's elements say all that another's of the same frame do."""
        return all(
            # The more is excepted, the less is said.
            self._takes_in(less, more) if more.inverted else self._takes_in(more, less)
            for more, less in zip(wide, narrow, strict=True)
        )

    def _takes_in(self, wide: Listed, narrow: Listed) -> bool:
        return bool(narrow.texts) and all(self._holds(wide, text) for text in narrow.texts)

    def _holds(self, wide: Listed, text: str) -> bool:
        numbers: Iterable[int] = range(len(wide.texts))
        if len(wide.texts) > _FEW:
            if id(wide) not in self._among:
                self._among[id(wide)] = Among((one, number) for number, one in enumerate(wide.texts))
            numbers = ascending(self._among[id(wide)].perhaps(text))
        return any(wide.texts[one] == text or self._covers(wide, wide.texts[one], text) for one in numbers)

    def _covers(self, listed: Listed, wide: str, narrow: str) -> bool:
        self.left -= effort(wide, narrow)
        return self.left >= 0 and (covers_arn if listed.of_resources else covers)(wide, narrow)
