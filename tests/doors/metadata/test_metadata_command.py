"""`dockreeve metadata` against a server that says what the test wants: start, refusals, end."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from dockreeve.cli import metadata

GIVEN = {
    "Credentials": {
        "AccessKeyId": "ASIAEXAMPLE000000000",
        "SecretAccessKey": "the-secret",
        "SessionToken": "the-token",
        "Expiration": "2036-01-02T09:04:05Z",
    },
    "InstanceProfileArn": "arn:aws:iam::123456789012:instance-profile/P",
    "InstanceProfileId": "AIPAAAAAAAAAAAAAAAAAA",
    "RoleName": "CustomRWECRRole",
    "Account": "123456789012",
    "Region": "us-east-1",
}
UNTRUSTED = {
    "Code": "AssumeRoleUnauthorizedAccess",
    "Message": "EC2 cannot assume the role CustomRWECRRole.",
    **{name: GIVEN[name] for name in ("InstanceProfileArn", "InstanceProfileId", "RoleName")},
}


class Server:
    """Answers every POST with `status` and `said`, and keeps what was asked."""

    def __init__(self) -> None:
        self.status, self.said = 200, GIVEN
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.path, dict(self.headers), body))
                answer = json.dumps(outer.said).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DOCKREEVE_"))}
    return kept | {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000000",
        "AWS_SECRET_ACCESS_KEY": "operator-secret",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "DOCKREEVE_DATA": str(tmp_path),
    }


LISTEN = ("--instance-profile", "P", "--listen", "127.0.0.1:0")


@contextlib.contextmanager
def running(environment: dict[str, str], folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command once it listens, and where."""
    command = [sys.executable, "-m", "dockreeve", "metadata", *LISTEN, *arguments]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=pipe, stderr=pipe, text=True)
    try:
        assert process.stdout is not None
        exports = [process.stdout.readline().strip().partition("=") for _ in range(2)]
        assert exports[0][0] == "export AWS_EC2_METADATA_SERVICE_ENDPOINT", process.communicate()[1]
        assert exports[1] == ("export AWS_ENDPOINT_URL", "=", environment["AWS_ENDPOINT_URL"])
        yield process, exports[0][2]
    finally:
        process.kill()
        process.communicate()


def ended(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Status and last words of a command that does not come to listen."""
    gone = dict.fromkeys(os.environ.keys() - environment.keys())
    result = CliRunner().invoke(metadata.command, [*LISTEN, *arguments], env={**gone, **environment})
    return result.exit_code, result.output


def read(url: str, path: str) -> str:
    put = Request(f"{url}/latest/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    with urlopen(put, timeout=5) as token:
        get = Request(url + path, headers={"X-aws-ec2-metadata-token": token.read().decode()})
    with urlopen(get, timeout=5) as answer:
        return str(answer.read().decode())


def test_the_command_serves_the_role_and_ends_well_on_sigterm(
    server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    with running(environment, tmp_path, "--instance-id", "i-0123456789abcdef0") as (process, url):
        keys = "/latest/meta-data/iam/security-credentials/"
        assert read(url, keys) == "CustomRWECRRole"
        assert json.loads(read(url, keys + "CustomRWECRRole"))["SecretAccessKey"] == "the-secret"
        assert read(url, "/latest/meta-data/instance-id") == "i-0123456789abcdef0"
        assert json.loads(read(url, "/latest/dynamic/instance-identity/document"))["accountId"] == "123456789012"
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "the-secret" not in out + said
    path, headers, body = server.requests[0]
    assert path == "/api/instance-sessions"
    assert body == {"InstanceProfileName": "P", "InstanceId": "i-0123456789abcdef0"}
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE000000000/")
    assert "/us-east-1/dockreeve/aws4_request" in headers["Authorization"]


def test_a_role_without_trust_is_said_at_the_start_and_where_its_keys_would_be(
    server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    server.status, server.said = 403, UNTRUSTED
    with running(environment, tmp_path) as (process, url):
        keys = "/latest/meta-data/iam/security-credentials/CustomRWECRRole"
        assert json.loads(read(url, keys))["Code"] == "AssumeRoleUnauthorizedAccess"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "EC2 cannot assume the role CustomRWECRRole." in said


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((403, "AccessDenied"), 4),
        ((403, "InvalidClientTokenId"), 4),
        ((404, "NoSuchEntity"), 5),
        ((500, "InternalFailure"), 1),
    ],
)
def test_a_refusal_at_the_start_ends_the_command_with_its_own_status(
    server: Server, environment: dict[str, str], answers: tuple[int, str], expected: int
) -> None:
    server.status, code = answers
    server.said = {"Code": code, "Message": "The server's own sentence."}
    status, said = ended(environment)
    assert status == expected
    assert said.startswith("dockreeve: ")
    assert "The server's own sentence." in said
    assert said.count("\n") == 1


def test_a_server_that_is_not_there_is_unreachable(environment: dict[str, str]) -> None:
    status, said = ended(environment, "--server", "http://127.0.0.1:1")
    assert status == 7
    assert "start `dockreeve serve`" in said
    assert said.count("\n") == 1


def test_something_else_than_a_server_of_ours_is_told_apart(server: Server, environment: dict[str, str]) -> None:
    server.said = {"hello": "world"}
    status, said = ended(environment)
    assert status == 1
    assert "check --server" in said


def test_without_credentials_the_command_says_where_to_get_some(environment: dict[str, str]) -> None:
    del environment["AWS_ACCESS_KEY_ID"]
    status, said = ended(environment)
    assert status == 1
    assert "no credentials" in said
    assert "dockreeve env" in said


def test_beyond_loopback_the_command_listens_only_when_told_twice(environment: dict[str, str]) -> None:
    status, said = ended(environment, "--listen", "0.0.0.0:0")
    assert status == 2
    assert "--insecure-listen" in said


@pytest.mark.parametrize("arguments", [("--listen", "nowhere"), ("--server", "localhost:5150")])
def test_a_bad_argument_is_a_usage_error(environment: dict[str, str], arguments: tuple[str, str]) -> None:
    status, said = ended(environment, *arguments)
    assert status == 2
    assert "Traceback" not in said
