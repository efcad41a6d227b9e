"""Change a policy document's text at one place, and leave the rest of it as it was written."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dockreeve.policy.explain.explanation import Element, Splice
from dockreeve.policy.positions import Node, Shape, read

_WIDE = 200  # characters of a line that nobody reads: the diff is then of the document re-indented
_NEW_LINE = ("\n", "\r\n")


@lru_cache(maxsize=256)  # the same refusal comes again and again
def value_added(text: str, index: int, element: Element, value: str) -> Splice | None:
    """One more value in the Action or Resource of a statement; None where it has no such element.

    `text` must be a document that was parsed before.
    """
    statement = _statements(read(text))[index]
    known = statement.get(element)
    return None if known is None else _added(text, known, json.dumps(value, ensure_ascii=False))


def statement_added(text: str, statement: Mapping[str, Any]) -> Splice:
    """One more statement at the end of a document that was parsed before."""
    known = read(text).get("Statement")
    assert known is not None  # a parsed document has statements
    last = known.items[-1] if known.shape is Shape.ARRAY and known.items else known
    return _added(text, known, _quoted(text, statement, last.start))


def document_of(statement: Mapping[str, Any], version: str) -> str:
    """A new document with this one statement."""
    return json.dumps({"Version": version, "Statement": [statement]}, indent=2, ensure_ascii=False)


@lru_cache(maxsize=256)
def diff(before: str, after: str, name: str) -> tuple[str, ...]:
    """A unified diff, line by line; of both documents re-indented where one has a line too wide to read."""
    if any(len(line) > _WIDE for text in (before, after) for line in text.splitlines()) or "\n" not in before.strip():
        before, after = _spread(before), _spread(after)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return tuple(lines)


def _statements(root: Node) -> tuple[Node, ...]:
    written = root.get("Statement")
    assert written is not None
    return written.items if written.shape is Shape.ARRAY else (written,)


def _added(text: str, known: Node, quoted: str) -> Splice:
    """`quoted` after the last item of an array, or an array of both where one value stands alone."""
    space = _space(text)
    if known.shape is not Shape.ARRAY:
        return Splice(known.start, known.end, f"[{text[known.start : known.end]},{space}{quoted}]")
    if not known.items:
        return Splice(known.start, known.end, f"[{quoted}]")
    last = known.items[-1]
    begun = known.items[-2].end if len(known.items) > 1 else known.start + 1
    gap = text[begun : last.start].lstrip(", ")
    return Splice(last.end, last.end, f",{gap if gap.startswith(_NEW_LINE) else space}{quoted}")


def _space(text: str) -> str:
    """What stands behind a colon or comma: nothing in a document that was written as tight as can be."""
    return " " if '": ' in text else ""


def _quoted(text: str, statement: Mapping[str, Any], offset: int) -> str:
    """The statement as it would be written there: re-indented where the other one begins a line."""
    indent = text[text.rfind("\n", 0, offset) + 1 : offset]
    if "\n" in text and not indent.strip():
        return json.dumps(statement, indent=2, ensure_ascii=False).replace("\n", f"\n{indent}")
    space = _space(text)
    return json.dumps(statement, ensure_ascii=False, separators=(f",{space}", f":{space}"))


def _spread(text: str) -> str:
    if not text:
        return text
    # A number is shown as text: it means the same, and no document may make us build a huge integer.
    return json.dumps(json.loads(text, parse_int=str, parse_float=str), indent=2, ensure_ascii=False)
