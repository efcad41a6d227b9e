"""What access new policies give that old ones don't, and the other way round: each with a request that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from dockreeve.policy.decide import evaluate
from dockreeve.policy.decision import Decision
from dockreeve.policy.held import Held
from dockreeve.policy.prove.actions import ON_EVERYTHING, Actions, grouped
from dockreeve.policy.prove.automata import Budget, TooMany
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.layers import Content, Placed, placed
from dockreeve.policy.prove.opened import OPEN, Opened
from dockreeve.policy.prove.situations import OfTypes, contexts
from dockreeve.policy.prove.values import may_hold_text
from dockreeve.policy.request import Request
from dockreeve.policy.template import Values

ACCOUNT, REGION, PARTITION = "123456789012", "us-east-1", "aws"  # of witnesses, where the policies leave it open


class Way(Enum):
    """Which way access has changed."""

    NEW = "new"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Witness:
    """A request that the evaluator decides differently before and after."""

    ask: Request
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class Change:
    """Access that is new or lost.

    The witness holds for each of the `actions`, its own being the first. `stands_for_others`: they stand for all
    actions of services that no policy mentions.
    """

    way: Way
    actions: tuple[str, ...]
    witness: Witness
    stands_for_others: bool = False


@dataclass(frozen=True, slots=True)
class Undecided:
    """Access that may have changed, for all one can know: because of condition keys, or for the reason given."""

    way: Way
    actions: tuple[str, ...]
    keys: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes; an action and a way stand in `changes` or in `undecided`, or have no change at all."""

    changes: tuple[Change, ...]
    undecided: tuple[Undecided, ...]

    @property
    def new(self) -> tuple[Change, ...]:
        """Access that the old policies didn't give."""
        return tuple(change for change in self.changes if change.way is Way.NEW)

    @property
    def lost(self) -> tuple[Change, ...]:
        """Access that the new policies don't give."""
        return tuple(change for change in self.changes if change.way is Way.LOST)

    def __bool__(self) -> bool:
        return bool(self.changes or self.undecided)


def diff(
    old: Held,
    new: Held,
    *,
    context: Mapping[str, str | Sequence[str]] | None = None,
    account: str | None = None,
    principal: str | None = None,
) -> Difference:
    """Compare what two sets of policies allow a principal on the resources of its own account.

    Over all actions of the catalogue and those that the policies write out, all ARNs of an action's resource types
    (in `account` only, if it is given), and all contexts that hold the keys of `context`; any other key may be
    absent or hold anything of its type. `principal` is a role of the resource's account unless it is given. A resource
    policy is taken to be that of every resource, but not of `*`. Every witness has been decided by `evaluate` with
    both sets. Never raise: what is too large to compare is undecided.
    """
    budget = Budget()
    comparison = _Comparison(old, new, Known.of(context or {}), account, principal, budget)
    changes, undecided = comparison.run()
    for more in comparison.guesses(undecided):
        if not undecided:
            break
        guessed, _ = _Comparison(old, new, comparison.known.plus(more), account, principal, budget).run()
        shown = {(change.way, change.actions): change for change in guessed}
        changes += [shown[gap.way, gap.actions] for gap in undecided if (gap.way, gap.actions) in shown]
        undecided = [gap for gap in undecided if (gap.way, gap.actions) not in shown]
    return Difference(tuple(changes), tuple(undecided))


_Found: TypeAlias = dict[Way, dict[str, Values]]  # the context that shows it
_Gaps: TypeAlias = dict[Way, Undecided]


@dataclass(slots=True)
class _Comparison:
    """Two sets of policies, compared with what is known of the context."""

    old: Held
    new: Held
    known: Known
    account: str | None
    principal: str | None
    budget: Budget
    _types: OfTypes = field(init=False)
    _opened: Opened = field(init=False)
    _sides: tuple[Held, Held] = field(init=False)
    _placed: list[Placed] = field(init=False)
    _border: int = field(init=False)  # from here on, statements are those of the new policies
    _contents: list[tuple[Content, Content]] = field(init=False)
    _same_layers: bool = field(init=False)
    _compared: dict[object, tuple[_Found, _Gaps]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._types = OfTypes(self.known, self.account, self.budget)
        self._opened = Opened(self.known)
        self._sides = self._opened.held(self.old), self._opened.held(self.new)
        before, after = map(placed, self._sides)
        self._placed = [*before, *after]
        self._border = len(before)
        self._contents = [(one.content(), one.resource_content()) for one in self._placed]
        self._same_layers = _layers(self.old) == _layers(self.new)

    def run(self) -> tuple[list[Change], list[Undecided]]:
        changes: list[Change] = []
        undecided: list[Undecided] = []
        for group in grouped([one.statement for one in self._placed]):
            if self._alike(group.naming, lambda place: self._contents[place]):
                continue
            found, gaps = self._changes(group)
            changes += found.values()
            undecided += [gap for way, gap in gaps.items() if way not in found]
        return changes, undecided

    def guesses(self, undecided: Sequence[Undecided]) -> Iterator[dict[str, Values | None]]:
        """What the keys behind variables might hold, so that a witness shows: one text, different ones, nothing."""
        variables = frozenset().union(*self._opened.variables.values())
        keys = sorted(key for key in variables & {key for gap in undecided for key in gap.keys} if may_hold_text(key))
        if keys:
            yield dict.fromkeys(keys, "x")
            yield {key: f"x{number}" for number, key in enumerate(keys)}
            yield dict.fromkeys(keys)

    def _alike(self, places: Sequence[int], content: Callable[[int], object]) -> bool:
        """Whether old and new statements at these places must do the same."""
        before = frozenset(content(place) for place in places if place < self._border)
        after = frozenset(content(place) for place in places if place >= self._border)
        return self._same_layers and before == after

    def _changes(self, group: Actions) -> tuple[dict[Way, Change], _Gaps]:
        found: dict[Way, Change] = {}
        gaps: _Gaps = {}
        try:
            statements = [self._placed[place] for place in group.naming]
            for resource in self._types.resources(statements, group.resources):
                shown, open_ones = self._on(group, resource)
                for way, context in shown.items():
                    if way not in found:
                        found[way] = self._change(way, group, resource, context)
                for way, gap in open_ones.items():
                    gaps.setdefault(way, gap)
                if len(found) == len(Way):
                    break
        except TooMany as many:
            for way in Way:
                gaps[way] = Undecided(way, group.names, self._opened.named(many.keys), many.reason)
        return found, gaps

    def _on(self, group: Actions, resource: str) -> tuple[_Found, _Gaps]:
        ask = self._ask(group.names[0], resource, {})
        covering = [place for place in group.naming if self._placed[place].statement.names_resource(ask)]
        if self._alike(covering, lambda place: self._contents[place][0]):
            return {}, {}
        # What is decided depends on nothing else, but for the account of a principal that was not given, and the
        # resource where a variable may be in a pattern for it.
        where = resource if any(self._is_open(place) for place in covering) else ask.resource_account
        same = (where, *(frozenset(map(self._content_at, part)) for part in self._parted(covering)))
        if same not in self._compared:
            self._compared[same] = self._compare(group, resource, covering)
        found, gaps = self._compared[same]
        return found, {way: Undecided(way, group.names, gap.keys, gap.reason) for way, gap in gaps.items()}

    def _is_open(self, place: int) -> bool:
        return any(line.condition.key.startswith(OPEN) for line in self._placed[place].lines())

    def _content_at(self, place: int) -> Content:
        return self._contents[place][0]

    def _parted(self, places: Sequence[int]) -> tuple[list[int], list[int]]:
        return [one for one in places if one < self._border], [one for one in places if one >= self._border]

    def _compare(self, group: Actions, resource: str, covering: Sequence[int]) -> tuple[_Found, _Gaps]:
        """Look at every kind of context. Raise `TooMany`."""
        situations = contexts([self._placed[place] for place in covering], self.known, self.budget)
        opened = frozenset(key for key in situations.keys if key.startswith(OPEN))
        found: _Found = {}
        doubted: dict[Way, frozenset[str]] = {}
        for held in situations.all():
            context = {key: value for key, value in held.items() if value is not None}
            way = self._way(self._ask(group.names[0], resource, context), self._sides)
            if way is None or way in found:
                continue
            shown = {key: value for key, value in context.items() if key not in opened}
            if not opened or self._way(self._ask(group.names[0], resource, shown)) is way:
                found[way] = shown
            else:
                doubted[way] = opened
            if len(found) == len(Way):
                break
        for way in Way if situations.inexact else ():
            doubted[way] = doubted.get(way, frozenset()) | situations.inexact
        return found, {
            way: Undecided(way, group.names, self._opened.named(keys), "")
            for way, keys in doubted.items()
            if way not in found
        }

    def _ask(self, action: str, resource: str, context: Mapping[str, Values]) -> Request:
        parts = resource.split(":")
        owner = parts[4] if len(parts) > 5 and parts[4] else self.account or ACCOUNT  # noqa: PLR2004 - of an ARN
        principal = self.principal or f"arn:{PARTITION}:iam::{owner}:role/any"
        return Request(principal, action, resource, {**self.known.context, **context}, owner)

    def _change(self, way: Way, group: Actions, resource: str, context: Mapping[str, Values]) -> Change:
        """With the witness in familiar words where the policies leave them open, replayed by the evaluator."""
        parts = resource.split(":", 5)
        for place, familiar in ((1, PARTITION), (3, REGION), (4, ACCOUNT)):
            if len(parts) > 1 and parts[place] and not (place == 4 and self.account):  # noqa: PLR2004
                tried = [*parts[:place], familiar, *parts[place + 1 :]]
                if self._way(self._ask(group.names[0], ":".join(tried), context)) is way:
                    parts = tried
        ask = self._ask(group.names[0], ":".join(parts), context)
        before, after = (evaluate(ask, _applying(held, ask.resource), trace=True) for held in (self.old, self.new))
        assert (bool(before), bool(after)) == (way is Way.LOST, way is Way.NEW), "a witness must show what it is for"
        return Change(way, group.names, Witness(ask, before, after), group.stands_for_others)

    def _way(self, ask: Request, sides: tuple[Held, Held] | None = None) -> Way | None:
        old, new = (bool(evaluate(ask, _applying(held, ask.resource))) for held in sides or (self.old, self.new))
        if old == new:
            return None
        return Way.NEW if new else Way.LOST


def _applying(held: Held, resource: str) -> Held:
    """What is asked for on `*` has no resource policy."""
    return held if resource != ON_EVERYTHING or held.resource is None else replace(held, resource=None)


def _layers(held: Held) -> tuple[bool | int, ...]:
    """Which layers there are: an empty one allows nothing, a missing one limits nothing."""
    optional = (held.boundary, held.session, held.resource, held.trust, held.endpoint)
    return (*(one is not None for one in optional), len(held.scp), len(held.rcp))
