"""The log of a real server: one JSON object a line, findable by the answer's request id, and without a secret."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from clients.server import Keys, Server
from faults.pushing import Acknowledged, Image, Registry, digest_of, push

from .scrape import ask, until

pytestmark = pytest.mark.slow

TOKEN = "metrics-token-of-this-test"
FIELDS = {
    "time",
    "level",
    "logger",
    "message",
    "request_id",
    "door",
    "method",
    "action",
    "status",
    "outcome",
    "bytes_in",
    "bytes_out",
    "duration",
    "client",
    "principal",
    "effect",
    "decision_id",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that says all it can say."""
    folder = tmp_path_factory.mktemp("logged")
    (folder / "token").write_text(TOKEN)
    options = ("--log-format", "json", "--access-log", "--log-level", "debug")
    options += ("--metrics", "token", "--metrics-token-file", str(folder / "token"))
    started = Server(folder, options=options)
    yield started.start()
    started.kill()


@pytest.fixture(scope="module")
def registry(server: Server) -> Registry:
    return Registry.of(server)


def events(server: Server) -> list[dict[str, Any]]:
    """Every event so far; each is one line."""
    return [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]


def of_request(server: Server, request_id: str) -> dict[str, Any]:
    """The access log's line of a request."""

    def found() -> list[dict[str, Any]]:
        return [
            one for one in events(server) if one["logger"] == "dockreeve.access" and one["request_id"] == request_id
        ]

    until(lambda: len(found()), 1)
    return found()[0]


def test_a_pull_is_found_by_the_request_id_of_its_answer(server: Server, registry: Registry) -> None:
    layer = b"l" * 100_000
    registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest_of(layer)}", layer, expect=201)
    headers, _ = registry.ask("GET", f"/v2/app/blobs/{digest_of(layer)}", expect=200)
    said = of_request(server, headers["x-amzn-requestid"])
    assert set(said) == FIELDS
    assert datetime.fromisoformat(said["time"]).utcoffset() is not None and said["time"].endswith("Z")
    assert 0 < said.pop("duration") < 10
    expected = {
        "level": "info",
        "door": "registry",
        "method": "GET",
        "action": "/v2/{name}/blobs/{digest}",
        "status": 200,
        "outcome": "ok",
        "bytes_in": 0,
        "bytes_out": len(layer),
        "client": "127.0.0.1",
        "principal": "arn:aws:iam::123456789012:root",
        "effect": "allow",
        "decision_id": "",
    }
    assert expected.items() <= said.items()


def test_a_refused_call_is_found_with_its_operation_and_its_decision(server: Server) -> None:
    iam = server.sdk().client("iam")
    iam.create_user(UserName="logged")
    client = server.sdk(Keys.of(iam.create_access_key(UserName="logged"))).client("ecr")
    with pytest.raises(client.exceptions.ClientError) as refused:
        client.describe_registry()
    answer = refused.value.response["ResponseMetadata"]  # type: ignore[attr-defined]
    said = of_request(server, answer["RequestId"])
    assert (said["door"], said["action"], said["outcome"]) == ("aws", "ecr:DescribeRegistry", "denied")
    assert said["principal"] == "arn:aws:iam::123456789012:user/logged"
    assert said["decision_id"] == answer["HTTPHeaders"]["x-authorization-id"] != ""


def test_a_line_break_in_a_request_stays_in_one_event(server: Server) -> None:
    before = len(server.log().splitlines())
    _, headers, _ = ask(server, "/v2/%0a%7b%22level%22:1%7d/manifests/x", user_agent="x")
    of_request(server, headers["x-amzn-requestid"])
    for line in server.log().splitlines()[before:]:
        assert json.loads(line)["level"] != 1


def test_no_secret_is_in_the_log_of_a_whole_run(server: Server, registry: Registry) -> None:
    secrets = {"root secret": server.root_keys.secret_access_key, "metrics token": TOKEN}
    secrets["master key"] = (server.data / "master-key").read_bytes().hex()
    iam = server.sdk().client("iam")
    iam.create_user(UserName="secretive")
    keys = Keys.of(iam.create_access_key(UserName="secretive"))
    secrets["secret key"] = keys.secret_access_key
    session = Keys.of(server.sdk(keys).client("sts").get_session_token())
    secrets |= {"session's secret": session.secret_access_key, "session token": session.session_token}
    secrets["login"] = (
        server.sdk().client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    )
    secrets["login token"] = b64decode(secrets["login"]).decode().partition(":")[2]

    source = random.Random(1)
    image = Image.at_random(source)
    push(registry, image, "1", "latest", Acknowledged(), source)
    url = (
        server.sdk()
        .client("ecr")
        .get_download_url_for_layer(repositoryName="app", layerDigest=digest_of(image.blobs[1]))
    )
    path = urlsplit(url["downloadUrl"]).path
    secrets["download"] = path.removeprefix("/layers/")
    assert ask(server, path)[0] == 200
    assert ask(server, path + "x")[0] in (403, 404)

    presigned = server.sdk(session).client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    query = parse_qs(urlsplit(presigned).query)
    secrets["signature"] = query["X-Amz-Signature"][0]
    assert ask(server, f"/?{urlsplit(presigned).query}")[0] == 200
    assert ask(server, f"/?{urlsplit(presigned).query}&More=1")[0] == 403  # what was signed is logged, redacted
    wrong = Keys(session.access_key_id, "not-the-secret", session.session_token)
    client = server.sdk(wrong).client("sts")
    with pytest.raises(client.exceptions.ClientError):
        client.get_caller_identity()
    ask(server, "/metrics", authorization=f"Bearer {TOKEN}")
    ask(server, "/v2/", authorization=f"Basic {secrets['login'][:-8]}")

    of_request(server, ask(server, "/v2/")[1]["x-amzn-requestid"])  # what came before it is written too
    log = server.log()
    assert len(events(server)) > 20
    for name, secret in secrets.items():
        assert len(secret) > 10 and secret not in log, name


def test_as_text_a_request_is_one_line_and_without_the_setting_none(tmp_path: Path) -> None:
    for folder, options, lines in ((tmp_path / "on", ("--access-log",), 1), (tmp_path / "off", (), 0)):
        folder.mkdir()
        server = Server(folder, options=options).start()
        try:
            _, headers, _ = ask(server, "/v2/")
        finally:
            assert server.stop() == 0
        found = [line for line in server.log().splitlines() if headers["x-amzn-requestid"] in line]
        assert len(found) == lines
        assert not found or ("registry GET" in found[0] and " 401 unauthenticated" in found[0])
