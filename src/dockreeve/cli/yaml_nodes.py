"""YAML as the same nodes that JSON is read into, so that whatever judges a document judges it in both.

The YAML of CloudFormation templates (CloudFormation User Guide, "CloudFormation template formats"): its short
functions, `!Sub` and the like, come out in their long form; merges (`<<`) don't exist.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from dockreeve.policy.positions import Node, Shape, Unreadable

MOST = 1024 * 1024  # characters: the longest template that CloudFormation takes
DEEPEST = 64
MOST_NODES = 200_000  # aliases written out: a few lines of them can stand for more values than a machine can hold

_STANDARD = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")  # as JSON spells them
_TRUE = ("true", "yes", "on", "y")
_NO_FUNCTION = (None, "!", f"{_STANDARD}map", f"{_STANDARD}seq")
_PLAIN_NAMES = ("Ref", "Condition")  # the functions whose long form has no Fn:: before it


def read(text: str) -> Node:
    """The one YAML document that `text` is. Raise `Unreadable`, and nothing else.

    Places are those of `text`; an alias has the place of what it stands for. A date or a number that JSON can't spell
    is a string, as CloudFormation passes it on.
    """
    import yaml  # noqa: PLC0415 (few need it)

    if len(text) > MOST:
        raise Unreadable(f"the document is longer than {MOST} characters", 0)
    if (odd := yaml.SafeLoader.NON_PRINTABLE.search(text)) is not None:
        raise Unreadable(f"the character U+{ord(odd[0]):04X} is not allowed", odd.start())
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where it is there: sixteen times as fast
    try:
        return _Composing(text, yaml.parse(text, Loader=loader), yaml).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(error.problem or error.context or "not YAML", mark.index if mark else 0) from None
    except yaml.YAMLError as error:
        raise Unreadable(str(error).partition("\n")[0], 0) from None


class _Composing:
    """One document, from the parser's events."""

    def __init__(self, text: str, events: Any, yaml: Any) -> None:
        self._text = text
        self._events = events
        self._yaml = yaml
        self._resolver = yaml.SafeLoader("")
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._count = 0

    def document(self) -> Node:
        begin = self._next(), self._next()
        if isinstance(begin[1], self._yaml.StreamEndEvent):
            raise Unreadable("there is no document", 0)
        node = self._node(self._next(), DEEPEST)
        self._next()
        if not isinstance(end := self._next(), self._yaml.StreamEndEvent):
            self._fail("a second document", end)
        return node

    def _next(self) -> Any:
        return next(self._events)

    def _node(self, event: Any, depth: int) -> Node:
        """The value that begins with an event, and all of it."""
        if isinstance(event, self._yaml.AliasEvent):
            return self._alias(event)
        if depth == 0:
            self._fail(f"nested deeper than {DEEPEST}", event)
        before = self._count
        self._counted(1, event)
        start = event.start_mark.index
        if isinstance(event, self._yaml.ScalarEvent):
            node = self._scalar(event)
        elif str(event.tag).startswith(_STANDARD) and event.tag not in _NO_FUNCTION:
            self._fail(f"the tag `{event.tag[:100]}` is not read", event)
        elif isinstance(event, self._yaml.SequenceStartEvent):
            node = self._sequence(event, start, depth - 1)
        else:
            node = self._mapping(event, start, depth - 1)
        if event.tag not in _NO_FUNCTION and not str(event.tag).startswith(_STANDARD):
            node = self._function(event, node)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, self._count - before
        return node

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            self._fail(f"there is no `&{event.anchor}` before this", event)
        node, size = self._anchors[event.anchor]
        self._counted(size, event)
        return node

    def _counted(self, nodes: int, event: Any) -> None:
        self._count += nodes
        if self._count > MOST_NODES:
            self._fail(f"more than {MOST_NODES} values", event)

    def _sequence(self, event: Any, start: int, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(inner := self._next(), self._yaml.SequenceEndEvent):
            items.append(self._node(inner, depth))
        return Node(Shape.ARRAY, start, self._end(event, inner, items), items=tuple(items))

    def _mapping(self, event: Any, start: int, depth: int) -> Node:
        members: list[tuple[Node, Node]] = []
        names: set[str] = set()
        while not isinstance(inner := self._next(), self._yaml.MappingEndEvent):
            key = self._key(inner, names)
            members.append((key, self._node(self._next(), depth)))
        return Node(
            Shape.OBJECT, start, self._end(event, inner, [value for _, value in members]), members=tuple(members)
        )

    def _key(self, event: Any, names: set[str]) -> Node:
        if not isinstance(event, self._yaml.ScalarEvent) or event.anchor is not None:
            self._fail("a key is not a plain text", event)
        if event.value in names:
            self._fail(f"the key `{event.value[:100]}` comes twice", event)
        if event.value == "<<" and event.implicit[0]:
            self._fail("CloudFormation has no merges", event)
        names.add(event.value)
        self._counted(1, event)
        return Node(Shape.STRING, event.start_mark.index, event.end_mark.index, event.value)

    def _end(self, event: Any, last: Any, inside: list[Node]) -> int:
        """Where a collection ends: in block style the parser says so only after the white space and comments."""
        if event.flow_style or not inside:
            return int(last.end_mark.index)
        return max(int(event.start_mark.index), *(node.end for node in inside))

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        end = start + len(self._text[start:end].rstrip())  # a block's last line breaks
        shape, text = self._shaped(event)
        return Node(shape, start, end, text)

    def _shaped(self, event: Any) -> tuple[Shape, str]:
        text = event.value
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolver.resolve(self._yaml.ScalarNode, text, event.implicit)
        if not tag.startswith(_STANDARD):
            return Shape.STRING, text  # of a function, whose argument is a text
        kind = tag.removeprefix(_STANDARD)
        if kind == "bool":
            return Shape.BOOLEAN, "true" if text.lower() in _TRUE else "false"
        if kind == "null":
            return Shape.NULL, "null"
        if kind in ("int", "float") and _NUMBER.fullmatch(text):
            return Shape.NUMBER, text
        if kind not in ("str", "int", "float", "timestamp", "value", "merge"):  # the last two: a bare = or <<
            self._fail(f"the tag `!!{kind[:100]}` is not read", event)
        return Shape.STRING, text

    def _function(self, event: Any, argument: Node) -> Node:
        """`!Name ARGUMENT` as `{"Fn::Name": ARGUMENT}`; a GetAtt's two names may stand in one text."""
        if not event.tag.startswith("!"):
            self._fail(f"the tag `{event.tag[:100]}` is not read", event)
        name = event.tag.removeprefix("!")
        start = event.start_mark.index
        if name == "GetAtt" and argument.shape is Shape.STRING:
            resource, _, attribute = argument.text.partition(".")
            parts = tuple(Node(Shape.STRING, argument.start, argument.end, part) for part in (resource, attribute))
            argument = Node(Shape.ARRAY, argument.start, argument.end, items=parts)
        key = Node(Shape.STRING, start, start, name if name in _PLAIN_NAMES else f"Fn::{name}")
        return Node(Shape.OBJECT, start, argument.end, members=((key, argument),))

    def _fail(self, detail: str, event: Any) -> NoReturn:
        raise Unreadable(detail, event.start_mark.index)
