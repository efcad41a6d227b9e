"""Whatever botocore writes we read, whatever we write botocore reads, for every operation of every service."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockreeve.aws import json11, query, restjson
from dockreeve.aws.model import NAMES, service
from dockreeve.faults import Fault
from laws import hold_each

from .botocore_side import EACH_OPERATION, decoded, inputs, ours, read_answer, request_body, rest_request, values

FEW = settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=60)

EVERY_ERROR = [(name, code) for name in NAMES for code in service(name).errors]


WIRES = {"query": query, "json": json11, "rest-json": restjson}


def parsed(name: str, operation: str, body: bytes) -> dict[str, Any]:
    if service(name).protocol == "json":
        return json11.parse(body, ours(name, operation))
    return query.parse(query.read_form(body), ours(name, operation))


def check_request(name: str, operation: str, data: st.DataObject) -> None:
    model = ours(name, operation)
    params = data.draw(inputs(model, empty=service(name).speaks_json))
    if service(name).protocol == "rest-json":
        method, path, asked, body = rest_request(name, operation, params)
        assert restjson.named(service(name), method, path.encode()) == operation
        found = restjson.parse(model, path.encode(), query.read_form(asked), [], body)
        assert found == {
            key: value for key, value in params.items() if value != [] or key not in model.input_shape.places
        }
    else:
        assert parsed(name, operation, request_body(name, operation, params)) == params


def check_answer(name: str, operation: str, data: st.DataObject) -> None:
    model = ours(name, operation)
    result = data.draw(values(model.output_shape)) if model.output_shape else {}
    wire = WIRES[service(name).protocol]
    answer = read_answer(name, operation, 200, wire.serialise(model, result, "request-1"))
    assert answer.pop("ResponseMetadata")["RequestId"] == "request-1"
    assert (decoded(answer, model.output_shape) if model.output_shape else answer) == result


@pytest.mark.parametrize(("name", "operation"), EACH_OPERATION)
@FEW
@given(data=st.data())
def test_we_read_what_botocore_writes(name: str, operation: str, data: st.DataObject) -> None:
    check_request(name, operation, data)


@pytest.mark.parametrize(("name", "operation"), EACH_OPERATION)
@FEW
@given(data=st.data())
def test_botocore_reads_what_we_write(name: str, operation: str, data: st.DataObject) -> None:
    check_answer(name, operation, data)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "operation"), EACH_OPERATION)
@MANY
@given(data=st.data())
def test_we_read_what_botocore_writes_in_depth(name: str, operation: str, data: st.DataObject) -> None:
    check_request(name, operation, data)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "operation"), EACH_OPERATION)
@MANY
@given(data=st.data())
def test_botocore_reads_what_we_write_in_depth(name: str, operation: str, data: st.DataObject) -> None:
    check_answer(name, operation, data)


def test_botocore_reads_our_errors() -> None:
    hold_each(botocore_reads_the_error, {"-".join(one): one for one in EVERY_ERROR})


def botocore_reads_the_error(one: tuple[str, str]) -> None:
    name, code = one
    error = service(name).errors[code]
    said = "no <such> thing & \u00fc"
    status, *headers, body = WIRES[service(name).protocol].serialise_error(name, Fault(code, said), "request-1")
    answer = read_answer(name, next(iter(service(name).operations)), status, body, *headers)
    assert status == error.status
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == (code, said)
    if service(name).protocol == "query":
        assert answer["Error"]["Type"] == ("Receiver" if status >= 500 else "Sender")
        assert answer["ResponseMetadata"]["RequestId"] == "request-1"


@pytest.mark.parametrize("name", NAMES)
def test_an_error_may_be_named_by_its_shape(name: str) -> None:
    wire = WIRES[service(name).protocol]
    for shape, code in service(name).error_names.items():
        assert wire.serialise_error(name, Fault(shape, "m"), "r") == wire.serialise_error(name, Fault(code, "m"), "r")
