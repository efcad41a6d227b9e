"""Read the JSON of a policy document: bounded, strict about duplicate keys, and aware of where statements stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from dockreeve.policy.document import Malformed, position

MAX_TEXT = 2 * 1024 * 1024  # characters; AWS takes 131,072 at most over the wire
MAX_DEPTH = 32

_SPACE = re.compile(r"[ \t\r\n]*")
# Strings are skipped whole, closed or not, so that the scan stays linear.
_NESTING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


class Numeral(str):
    """A JSON number, as it was spelled: policies compare text, and no document may make us build a huge integer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A JSON value with its first and past-the-last offset."""

    value: Any
    span: tuple[int, int]


def read_object(text: str, refused: str) -> dict[str, Element | list[Element]]:
    """Read the outermost object; the value of a key is one Element, or a list of them where an array is written.

    Raise `Malformed(refused)` for anything that is not one JSON object, has a key twice (in any case), is nested too
    deeply or is too long.
    """
    if len(text) > MAX_TEXT:
        raise Malformed(refused, f"the document is longer than {MAX_TEXT} characters")
    _check_nesting(text, refused)
    try:
        return _Reader(text, refused).document()
    except json.JSONDecodeError as error:
        raise Malformed(refused, f"not JSON: {error.msg}", error.lineno, error.colno) from None


def _check_nesting(text: str, refused: str) -> None:
    depth = 0
    for found in _NESTING.finditer(text):
        character = text[found.start()]
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(refused, f"nested deeper than {MAX_DEPTH}", *position(text, found.start()))
        elif character in "]}":
            depth -= 1


class _Reader:
    def __init__(self, text: str, refused: str) -> None:
        self.text = text
        self.refused = refused
        self.at = 0
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs, parse_float=Numeral, parse_int=Numeral, parse_constant=self._no_constant
        )

    def document(self) -> dict[str, Element | list[Element]]:
        self._expect("{")
        pairs: list[tuple[str, Any]] = []
        if not self._take("}"):
            while True:
                if self._peek() != '"':
                    self._fail("expected a key")
                key = self._value().value
                self._expect(":")
                pairs.append((key, self._array() if self._peek() == "[" else self._value()))
                if not self._take(","):
                    break
            self._expect("}")
        self._peek()
        if self.at != len(self.text):
            self._fail("text after the document")
        return self._pairs(pairs)

    def _array(self) -> list[Element]:
        self._expect("[")
        items: list[Element] = []
        if not self._take("]"):
            items.append(self._value())
            while self._take(","):
                items.append(self._value())
            self._expect("]")
        return items

    def _value(self) -> Element:
        self._peek()
        start = self.at
        value, self.at = self.decoder.raw_decode(self.text, start)
        return Element(value, (start, self.at))

    def _peek(self) -> str:
        found = _SPACE.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return self.text[self.at : self.at + 1]

    def _take(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self.at += 1
        return True

    def _expect(self, character: str) -> None:
        if not self._take(character):
            self._fail(f"expected `{character}`")

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for key, _ in pairs:
            if key.lower() in seen:
                self._fail(f"the key `{key}` is there twice")
            seen.add(key.lower())
        return dict(pairs)

    def _no_constant(self, name: str) -> NoReturn:
        self._fail(f"`{name}` is not JSON")

    def _fail(self, detail: str) -> NoReturn:
        raise Malformed(self.refused, detail, *position(self.text, self.at))
