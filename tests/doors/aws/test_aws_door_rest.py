"""The REST-JSON side of the door: Access Analyzer's paths, told by the credential's scope, refused in its own form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dockreeve.doors.aws import _LARGEST
from rights.wire import Asking, Reply, aws_request, signed
from rights.world import World, allow, deny, document

SERVICE = "access-analyzer"
VALIDATE = f"{SERVICE}:ValidatePolicy"
PATH = "/policy/validation"
GIVEN = {"policyDocument": "{", "policyType": "IDENTITY_POLICY"}


async def post(server: World, body: bytes | dict[str, Any], path: str = PATH, service: str = SERVICE) -> Reply:
    """A signed POST of a body as it is."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    asking = Asking("POST", path, content, {"Content-Type": "application/json"})
    return await server.send(signed(asking, server.root, service), service=SERVICE, operation="ValidatePolicy")


async def test_findings_come_with_places_and_the_right_name(server: World) -> None:
    statement = '{"Effect": "Allow", "Action": "ecr:DescribeImage", "Resource": "*"}'
    text = f'{{\n  "Version": "2012-10-17",\n  "Statement": [{statement}]}}'
    [finding] = (await server.do(VALIDATE, policyDocument=text, policyType="IDENTITY_POLICY"))["findings"]
    assert (finding["findingType"], finding["issueCode"]) == ("ERROR", "INVALID_ACTION")
    assert "`ecr:DescribeImages`" in finding["findingDetails"]
    [place] = finding["locations"]
    assert place["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}]
    assert place["span"]["start"] == {"line": 3, "column": 46, "offset": text.index('"ecr:')}
    assert finding["learnMoreLink"].startswith("https://docs.aws.amazon.com/")


async def test_a_document_without_faults_has_an_empty_list(server: World) -> None:
    found = await server.do(VALIDATE, policyDocument=document(allow("ecr:ListImages")), policyType="IDENTITY_POLICY")
    assert found["findings"] == [] and "nextToken" not in found


async def test_the_type_of_the_resource_says_what_a_policy_must_have(server: World) -> None:
    asked = {"policyDocument": document(allow("sts:AssumeRole")), "policyType": "RESOURCE_POLICY"}
    found = await server.do(VALIDATE, **asked, validatePolicyResourceType="AWS::IAM::AssumeRolePolicyDocument")
    assert "MISSING_PRINCIPAL" in {one["issueCode"] for one in found["findings"]}


async def test_pages_follow_each_other_and_are_the_whole(server: World) -> None:
    actions = [f"ecr:NoSuchThing{number}" for number in range(250)]
    asked = {"policyDocument": document(allow(*actions)), "policyType": "IDENTITY_POLICY"}
    pages = [await server.do(VALIDATE, **asked, maxResults=1000)]
    while token := pages[-1].get("nextToken"):
        pages.append(await server.do(VALIDATE, **asked, nextToken=token))
    assert [len(page["findings"]) for page in pages] == [100, 100, 50]
    assert len({one["locations"][0]["span"]["start"]["offset"] for page in pages for one in page["findings"]}) == 250
    assert len((await server.do(VALIDATE, **asked, maxResults=7))["findings"]) == 7


async def test_a_token_is_good_for_its_own_document_only(server: World) -> None:
    asked = {"policyDocument": document(allow("ecr:A", "ecr:B")), "policyType": "IDENTITY_POLICY"}
    token = (await server.do(VALIDATE, **asked, maxResults=1))["nextToken"]
    for other in (
        {**asked, "policyDocument": document(allow("ecr:C", "ecr:B"))},
        {**asked, "policyType": "SERVICE_CONTROL_POLICY"},
    ):
        reply = await server.ask(VALIDATE, **other, nextToken=token)
        assert reply.error == (400, "ValidationException", "Invalid nextToken.")


@pytest.mark.parametrize("token", ["x", "MTo", "", "%", "a" * 10_000, "MTo5OTk5OTk5OTk5OTk5OTk5OTk5"])
async def test_a_token_that_was_never_given_out_is_refused(server: World, token: str) -> None:
    reply = await server.ask(VALIDATE, **GIVEN, nextToken=token)
    assert reply.error == (400, "ValidationException", "Invalid nextToken.")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"policyType": "FOREIGN_POLICY"}, "policyType", "Value 'FOREIGN_POLICY' at 'policyType' failed"),
        (
            {"policyType": None},
            "policyType",
            "Value null at 'policyType' failed to satisfy constraint: Member must not",
        ),
        ({"policyDocument": None}, "policyDocument", "1 validation error detected: Value null at 'policyDocument'"),
        ({"policyDocument": "x" * 32_769}, "policyDocument", "length less than or equal to 32768"),
        ({"locale": "LA"}, "locale", "Member must satisfy enum value set: [DE, EN,"),
        ({"validatePolicyResourceType": "AWS::S3::Bucket"}, "validatePolicyResourceType", "InvalidInput"),
    ],
)
async def test_bad_input_is_a_validation_exception_that_names_the_field(
    server: World, changes: dict[str, Any], field: str, said: str
) -> None:
    body = {name: value for name, value in {**GIVEN, **changes}.items() if value is not None}
    reply = await post(server, body)
    assert reply.error[:2] == (400, "ValidationException") and said in reply.error[2]
    assert reply.headers["x-amzn-errortype"] == "ValidationException"
    assert (reply.json["reason"], [one["name"] for one in reply.json["fieldList"]]) == (
        "fieldValidationFailed",
        [field],
    )


async def test_white_space_does_not_count(server: World) -> None:
    spaced = document(allow("ecr:ListImages")).replace(" ", " " * 10_000)
    assert len(spaced) > 32_768
    assert (await server.do(VALIDATE, policyDocument=spaced, policyType="IDENTITY_POLICY"))["findings"] == []


@pytest.mark.parametrize("query", ["maxResults=0", "maxResults=-1"])
async def test_a_page_has_at_least_one_finding(server: World, query: str) -> None:
    reply = await post(server, GIVEN, f"{PATH}?{query}")
    assert (reply.error[:2], reply.json["fieldList"][0]["name"]) == ((400, "ValidationException"), "maxResults")


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("maxResults=ten", b"{}"),
        ("maxResults=1&maxResults=2", b"{}"),
        ("maxResults=99999999999999", b"{}"),
        ("nextToken=%ff", b"{}"),
        ("", b"{"),
        ("", b"[]"),
        ("", b'{"policyDocument": 5}'),
        ("", b'{"policyDocument": {}}'),
        ("", b'{"policyType": "A", "policyType": "B"}'),
        ("", b"[" * 100_000),
        ("", b"policyType=IDENTITY_POLICY"),
    ],
)
async def test_a_request_that_cannot_be_read_is_refused(server: World, query: str, body: bytes) -> None:
    reply = await post(server, body, f"{PATH}?{query}")
    assert reply.error[:2] == (400, "SerializationException")
    assert "\n" not in reply.error[2]


async def test_members_of_the_query_do_not_count_in_the_body(server: World) -> None:
    assert (await post(server, {**GIVEN, "maxResults": 0})).status == 200


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", PATH, "no operation"),
        ("PUT", PATH, "no operation"),
        ("GET", "/analyzer", "access-analyzer:ListAnalyzers is not implemented by this server"),
        ("DELETE", "/tags/arn%3Aaws%3Aa%2Fb?tagKeys=a", "access-analyzer:UntagResource is not implemented"),
    ],
)
async def test_an_operation_that_is_not_here_is_unknown(server: World, method: str, path: str, said: str) -> None:
    reply = await server.send(signed(Asking(method, path), server.root, SERVICE), service=SERVICE)
    assert reply.error[:2] == (404, "UnknownOperationException") and said in reply.error[2]


async def test_a_path_of_no_service_is_not_found(server: World) -> None:
    reply = await server.send(signed(Asking("POST", "/policy/other", b"{}"), server.root, SERVICE))
    assert (reply.status, reply.headers["content-type"]) == (404, "text/plain")


@pytest.mark.parametrize("service", ["iam", "ecr", "s3"])
async def test_the_scope_must_be_the_service_of_the_path(server: World, service: str) -> None:
    reply = await post(server, GIVEN, service=service)
    assert reply.error[:2] == (403, "InvalidSignatureException")
    assert f"not '{service}'" in reply.error[2]


async def test_the_scope_of_access_analyzer_has_nothing_at_the_root(server: World) -> None:
    reply = await post(server, b"", path="/", service=SERVICE)
    assert reply.status == 403 and b"not 'access-analyzer'" in reply.body


async def test_an_unsigned_and_a_wrongly_signed_request_are_refused_in_json(server: World) -> None:
    asking = aws_request(SERVICE, "ValidatePolicy", GIVEN)
    bare = await server.send(asking, service=SERVICE)
    assert bare.error == (403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    altered = replace(signed(asking, server.root, SERVICE), path=f"{PATH}?maxResults=5")
    assert (await server.send(altered, service=SERVICE)).error[:2] == (403, "InvalidSignatureException")


async def test_it_takes_the_right_to_validate(server: World) -> None:
    carl = await server.user("carl", allow("ecr:*"))
    reply = await server.ask(VALIDATE, carl, **GIVEN)
    sentence = (
        "User: arn:aws:iam::123456789012:user/carl is not authorized to perform: access-analyzer:ValidatePolicy "
        "on resource: * because no identity-based policy allows the access-analyzer:ValidatePolicy action"
    )
    assert reply.error == (403, "AccessDeniedException", sentence)
    assert (await server.refused(reply))["action"] == VALIDATE
    dora = await server.user("dora", allow(VALIDATE))
    assert (await server.ask(VALIDATE, dora, **GIVEN)).status == 200
    emil = await server.user("emil", allow("*"), deny("access-analyzer:*"))
    assert (await server.ask(VALIDATE, emil, **GIVEN)).error[:2] == (403, "AccessDeniedException")


async def test_a_body_that_is_too_large_is_refused_unread(server: World) -> None:
    asking = signed(aws_request(SERVICE, "ValidatePolicy", GIVEN), server.root, SERVICE)
    large = replace(asking, body=b"", headers={**asking.headers, "Content-Length": str(_LARGEST["rest-json"] + 1)})
    reply = await server.send(large, service=SERVICE)
    assert (reply.error[:2], reply.headers["connection"]) == ((413, "RequestEntityTooLargeException"), "close")
