"""Requests that are not what a client writes: each gets an answer of its protocol, and changes nothing."""

from dataclasses import replace
from typing import Any

import pytest

from dockreeve.doors.aws import _LARGEST
from dockreeve.storage import NoRoom
from rights.wire import FORM, Asking, Reply, aws_request, signed
from rights.world import World

JSON = "application/x-amz-json-1.1"
TARGET = "AmazonEC2ContainerRegistry_V20150921"


async def form(server: World, body: str, content_type: str = FORM, service: str = "iam", **changes: Any) -> Reply:
    """A signed POST of a form."""
    asking = Asking("POST", "/", body.encode("latin-1"), {"Content-Type": content_type})
    return await server.send(signed(replace(asking, **changes), server.root, service), service=service)


async def ecr(server: World, operation: str, body: bytes = b"{}", content_type: str = JSON) -> Reply:
    """A signed POST of JSON."""
    asking = Asking("POST", "/", body, {"Content-Type": content_type, "X-Amz-Target": operation})
    return await server.send(signed(asking, server.root, "ecr"), service="ecr")


# which operation


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("Action=NoSuchThing&Version=2010-05-08", 400, "InvalidAction"),
        ("Action=ListUsers&Version=2011-06-15", 400, "InvalidAction"),
        ("Action=listusers&Version=2010-05-08", 400, "InvalidAction"),
        ("Action=CreateVirtualMFADevice&Version=2010-05-08", 501, "NotImplemented"),
        ("Version=2010-05-08", 400, "MissingAction"),
        ("", 400, "MissingAction"),
        ("Action=ListUsers&Action=ListRoles&Version=2010-05-08", 400, "MalformedInput"),
    ],
)
async def test_a_query_request_must_name_an_operation_that_is_here(
    server: World, body: str, status: int, code: str
) -> None:
    assert (await form(server, body)).error[:2] == (status, code)


async def test_the_operation_of_another_query_service_is_unknown_here(server: World) -> None:
    said = (await form(server, "Action=GetCallerIdentity&Version=2011-06-15")).error
    assert said == (400, "InvalidAction", "Could not find operation GetCallerIdentity for version 2011-06-15")


@pytest.mark.parametrize(
    "target",
    [f"{TARGET}.NoSuchThing", f"{TARGET}.StartImageScan", f"{TARGET}.", TARGET, "DynamoDB_20120810.ListTables", ""],
)
async def test_a_json_request_must_name_an_operation_that_is_here(server: World, target: str) -> None:
    status, code, sentence = (await ecr(server, target)).error
    assert (status, code) == (400, "UnknownOperationException")
    assert sentence and "\n" not in sentence


async def test_what_aws_has_and_we_have_not_is_named(server: World) -> None:
    said = (await ecr(server, f"{TARGET}.StartImageScan")).error[2]
    assert said == "The operation ecr:StartImageScan is not implemented by this server."


async def test_an_action_in_query_and_body_is_one_too_many(server: World) -> None:
    path = "/?Action=ListUsers&Version=2010-05-08"
    assert (await form(server, "Action=ListUsers&Version=2010-05-08", path=path)).error[:2] == (400, "MalformedInput")


async def test_a_get_with_its_parameters_in_the_query_is_as_good_as_a_post(server: World) -> None:
    path = "/?Action=ListUsers&Version=2010-05-08&MaxItems=5"
    reply = await server.send(signed(Asking("GET", path), server.root, "iam"), service="iam", operation="ListUsers")
    assert (reply.status, reply.parsed["Users"]) == (200, [])


# the body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{'name': 1}",
        b'{"repositoryName": NaN}',
        b'{"repositoryName": 5}',
        b'{"repositoryName": "app", "repositoryName": "app"}',
        b'{"repositoryName": "\xff"}',
        b'{"maxResults": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"Action=ListUsers",
    ],
)
async def test_a_body_that_is_not_the_operations_json_is_refused(server: World, body: bytes) -> None:
    status, code, sentence = (await ecr(server, f"{TARGET}.ListImages", body)).error
    assert (status, code) in ((400, "SerializationException"), (400, "InvalidParameterException"))
    assert "\n" not in sentence and "Traceback" not in sentence


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
async def test_a_query_body_that_says_it_is_no_form_is_not_read_as_one(server: World, content_type: str) -> None:
    reply = await form(server, "Action=CreateUser&Version=2010-05-08&UserName=dev", content_type)
    assert reply.error[:2] == (400, "MissingAction")
    assert (await server.do("iam:ListUsers"))["Users"] == []


async def test_a_form_may_say_its_type_as_it_likes(server: World) -> None:
    for content_type in ("Application/X-WWW-Form-URLEncoded", "application/x-www-form-urlencoded;charset=UTF-8"):
        assert (await form(server, "Action=ListUsers&Version=2010-05-08", content_type)).status == 200


@pytest.mark.parametrize("body", ["UserName=%ff", "UserName=%ed%a0%80", "UserName=a%00b", "UserName=" + "x" * 65])
async def test_a_bad_parameter_is_refused_before_anything_is_made(server: World, body: str) -> None:
    reply = await form(server, f"Action=CreateUser&Version=2010-05-08&{body}")
    assert reply.status == 400
    assert reply.error[1] in ("ValidationError", "MalformedInput")
    assert (await server.do("iam:ListUsers"))["Users"] == []


@pytest.mark.parametrize("service", ["iam", "sts", "ecr"])
async def test_a_body_that_is_too_large_is_refused_unread_and_the_connection_closes(
    server: World, service: str
) -> None:
    limit = _LARGEST["json" if service == "ecr" else "query"]
    operation = {"iam": "ListUsers", "sts": "GetCallerIdentity", "ecr": "ListImages"}[service]
    asking = signed(aws_request(service, operation, {}), server.root, service)
    large = replace(asking, body=b"", headers={**asking.headers, "Content-Length": str(limit + 1)})
    reply = await server.send(large, service=service, operation=operation)
    assert reply.error[:2] == (
        413,
        "RequestEntityTooLargeException" if service == "ecr" else "RequestEntityTooLarge",
    )
    assert reply.headers["connection"] == "close"


async def test_a_body_that_does_not_say_how_large_it_is_is_measured(server: World) -> None:
    body = b"x" * (_LARGEST["query"] + 1)
    asking = Asking("POST", "/", body, {"Content-Length": "", "Transfer-Encoding": "chunked", "Content-Type": FORM})
    reply = await server.send(asking, service="sts")
    assert (reply.status, reply.headers["connection"]) == (413, "close")


async def test_a_body_shorter_than_it_says_is_refused(server: World) -> None:
    asking = signed(aws_request("iam", "ListUsers", {}), server.root, "iam")
    reply = await server.send(replace(asking, headers={**asking.headers, "Content-Length": "5000"}), service="iam")
    assert reply.error[:2] == (400, "MalformedInput")


# the method


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
async def test_other_methods_than_get_and_post_do_nothing(server: World, method: str) -> None:
    body = b"Action=CreateUser&Version=2010-05-08&UserName=dev"
    asking = signed(Asking(method, "/", body, {"Content-Type": FORM}), server.root, "iam")
    reply = await server.send(asking)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")
    assert (reply.body == b"") == (method == "HEAD")
    assert (await server.do("iam:ListUsers"))["Users"] == []


async def test_a_browser_that_comes_by_is_told_in_the_services_words(server: World) -> None:
    reply = await server.send(Asking("GET", "/"), service="sts")
    assert reply.error[:2] == (403, "MissingAuthenticationToken")


# every answer


async def test_every_answer_carries_the_requests_id(server: World) -> None:
    good = await server.ask("iam:ListUsers")
    bad = await server.ask("iam:GetUser", UserName="nobody")
    ids = []
    for reply in (good, bad, await server.ask("ecr:DescribeRegistry"), await server.send(Asking("GET", "/"))):
        ids.append(reply.headers["x-amzn-requestid"])
    assert len(set(ids)) == 4
    for reply in (good, bad):
        assert reply.parsed["ResponseMetadata"]["RequestId"] == reply.headers["x-amzn-requestid"]


@pytest.mark.parametrize(("service", "code"), [("iam", "InternalFailure"), ("ecr", "InternalFailure")])
async def test_what_breaks_is_logged_whole_and_told_little(
    server: World,
    service: str,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the inner detail")

    monkeypatch.setattr(server.records.identity, "principals", broken)
    monkeypatch.setattr(server.records.registry, "settings", broken)
    reply = await (
        server.ask("iam:ListUsers") if service == "iam" else server.ask("ecr:GetAccountSetting", name="BLOB_MOUNTING")
    )
    assert reply.error[:2] == (500, code)
    assert b"inner detail" not in reply.body and b"RuntimeError" not in reply.body
    assert "the inner detail" in caplog.text and reply.headers["x-amzn-requestid"] in caplog.text


async def test_a_full_disk_is_told_as_a_service_that_is_not_available(
    server: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise NoRoom(28, "No space left on device")

    monkeypatch.setattr(server.records.identity, "add_principal", full)
    assert (await server.ask("iam:CreateUser", UserName="dev")).error[:2] == (503, "ServiceUnavailable")
