"""Policy cases: a request, the policies held, and the decision that is expected; read from text, and decided.

The format is that of the project's own cases, one JSON object each. The context of a case is complete: nothing is added
to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dockreeve.policy.decide import evaluate
from dockreeve.policy.decision import Decision, Verdict
from dockreeve.policy.document import Kind, Malformed, position
from dockreeve.policy.held import Held, Level, Policy, PolicySet
from dockreeve.policy.parse import parse
from dockreeve.policy.positions import Node, Shape, Unreadable, read
from dockreeve.policy.request import Request

MOST = 100_000  # cases of one text

Reader = Callable[[str], str]  # the text of a policy file that a case names, or `BadCase`


class BadCase(ValueError):
    """What stands there is no case; `line` counts from 1."""

    def __init__(self, detail: str, line: int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.line = line


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready to be decided; `line` is where it begins in its text."""

    id: str
    family: str
    name: str
    basis: str
    ask: Request
    held: Held
    expected: Verdict
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and what was decided; the decision has its trace where it isn't the expected one."""

    case: Case
    decision: Decision

    @property
    def passed(self) -> bool:
        return self.decision.verdict is self.case.expected


def run(case: Case) -> Outcome:
    """Decide it."""
    decision = evaluate(case.ask, case.held)
    if decision.verdict is not case.expected:
        decision = evaluate(case.ask, case.held, trace=True)
    return Outcome(case, decision)


def read_cases(text: str, policy_file: Reader) -> Iterator[Case]:
    """The cases of a text: one JSON object a line, or one JSON value that is a case or an array of them.

    A policy stands in a case itself, or is `{"file": "path"}`, for which `policy_file` gives the text. Raise `BadCase`
    where something is no case, or `policy_file` does.
    """
    for number, (node, source, before) in enumerate(_nodes(text), 1):
        if number > MOST:
            raise BadCase(f"more than {MOST} cases", before + 1)
        yield _Reading(source, before, policy_file).case(node)


def is_policy(text: str) -> bool:
    """Whether a text is a policy document, which may lie beside the cases that name it."""
    try:
        node = read(text)
    except Unreadable:
        return False
    return node.get("Statement") is not None and node.get("request") is None


def _nodes(text: str) -> Iterator[tuple[Node, str, int]]:
    """Every case with the text that its places count in, and how many lines come before that text."""
    lines = [(number, line) for number, line in enumerate(text.split("\n")) if line.strip()]
    if not lines:
        return
    if len(lines) > 1 and _is_whole(lines[0][1]):
        for number, line in lines:
            yield _node(line, number), line, number
        return
    whole = _node(text, 0)
    for node in whole.items if whole.shape is Shape.ARRAY else (whole,):
        yield node, text, 0


def _is_whole(line: str) -> bool:
    """Whether a line is a JSON value of its own, so that each line is a case."""
    try:
        return read(line).shape is Shape.OBJECT
    except Unreadable:
        return False


def _node(text: str, before: int) -> Node:
    try:
        return read(text)
    except Unreadable as error:
        line, column = position(text, error.offset)
        raise BadCase(f"not JSON: {error.detail} (column {column})", before + line) from None


_MEMBERS = {"id", "family", "name", "request", "policies", "expected", "basis"}
_REQUEST = {"principal", "action", "resource", "resource_account", "context"}
_POLICIES = {"identity", "resource", "boundary", "session", "scp", "rcp", "endpoint", "trust"}


class _Reading:
    """One case on its way from JSON to a request and the policies held."""

    def __init__(self, text: str, before: int, policy_file: Reader) -> None:
        self.text = text
        self.before = before
        self.policy_file = policy_file

    def case(self, node: Node) -> Case:
        members = self.members(node, "a case", _MEMBERS)
        expected = self.members(self.needed(members, node, "expected"), "`expected`", {"decision"})
        decision = self.text_of(expected, node, "decision")
        known = {verdict.value: verdict for verdict in Verdict}
        if decision not in known:
            raise self.bad(node, f"`decision` is {decision}, and not one of {', '.join(known)}")
        return Case(
            id=self.optional(members, "id"),
            family=self.optional(members, "family"),
            name=self.optional(members, "name"),
            basis=self.optional(members, "basis"),
            ask=self.request(self.needed(members, node, "request")),
            held=self.held(self.needed(members, node, "policies")),
            expected=known[decision],
            line=self.line(node),
        )

    def request(self, node: Node) -> Request:
        members = self.members(node, "`request`", _REQUEST)
        context = self.members(members["context"], "`context`", None) if "context" in members else {}
        return Request(
            principal=self.text_of(members, node, "principal"),
            action=self.text_of(members, node, "action"),
            resource=self.text_of(members, node, "resource"),
            context={key: self.values(value, key) for key, value in context.items()},
            resource_account=self.optional(members, "resource_account"),
        )

    def values(self, node: Node, key: str) -> str | list[str]:
        if node.shape is Shape.ARRAY:
            return [self.string(item, f"a value of `{key}`") for item in node.items]
        return self.string(node, f"the value of `{key}`")

    def held(self, node: Node) -> Held:
        given = self.members(node, "`policies`", _POLICIES)
        present = {name: value for name, value in given.items() if value.shape is not Shape.NULL}

        def several(name: str, kind: Kind) -> PolicySet | None:
            """An empty list means that there is no such policy."""
            items = self.items(present[name], f"`{name}`") if name in present else ()
            return self.policies(items, name, kind) if items else None

        def one(name: str, kind: Kind) -> PolicySet | None:
            return self.policies((present[name],), name, kind) if name in present else None

        return Held(
            identity=several("identity", Kind.IDENTITY) or PolicySet(),
            boundary=several("boundary", Kind.IDENTITY),
            session=one("session", Kind.IDENTITY),
            resource=one("resource", Kind.REPOSITORY),
            trust=one("trust", Kind.TRUST),
            scp=self.levels(present, "scp", Kind.SCP),
            rcp=self.levels(present, "rcp", Kind.RCP),
            endpoint=several("endpoint", Kind.ENDPOINT),
        )

    def levels(self, present: dict[str, Node], name: str, kind: Kind) -> tuple[Level, ...]:
        found = []
        for item in self.items(present[name], f"`{name}`") if name in present else ():
            members = self.members(item, f"a level of `{name}`", {"level", "policies"})
            documents = self.items(self.needed(members, item, "policies"), "`policies`")
            level = self.text_of(members, item, "level")
            found.append(Level(level, self.policies(documents, f"{name}:{level}", kind)))
        return tuple(found)

    def policies(self, nodes: tuple[Node, ...], name: str, kind: Kind) -> PolicySet:
        return PolicySet(
            self.policy(node, f"{name}:{number}" if len(nodes) > 1 else name, kind)
            for number, node in enumerate(nodes, 1)
        )

    def policy(self, node: Node, uri: str, kind: Kind) -> Policy:
        members = self.members(node, f"the policy {uri}", None)
        text = self.text[node.start : node.end]
        if members.keys() == {"file"}:
            uri = self.string(members["file"], "`file`")
            try:
                text = self.policy_file(uri)
            except BadCase as bad:
                raise self.bad(node, bad.detail) from None
        try:
            return Policy(parse(text, kind, plain=True), uri, inline=True)
        except Malformed as malformed:
            where = f":{malformed.line}:{malformed.column}" if malformed.line is not None else ""
            raise self.bad(node, f"the policy {uri}{where}: {malformed.detail}") from None

    def members(self, node: Node, what: str, known: set[str] | None) -> dict[str, Node]:
        """An object's members, each there once; with `known` no others."""
        if node.shape is not Shape.OBJECT:
            raise self.bad(node, f"{what} is not an object")
        found: dict[str, Node] = {}
        for key, value in node.members:
            if key.text in found:
                raise self.bad(key, f"`{key.text}` is there twice")
            if known is not None and key.text not in known:
                raise self.bad(key, f"`{key.text}` is no member of {what}")
            found[key.text] = value
        return found

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        if node.shape is not Shape.ARRAY:
            raise self.bad(node, f"{what} is not an array")
        return node.items

    def needed(self, members: dict[str, Node], node: Node, name: str) -> Node:
        if name not in members:
            raise self.bad(node, f"there is no `{name}`")
        return members[name]

    def text_of(self, members: dict[str, Node], node: Node, name: str) -> str:
        return self.string(self.needed(members, node, name), f"`{name}`")

    def optional(self, members: dict[str, Node], name: str) -> str:
        return self.string(members[name], f"`{name}`") if name in members else ""

    def string(self, node: Node, what: str) -> str:
        if node.shape is not Shape.STRING:
            raise self.bad(node, f"{what} is not a string")
        return node.text

    def line(self, node: Node) -> int:
        return self.before + position(self.text, node.start)[0]

    def bad(self, node: Node, detail: str) -> BadCase:
        return BadCase(detail, self.line(node))
