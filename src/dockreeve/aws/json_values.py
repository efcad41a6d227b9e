"""Values in JSON documents, as the AWS JSON protocols write them."""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from dockreeve.faults import Fault

from .model import Shape
from .scalars import fits, instant, unknown_members, wrong_type


def read(body: bytes) -> Any:
    """The one document of a body; `SerializationException` for anything that isn't JSON, or names a member twice."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise malformed("The request body is not valid JSON.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parsed(given: Any, shape: Shape) -> Any:
    """The value of a parsed document as the shape has it; `SerializationException` where it is of another type.

    Members that a REST operation has elsewhere than in its body are left out.
    """
    match shape.kind, given:
        case "structure", dict():
            return {
                name: parsed(given[name], member)
                for name, member in shape.members.items()
                if given.get(name) is not None and name not in shape.places
            }
        case "list", list():
            return [parsed(item, shape.item) for item in given]
        case "map", dict():
            key, value = shape.members["key"], shape.members["value"]
            return {parsed(name, key): parsed(item, value) for name, item in given.items() if item is not None}
        case _:
            return _scalar(given, shape)


def _scalar(given: Any, shape: Shape) -> Any:
    try:
        match shape.kind, given:
            case "string", str():
                given.encode()  # a lone surrogate is no text, and no store could keep it
                return given
            case "boolean", bool():
                return given
            case "integer" | "long", int() if not isinstance(given, bool):
                if fits(shape, given):
                    return given
            case "float" | "double", int() | float() if not isinstance(given, bool):
                if math.isfinite(number := float(given)):
                    return number
            case "blob", str():
                return base64.b64decode(given, validate=True)
            case "timestamp", str() | int() | float() if not isinstance(given, bool):
                return _moment(given, shape)
    except (ValueError, OverflowError, OSError, binascii.Error):
        pass  # told below
    raise malformed(_not_converted(given, shape))


def _moment(given: str | float, shape: Shape) -> datetime:
    if isinstance(given, str) != shape.iso8601:
        raise ValueError
    if not isinstance(given, str):
        return datetime.fromtimestamp(given, UTC)
    moment = datetime.fromisoformat(given)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _not_converted(given: Any, shape: Shape) -> str:
    """AWS's sentence for a value of the wrong type; it names the type, never the value."""
    match given:
        case dict():
            return "Start of structure or map found where not expected."
        case list():
            return "Start of list found where not expected"
        case None:
            return "NULL_VALUE found where not expected."
    found = {bool: "TRUE_VALUE" if given else "FALSE_VALUE", str: "STRING_VALUE"}.get(type(given), "NUMBER_VALUE")
    return f"{found} can not be converted to {'an' if shape.kind == 'integer' else 'a'} {shape.kind.capitalize()}"


def malformed(message: str) -> Fault:
    """A request that can't be read."""
    return Fault("SerializationException", message)


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def encode(document: Any) -> bytes:
    """A document as it is sent."""
    return _ENCODER.encode(document).encode()


def written(value: Any, shape: Shape) -> Any:
    """A result, or a part of it, as it stands in a document; TypeError if it is not what the model says.

    Members that stand elsewhere than in the body are left out.
    """
    match shape.kind, value:
        case "structure", Mapping():
            if not value.keys() <= shape.members.keys():
                raise unknown_members(set(value), shape)
            return {
                name: written(value[name], member)
                for name, member in shape.members.items()
                if value.get(name) is not None and name not in shape.places
            }
        case "list", _ if not isinstance(value, str | bytes | Mapping):
            return [written(item, shape.item) for item in value]
        case "map", Mapping():
            key, item = shape.members["key"], shape.members["value"]
            return {written(name, key): written(held, item) for name, held in value.items()}
        case _:
            return _written_scalar(value, shape)


def _written_scalar(value: Any, shape: Shape) -> Any:
    match shape.kind, value:
        case ("string", str()) | ("boolean", bool()):
            return value
        case "integer" | "long", int() if not isinstance(value, bool):
            return value
        case "float" | "double", int() | float() if not isinstance(value, bool):
            return value
        case "blob", bytes():
            return base64.b64encode(value).decode()
        case "timestamp", _:
            moment = instant(value, shape)
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if shape.iso8601 else round(moment.timestamp(), 3)
    raise wrong_type(value, shape)
