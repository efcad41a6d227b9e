"""The AWS JSON 1.1 protocol (spoken by ECR)."""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from dockreeve.faults import Fault

from .common_errors import spell
from .model import OperationModel, Shape, service
from .scalars import fits, instant, unknown_members, wrong_type

CONTENT_TYPE = "application/x-amz-json-1.1"


def parse(body: bytes, operation: OperationModel) -> dict[str, Any]:
    """Turn a JSON body into the operation's input, by the model's member names.

    Members that the model doesn't know are ignored and null means absent, as in AWS. `SerializationException` for
    anything that isn't JSON, names a member twice, or holds a value of another type; limits aren't checked here.
    """
    try:
        text = body.decode()
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _malformed("The request body is not valid JSON.") from None
    parsed = _value(document, operation.input_shape)
    assert isinstance(parsed, dict)
    return parsed


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _value(given: Any, shape: Shape) -> Any:
    match shape.kind, given:
        case "structure", dict():
            return {
                name: _value(given[name], member)
                for name, member in shape.members.items()
                if given.get(name) is not None
            }
        case "list", list():
            return [_value(item, shape.item) for item in given]
        case "map", dict():
            key, value = shape.members["key"], shape.members["value"]
            return {_value(name, key): _value(item, value) for name, item in given.items() if item is not None}
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
            case "timestamp", int() | float() if not isinstance(given, bool):
                return datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError, binascii.Error):
        pass  # told below
    raise _malformed(_not_converted(given, shape))


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


def _malformed(message: str) -> Fault:
    return Fault("SerializationException", message)


def serialise(operation: OperationModel, result: Mapping[str, Any], request_id: str) -> bytes:
    """Write the answer of an operation; TypeError if `result` is not what the model says. None means absent.

    The request id is not in the body of this protocol: the door sends it as `x-amzn-requestid`.
    """
    if operation.output_shape is None:
        if result:
            raise TypeError(f"{operation.name} answers nothing, the result holds {', '.join(result)}")
        return b"{}"
    return _encode(_written(result, operation.output_shape))


def serialise_error(service_name: str, fault: Fault, request_id: str) -> tuple[int, bytes]:
    """Write `fault` as the named service would; returns the HTTP status and the JSON document."""
    model = service(service_name)
    code, status = spell(model, fault)
    known = model.error(fault.code)
    members = _written(fault.members, known.shape) if known else {}
    # Errors from AWS's front, which no service model names, write the word with a capital.
    message = "Message" if code == "AccessDeniedException" else "message"
    return status, _encode({"__type": code, **members, message: fault.message})


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def _encode(document: Any) -> bytes:
    return _ENCODER.encode(document).encode()


def _written(value: Any, shape: Shape) -> Any:
    match shape.kind, value:
        case "structure", Mapping():
            if not value.keys() <= shape.members.keys():
                raise unknown_members(set(value), shape)
            return {
                name: _written(value[name], member)
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case "list", _ if not isinstance(value, str | bytes | Mapping):
            return [_written(item, shape.item) for item in value]
        case "map", Mapping():
            key, item = shape.members["key"], shape.members["value"]
            return {_written(name, key): _written(held, item) for name, held in value.items()}
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
            return round(instant(value, shape).timestamp(), 3)
    raise wrong_type(value, shape)
