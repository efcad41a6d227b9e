"""Refusals: who isn't known, who may not, what isn't there, what we can't."""

import json
from dataclasses import replace
from typing import Any

import pytest

from dockreeve.aws.sigv4 import Kind, Unverified
from dockreeve.doors.registry import ROUTES
from dockreeve.doors.registry.refusals import refusal
from dockreeve.faults import Fault

from .harness import ACCOUNT, REGION

NONE = "sha256:" + "0" * 64
EXAMPLES = {"{name}": "app", "{reference}": "v1", "{digest}": NONE, "{upload}": "1234"}
CHECKED = [route for route in ROUTES if route.actions]
NAMED = [route for route in CHECKED if "{name}" in route.pattern]


def _path(pattern: str) -> str:
    for part, example in EXAMPLES.items():
        pattern = pattern.replace(part, example)
    return pattern


@pytest.mark.parametrize("path", ["/v2/", "/v2/app/manifests/v1", "/v2/App/nonsense", "/v2/nothing/tags/list"])
async def test_whoever_is_not_known_learns_nothing(plain_door: Any, path: str) -> None:
    reply = await plain_door.ask("GET", path, login=False)
    del reply.headers["x-amzn-requestid"]
    assert (reply.status, reply.body) == (401, b"Not Authorized\n")
    assert reply.headers == {
        "docker-distribution-api-version": "registry/2.0",
        "www-authenticate": 'Basic realm="http://registry.test:5150/",service="ecr.amazonaws.com"',
        "content-type": "text/plain; charset=utf-8",
        "content-length": "15",
    }


async def test_the_401_touches_no_store(plain_door: Any) -> None:
    plain_door.records, kept = None, plain_door.records
    assert (await plain_door.ask("GET", "/v2/", login=False)).status == 401
    plain_door.records = kept


@pytest.mark.parametrize("host", ['x",evil="', "x/../y", ""])
async def test_a_strange_host_is_not_repeated(plain_door: Any, host: str) -> None:
    reply = await plain_door.ask("GET", "/v2/", login=False, host=host)
    assert reply.headers["www-authenticate"] == 'Basic realm="http://127.0.0.1:5150/",service="ecr.amazonaws.com"'


@pytest.mark.parametrize("route", CHECKED, ids=lambda route: f"{route.method} {route.pattern}")
async def test_every_route_is_refused_to_whom_nothing_is_allowed(plain_door: Any, route: Any) -> None:
    action = route.actions[0].name
    name = "app" if "{name}" in route.pattern else "*"
    plain_door.gate.refused = {(action, name)}
    reply = await plain_door.ask(route.method, _path(route.pattern))
    assert (reply.status, reply.reason) == (403, f"denied: {action} [why: abc123]")
    assert reply.headers["x-authorization-id"] == "abc123"
    sentence = (
        f"User: arn:aws:iam::{ACCOUNT}:user/dev is not authorized to perform: {action} on resource: "
        f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name} because no identity-based policy allows the {action} action"
    )
    if route.method != "HEAD":
        assert reply.headers["content-type"] == "application/json; charset=utf-8"
        assert json.loads(reply.body) == {"errors": [{"code": "DENIED", "message": f"{sentence} [why: abc123]"}]}


@pytest.mark.parametrize("route", NAMED, ids=lambda route: f"{route.method} {route.pattern}")
async def test_rights_come_before_existence(plain_door: Any, route: Any) -> None:
    path = _path(route.pattern).replace("/app/", "/none/")
    plain_door.gate.refused = {(route.actions[0].name, "none")}
    assert (await plain_door.ask(route.method, path)).status == 403
    plain_door.gate.refused = set()
    reply = await plain_door.ask(route.method, path)
    assert reply.status == 404
    if route.method != "HEAD":
        assert reply.error == (
            "NAME_UNKNOWN",
            f"The repository with name 'none' does not exist in the registry with id '{ACCOUNT}'",
        )


async def test_without_explanations_the_sentence_stands_alone(plain_door: Any) -> None:
    plain_door.place = replace(plain_door.place, explain="none")
    plain_door.gate.refused = {("ecr:ListImages", "app")}
    reply = await plain_door.ask("GET", "/v2/app/tags/list")
    assert reply.error[1].endswith("allows the ecr:ListImages action")
    assert reply.reason == "denied: ecr:ListImages"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v2/", "GET, HEAD"),
        ("DELETE", "/v2/app/tags/list", "GET"),
        ("PATCH", "/v2/app/manifests/v1", "DELETE, GET, HEAD, PUT"),
        ("PUT", "/v2/app/blobs/uploads/", "POST"),
    ],
)
async def test_a_method_that_is_not_offered_is_405(plain_door: Any, method: str, path: str, allow: str) -> None:
    reply = await plain_door.ask(method, path)
    assert (reply.status, reply.error[0], reply.headers["allow"]) == (405, "UNSUPPORTED", allow)


async def test_an_error_of_head_has_no_body(plain_door: Any) -> None:
    reply = await plain_door.ask("HEAD", f"/v2/app/blobs/{NONE}")
    assert (reply.status, reply.body) == (404, b"")


async def test_a_login_that_ended_is_403_and_not_401(plain_door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    message = "Your authorization token has expired. Reauthenticate and try again."

    async def expired(authorization: bytes | None, now: object) -> None:
        raise Fault("DENIED", message, status=403)

    monkeypatch.setattr(plain_door.gate, "registry_caller", expired)
    reply = await plain_door.ask("GET", "/v2/")
    assert (reply.status, reply.error) == (403, ("DENIED", message))
    assert reply.reason == f"denied: {message}"  # all that containerd shows


async def test_a_caller_who_went_meanwhile_is_403(plain_door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object) -> None:
        raise Unverified(Kind.UNKNOWN_KEY, "The security token included in the request is invalid.")

    monkeypatch.setattr(plain_door.gate, "admit", gone)
    reply = await plain_door.ask("GET", "/v2/app/tags/list")
    assert (reply.status, reply.error) == (
        403,
        ("DENIED", "The security token included in the request is invalid."),
    )


async def test_a_bug_is_logged_whole_and_told_little(
    plain_door: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("secret-detail")

    monkeypatch.setattr(plain_door.gate, "admit", broken)
    reply = await plain_door.ask("GET", "/v2/app/tags/list")
    assert (reply.status, reply.error[0]) == (500, "UNKNOWN")
    assert reply.headers["x-amzn-requestid"] in reply.error[1]
    assert b"secret-detail" not in reply.body
    assert "secret-detail" in caplog.text
    assert reply.headers["x-amzn-requestid"] in caplog.text


def test_a_fault_without_a_spelling_of_its_own_is_still_an_answer() -> None:
    answer = refusal(Fault("KmsException", "no key"), "")
    assert isinstance(answer.body, bytes)
    assert (answer.status, json.loads(answer.body)["errors"][0]) == (400, {"code": "UNKNOWN", "message": "no key"})


@pytest.mark.parametrize("code", ["LimitExceededException", "ThrottlingException"])
def test_limits_have_ecrs_status(code: str) -> None:
    assert refusal(Fault(code, "Rate exceeded"), "").status == {"L": 403, "T": 429}[code[0]]
