"""Whole requests, byte by byte, into the whole server: our protocol, every door, the real stores, in one process."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import uvicorn
from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from uvicorn.server import ServerState

from dockreeve.aws import model
from dockreeve.aws.operation import declared
from dockreeve.doors.limits import Limits
from dockreeve.doors.protocol import protocol_class
from dockreeve.server import Application, opened
from dockreeve.settings import load

from .choices import Choices
from .harnesses import INDEX, MANIFEST, POLICY

KEY, SECRET = "AKIAFUZZFUZZFUZZFUZZ", "fuzz" * 10
REGION = "us-east-1"
LAYER = b"layer"
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"
_ECR = model.service("ecr").target_prefix
SEEDS = [bytes([kind]) + bytes(range(start, start + 120)) for kind in range(6) for start in (0, 60, 130)]
_ROUTES = [
    ("PUT", "NAME/manifests/TAG"),
    ("GET", "NAME/manifests/TAG"),
    ("HEAD", "NAME/manifests/DIGEST"),
    ("DELETE", "NAME/manifests/TAG"),
    ("GET", "NAME/blobs/DIGEST"),
    ("HEAD", "NAME/blobs/DIGEST"),
    ("DELETE", "NAME/blobs/DIGEST"),
    ("POST", "NAME/blobs/uploads/"),
    ("PATCH", "NAME/blobs/uploads/UPLOAD"),
    ("GET", "NAME/blobs/uploads/UPLOAD"),
    ("PUT", "NAME/blobs/uploads/UPLOAD"),
    ("DELETE", "NAME/blobs/uploads/UPLOAD"),
    ("GET", "NAME/referrers/DIGEST"),
    ("GET", "NAME/tags/list"),
    ("GET", "_catalog"),
    ("GET", ""),
]
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


class Served:
    """A server in this process with the repository `app` and one layer in it; a second one may not run beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._state = ServerState()
        self._complaints = _Complaints()
        self._made: Any = None
        self.login = ""
        self.upload = ""
        self._runs = 0

    def __enter__(self) -> Self:
        self._loop.set_exception_handler(lambda _, context: self._complaints.said.append(str(context)))
        logging.getLogger().addHandler(self._complaints)
        self._loop.run_until_complete(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self._complaints)
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.close()

    async def _open(self) -> None:
        keys = {"DOCKREEVE_ROOT_ACCESS_KEY_ID": KEY, "DOCKREEVE_ROOT_SECRET_ACCESS_KEY": SECRET}
        parts = await self._stack.enter_async_context(opened(load({"data": self._folder / "data"}, environment=keys)))
        config = uvicorn.Config(Application(parts), ws="none", lifespan="off", log_config=None, access_log=False)
        config.load()
        kind = protocol_class(Limits(linger_seconds=0.01))
        self._made = lambda: kind(config=config, server_state=self._state, app_state={})  # type: ignore[call-arg]
        said = await self._say(signed("ecr", b"{}", f"{_ECR}.GetAuthorizationToken"))
        self.login = said.decode().split('"authorizationToken":"')[1].split('"')[0]

    async def _furnish(self) -> None:
        """See that the repository, its layer and an upload are there, whatever the requests before did to them."""
        await self._say(signed("ecr", b'{"repositoryName":"app"}', f"{_ECR}.CreateRepository"))
        await self._say(self._basic("POST", f"/v2/app/blobs/uploads/?digest={DIGEST}", LAYER))
        said = await self._say(self._basic("POST", "/v2/app/blobs/uploads/", b""))
        self.upload = said.decode().lower().split("docker-upload-uuid: ")[1].split("\r")[0]

    def _basic(self, method: str, path: str, body: bytes) -> bytes:
        lines = f"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {self.login}\r\n"
        return f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def run(self, data: bytes) -> None:
        """Make a request of these bytes and send it. Raise AssertionError for a 500, or an error that was logged."""
        if self._runs % 20 == 0:
            self._loop.run_until_complete(self._furnish())
        self._runs += 1
        sent = self._request(Choices(data))
        self._complaints.said.clear()
        answer = self._loop.run_until_complete(self._say(sent))
        statuses = [int(found) for found in _STATUS.findall(answer)]
        assert 500 not in statuses and not self._complaints.said, (sent, answer, *self._complaints.said)

    async def _say(self, sent: bytes) -> bytes:
        """Send bytes on a new connection and return what came back once the server has done all it can with them."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        _, connection = await self._loop.connect_accepted_socket(self._made, theirs)
        said = bytearray()

        async def read() -> None:
            while piece := await self._loop.sock_recv(ours, 65536):
                said.extend(piece)

        reading = self._loop.create_task(read())
        await self._loop.sock_sendall(ours, sent)
        await self._settled(connection)
        ours.shutdown(socket.SHUT_WR)
        await asyncio.wait([reading], timeout=5)
        assert reading.done(), (sent, bytes(said))
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=5)
        assert not self._state.tasks, sent
        ours.close()
        return bytes(said)

    async def _settled(self, connection: Any) -> None:
        """Return when every request was answered, or one waits for a body that won't come."""
        for _ in range(5):  # all of it is read by now
            await asyncio.sleep(0)
        while tasks := set(self._state.tasks):
            stuck = connection.cycle.more_body
            await asyncio.wait(tasks, timeout=0.02 if stuck else 5)
            if tasks == self._state.tasks:
                assert stuck, "a request has no end"
                return

    # what is made of the bytes

    def _request(self, choices: Choices) -> bytes:
        kind = choices.number(6)
        if kind == 0:
            return choices.rest()
        if kind in (1, 2):
            return self._registry(choices)
        if kind == 3:
            return _form(choices)
        if kind == 4:
            return _document(choices)
        return self._anything(choices)

    def _registry(self, choices: Choices) -> bytes:
        words = ["latest", DIGEST, self.upload, "app", "a/b", "sha256:0", "%61pp", "", ".."]

        def word(*good: str) -> str:
            if choices.often():
                return choices.one_of([*good, *words]) if choices.number(4) == 3 or not good else good[0]
            return quote(choices.bytes(), safe=choices.one_of(["", "/%"]))

        method, path = choices.one_of(_ROUTES) if choices.often() else (choices.one_of(["QUERY", "OPTIONS"]), "NAME/")
        for placeholder, good in (("NAME", "app"), ("DIGEST", DIGEST), ("TAG", "latest"), ("UPLOAD", self.upload)):
            if placeholder in path:
                path = path.replace(placeholder, word(good))
        target = f"/v2/{path}"
        queries = ["digest", "mount", "from", "n", "last", "artifactType"]
        fields = "&".join(f"{choices.one_of(queries)}={word(DIGEST)}" for _ in range(choices.number(4)))
        target += f"?{fields}" if fields else ""
        names = ["Content-Type", "Accept", "Range", "Content-Range", "If-None-Match", "If-Range", "Expect", "X"]
        values = [
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "*/*",
            "bytes=0-2",
            "0-4",
            f'"{DIGEST}"',
            "100-continue",
        ]
        lines = [f"Authorization: Basic {self.login}" if choices.often() else "Authorization: Basic QVdTOg=="]
        for _ in range(choices.number(4)):
            value = choices.one_of(values) if choices.often() else choices.bytes().decode("latin-1")
            lines.append(f"{choices.one_of(names)}: {value}")
        body = choices.one_of([b"", LAYER, MANIFEST, INDEX, b"{}"]) if choices.often() else choices.bytes()
        body = body.replace(b"ab" * 32, DIGEST[7:].encode())
        return _framed(choices, method, target, lines, body)

    def _anything(self, choices: Choices) -> bytes:
        path = choices.one_of(
            ["/", "/healthz", "/readyz", "/api/decisions", "/api/roles/", "/layers/", "/console/", "/v2"]
        )
        method = choices.one_of(["GET", "POST", "PUT", "HEAD"])
        return _framed(choices, method, path + quote(choices.bytes(), safe="/?=&%"), [], choices.bytes())


class _Complaints(logging.Handler):
    """What the server logged as an error of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its traceback."""
        self.said.append(logging.Formatter().format(record))


def _framed(choices: Choices, method: str, target: str, lines: list[str], body: bytes) -> bytes:
    """The request with a length, a wrong length, or in chunks."""
    framing, tail = f"Content-Length: {len(body)}", body
    how = choices.number(8)
    if how == 5:
        framing, tail = (
            "Transfer-Encoding: chunked",
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n",
        )
    elif how == 6:
        framing = f"Content-Length: {len(body) + 1 - choices.number(3)}"
    elif how == 7:
        framing = choices.bytes().decode("latin-1")
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: a", framing, *lines, "", ""])
    return head.encode("latin-1", "replace") + tail


def _form(choices: Choices) -> bytes:
    """A good signature on a form that an operation of IAM or STS may or may not like."""
    service = choices.one_of(["iam", "sts"])
    operation = _operation(choices, service)
    fields = [f"Action={operation.name}", f"Version={model.service(service).api_version}"]
    for name in _given(choices, operation):
        suffix = choices.one_of(["", "", "", "", "", ".member.1", ".member.1.Key", ".member.2", ".x"])
        values = ["app", "1", "true", POLICY.decode(), "arn:aws:iam::123456789012:role/app", "/", "a" * 129, "\0"]
        value = choices.one_of(values).encode() if choices.often() else choices.bytes()
        fields.append(f"{name}{suffix}={quote(value, safe='')}")
    return signed(service, "&".join(fields).encode() + (b"" if choices.often() else choices.bytes()))


def _document(choices: Choices) -> bytes:
    """A good signature on a JSON body of an operation of ECR."""
    operation, members = _operation(choices, "ecr"), []
    for name in _given(choices, operation):
        values = [b'"app"', b"1", b"[]", b"{}", b'["app"]', b'[{"imageTag":"latest"}]', b"null", b"1e400", b'"\\ud800"']
        members.append(b'"%s":%s' % (name.encode(), choices.one_of(values) if choices.often() else choices.bytes()))
    return signed("ecr", b"{" + b",".join(members) + b"}", f"{_ECR}.{operation.name}")


def _operation(choices: Choices, service: str) -> model.OperationModel:
    """One of those that we have."""
    ours = sorted(name.partition(":")[2] for name in declared() if name.startswith(f"{service}:"))
    return model.service(service).operations[choices.one_of(ours)]


def _given(choices: Choices, operation: model.OperationModel) -> list[str]:
    """The members that a request names: those that it must, and some others."""
    shape = operation.input_shape
    return [name for name in shape.members if name in shape.required or choices.number(3) == 0]


def signed(service: str, body: bytes, target: str = "") -> bytes:
    """A whole POST, signed as root."""
    kind = "application/x-amz-json-1.1" if target else "application/x-www-form-urlencoded"
    headers = {"Host": "a", "Content-Type": kind} | ({"X-Amz-Target": target} if target else {})
    request = AWSRequest("POST", "http://a/", headers=headers, data=body)
    SigV4Auth(Credentials(KEY, SECRET), service, REGION).add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join(["POST / HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
