"""A policy document as it stands, right or wrong: what the checks look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from dockreeve.policy.conditions import Operator, operator_named
from dockreeve.policy.document import Kind
from dockreeve.policy.lint.finding import PathElement
from dockreeve.policy.positions import Node, Shape

T = TypeVar("T")

_SCALARS = (Shape.STRING, Shape.NUMBER, Shape.BOOLEAN)


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A value of the document, and the last step of the way to it."""

    node: Node
    parent: Spot | None = None
    step: PathElement = field(default_factory=dict)
    part: tuple[int, int] | None = None  # start and length within a string

    def path(self) -> tuple[PathElement, ...]:
        """The whole way from the document."""
        steps: list[PathElement] = []
        spot: Spot | None = self
        while spot is not None and spot.parent is not None:
            steps.append(spot.step)
            spot = spot.parent
        return tuple(reversed(steps))

    def member(self, name: str, node: Node) -> Spot:
        """The value of a key."""
        return Spot(node, self, {"value": name})

    def key(self, node: Node) -> Spot:
        """A key itself."""
        return Spot(node, self, {"key": node.text})

    def item(self, index: int, node: Node) -> Spot:
        """A member of an array."""
        return Spot(node, self, {"index": index})

    def within(self, start: int, length: int) -> Spot:
        """A part of a string."""
        return Spot(self.node, self, {"substring": {"start": start, "length": length}}, (start, length))


@dataclass(frozen=True, slots=True)
class Text:
    """A string of the document; a number or a boolean where AWS takes it unquoted."""

    value: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Listed:
    """An Action, NotAction, Resource or NotResource."""

    name: str
    spot: Spot
    values: tuple[Text, ...]
    texts: tuple[str, ...]  # the values as they are compared: actions know no case
    inverted: bool  # whether all else is meant

    @property
    def of_resources(self) -> bool:
        """Whether the values are compared as ARNs are."""
        return self.name.endswith("Resource")


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal or NotPrincipal; `"*"` stands as ("AWS", "*")."""

    name: str
    spot: Spot
    named: tuple[tuple[str, Text], ...]

    @property
    def inverted(self) -> bool:
        """Whether everyone else is meant."""
        return self.name.startswith("Not")


@dataclass(frozen=True, slots=True)
class Line:
    """One key of one operator of a Condition."""

    operator: Text
    how: Operator | None  # None: AWS has no such operator
    key: Text
    spot: Spot
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: each element that could be read, None or () where it is missing or of the wrong type."""

    spot: Spot
    members: dict[str, Spot]
    effect: str | None
    sid: Text | None
    actions: Listed | None
    resources: Listed | None
    principals: Principals | None
    conditions: tuple[Line, ...]
    tested: Mapping[str, Line]  # the first line on each key, by its name in small letters

    @property
    def allows(self) -> bool:
        """Whether it grants."""
        return self.effect == "Allow"

    def tests(self, key: str) -> Line | None:
        """The first line of Condition on a key, in any case."""
        return self.tested.get(key.lower())


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is known of a document beyond its text."""

    description: str = ""
    account: str | None = None
    repositories: frozenset[str] | None = None  # the names of all of the account's, where they are at hand
    beside: tuple[Draft, ...] = ()  # the other identity policies of the same principal


class Draft:
    """A document of a kind, read without judging it."""

    def __init__(self, text: str, root: Node, kind: Kind, purpose: Purpose) -> None:
        self.text = text
        self.kind = kind
        self.purpose = purpose
        self.root = Spot(root)
        self.has_unknown = False  # a value that is only known later
        self._mismatches: dict[tuple[int, str], Spot] = {}
        self._made: dict[Callable[[Draft], Any], Any] = {}
        self.members = self._members(self.root)
        self.statements = tuple(self._statements())

    @cached_property
    def version(self) -> Text | None:
        """The Version, if it is written."""
        return self._text(self.members.get("Version"))

    def once(self, work: Callable[[Draft], T]) -> T:
        """What `work` makes of the document: made once, however many checks ask for it."""
        if work not in self._made:
            self._made[work] = work(self)
        return cast(T, self._made[work])

    def mismatches(self) -> Iterator[tuple[Spot, str]]:
        """Every value of a wrong type, with the types that were expected."""
        for (_, expected), spot in self._mismatches.items():
            yield spot, expected

    def texts(self) -> Iterator[tuple[str, Text, Line | None]]:
        """Every Resource, Action and condition value with its element's name; conditions come with their line."""
        for statement in self.statements:
            for listed in (statement.actions, statement.resources):
                for value in listed.values if listed else ():
                    yield listed.name if listed else "", value, None
            for _, text in statement.principals.named if statement.principals else ():
                yield "Principal", text, None
            for line in statement.conditions:
                for value in line.values:
                    yield "Condition", value, line

    def _members(self, spot: Spot) -> dict[str, Spot]:
        if not self._is(spot, Shape.OBJECT):
            return {}
        members: dict[str, Spot] = {}
        for key, value in spot.node.members:
            members.setdefault(key.text, spot.member(key.text, value))
        return members

    def _statements(self) -> Iterator[Statement]:
        for name in ("Version", "Id"):
            self._text(self.members.get(name))
        written = self.members.get("Statement")
        if written is None:
            return
        for spot in _items(written):
            if self._is(spot, Shape.OBJECT):
                yield self._statement(spot)

    def _statement(self, spot: Spot) -> Statement:
        members = self._members(spot)
        effect = self._text(members.get("Effect"))
        conditions = tuple(self._conditions(members))
        tested: dict[str, Line] = {}
        for line in conditions:
            tested.setdefault(line.key.value.lower(), line)
        return Statement(
            spot=spot,
            members=members,
            effect=effect.value if effect else None,
            sid=self._text(members.get("Sid")),
            actions=self._listed(members, "Action"),
            resources=self._listed(members, "Resource"),
            principals=self._principals(members),
            conditions=conditions,
            tested=tested,
        )

    def _listed(self, members: dict[str, Spot], name: str) -> Listed | None:
        chosen = name if name in members else f"Not{name}"
        spot = members.get(chosen)
        if spot is None:
            return None
        values = self._texts(spot)
        texts = tuple(one.value if name == "Resource" else one.value.lower() for one in values)
        return Listed(chosen, spot, values, texts, chosen != name)

    def _principals(self, members: dict[str, Spot]) -> Principals | None:
        name = "Principal" if "Principal" in members else "NotPrincipal"
        spot = members.get(name)
        if spot is None:
            return None
        if spot.node.shape is Shape.STRING:
            return Principals(name, spot, (("AWS", Text(spot.node.text, spot)),))
        named = [(kind, text) for kind, values in self._members(spot).items() for text in self._texts(values)]
        return Principals(name, spot, tuple(named))

    def _conditions(self, members: dict[str, Spot]) -> Iterator[Line]:
        written = members.get("Condition")
        if written is None or not self._is(written, Shape.OBJECT):
            return
        for operator_node, keys_node in written.node.members:
            operator = Text(operator_node.text, written.key(operator_node))
            keys = written.member(operator_node.text, keys_node)
            if not self._is(keys, Shape.OBJECT):
                continue
            how = operator_named(operator.value)
            for key_node, values_node in keys_node.members:
                spot = keys.member(key_node.text, values_node)
                key = Text(key_node.text, keys.key(key_node))
                yield Line(operator, how, key, spot, self._texts(spot, _SCALARS))

    def _texts(self, spot: Spot, shapes: tuple[Shape, ...] = (Shape.STRING,)) -> tuple[Text, ...]:
        return tuple(Text(one.node.text, one) for one in _items(spot) if self._is(one, *shapes))

    def _text(self, spot: Spot | None) -> Text | None:
        return Text(spot.node.text, spot) if spot is not None and self._is(spot, Shape.STRING) else None

    def _is(self, spot: Spot, *shapes: Shape) -> bool:
        if spot.node.shape in shapes:
            return True
        if spot.node.shape is Shape.UNKNOWN:
            self.has_unknown = True
        else:
            self._mismatches[spot.node.start, " or ".join(shape.value for shape in shapes)] = spot
        return False


def _items(spot: Spot) -> Iterator[Spot]:
    """The members of an array, or the one value that stands for a list [GRAMMAR]."""
    if spot.node.shape is Shape.ARRAY:
        for index, node in enumerate(spot.node.items):
            yield spot.item(index, node)
    else:
        yield spot
