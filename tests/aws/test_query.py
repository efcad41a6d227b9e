"""The Query protocol's edges: envelopes, malformed forms, bounds."""

import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from dockreeve.aws import query
from dockreeve.faults import Fault

from .botocore_side import ours

CREATE_ROLE = ours("iam", "CreateRole")


def read(form: str, operation: str = "CreateRole") -> dict[str, Any]:
    return query.parse(query.read_form(form.encode()), ours("iam", operation))


def test_an_answer_is_wrapped_as_iam_wraps_it() -> None:
    user = {
        "Path": "/",
        "UserName": "a<b",
        "UserId": "AIDA",
        "Arn": "x",
        "CreateDate": datetime(2026, 1, 2, tzinfo=UTC),
    }
    assert query.serialise(ours("iam", "GetUser"), {"User": user}, "id-1").decode() == (
        '<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User><Path>/</Path>'
        "<UserName>a&lt;b</UserName><UserId>AIDA</UserId><Arn>x</Arn><CreateDate>2026-01-02T00:00:00Z</CreateDate>"
        "</User></GetUserResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></GetUserResponse>"
    )


@pytest.mark.parametrize(
    ("operation", "element"), [("DeleteRole", ""), ("UpdateRole", "<UpdateRoleResult></UpdateRoleResult>")]
)
def test_an_operation_without_output_has_no_result_element(operation: str, element: str) -> None:
    assert query.serialise(ours("iam", operation), {}, "id-1").decode() == (
        f'<{operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">{element}'
        f"<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></{operation}Response>"
    )


def test_an_empty_list_is_an_empty_element_and_none_is_absent() -> None:
    answer = query.serialise(ours("iam", "ListRoles"), {"Roles": [], "IsTruncated": False, "Marker": None}, "r")
    assert b"<Roles></Roles><IsTruncated>false</IsTruncated></ListRolesResult>" in answer


def test_an_error_is_wrapped_as_iam_wraps_it() -> None:
    status, body = query.serialise_error("iam", Fault("NoSuchEntity", "The role with name X cannot be found."), "id-1")
    assert status == 404
    assert body.decode() == (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        "<Code>NoSuchEntity</Code><Message>The role with name X cannot be found.</Message></Error>"
        "<RequestId>id-1</RequestId></ErrorResponse>"
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AccessDenied", (403, "AccessDenied", "Sender")),
        ("AccessDeniedException", (403, "AccessDenied", "Sender")),
        ("InternalFailure", (500, "InternalFailure", "Receiver")),
        ("NotImplemented", (501, "NotImplemented", "Receiver")),
        ("ServiceUnavailable", (503, "ServiceUnavailable", "Receiver")),
        ("SomethingElse", (400, "SomethingElse", "Sender")),
    ],
)
def test_common_errors_have_their_status(code: str, expected: tuple[int, str, str]) -> None:
    status, body = query.serialise_error("sts", Fault(code, "m"), "r")
    assert status == expected[0]
    assert f"<Type>{expected[2]}</Type><Code>{expected[1]}</Code>".encode() in body


def test_a_fault_may_choose_its_status() -> None:
    assert query.serialise_error("iam", Fault("NoSuchEntity", "m", status=410), "r")[0] == 410


def test_a_policy_document_is_percent_encoded_with_no_plus() -> None:
    document = '{"a": "b+c/d"}\n'
    answer = query.serialise(
        ours("iam", "GetRolePolicy"), {"RoleName": "r", "PolicyName": "p+q", "PolicyDocument": document}, "r"
    )
    assert b"<PolicyDocument>%7B%22a%22%3A%20%22b%2Bc%2Fd%22%7D%0A</PolicyDocument>" in answer
    assert b"<PolicyName>p+q</PolicyName>" in answer


def test_what_xml_cannot_carry_is_replaced() -> None:
    _, body = query.serialise_error("iam", Fault("InvalidInput", "a\x00\x1f\ud800\uffffb\r"), "r")
    assert "<Message>a\ufffd\ufffd\ufffd\ufffdb&#13;</Message>" in body.decode()


@pytest.mark.parametrize(
    "result",
    [
        {"Rolle": {}},
        {"Role": []},
        {"Role": {"RoleName": 3}},
        {"Role": {"MaxSessionDuration": True}},
        {"Role": {"CreateDate": datetime(2026, 1, 1)}},
        {"Role": {"Tags": "text"}},
    ],
)
def test_a_result_that_disagrees_with_the_model_is_a_bug(result: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        query.serialise(CREATE_ROLE, result, "r")


def test_a_result_of_an_operation_without_output_is_a_bug() -> None:
    with pytest.raises(TypeError):
        query.serialise(ours("iam", "DeleteRole"), {"Role": {}}, "r")


def test_parameters_the_model_does_not_know_are_ignored() -> None:
    assert read("Action=CreateRole&Version=2010-05-08&RoleName=r&X-Amz-Date=1&Role.Name=2&Tags2.member.1=x") == {
        "RoleName": "r"
    }


def test_list_elements_are_ordered_by_number_and_gaps_cost_nothing() -> None:
    tracemalloc.start()
    try:
        form = "TagKeys.member.999999999=c&TagKeys.member.10=b&TagKeys.member.9=a"
        assert read(form, "UntagRole") == {"TagKeys": ["a", "b", "c"]}
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "form",
    [
        "RoleName=a&RoleName=b",
        "Action=CreateRole&Action=DeleteRole",
        "RoleName.member.1=a",
        "RoleName=a&RoleName.x=b",
        "RoleName.x=b&RoleName=a",
        "Tags=text",
        "Tags.1.Key=a",
        "Tags.member=a",
        "Tags.member.0.Key=a",
        "Tags.member.01.Key=a",
        "Tags.member.x.Key=a",
        "Tags.member.-1.Key=a",
        "Tags.member.\u0661.Key=a",
        "Tags.member.9999999999.Key=a",
        "Tags.member.1=a",
        "Tags.member.1.Key.x=a",
        "Tags" + ".member" * 40 + "=a",
        "MaxSessionDuration=",
        "MaxSessionDuration=abc",
        "MaxSessionDuration=1.5",
        "MaxSessionDuration=2147483648",
        "MaxSessionDuration=\u0661",
        "MaxSessionDuration=" + "9" * 10_000,
        "RoleName=%FF",
    ],
)
def test_a_malformed_form_is_refused(form: str) -> None:
    with pytest.raises(Fault) as refused:
        read(form)
    assert refused.value.code == "MalformedInput"
    assert len(refused.value.message) < 400


def test_a_boolean_is_true_or_false() -> None:
    assert read("OnlyAttached=true&MaxItems=5", "ListPolicies") == {"OnlyAttached": True, "MaxItems": 5}
    with pytest.raises(Fault):
        read("OnlyAttached=yes", "ListPolicies")


def test_too_many_parameters_are_refused() -> None:
    form = "&".join(f"TagKeys.member.{number}=k" for number in range(1, query.MAX_PARAMETERS + 2))
    with pytest.raises(Fault) as refused:
        read(form, "UntagRole")
    assert refused.value.code == "MalformedInput"
    with pytest.raises(Fault):
        query.parse((("x" + str(n), "") for n in range(query.MAX_PARAMETERS + 1)), CREATE_ROLE)
