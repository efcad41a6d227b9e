"""Whatever botocore writes we read, whatever we write botocore reads, for every operation of every service."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockreeve.aws import json11, query
from dockreeve.aws.model import NAMES, service
from dockreeve.faults import Fault

from .botocore_side import EVERY_OPERATION, decoded, inputs, ours, read_answer, request_body, values

FEW = settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=60)

EVERY_ERROR = [(name, code) for name in NAMES for code in service(name).errors]


def parsed(name: str, operation: str, body: bytes) -> dict[str, Any]:
    if service(name).protocol == "json":
        return json11.parse(body, ours(name, operation))
    return query.parse(query.read_form(body), ours(name, operation))


def check_request(name: str, operation: str, data: st.DataObject) -> None:
    params = data.draw(inputs(ours(name, operation), empty=service(name).protocol == "json"))
    assert parsed(name, operation, request_body(name, operation, params)) == params


def check_answer(name: str, operation: str, data: st.DataObject) -> None:
    model = ours(name, operation)
    result = data.draw(values(model.output_shape)) if model.output_shape else {}
    wire = json11 if service(name).protocol == "json" else query
    answer = read_answer(name, operation, 200, wire.serialise(model, result, "request-1"))
    assert answer.pop("ResponseMetadata")["RequestId"] == "request-1"
    assert (decoded(answer, model.output_shape) if model.output_shape else answer) == result


@pytest.mark.parametrize(("name", "operation"), EVERY_OPERATION)
@FEW
@given(data=st.data())
def test_we_read_what_botocore_writes(name: str, operation: str, data: st.DataObject) -> None:
    check_request(name, operation, data)


@pytest.mark.parametrize(("name", "operation"), EVERY_OPERATION)
@FEW
@given(data=st.data())
def test_botocore_reads_what_we_write(name: str, operation: str, data: st.DataObject) -> None:
    check_answer(name, operation, data)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "operation"), EVERY_OPERATION)
@MANY
@given(data=st.data())
def test_we_read_what_botocore_writes_in_depth(name: str, operation: str, data: st.DataObject) -> None:
    check_request(name, operation, data)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "operation"), EVERY_OPERATION)
@MANY
@given(data=st.data())
def test_botocore_reads_what_we_write_in_depth(name: str, operation: str, data: st.DataObject) -> None:
    check_answer(name, operation, data)


@pytest.mark.parametrize(("name", "code"), EVERY_ERROR)
def test_botocore_reads_our_errors(name: str, code: str) -> None:
    error = service(name).errors[code]
    wire = json11 if service(name).protocol == "json" else query
    said = "no <such> thing & \u00fc"
    status, body = wire.serialise_error(name, Fault(code, said), "request-1")
    answer = read_answer(name, next(iter(service(name).operations)), status, body)
    assert status == error.status
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == (code, said)
    if name != "ecr":
        assert answer["Error"]["Type"] == ("Receiver" if status >= 500 else "Sender")
        assert answer["ResponseMetadata"]["RequestId"] == "request-1"


@pytest.mark.parametrize("name", NAMES)
def test_an_error_may_be_named_by_its_shape(name: str) -> None:
    wire = json11 if service(name).protocol == "json" else query
    for shape, code in service(name).error_names.items():
        assert wire.serialise_error(name, Fault(shape, "m"), "r") == wire.serialise_error(name, Fault(code, "m"), "r")
