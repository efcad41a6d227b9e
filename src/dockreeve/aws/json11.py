"""The AWS JSON 1.1 protocol (spoken by ECR)."""

from collections.abc import Mapping
from typing import Any

from dockreeve.faults import Fault

from . import json_values
from .common_errors import spell
from .model import OperationModel, service

CONTENT_TYPE = "application/x-amz-json-1.1"


def parse(body: bytes, operation: OperationModel) -> dict[str, Any]:
    """Turn a JSON body into the operation's input, by the model's member names.

    Members that the model doesn't know are ignored and null means absent, as in AWS. `SerializationException` for
    anything that isn't JSON, names a member twice, or holds a value of another type; limits aren't checked here.
    """
    found = json_values.parsed(json_values.read(body), operation.input_shape)
    assert isinstance(found, dict)
    return found


def serialise(operation: OperationModel, result: Mapping[str, Any], request_id: str) -> bytes:
    """Write the answer of an operation; TypeError if `result` is not what the model says. None means absent.

    The request id is not in the body of this protocol: the door sends it as `x-amzn-requestid`.
    """
    if operation.output_shape is None:
        if result:
            raise TypeError(f"{operation.name} answers nothing, the result holds {', '.join(result)}")
        return b"{}"
    return json_values.encode(json_values.written(result, operation.output_shape))


def serialise_error(service_name: str, fault: Fault, request_id: str) -> tuple[int, bytes]:
    """Write `fault` as the named service would; returns the HTTP status and the JSON document."""
    model = service(service_name)
    code, status = spell(model, fault)
    known = model.error(fault.code)
    members = json_values.written(fault.members, known.shape) if known else {}
    # Errors from AWS's front, which no service model names, write the word with a capital.
    message = "Message" if code == "AccessDeniedException" else "message"
    return status, json_values.encode({"__type": code, **members, message: fault.message})
