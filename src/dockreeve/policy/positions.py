"""Read JSON with the place of every key and value, and go on where a policy is wrong but the JSON is not."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from dockreeve.policy.reader import MAX_DEPTH, MAX_TEXT


class Shape(Enum):
    """The type of a JSON value."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    UNKNOWN = "value that is only known later"  # never read from text: a template's reference


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place: the first and the past-the-last offset in the text.

    `text` is the value of a string, a number as it is spelled, or `true`, `false`, `null`. Of an object every member is
    kept, also where a key comes twice.
    """

    shape: Shape
    start: int
    end: int
    text: str = ""
    items: tuple[Node, ...] = ()
    members: tuple[tuple[Node, Node], ...] = ()

    def get(self, name: str) -> Node | None:
        """The value of the first member of that name; None if there is none, or this is no object."""
        return next((value for key, value in self.members if key.text == name), None)


class Unreadable(ValueError):
    """The text is not one JSON value, or it is too long or too deep."""

    def __init__(self, detail: str, offset: int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.offset = offset


class Lines:
    """Turns offsets of a text into lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line from 1, column from 0, as in Access Analyzer's `Position`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]


def read(text: str) -> Node:
    """The JSON value that `text` is. Raise `Unreadable`, and nothing else."""
    if len(text) > MAX_TEXT:
        raise Unreadable(f"the document is longer than {MAX_TEXT} characters", 0)
    reader = _Reading(text)
    node = reader.value(MAX_DEPTH)
    reader.end()
    return node


_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(
    r'(?P<string>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9A-Za-z_.])"
    r"|(?P<word>true|false|null)(?![0-9A-Za-z_])"
)


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self, depth: int) -> Node:
        start = self._skip()
        character = self._text[start : start + 1]
        if character in ("{", "["):
            if depth == 0:
                self._fail(f"nested deeper than {MAX_DEPTH}")
            self._at += 1
            return self._object(start, depth - 1) if character == "{" else self._array(start, depth - 1)
        found = _SCALAR.match(self._text, start)
        if found is None:
            self._fail("expected a value" if character else "the text ends too early")
        self._at = found.end()
        if found["string"] is not None:
            return Node(Shape.STRING, start, self._at, self._unquoted(found["string"], start))
        if found["number"] is not None:
            return Node(Shape.NUMBER, start, self._at, found["number"])
        return Node(Shape.NULL if found["word"] == "null" else Shape.BOOLEAN, start, self._at, found["word"])

    def end(self) -> None:
        if self._skip() != len(self._text):
            self._fail("text after the document")

    def _object(self, start: int, depth: int) -> Node:
        members: list[tuple[Node, Node]] = []
        if not self._take("}"):
            while True:
                if self._text[self._skip() : self._at + 1] != '"':
                    self._fail("expected a key in double quotes")
                key = self.value(depth)
                if not self._take(":"):
                    self._fail("expected `:`")
                members.append((key, self.value(depth)))
                if self._take("}"):
                    break
                if not self._take(","):
                    self._fail("expected `,` or `}`")
        return Node(Shape.OBJECT, start, self._at, members=tuple(members))

    def _array(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        if not self._take("]"):
            while True:
                items.append(self.value(depth))
                if self._take("]"):
                    break
                if not self._take(","):
                    self._fail("expected `,` or `]`")
        return Node(Shape.ARRAY, start, self._at, items=tuple(items))

    def _unquoted(self, quoted: str, start: int) -> str:
        if "\\" not in quoted:
            return quoted[1:-1]
        try:
            return str(json.loads(quoted))
        except json.JSONDecodeError as error:
            self._at = start + error.pos
            self._fail("a `\\` that escapes nothing")

    def _skip(self) -> int:
        found = _SPACE.match(self._text, self._at)
        assert found is not None  # it matches nothing too
        self._at = found.end()
        return self._at

    def _take(self, character: str) -> bool:
        if self._text[self._skip() : self._at + 1] != character:
            return False
        self._at += 1
        return True

    def _fail(self, detail: str) -> NoReturn:
        raise Unreadable(detail, self._at)
