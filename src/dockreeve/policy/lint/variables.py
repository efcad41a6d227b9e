"""Checks of policy variables: is each closed and named, and may it stand where it stands? (VARS)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dockreeve.policy.lint.draft import Draft, Line, Spot, Text
from dockreeve.policy.lint.table import ERROR, Found, at, check

_OPENING = "${"
_DEFAULT = re.compile(r"[^,]*,\s*'[^']*'\s*")
_NEW_VERSION = "2012-10-17"


class _Variable(NamedTuple):
    element: str
    line: Line | None  # of a Condition
    text: Text
    inside: str | None  # what stands between the braces; None where they are not closed
    spot: Spot


def _variables(draft: Draft) -> Iterator[_Variable]:
    for element, text, line in draft.texts():
        at_offset, end = text.value.find(_OPENING), 0
        while at_offset >= 0:
            if 0 <= end <= at_offset:  # where no brace closes one, none closes those behind it
                end = text.value.find("}", at_offset)
            nested = text.value.find(_OPENING, at_offset + 2)
            is_closed = end >= 0 and (nested < 0 or end < nested)
            inside = text.value[at_offset + 2 : end] if is_closed else None
            length = end + 1 - at_offset if is_closed else len(_OPENING)
            yield _Variable(element, line, text, inside, text.spot.within(at_offset, length))
            at_offset = text.value.find(_OPENING, at_offset + length)


def _supported(variable: _Variable) -> bool:
    return variable.element in ("Resource", "NotResource", "Condition")


@check("MISSING_BRACE_IN_VARIABLE", ERROR, "The variable in `{value}` is not closed. Add `}}`.")
def unclosed(draft: Draft) -> Iterator[Found]:
    for variable in _variables(draft):
        if variable.inside is None and _supported(variable):
            yield at(variable.spot, value=variable.text.value)


@check("EMPTY_VARIABLE", ERROR, "The variable in `{value}` has no name.")
def unnamed(draft: Draft) -> Iterator[Found]:
    for variable in _variables(draft):
        if variable.inside is not None and not variable.inside.partition(",")[0].strip():
            yield at(variable.spot, value=variable.text.value)


@check("UNSUPPORTED_SPACE_IN_VARIABLE", ERROR, "The variable `{name}` holds a space. Remove it.")
def space(draft: Draft) -> Iterator[Found]:
    for variable in _variables(draft):
        name = (variable.inside or "").partition(",")[0]
        if name.strip() and re.search(r"\s", name):
            yield at(variable.spot, name=name)


@check("MISSING_QUOTE_IN_VARIABLE", ERROR, "The default value of `{name}` stands in single quotes: `'...'`.")
def unquoted_default(draft: Draft) -> Iterator[Found]:
    for variable in _variables(draft):
        if variable.inside and "," in variable.inside and not _DEFAULT.fullmatch(variable.inside):
            yield at(variable.spot, name=variable.inside.partition(",")[0])


@check(
    "VARIABLE_UNSUPPORTED_IN_ELEMENT", ERROR, "`{element}` takes no variables. They stand in Resource and Condition."
)
def wrong_element(draft: Draft) -> Iterator[Found]:
    for variable in _variables(draft):
        if not _supported(variable):
            yield at(variable.spot, element=variable.element)


@check("VARIABLE_UNSUPPORTED_IN_VERSION", ERROR, "Variables need the version 2012-10-17; in this policy they are text.")
def wrong_version(draft: Draft) -> Iterator[Found]:
    if draft.version is not None and draft.version.value == _NEW_VERSION:
        return
    for variable in _variables(draft):
        if _supported(variable):
            yield at(variable.spot)


@check("INVALID_VARIABLE_FOR_OPERATOR", ERROR, "`{operator}` takes no variables. Use a String or Arn operator.")
def wrong_operator(draft: Draft) -> Iterator[Found]:
    for variable in _variables(draft):
        line = variable.line
        if line is not None and line.how is not None and not line.how.base.startswith(("string", "arn")):
            yield at(variable.spot, operator=line.operator.value)
