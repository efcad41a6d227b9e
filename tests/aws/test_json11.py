"""The JSON 1.1 protocol's edges: types, absent members, errors."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dockreeve.aws import json11
from dockreeve.faults import Fault

from .botocore_side import ours

PUT_IMAGE = ours("ecr", "PutImage")
UPLOAD = ours("ecr", "UploadLayerPart")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b"\xff",
        b"{}{}",
        b'{"imageTag": NaN}',
        b'{"imageTag": "a", "imageTag": "b"}',
        b'{"imageTag": "\\ud800"}',
        b'{"imageTag": 5}',
        b'{"imageTag": ["a"]}',
        b'{"imageTag": {}}',
        b'{"imageTag": true}',
        b"[" * 100_000,
        b'{"imageTag": ' + b"[" * 100_000,
        b'{"imageTag": ' + b"9" * 100_000 + b"}",
    ],
)
def test_what_is_not_the_models_json_is_refused(body: bytes) -> None:
    with pytest.raises(Fault) as refused:
        json11.parse(body, PUT_IMAGE)
    assert refused.value.code == "SerializationException"
    status, answer = json11.serialise_error("ecr", refused.value, "r")
    assert status == 400
    assert json.loads(answer)["__type"] == "SerializationException"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('"1"', "STRING_VALUE can not be converted to a Long"),
        ("true", "TRUE_VALUE can not be converted to a Long"),
        ("false", "FALSE_VALUE can not be converted to a Long"),
        ("1.5", "NUMBER_VALUE can not be converted to a Long"),
        (str(2**63), "NUMBER_VALUE can not be converted to a Long"),
        ("[]", "Start of list found where not expected"),
        ("{}", "Start of structure or map found where not expected."),
    ],
)
def test_a_wrong_type_is_told_without_its_value(value: str, told: str) -> None:
    with pytest.raises(Fault, match=told):
        json11.parse(f'{{"partFirstByte": {value}}}'.encode(), UPLOAD)


@pytest.mark.parametrize("value", ['"a"', '"YQ"', '"Y?=="', "5"])
def test_a_blob_must_be_base64(value: str) -> None:
    assert json11.parse(b'{"layerPartBlob": "YQ=="}', UPLOAD) == {"layerPartBlob": b"a"}
    with pytest.raises(Fault):
        json11.parse(f'{{"layerPartBlob": {value}}}'.encode(), UPLOAD)


def test_null_and_unknown_members_count_as_absent() -> None:
    assert json11.parse(b'{"imageTag": null, "bogus": [1, {}]}', PUT_IMAGE) == {}


def test_null_in_a_list_is_refused() -> None:
    with pytest.raises(Fault):
        json11.parse(b'{"repositoryNames": [null]}', ours("ecr", "DescribeRepositories"))


def test_times_are_numbers_and_absent_members_are_left_out() -> None:
    repository = {"repositoryName": "a", "createdAt": datetime(2026, 1, 2, 3, 4, 5, 678_900, UTC), "registryId": None}
    answer = json11.serialise(ours("ecr", "CreateRepository"), {"repository": repository}, "r")
    assert answer == b'{"repository":{"repositoryName":"a","createdAt":1767323045.679}}'


def test_an_answer_without_members_is_an_empty_object() -> None:
    assert json11.serialise(ours("ecr", "TagResource"), {}, "r") == b"{}"


@pytest.mark.parametrize(
    "result",
    [{"image": {"imageId": []}}, {"bogus": 1}, {"image": {"registryId": 5}}, {"image": {"imageManifest": b""}}],
)
def test_a_result_that_disagrees_with_the_model_is_a_bug(result: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        json11.serialise(PUT_IMAGE, result, "r")


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_a_denial_writes_message_with_a_capital(code: str) -> None:
    assert json11.serialise_error("ecr", Fault(code, "User: x"), "r") == (
        400,
        b'{"__type":"AccessDeniedException","Message":"User: x"}',
    )


def test_an_error_carries_its_own_members() -> None:
    fault = Fault("InvalidLayerPartException", "m", members={"uploadId": "u", "lastValidByteReceived": 9})
    status, body = json11.serialise_error("ecr", fault, "r")
    assert status == 400
    assert json.loads(body) == {
        "__type": "InvalidLayerPartException",
        "uploadId": "u",
        "lastValidByteReceived": 9,
        "message": "m",
    }


def test_a_server_fault_is_a_500() -> None:
    assert json11.serialise_error("ecr", Fault("ServerException", "m"), "r")[0] == 500
