"""The client's half of the wire: botocore's own serialisers and parsers, and values drawn from the models."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.awsrequest import AWSRequest
from botocore.loaders import Loader
from botocore.model import OperationModel as BotocoreOperation
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import strategies as st

from dockreeve.aws import operation as operations
from dockreeve.aws.model import NAMES, OperationModel, Shape, service
from dockreeve.services import declare_all

declare_all()
EVERY_OPERATION = [(name, operation) for name in NAMES for operation in service(name).operations]
# As parameters: the inner loop looks at those that are served, `make test` at all that the models have.
EACH_OPERATION = [
    pytest.param(*one, id="-".join(one), marks=() if operations.find(*one) else pytest.mark.slow)
    for one in EVERY_OPERATION
]
# The same for laws so cheap that all operations are one test: see laws.hold_each.
SERVED_AND_OTHERS = [
    pytest.param({"-".join(one): one for one in EVERY_OPERATION if operations.find(*one)}, id="served"),
    pytest.param(
        {"-".join(one): one for one in EVERY_OPERATION if not operations.find(*one)},
        id="others",
        marks=pytest.mark.slow,
    ),
]
QUERY_OPERATIONS = [one for one in EVERY_OPERATION if service(one[0]).protocol == "query"]
REST_OPERATIONS = [one for one in EVERY_OPERATION if service(one[0]).protocol == "rest-json"]
JSON_OPERATIONS = [one for one in EVERY_OPERATION if service(one[0]).protocol == "json"]


def ours(name: str, operation: str) -> OperationModel:
    return service(name).operations[operation]


@cache
def client_model(name: str) -> ServiceModel:
    folder = {"access-analyzer": "accessanalyzer"}.get(name, name)
    return ServiceModel(Loader().load_service_model(folder, "service-2"), name)


@cache
def theirs(name: str, operation: str) -> BotocoreOperation:
    return client_model(name).operation_model(operation)


def request_body(name: str, operation: str, params: dict[str, Any]) -> bytes:
    """The body that botocore sends for these parameters."""
    serializer = create_serializer(service(name).protocol, include_validation=False)
    request = serializer.serialize_to_request(params, theirs(name, operation))
    prepared = AWSRequest(method="POST", url="http://localhost/", data=request["body"]).prepare()
    return prepared.body if isinstance(prepared.body, bytes) else prepared.body.encode()


def rest_request(name: str, operation: str, params: dict[str, Any]) -> tuple[str, str, bytes, bytes]:
    """Method, path, query and body that botocore sends for these parameters to a REST service."""
    serializer = create_serializer(service(name).protocol, include_validation=False)
    made = serializer.serialize_to_request(params, theirs(name, operation))
    url = f"http://localhost{made['url_path']}"
    request = AWSRequest(method=made["method"], url=url, params=made["query_string"], data=made["body"])
    path, _, asked = request.prepare().url.removeprefix("http://localhost").partition("?")
    return made["method"], path, asked.encode(), bytes(made["body"])


def read_answer(
    name: str, operation: str, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()
) -> dict[str, Any]:
    """What botocore's user gets for this answer."""
    parser = create_parser(service(name).protocol)
    given = {"x-amzn-requestid": "request-1"} | {key.decode(): value.decode() for key, value in headers}
    response = {"status_code": status, "headers": given, "body": body}
    answer: dict[str, Any] = parser.parse(response, theirs(name, operation).output_shape)
    return answer


# Every character that XML 1.0 carries, and so JSON too.
LETTERS = st.one_of(
    st.characters(min_codepoint=0x20, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"),
    st.sampled_from("\t\n\r&<>'\"+%=;. \u0085\u2028"),
)
TEXTS = st.text(LETTERS, max_size=6)
TIMES = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SCALARS = {
    "string": TEXTS,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "blob": st.binary(max_size=6),
    "float": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "timestamp": TIMES,
}


def values(shape: Shape, *, empty: bool = True) -> st.SearchStrategy[Any]:
    """Values of the shape, whatever its limits; without `empty` no empty structure or map, which Query can't say."""
    if shape.kind == "structure":
        parts = {name: values(member, empty=empty) for name, member in shape.members.items()}
        if shape.union:
            return st.one_of(*(st.fixed_dictionaries({name: held}) for name, held in parts.items()))
        required = {name: parts.pop(name) for name in sorted(shape.required)}
        drawn = st.fixed_dictionaries(required, optional=parts)
        return drawn if empty else drawn.filter(bool)
    if shape.kind == "list":
        return st.lists(values(shape.item, empty=empty), max_size=2)
    if shape.kind == "map":
        held = values(shape.members["value"], empty=empty)
        return st.dictionaries(TEXTS, held, min_size=0 if empty else 1, max_size=2)
    return SCALARS[shape.kind]


def inputs(operation: OperationModel, *, empty: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Parameters of the operation; they may be none at all."""
    shape = operation.input_shape
    parts = {name: values(member, empty=empty) for name, member in shape.members.items()}
    labels = {name: parts[name].filter(bool) for name, place in shape.places.items() if place.where == "uri"}
    required = {name: parts.pop(name) for name in sorted(shape.required)} | labels
    return st.fixed_dictionaries(required, optional=parts)


def decoded(value: Any, shape: Shape) -> Any:
    """What SDKs make of an answer: policy documents percent-decoded."""
    if shape.kind == "structure":
        return {name: decoded(held, shape.members[name]) for name, held in value.items()}
    if shape.kind == "list":
        return [decoded(item, shape.item) for item in value]
    return unquote(value) if shape.name == "policyDocumentType" else value
