"""What others wrote reaches no terminal raw: each command that prints text, given policies, names and answers that are
meant to do harm."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import dockreeve.cli
from dockreeve.cli.printed import visible

from .commands import Ended, Serving, Shell, environment

# Clear the screen, set the title, turn the reading order, go back over the line, feign a line; half a character.
HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e\r\x9b31mx\ndockreeve: all is well\u2028\ud800"
SHOWN = r"\x1b[2J\x1b]0;owned\x07\u202e\r\x9b31mx\ndockreeve: all is well\u2028\ud800"
KEY = HOSTILE.removesuffix("\ud800")
ARN = f"arn:aws:ecr:us-east-1:123456789012:repository/{HOSTILE}"
ANN = "arn:aws:iam::123456789012:user/ann"


def statement(**elements: Any) -> dict[str, Any]:
    return {"Sid": f"S{HOSTILE}", "Effect": "Allow", "Action": f"ecr:Get*{HOSTILE}", "Resource": ARN} | elements


def written(name: str, *statements: dict[str, Any]) -> Path:
    file = Path(name)
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return file


def harmless(ended: Ended) -> str:
    """What it printed, in which nothing but ends of lines is left of what a terminal obeys."""
    said = ended.out + ended.err
    assert all(line.isprintable() for line in said.split("\n")), ascii(said)
    assert not any(line.startswith("dockreeve: all is well") for line in said.split("\n"))
    return said


def test_a_text_is_made_visible_and_nothing_else_is_changed() -> None:
    assert visible(HOSTILE) == SHOWN
    assert visible("\ta é 漢 🐳 \\x1b") == "\ta é 漢 🐳 \\x1b"


def test_only_one_module_prints() -> None:
    """Everything else goes through `say` or, meant for programs, `hand_over`."""
    printing = re.compile(r"\bprint\(|click\.s?echo\(|secho\(|std(?:out|err)\.write\(")
    files = Path(dockreeve.cli.__file__).parent.glob("*.py")
    assert [file.name for file in files if printing.search(file.read_text())] == ["printed.py"]


def test_lint(shell: Shell) -> None:
    file = written("policy.json", statement(), statement(Condition={f"Bool{HOSTILE}": {f"aws:{HOSTILE}": HOSTILE}}))
    assert SHOWN in harmless(shell("lint", file))
    assert HOSTILE not in shell("lint", file, "--output", "json").out


def test_lint_of_a_file_with_such_a_name(shell: Shell) -> None:
    name = "\x1b[2J\rpolicy.json"
    Path(name).write_text("{")
    assert r"\x1b[2J\rpolicy.json:1:2" in harmless(shell("lint", name))


def test_can(shell: Shell) -> None:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    on_a_key = allow | {"Effect": "Deny", "Condition": {"StringEquals": {f"aws:{KEY}": HOSTILE}}}
    file = written("\x1b[2J\rpolicy.json", allow, allow | {"Effect": "Deny", "Action": "ecr:PutImage"})
    assert r"by statement 2 of \x1b[2J\rpolicy.json (line 1)" in harmless(shell("can", "push", "app", "--policy", file))
    assert r"depends on aws:\x1b" in harmless(
        shell("can", "push", "app", "--policy", written("if.json", allow, on_a_key))
    )
    assert r"\x1b[2J" in harmless(shell("can", "push", KEY, "--policy", file))


def test_can_as_a_table_of_a_templates_roles(shell: Shell) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policy = {"PolicyName": "x", "PolicyDocument": document}
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}
    Path("template.json").write_text(json.dumps({"Resources": {f"R{HOSTILE}": role, "Other": role}}))
    ended = shell("can", "pull", "app", "--policy", "template.json", "--matrix")
    assert f"R{SHOWN}  yes" in harmless(ended)
    assert SHOWN in harmless(shell("can", "pull", "app", "--policy", "template.json"))


def test_diff(shell: Shell) -> None:
    old = written("old.json", {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    given = {"Effect": "Allow", "Action": "ecr:PutImage", "Resource": ARN}
    new = written("\x1b[2J\rnew.json", given)
    assert r"of \x1b[2J\rnew.json (line 1)" in harmless(shell("diff", old, new))
    condition = {"StringEquals": {f"aws:{KEY}": HOSTILE}}
    assert r"with aws:\x1b" in harmless(shell("diff", old, written("if.json", given | {"Condition": condition})))


def test_cases_and_their_report(shell: Shell) -> None:
    case = {
        "id": HOSTILE,
        "name": HOSTILE,
        "family": HOSTILE,
        "basis": HOSTILE,
        "request": {"principal": ANN, "action": "ecr:PutImage", "resource": ARN, "context": {}},
        "policies": {"identity": [{"Version": "2008-10-17", "Statement": [statement()]}]},
        "expected": {"decision": "Allowed"},
    }
    Path("cases.jsonl").write_text(json.dumps(case))
    ended = shell("test", "cases.jsonl", "--junit", "report.xml")
    assert ended.status == 3
    assert SHOWN in harmless(ended)
    failure = next(ElementTree.parse("report.xml").iter("failure"))
    assert all(line.isprintable() for line in (failure.text or "").split("\n"))
    assert SHOWN in (failure.text or "")


def test_why(shell: Shell, running: Serving) -> None:
    keys = running.user("harm")
    deny = {
        "Effect": "Deny",
        "Action": "ecr:*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:UserAgent": KEY}},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [deny]}, indent="\t")
    reply = running.ask("iam:PutUserPolicy", UserName="harm", PolicyName="own", PolicyDocument=text)
    assert reply.status == 200, reply.body
    refused = running.ask("ecr:ListImages", keys, repositoryName="app")
    ended = shell("why", refused.headers["x-authorization-id"], "--data", running.data)
    assert ended.status == 0
    assert visible(f"if StringNotEquals aws:UserAgent: {KEY}") in harmless(ended)


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server that is none of ours and answers whatever it is asked with this."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Be silent."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "arguments",
    [
        ["why", "--last"],
        ["can", "pull", "app", "--role", "R"],
        ["lint", "--role", "R"],
        ["console", "--no-browser"],
        ["metadata", "--listen", "127.0.0.1:0", "--instance-profile", "R"],
    ],
)
@pytest.mark.slow
def test_the_answers_of_a_server_that_means_harm(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x" * 40)
    message = {"__type": f"E{HOSTILE}", "message": HOSTILE, "Message": HOSTILE, "code": HOSTILE}
    with answering(json.dumps(message).encode()) as url:
        ended = shell(*arguments, "--server", url)
    assert ended.status not in (0, 2)
    assert ended.line
    harmless(ended)


@pytest.mark.parametrize(
    "arguments",
    [
        [HOSTILE],
        ["lint", HOSTILE],
        ["lint", "policy.json", "--kind", HOSTILE],
        ["can", HOSTILE, "app"],
        ["can", "pull", "app", "--policy", HOSTILE],
        ["can", "pull", "app", "--policy", "policy.json", "--principal", HOSTILE],
        ["diff", HOSTILE, HOSTILE],
        ["diff", "policy.json", "policy.json", "--account", HOSTILE],
        ["test", HOSTILE],
        ["why", "--last", "--server", HOSTILE],
        ["env", "--profile", HOSTILE],
        ["operations", HOSTILE],
        ["serve", "--listen", HOSTILE],
    ],
)
def test_the_line_of_an_error(shell: Shell, arguments: list[str]) -> None:
    written("policy.json")
    ended = shell(*(one.replace("\ud800", "") for one in arguments))
    assert ended.status != 0
    assert ended.line
    harmless(ended)


def test_the_exports_hold_nothing_that_a_terminal_obeys(
    shell: Shell, running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = shell("env", "--data", running.data, "--server", f"http://127.0.0.1:1/{KEY}")
    assert (ended.status, ended.out) == (2, "")
    harmless(ended)
    monkeypatch.setenv("DOCKREEVE_SERVER", f"http://127.0.0.1:1/{KEY}")
    assert shell("env", "--data", running.data).status == 2


@pytest.mark.slow
def test_a_terminal_that_knows_fewer_letters_gets_escapes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dockreeve", "operations", "évidemment"],
        env=environment(PYTHONIOENCODING="ascii"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert done.stderr.startswith(r"dockreeve: there are no such operations of `\xe9videmment`")
