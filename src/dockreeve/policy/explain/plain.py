"""Dataclasses as JSON and back: names in camel case, tuples as arrays, enums by their values."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Data = TypeVar("Data")


_AS_THEY_ARE = frozenset({int, bool, type(None)})


class Unreadable(ValueError):
    """The JSON is not what was written for this class; the message names the member."""


def written(value: Any) -> Any:
    """The value as JSON that every store takes: half a character, which JSON can spell, becomes `?`."""
    kind: Any = type(value)
    if kind is str:
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple or kind is list:
        return [written(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {written(key): written(item) for key, item in value.items()}
    return {name: written(getattr(value, member)) for member, name in _names(kind).items()}


def read(into: type[Data], record: Any) -> Data:
    """The dataclass that `written` gave this JSON for. Raise `Unreadable`."""
    made: Data = _read(into, record, into.__name__)
    return made


@cache
def _names(of: type) -> dict[str, str]:
    """By member, its name in JSON."""
    return {one.name: _camel(one.name) for one in fields(of)}


@cache
def _types(of: type) -> dict[str, Any]:
    return get_type_hints(of)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _read(kind: Any, value: Any, at: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_one_of(get_args(kind), value, at)
    if origin is tuple:
        return _read_tuple(get_args(kind), value, at)
    if origin is Mapping:
        _known(isinstance(value, dict), value, at)
        return {key: _read(get_args(kind)[1], item, f"{at}.{key}") for key, item in value.items()}
    if is_dataclass(kind):
        return _read_members(kind, value, at)
    return _read_scalar(kind, value, at)


def _read_scalar(kind: Any, value: Any, at: str) -> Any:
    if get_origin(kind) is Literal:
        return _known(value in get_args(kind), value, at)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_known(any(value == one.value for one in kind), value, at))
    return _known(kind is Any or type(value) is kind, value, at)


def _read_members(kind: Any, value: Any, at: str) -> Any:
    _known(isinstance(value, dict), value, at)
    hints = _types(kind)
    members = {}
    for member, name in _names(kind).items():
        if name not in value:
            raise Unreadable(f"{at} has no {name}")
        members[member] = _read(hints[member], value[name], f"{at}.{name}")
    return kind(**members)


def _read_tuple(kinds: tuple[Any, ...], value: Any, at: str) -> tuple[Any, ...]:
    _known(isinstance(value, list), value, at)
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], item, at) for item in value)
    _known(len(value) == len(kinds), value, at)
    return tuple(_read(kind, item, at) for kind, item in zip(kinds, value, strict=True))


def _read_one_of(kinds: tuple[Any, ...], value: Any, at: str) -> Any:
    for kind in kinds:
        try:
            return _read(kind, value, at)
        except Unreadable:
            continue
    return _known(value is None and type(None) in kinds, value, at)


def _known(is_so: bool, value: Any, at: str) -> Any:
    if not is_so:
        raise Unreadable(f"{at} holds {str(value)[:40]!r}")
    return value
