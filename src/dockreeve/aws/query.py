"""The AWS Query protocol: form parameters in, XML out (spoken by IAM and STS)."""

import base64
import binascii
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from dockreeve.faults import Fault

from .common_errors import spell
from .model import OperationModel, Shape, service
from .scalars import fits, instant, unknown_members, wrong_type

MAX_PARAMETERS = 10_000
MAX_DEPTH = 16
FIRST_RECEIVER_STATUS = 500

Node = str | dict[str, "Node"]

_INDEX = re.compile(r"[1-9][0-9]{0,8}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
# What XML 1.0 cannot carry, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A bare CR would reach the client as LF.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_PLAIN = re.compile("[ -%'-;=?-~]*")  # needs no escape
_REMEMBERED = 4096  # letters of a document whose encoding is kept
# The shape whose texts IAM percent-encodes in answers and every SDK decodes.
_ENCODED_SHAPE = "policyDocumentType"


def read_form(raw: bytes) -> list[tuple[str, str]]:
    """Read a form body or a query string; `MalformedInput` if it isn't UTF-8 or holds too many parameters."""
    if not raw:
        return []
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise _malformed("The request is not valid UTF-8.") from None
    except ValueError:
        raise _malformed(f"The request has more than {MAX_PARAMETERS} parameters.") from None


def parse(pairs: Iterable[tuple[str, str]], operation: OperationModel) -> dict[str, Any]:
    """Turn form parameters into the operation's input, by the model's member names.

    Parameters that the model doesn't know are ignored, as AWS does. `MalformedInput` for a repeated parameter, a
    list or structure where the model has none, or text that isn't of the member's type; limits aren't checked here.
    """
    parsed = _value(_tree(pairs, operation.input_shape), operation.input_shape, operation.name)
    assert isinstance(parsed, dict)
    return parsed


def _tree(pairs: Iterable[tuple[str, str]], shape: Shape) -> dict[str, Node]:
    root: dict[str, Node] = {}
    seen: set[str] = set()
    for count, (name, value) in enumerate(pairs, 1):
        if count > MAX_PARAMETERS:
            raise _malformed(f"The request has more than {MAX_PARAMETERS} parameters.")
        if name in seen:
            raise _malformed(f"Parameter {_shown(name)} is given more than once.")
        seen.add(name)
        *parents, last = name.split(".", MAX_DEPTH)
        if (parents or [last])[0] in shape.members:
            _plant(root, parents, last, value, name)
    return root


def _plant(root: dict[str, Node], parents: list[str], last: str, value: str, name: str) -> None:
    node = root
    for part in parents:
        below = node.setdefault(part, {})
        if isinstance(below, str):
            raise _malformed(f"Parameter {_shown(name)} lies inside a parameter that has a value.")
        node = below
    if last in node:
        raise _malformed(f"Parameter {_shown(name)} has a value and other parameters inside it.")
    node[last] = value


def _value(node: Node, shape: Shape, at: str) -> Any:
    match shape.kind:
        case "structure":
            inside = _inside(node, at)
            return {
                name: _value(inside[name], member, name) for name, member in shape.members.items() if name in inside
            }
        case "list":
            return [_value(item, shape.item, at) for item in _numbered(node, "member", at)]
        case "map":
            return dict(_entry(entry, shape, at) for entry in _numbered(node, "entry", at))
        case _:
            if not isinstance(node, str):
                raise _malformed(f"Start of structure, list or map found where not expected, at {_shown(at)}.")
            return scalar(node, shape, at)


def _inside(node: Node, at: str) -> dict[str, Node]:
    if isinstance(node, dict):
        return node
    if node:
        raise _malformed(f"A value was found where a structure, list or map is expected, at {_shown(at)}.")
    return {}  # `Tags=` is how SDKs write an empty list


def _numbered(node: Node, word: str, at: str) -> list[Node]:
    """The elements of `NAME.member.N` by their N; numbers may have gaps, as in AWS."""
    outer = _inside(node, at)
    if outer.keys() - {word}:
        raise _malformed(f"Elements of {_shown(at)} must be written as {_shown(at)}.{word}.N.")
    inner = _inside(outer.get(word, {}), at)
    if not all(map(_INDEX.fullmatch, inner)):
        raise _malformed(f"An element of {_shown(at)} has no valid number.")
    return [inner[index] for index in sorted(inner, key=int)]


def _entry(node: Node, shape: Shape, at: str) -> tuple[str, Any]:
    inside = _inside(node, at)
    if inside.keys() != {"key", "value"}:
        raise _malformed(f"An entry of {_shown(at)} must have a key and a value.")
    return str(_value(inside["key"], shape.members["key"], at)), _value(inside["value"], shape.members["value"], at)


def scalar(text: str, shape: Shape, at: str) -> Any:
    """The value that a text is; `MalformedInput` where it is of another type."""
    try:
        match shape.kind:
            case "string":
                return text
            case "integer" | "long":
                if _INTEGER.fullmatch(text) and fits(shape, int(text)):
                    return int(text)
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case "blob":
                return base64.b64decode(text, validate=True)
            case "timestamp":
                moment = datetime.fromisoformat(text)
                return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
            case _:
                if math.isfinite(number := float(text)):
                    return number
    except (KeyError, ValueError, OverflowError, binascii.Error):
        pass  # told below, in one sentence for every kind
    raise _malformed(f"The value of {_shown(at)} is not a valid {shape.kind}.")


def _malformed(message: str) -> Fault:
    return Fault("MalformedInput", message)


def _shown(name: str) -> str:
    return name[:128]


def serialise(operation: OperationModel, result: Mapping[str, Any], request_id: str) -> bytes:
    """Write the answer of an operation; TypeError if `result` is not what the model says. None means absent."""
    out = [f'<{operation.name}Response xmlns="{service(operation.service).xmlns}">']
    if operation.output_shape is not None:  # an empty one too (UpdateRole): botocore looks for its element
        _write(out, f"{operation.name}Result", result, operation.output_shape)
    elif result:
        raise TypeError(f"{operation.name} answers nothing, the result holds {', '.join(result)}")
    out.append(f"<ResponseMetadata><RequestId>{_text(request_id)}</RequestId></ResponseMetadata>")
    out.append(f"</{operation.name}Response>")
    return "".join(out).encode()


def serialise_error(service_name: str, fault: Fault, request_id: str) -> tuple[int, bytes]:
    """Write `fault` as the named service would; returns the HTTP status and the XML document."""
    model = service(service_name)
    code, status = spell(model, fault)
    known = model.error(fault.code)
    blame = "Receiver" if status >= FIRST_RECEIVER_STATUS else "Sender"
    out = [f'<ErrorResponse xmlns="{model.xmlns}"><Error><Type>{blame}</Type><Code>{_text(code)}</Code>']
    out.append(f"<Message>{_text(fault.message)}</Message>")
    if known and fault.members:
        _write_members(out, fault.members, known.shape)
    out.append(f"</Error><RequestId>{_text(request_id)}</RequestId></ErrorResponse>")
    return status, "".join(out).encode()


def _write(out: list[str], tag: str, value: Any, shape: Shape) -> None:
    if shape.is_scalar:
        out.append(f"<{tag}>{_written(value, shape)}</{tag}>")
        return
    out.append(f"<{tag}>")
    match shape.kind:
        case "structure":
            _write_members(out, value, shape)
        case "list":
            if isinstance(value, str | bytes | Mapping):
                raise wrong_type(value, shape)
            for item in value:
                _write(out, "member", item, shape.item)
        case "map":
            for key, item in value.items():
                out.append("<entry>")
                _write(out, "key", key, shape.members["key"])
                _write(out, "value", item, shape.members["value"])
                out.append("</entry>")
    out.append(f"</{tag}>")


def _write_members(out: list[str], value: Any, shape: Shape) -> None:
    if not isinstance(value, Mapping):
        raise wrong_type(value, shape)
    if not value.keys() <= shape.members.keys():
        raise unknown_members(set(value), shape)
    for name, member in shape.members.items():
        if (held := value.get(name)) is not None:
            _write(out, name, held, member)


def _written(value: Any, shape: Shape) -> str:
    match shape.kind, value:
        case "string", str():
            return _quoted(value) if shape.name == _ENCODED_SHAPE else _text(value)
        case "boolean", bool():
            return "true" if value else "false"
        case "integer" | "long", int() if not isinstance(value, bool):
            return str(value)
        case "float" | "double", int() | float() if not isinstance(value, bool):
            return repr(value)
        case "blob", bytes():
            return base64.b64encode(value).decode()
        case "timestamp", _:
            return f"{instant(value, shape).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    raise wrong_type(value, shape)


def _quoted(value: str) -> str:
    return _remembered(value) if len(value) <= _REMEMBERED else quote(value, safe="")


@lru_cache(maxsize=256)
def _remembered(value: str) -> str:
    return quote(value, safe="")


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return _NOT_XML.sub("\ufffd", value).translate(_ESCAPES)
