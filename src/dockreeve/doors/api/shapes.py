"""What an endpoint takes and gives, as Python's types: requests are read by them, and JSON Schema is made of them.

A request is a frozen dataclass, an answer a TypedDict; a field is called in JSON as in Python, in camel case, unless
its metadata says otherwise (`asked`). The first line of a docstring is the type's description.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, NotRequired, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

from dockreeve.faults import Fault

T = TypeVar("T")

_TEXT = 2048  # characters of a string that has no bound of its own
_ITEMS = 100
_BASICS = {str: "string", int: "integer", float: "number", bool: "boolean"}
_SAID = {str: "a string", int: "a whole number", bool: "true or false", float: "a number"}


def asked(
    said: str, default: Any = MISSING, *, name: str = "", low: int = 0, high: int | None = None, each: int = _TEXT
) -> Any:
    """A field of a request: what it is, its default, its name in JSON, and its bounds.

    They are of characters, items or the value; `each` is of the characters of a list's items.
    """
    metadata = {"said": said, "name": name, "low": low, "high": high, "each": each}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


def camel(name: str) -> str:
    """`like_this` as `likeThis`."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def read(shape: type[T], given: Mapping[str, Any]) -> T:
    """The request as its dataclass. Raise ValidationError with one sentence."""
    known = {_name(one): one for one in fields(shape)}  # type: ignore[arg-type]
    if unknown := sorted(set(given) - set(known)):
        raise invalid(f"{unknown[0][:64]!r} is no member of this request")
    hints = _hints(shape)
    values = {}
    for name, one in known.items():
        if name in given:
            values[one.name] = _value(hints[one.name], given[name], name, one)
        elif one.default is MISSING:
            raise invalid(f"{name} is required")
    return shape(**values)


def from_query(shape: type[T], given: Mapping[str, str]) -> T:
    """The same of a query, whose values are text; a list is separated by commas."""
    hints = _hints(shape)
    values: dict[str, Any] = dict(given)
    for one in fields(shape):  # type: ignore[arg-type]
        name = _name(one)
        if name in given:
            values[name] = _of_text(hints[one.name], given[name], name)
    return read(shape, values)


def invalid(sentence: str) -> Fault:
    """A request that isn't what the endpoint takes."""
    return Fault("ValidationError", sentence, status=400)


def _of_text(kind: Any, text: str, name: str) -> Any:
    kind = _without_none(kind)
    if kind is int:
        if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 (more is out of any bounds)
            raise invalid(f"{name} must be a whole number")
        return int(text)
    if kind is bool:
        return {"true": True, "false": False}.get(text, text)
    return text.split(",") if get_origin(kind) is tuple else text


def _value(kind: Any, given: Any, name: str, one: "Field[Any]") -> Any:  # noqa: PLR0911 (a line for each kind)
    bounds = one.metadata
    if given is None and type(None) in get_args(kind):
        return None
    kind = _without_none(kind)
    origin = get_origin(kind)
    if origin is Literal:
        if given not in get_args(kind) or not isinstance(given, str):
            raise invalid(f"{name} must be one of {', '.join(get_args(kind))}")
        return given
    if origin is tuple:
        return _items(kind, given, name, one)
    if origin is dict:
        if not isinstance(given, dict) or len(given) > _ITEMS:
            raise invalid(f"{name} must be an object of at most {_ITEMS} members")
        return {
            _value(str, key, name, _PLAIN): _value(get_args(kind)[1], each, name, _PLAIN) for key, each in given.items()
        }
    if origin in (Union, types.UnionType):
        return _either(kind, given, name, one)
    if is_dataclass(kind):
        if not isinstance(given, dict):
            raise invalid(f"{name} must be an object")
        return read(kind, given)  # type: ignore[arg-type]
    if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
        raise invalid(f"{name} must be {_SAID[kind]}")
    return _bounded(given, name, bounds)


def _either(kind: Any, given: Any, name: str, one: "Field[Any]") -> Any:
    for each in get_args(kind):
        try:
            return _value(each, given, name, one)
        except Fault as fault:
            refusal = fault
    raise refusal


def _items(kind: Any, given: Any, name: str, one: "Field[Any]") -> tuple[Any, ...]:
    high = one.metadata.get("high") or _ITEMS
    if not isinstance(given, list) or not one.metadata.get("low", 0) <= len(given) <= high:
        raise invalid(f"{name} must be a list of {one.metadata.get('low', 0)} to {high} items")
    item = field(metadata={"high": one.metadata.get("each", _TEXT)})
    return tuple(_value(get_args(kind)[0], each, name, item) for each in given)


def _bounded(given: Any, name: str, bounds: Mapping[str, Any]) -> Any:
    low, high = bounds.get("low") or 0, bounds.get("high")
    if isinstance(given, str):
        high = high or _TEXT
        if not low <= len(given) <= high:
            raise invalid(f"{name} must have {low} to {high} characters")
        # JSON can spell half a character, UTF-8 can't.
        if any("\ud800" <= letter <= "\udfff" for letter in given):
            raise invalid(f"{name} is no text")
    elif (
        isinstance(given, int) and not isinstance(given, bool) and not low <= given <= (given if high is None else high)
    ):
        raise invalid(f"{name} must be a number from {low} to {high}")
    return given


def _hints(shape: Any) -> dict[str, Any]:
    return _hints_of(shape)


@lru_cache(maxsize=256)
def _hints_of(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape)


def _name(one: "Field[Any]") -> str:
    return one.metadata.get("name") or camel(one.name)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
        rest = tuple(each for each in get_args(kind) if each is not type(None))
        return rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 (made at run time)
    return kind


_PLAIN: Any = field()


def schema(kind: Any, known: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 (a line for each kind)
    """The JSON Schema of a type; those of its structures go into `known` by their names."""
    args, origin = get_args(kind), get_origin(kind)
    if kind is Any:
        return {}
    if kind in _BASICS:
        return {"type": _BASICS[kind]}
    if origin is NotRequired:
        return schema(args[0], known)
    if origin is Literal:
        return {"type": "string", "enum": list(args)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if one is type(None) else schema(one, known) for one in args]}
    if origin in (tuple, list, Sequence):
        return {"type": "array", "items": schema(args[0], known)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": schema(args[1], known)}
    if not (is_dataclass(kind) or is_typeddict(kind)):
        raise TypeError(f"no schema for {kind}")
    if kind.__name__ not in known:
        known[kind.__name__] = {}  # it may hold itself
        known[kind.__name__] = _of_request(kind, known) if is_dataclass(kind) else _of_answer(kind, known)
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def parameters(shape: type) -> list[dict[str, Any]]:
    """The fields of a request as OpenAPI's parameters of a query."""
    hints = _hints(shape)
    return [
        {
            "name": _name(one),
            "in": "query",
            "description": one.metadata["said"],
            "required": one.default is MISSING,
            "schema": _of_field(one, _without_none(hints[one.name]), {}),
        }
        for one in fields(shape)
    ]


def _of_request(shape: Any, known: dict[str, Any]) -> dict[str, Any]:
    hints = _hints(shape)
    return {
        "type": "object",
        "description": _first_line(shape),
        "properties": {
            _name(one): _of_field(one, hints[one.name], known) | {"description": one.metadata["said"]}
            for one in fields(shape)
        },
        "required": [_name(one) for one in fields(shape) if one.default is MISSING],
        "additionalProperties": False,
    }


def _of_answer(shape: Any, known: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    return {
        "type": "object",
        "description": _first_line(shape),
        "properties": {name: schema(kind, known) for name, kind in hints.items()},
        "required": sorted(name for name, kind in hints.items() if get_origin(kind) is not NotRequired),
    }


def _of_field(one: "Field[Any]", kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    made = schema(kind, known)
    low, high = one.metadata["low"], one.metadata["high"]
    words = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems"), "integer": ("minimum", "maximum")}
    if (named := words.get(made.get("type", ""))) and "enum" not in made:
        bound = high or {"string": _TEXT, "array": _ITEMS}.get(made["type"])
        made |= {named[0]: low} | ({named[1]: bound} if bound else {})
    if made.get("type") == "array" and made["items"] == {"type": "string"}:
        made["items"] = {"type": "string", "maxLength": one.metadata["each"]}
    if one.default is not MISSING and isinstance(one.default, str | int | bool) and one.default != "":
        made |= {"default": one.default}
    return made


def _first_line(shape: Any) -> str:
    return (shape.__doc__ or "").strip().partition("\n")[0]
