"""The REST-JSON protocol: path, query and headers hold some of the input, a JSON body the rest (Access Analyzer).

Not spoken, for no model here needs it: bodies that are one member (`payload`), maps in the query, lists in headers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from dockreeve.faults import Fault

from . import json_values, query
from .common_errors import spell
from .model import NAMES, NO_INPUT, OperationModel, Service, Shape, service
from .scalars import unknown_members

CONTENT_TYPE = "application/json"

Headers = Sequence[tuple[bytes, bytes]]

_LABEL = re.compile(r"\{([A-Za-z0-9_]+)(\+?)\}")


def services() -> list[Service]:
    """The services that are told by the path of a request rather than at `/`."""
    return [model for model in map(service, NAMES) if model.protocol == "rest-json"]


def serves(raw_path: bytes) -> bool:
    """Whether a REST operation of any service has this path, by whatever method."""
    path = raw_path.decode("latin-1")
    return any(
        _template(operation.path).fullmatch(path) for model in services() for operation in model.operations.values()
    )


def named(model: Service, method: str, raw_path: bytes) -> str:
    """The operation that method and path name; "" if none. Of several templates that fit, the most literal one."""
    path = raw_path.decode("latin-1")
    fits = [
        operation
        for operation in model.operations.values()
        if operation.method == method and _template(operation.path).fullmatch(path)
    ]
    return min(fits, key=lambda operation: operation.path.count("{")).name if fits else ""


def parse(
    operation: OperationModel, raw_path: bytes, pairs: Iterable[tuple[str, str]], headers: Headers, body: bytes
) -> dict[str, Any]:
    """Turn a request into the operation's input, by the model's member names; `pairs` are those of its query.

    What the model doesn't know is ignored, null means absent, and so does an empty body, as in AWS.
    `SerializationException` for anything that can't be read; limits aren't checked here.
    """
    shape = operation.input_shape
    found: dict[str, Any] = json_values.parsed(json_values.read(body) if body else {}, shape)
    labels = _template(operation.path).fullmatch(raw_path.decode("latin-1"))
    assert labels is not None  # the operation was named by it
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        asked.setdefault(name, []).append(value)
    for member, place in shape.places.items():
        if place.where == "uri":
            given = [_decoded(labels[_group(place.name)])]
        elif place.where == "querystring":
            given = asked.get(place.name, [])
        else:
            wanted = place.name.lower().encode()
            given = [value.decode("latin-1") for name, value in headers if name.lower() == wanted]
        if given:
            found[member] = _outside(given, shape.members[member], member)
    return found


def _outside(given: list[str], shape: Shape, member: str) -> Any:
    """A value outside of the body, which is always text."""
    if shape.kind == "list":
        return [_outside([one], shape.item, member) for one in given]
    if len(given) > 1:
        raise json_values.malformed(f"{member} is given more than once.")
    try:
        return query.scalar(given[0], shape, member)
    except Fault as fault:
        raise json_values.malformed(fault.message) from None


def serialise(operation: OperationModel, result: Mapping[str, Any], request_id: str) -> bytes:
    """Write the answer of an operation; TypeError if `result` is not what the model says. None means absent."""
    if operation.output_shape is None:
        if result:
            raise TypeError(f"{operation.name} answers nothing, the result holds {', '.join(result)}")
        return b"{}"
    if operation.output_shape.places:
        raise TypeError(f"{operation.name} answers with headers, which are not written")
    return json_values.encode(json_values.written(result, operation.output_shape))


def serialise_error(service_name: str, fault: Fault, request_id: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Write `fault` as the named service would: the HTTP status, the headers, which name it, and the JSON document."""
    model = service(service_name)
    code, status = spell(model, fault)
    known = model.error(code)
    shape = known.shape if known else NO_INPUT
    if fault.members.keys() - shape.members.keys():
        raise unknown_members(set(fault.members), shape)
    headers = [(b"x-amzn-errortype", code.encode())]
    headers += [
        (place.name.lower().encode(), str(fault.members[member]).encode("latin-1"))
        for member, place in shape.places.items()
        if member in fault.members
    ]
    document = {**json_values.written(fault.members, shape), "message": fault.message}
    return status, headers, json_values.encode(document)


@lru_cache(maxsize=512)
def _template(path: str) -> re.Pattern[str]:
    """The paths that a template stands for: `{label}` is one segment, `{label+}` may be several."""
    pattern, done = "", 0
    for found in _LABEL.finditer(path):
        pattern += re.escape(path[done : found.start()])
        pattern += f"(?P<{_group(found[1])}>{'.+' if found[2] else '[^/]+'})"
        done = found.end()
    return re.compile(pattern + re.escape(path[done:]))


def _group(label: str) -> str:
    return f"label_{label}"


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise json_values.malformed("The path is not valid UTF-8.") from None
