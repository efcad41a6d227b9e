"""Whether a principal can do something with a repository, or with all that match a pattern, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from dockreeve.policy.decide import evaluate
from dockreeve.policy.decision import Decision, Verdict
from dockreeve.policy.held import Held
from dockreeve.policy.prove.additions import Addition, additions, plus
from dockreeve.policy.prove.automata import Budget, TooMany
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.layers import Placed, placed
from dockreeve.policy.prove.names import RepositoryNames, Within
from dockreeve.policy.prove.opened import OPEN, Opened
from dockreeve.policy.prove.situations import contexts, resources
from dockreeve.policy.request import Request
from dockreeve.policy.template import Values
from dockreeve.policy.verbs import Need, On, Verb


class Outcome(Enum):
    """Whether it can be done: for all names that count and in every context, or not."""

    YES = "yes"
    NO = "no"  # in no context, for no name
    DEPENDS = "depends"  # on condition keys
    SOME = "some"  # for some names and not for others
    UNDECIDED = "undecided"  # too large to tell


class NoSuchName(ValueError):
    """Nothing that the pattern matches can name a repository."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: a principal's ARN, every policy that applies, and what is known of its requests' context.

    `source` holds the policies where another repository is copied from; the same ones unless given. `tags` are all of
    the repository's, and `source_tags` those of the other one; None where they aren't known.
    """

    principal: str
    held: Held
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    source: Held | None = None
    tags: Mapping[str, str] | None = None
    source_tags: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The registry's account and region, and the repository, which may be a pattern with `*` and `?`."""

    account: str
    region: str
    repository: str
    source: str = ""  # where `copy` copies from; the repository itself unless given
    partition: str = "aws"

    def arn(self, on: On, repository: str = "") -> str:
        """What an action is asked for on."""
        if on is On.EVERYTHING:
            return "*"
        name = repository or self.repository
        return self.beginning + (self.source or name if on is On.SOURCE else name)

    @property
    def beginning(self) -> str:
        """Of the ARNs of all repositories."""
        return f"arn:{self.partition}:ecr:{self.region}:{self.account}:repository/"


@dataclass(frozen=True, slots=True)
class Missing:
    """An action that is refused in every context, with a decision that says why."""

    need: Need
    decision: Decision


@dataclass(frozen=True, slots=True)
class Case:
    """The answer for one name, which stands for all names that the policies don't tell from it.

    `keys` are the condition keys that it depends on; `when` is a context in which it can be
    done. Where the outcome is NO and nothing is missing, every action is allowed in some context, and no context allows
    them all.
    """

    name: str
    outcome: Outcome
    missing: tuple[Missing, ...] = ()
    keys: tuple[str, ...] = ()
    when: Mapping[str, Values] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a verb is granted, exactly over all names that the place's pattern matches.

    `cases` holds one name for every outcome. `additions` are the smallest statements that would allow what is missing,
    for all names; None where an explicit deny stands in the way. With them it still depends on the keys `afterwards`.
    """

    verb: Verb
    place: Place
    outcome: Outcome
    cases: tuple[Case, ...]
    missing: tuple[Missing, ...]
    additions: tuple[Addition, ...] | None
    afterwards: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.outcome is Outcome.YES

    @property
    def keys(self) -> tuple[str, ...]:
        """The condition keys that some case depends on."""
        return tuple(dict.fromkeys(key for case in self.cases for key in case.keys))


def can(verb: Verb, place: Place, who: Subject) -> Answer:
    """Say whether `who` can do it, over all repository names that match and all contexts that are possible.

    Keys of `who.context` hold what it says, those of `who.absent` nothing; every other key may be absent or hold
    anything of its type, so that an answer may depend on it. The evaluator has decided a request of each kind. Raise
    `NoSuchName` where no name matches.
    """
    return _Question(verb, place, who).answer()


_DENIED = Verdict.EXPLICIT_DENY
_Row: TypeAlias = tuple[bool, ...]  # whether each need is allowed, in one context


class _Question:
    def __init__(self, verb: Verb, place: Place, who: Subject) -> None:
        self.verb, self.place, self.who = verb, place, who
        self.known_of = _known_by_resource(who, place)
        self.known = self.known_of[On.REPOSITORY]
        self.budget = Budget()
        self.opened = Opened(self.known)
        self.real = _by_resource(who)
        self.held = {on: self.opened.knowing(self.known_of[on]).held(held) for on, held in self.real.items()}
        self.placed = {on: placed(held) for on, held in self.held.items()}

    def answer(self) -> Answer:
        names = RepositoryNames(self.place.repository)
        try:
            arns = resources(self._statements(), Within(self.place.beginning, names), self.known, self.budget)
        except TooMany as many:
            case = Case(self.place.repository, Outcome.UNDECIDED, (), tuple(sorted(many.keys)), {}, many.reason)
            return Answer(self.verb, self.place, case.outcome, (case,), (), None)
        if not arns:
            raise NoSuchName(self.place.repository)
        by_covering: dict[tuple[tuple[Placed, ...], ...], str] = {}
        for name in (arn.removeprefix(self.place.beginning) for arn in arns):
            by_covering.setdefault(self._covering(name), name)
        cases = [self._case(name, covering) for covering, name in by_covering.items()]
        shown = {case.outcome: case for case in reversed(cases)}
        outcome = cases[0].outcome if len(shown) == 1 else Outcome.SOME
        missing = [one for case in cases for one in case.missing]
        # A deny says more than that nothing allows it, and comes last so that it is the one kept.
        by_need = {one.need: one for one in sorted(missing, key=lambda one: one.decision.verdict is _DENIED)}
        ordered = tuple(by_need[need] for need in self.verb.needs if need in by_need)
        added = additions(self._missing_asks(cases))
        afterwards = self._afterwards(added) if added else ()
        return Answer(self.verb, self.place, outcome, tuple(shown.values()), ordered, added, afterwards)

    def _afterwards(self, added: Sequence[Addition]) -> tuple[str, ...]:
        source = self.who.source
        more = replace(
            self.who, held=plus(self.who.held, added), source=None if source is None else plus(source, added)
        )
        return _Question(self.verb, self.place, more).answer().keys

    def _statements(self) -> list[Placed]:
        """Those that name an action of the verb; they must tell apart what is asked for on the repository."""
        actions = {need.action.lower() for need in self.verb.needs}
        asked = dict.fromkeys(need.on for need in self.verb.needs)
        every = [one for on in asked for one in self.placed[on]]
        return [one for one in every if any(map(one.statement.names_action, actions))]

    def _case(self, name: str, covering: tuple[tuple[Placed, ...], ...]) -> Case:
        """Look at every kind of context."""
        try:
            situations = contexts([one for each in covering for one in each], self.known, self.budget)
        except TooMany as many:
            return Case(name, Outcome.UNDECIDED, (), self.opened.named(many.keys), {}, many.reason)
        rows: list[tuple[dict[str, Values | None], _Row]] = []
        for held in situations.all():
            given = {key: value for key, value in held.items() if value is not None}
            rows.append((held, tuple(self._allowed(need, name, given, opened=True) for need in self.verb.needs)))
        allowed = [all(row) for _, row in rows]
        sure = not situations.inexact
        granted = all(self._allowed(need, name, {}) for need in self.verb.needs)
        if sure and not any(allowed):
            assert not granted, "the evaluator says otherwise"
            missing = tuple(self._missing(name, [row for _, row in rows]))
            return Case(name, Outcome.NO, missing, () if missing else self.opened.named(situations.keys))
        if sure and all(allowed):
            assert granted, "the evaluator says otherwise"
            return Case(name, Outcome.YES)
        keys = self.opened.named([*_mattering([held for held, _ in rows], allowed), *situations.inexact])
        return Case(name, Outcome.DEPENDS, (), keys, self._when(name, rows))

    def _missing(self, name: str, rows: Sequence[_Row]) -> Iterator[Missing]:
        for place, need in enumerate(self.verb.needs):
            if not any(row[place] for row in rows):
                yield Missing(need, evaluate(self._ask(need, name, {}), self.real[need.on], trace=True))

    def _when(self, name: str, rows: Iterable[tuple[dict[str, Values | None], _Row]]) -> dict[str, Values]:
        """The first context in which the evaluator allows everything; empty if only open parts would."""
        for held, row in rows:
            given = {key: value for key, value in held.items() if value is not None and not key.startswith(OPEN)}
            if all(row) and all(self._allowed(need, name, given) for need in self.verb.needs):
                return given
        return {}

    def _covering(self, name: str) -> tuple[tuple[Placed, ...], ...]:
        """For each need, the statements that name its action and its resource: nothing else tells names apart."""
        return tuple(
            tuple(
                one
                for one in self.placed[need.on]
                if one.statement.names_action(need.action.lower())
                and one.statement.names_resource(self._ask(need, name, {}))
            )
            for need in self.verb.needs
        )

    def _ask(self, need: Need, name: str, given: Mapping[str, Values]) -> Request:
        resource = self.place.arn(need.on, name)
        context = {**self.known_of[need.on].context, **given}
        return Request(self.who.principal, need.action, resource, context, self.place.account)

    def _allowed(self, need: Need, name: str, given: Mapping[str, Values], *, opened: bool = False) -> bool:
        held = (self.held if opened else self.real)[need.on]
        return bool(evaluate(self._ask(need, name, given), held))

    def _missing_asks(self, cases: Iterable[Case]) -> list[tuple[Request, Held, str]]:
        """Every refused request, its policies, and the resource that a statement for all names should have."""
        return [
            (missing.decision.ask, self.real[missing.need.on], self.place.arn(missing.need.on))
            for case in cases
            for missing in case.missing
        ]


def _by_resource(who: Subject) -> dict[On, Held]:
    """The policies that apply: what is asked for on `*` has no resource policy."""
    return {
        On.REPOSITORY: who.held,
        On.SOURCE: who.source or who.held,
        On.EVERYTHING: replace(who.held, resource=None),
    }


def _known_by_resource(who: Subject, place: Place) -> dict[On, Known]:
    """What is known of a request's context: repositories have tags, what is asked for on `*` has none.

    INVARIANT: a key is known of all or of none of them, for a context is looked at for all needs at once.
    """
    known = Known.of(who.context, who.absent)
    tags, source_tags = who.tags, who.source_tags if place.source else who.tags
    if tags is None or source_tags is None:
        return dict.fromkeys(On, known)
    return {
        On.REPOSITORY: known.of_resource(tags),
        On.SOURCE: known.of_resource(source_tags),
        On.EVERYTHING: known.of_resource({}),
    }


def _mattering(held: Sequence[Mapping[str, Values | None]], allowed: Sequence[bool]) -> list[str]:
    """The keys of which the outcome depends: two contexts differ in nothing else, and in the outcome."""
    keys = list(held[0])
    found = []
    for key in keys:
        outcomes: dict[tuple[Values | None, ...], bool] = {}
        for one, outcome in zip(held, allowed, strict=True):
            rest = tuple(value for other, value in one.items() if other != key)
            if outcomes.setdefault(rest, outcome) is not outcome:
                found.append(key)
                break
    return found
