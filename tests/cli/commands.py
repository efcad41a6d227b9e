"""Commands as people run them: in this process where they end by themselves, in one of their own where they serve."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials

from dockreeve.cli import main
from rights.wire import Asking, Reply, aws_request, signed

SECONDS = 20  # for a server to start or to stop
LISTENING = "listening on "


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """What it said on stderr, which must be one line of our own."""
        assert self.err.startswith("dockreeve: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("dockreeve: ").rstrip("\n")


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands in this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Ended:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        out, err = self.capture.readouterr()
        return Ended(int(ended.value.code or 0), out, err)


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs: where it listens, what it has said so far, and its root user."""

    url: str
    greeting: str
    data: Path
    process: subprocess.Popen[str]

    @property
    def root(self) -> Credentials:
        """The keys in the file of the first start."""
        lines = (self.data / "root-credentials").read_text().splitlines()
        found = dict(line.split(" = ") for line in lines if " = " in line)
        return Credentials(found["aws_access_key_id"], found["aws_secret_access_key"])

    def ask(self, name: str, keys: Credentials | None = None, /, **params: Any) -> Reply:
        """Call an AWS operation."""
        service, _, operation = name.partition(":")
        asking = signed(aws_request(service, operation, params), keys or self.root, service)
        return self._sent(asking, service, operation)

    def api(self, method: str, path: str, body: Any = None, keys: Credentials | None = None) -> Reply:
        """Call the product API."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if content else {}
        return self._sent(signed(Asking(method, path, content, headers), keys or self.root, "dockreeve"))

    def _sent(self, asking: Asking, service: str = "", operation: str = "") -> Reply:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=SECONDS)
        try:
            connection.request(asking.method, asking.path, asking.body, {"Host": "127.0.0.1:5150", **asking.headers})
            answer = connection.getresponse()
            headers = {key.lower(): value for key, value in answer.headers.items()}
            return Reply(answer.status, headers, answer.read(), service, operation)
        finally:
            connection.close()

    def user(self, name: str, *actions: str) -> Credentials:
        """A user who may do this on everything."""
        assert self.ask("iam:CreateUser", UserName=name).status == 200
        if actions:
            statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            reply = self.ask("iam:PutUserPolicy", UserName=name, PolicyName="own", PolicyDocument=text)
            assert reply.status == 200, reply.body
        made = self.ask("iam:CreateAccessKey", UserName=name).parsed["AccessKey"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def stop(self) -> int:
        """End it as a service manager does; its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)


def environment(**more: str) -> dict[str, str]:
    """Ours without settings and credentials of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DOCKREEVE_"))}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONUNBUFFERED": "1"} | more


def ran(*arguments: str | Path, **settings: str) -> Ended:
    """Run a command in a process of its own, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "dockreeve", *map(str, arguments)],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def serving(data: Path, *arguments: str | Path, settings: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """A server on a free port for as long as the block runs. AssertionError when it doesn't come to listen."""
    command = [sys.executable, "-m", "dockreeve", "serve", "--data", str(data), "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        env=environment(**(settings or {})),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = []
        for line in process.stderr:
            said.append(line)
            if "docker login" in line:
                break
        greeting = "".join(said)
        assert LISTENING in greeting, greeting
        yield Serving(greeting.partition(LISTENING)[2].split()[0], greeting, data, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=SECONDS)
