"""`dockreeve why`: from an id, a pasted error, or nothing at all, to what decided."""

import io
import json
from collections.abc import Callable

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from rights.wire import ACCOUNT, Reply

from .commands import Ended, Serving, Shell

Why = Callable[..., Ended]

ACTION = "ecr:ListImages"
APP = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app"


@pytest.fixture(scope="module")
def dev(running: Serving) -> Credentials:
    """A user who may do something else."""
    return running.user("dev", "ecr:DescribeImages")


@pytest.fixture
def refused(running: Serving, dev: Credentials) -> Reply:
    reply = running.ask(ACTION, dev, repositoryName="app")
    assert reply.status == 400
    return reply


@pytest.fixture
def why(shell: Shell, running: Serving) -> Why:
    """The command, as the root user on the server's machine."""
    return lambda *arguments: shell("why", *arguments, "--data", running.data)


def identifier(reply: Reply) -> str:
    return reply.headers["x-authorization-id"]


def test_an_id_is_explained(why: Why, refused: Reply) -> None:
    ended = why(identifier(refused))
    assert (ended.status, ended.err) == (0, "")
    for part in (
        f"refused: {ACTION}",
        APP,
        f"arn:aws:iam::{ACCOUNT}:user/dev",
        identifier(refused),
        f"because no identity-based policy allows the {ACTION} action",
        "The smallest",
        f'"{ACTION}"',
    ):
        assert part in ended.out, part


@pytest.mark.parametrize(
    "frame",
    [
        "error pulling image configuration: download failed after attempts=1: denied: {sentence} [why: {id}]",
        "Error response from daemon: denied: {sentence} [why: {id}]\n",
        'level=fatal msg="reading manifest: denied: {sentence} [why: {id}]"',
        "Go to http://127.0.0.1:5150/console/?region=us-east-1#/authorization-details/{id} for complete details",
    ],
)
def test_the_id_is_found_in_a_pasted_error(why: Why, refused: Reply, frame: str) -> None:
    pasted = frame.format(sentence=refused.error[2], id=identifier(refused))
    ended = why(pasted)
    assert ended.status == 0 and identifier(refused) in ended.out


def test_awss_sentence_is_enough(why: Why, refused: Reply) -> None:
    pasted = str(ClientError(refused.parsed, "ListImages"))
    ended = why(pasted)
    assert ended.status == 0
    assert f"refused: {ACTION}" in ended.out and APP in ended.out


def test_an_error_that_the_shell_split_into_words_is_put_together(why: Why, refused: Reply) -> None:
    ended = why(*f"denied: {refused.error[2]}".split())
    assert ended.status == 0 and APP in ended.out


def test_an_error_may_come_from_a_pipe(why: Why, refused: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"one\ndenied: {refused.error[2]}\nlast\n"))
    ended = why("-")
    assert ended.status == 0 and APP in ended.out


def test_a_refused_role_is_found_by_the_sentence_without_a_reason(why: Why, running: Serving, dev: Credentials) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/absent"
    reply = running.ask("sts:AssumeRole", dev, RoleArn=role, RoleSessionName="session")
    ended = why(str(ClientError(reply.parsed, "AssumeRole")))
    assert ended.status == 0
    assert "refused: sts:AssumeRole" in ended.out and role in ended.out and identifier(reply) in ended.out


def test_the_last_one_is_the_newest_refusal_however_much_was_allowed_since(
    why: Why, running: Serving, refused: Reply
) -> None:
    for _ in range(120):
        assert running.ask("sts:GetCallerIdentity").status == 200
    ended = why("--last")
    assert ended.status == 0 and identifier(refused) in ended.out


def test_the_last_one_of_a_principal_is_not_that_of_another(why: Why, running: Serving, refused: Reply) -> None:
    other = running.ask(ACTION, running.user("somebody-else"), repositoryName="app")
    assert identifier(other) in why("--last").out
    for principal in ("dev", f"arn:aws:iam::{ACCOUNT}:user/dev"):
        assert identifier(refused) in why("--last", "--principal", principal).out


def test_json_is_the_record_and_nothing_else(why: Why, refused: Reply) -> None:
    ended = why(identifier(refused), "--output", "json")
    record = json.loads(ended.out)
    assert (record["id"], record["action"], record["resource"]) == (identifier(refused), ACTION, APP)
    assert ended.err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["a" * 25],
        ["--last", "--principal", "nobody-at-all"],
        [f"User: arn:aws:iam::{ACCOUNT}:user/x is not authorized to perform: ecr:PutImage on resource: {APP} because"],
    ],
)
def test_what_is_not_on_record_is_not_found(why: Why, running: Serving, arguments: list[str]) -> None:
    ended = why(*arguments)
    assert (ended.status, ended.out) == (5, "")
    assert ended.line


def test_text_without_id_and_sentence_is_a_mistake(why: Why, running: Serving) -> None:
    ended = why("it does not work")
    assert ended.status == 2
    assert ended.line


def test_whoever_may_not_see_decisions_is_told_so(
    shell: Shell, running: Serving, dev: Credentials, refused: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", dev.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", dev.secret_key)
    ended = shell("why", identifier(refused), "--data", running.data)
    assert (ended.status, ended.out) == (4, "")
    assert "is not authorized to perform: dockreeve:GetDecision" in ended.line


@pytest.mark.parametrize("secret", ["wrong"])
def test_a_wrong_key_is_told_so(
    shell: Shell, running: Serving, dev: Credentials, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", dev.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    ended = shell("why", "--last", "--data", running.data)
    assert ended.status == 4
    assert "signature" in ended.line and secret not in ended.line


@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "http://name.invalid:5150", "https://127.0.0.1:1"])
def test_a_server_that_does_not_answer_is_unreachable(shell: Shell, running: Serving, server: str) -> None:
    ended = shell("why", "--last", "--data", running.data, "--server", server)
    assert (ended.status, ended.out) == (7, "")
    assert ended.line.startswith(f"no server answers at {server}")


@pytest.mark.parametrize("server", ["127.0.0.1:5150", "ftp://127.0.0.1", "http://"])
def test_what_is_no_url_is_a_mistake(shell: Shell, running: Serving, server: str) -> None:
    assert shell("why", "--last", "--data", running.data, "--server", server).status == 2


def test_without_keys_it_says_where_they_would_come_from(shell: Shell) -> None:
    ended = shell("why", "--last", "--data", "absent")
    assert ended.status == 5
    assert "root credentials" in ended.line
