"""The registry's door in process: no sockets, stores in memory or in a folder, a gate that refuses what it is told."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dockreeve.aws.operation import Need
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import Place, Request
from dockreeve.doors.registry import RegistryDoor
from dockreeve.gate import Asked, Denied, Unauthenticated
from dockreeve.policy import Held, PolicySet, evaluate
from dockreeve.policy import Request as Ask
from dockreeve.services.call import Caller, CallerKind
from dockreeve.storage import Blobs, Repository, Vault
from dockreeve.storage.memory import memory_records

ACCOUNT, REGION = "123456789012", "us-east-1"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OCI = "application/vnd.oci.image.manifest.v1+json"
CALLER = Caller(
    CallerKind.USER,
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:user/dev",
    f"arn:aws:iam::{ACCOUNT}:user/dev",
    "AIDA1",
    "dev",
    "AKIA1",
)


@dataclass
class FakeGate:
    """Lets everybody with any Authorization in, and everything through but what `refused` names."""

    refused: set[tuple[str, str]] = field(default_factory=set)  # action, repository
    needs: list[Need] = field(default_factory=list)
    asked: Asked | None = None

    async def registry_caller(self, authorization: bytes | None, now: datetime) -> Caller:
        if authorization is None:
            raise Unauthenticated
        return CALLER

    async def admit(self, caller: Caller, needs: Sequence[Need], asked: Asked) -> None:
        self.asked = asked
        for need in needs:
            self.needs.append(need)
            if (need.action, need.touched.arn.partition("repository/")[2]) in self.refused:
                ask = Ask(caller.arn, need.action, need.touched.arn, {}, resource_account=ACCOUNT)
                decision = evaluate(ask, Held(identity=PolicySet(())))
                raise Denied(decision, "abc123", decision.sentence())

    async def lacking(self, caller: Caller, needs: Sequence[Need], asked: Asked) -> list[str]:
        named = ((need.action, need.touched.arn.partition("repository/")[2]) for need in needs)
        return [action for action, repository in named if (action, repository) in self.refused]

    async def allows(self, caller: Caller, need: Need, asked: Asked) -> bool:
        try:
            await self.admit(caller, [need], asked)
        except Denied:
            return False
        return True


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    reason: str

    @property
    def error(self) -> tuple[str, str]:
        """Code and message of the one error in the envelope."""
        [error] = json.loads(self.body)["errors"]
        return error["code"], error["message"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Cut:
    """The body ends here, and the connection with it."""


class Door:
    """Speaks to a RegistryDoor as an ASGI server would."""

    def __init__(self, blobs: Blobs, place: Place) -> None:
        self.vault = Vault(b"k" * 32)
        self.records = memory_records(self.vault)
        self.blobs = blobs
        self.gate = FakeGate()
        self.place = place
        self.extensions: dict[str, Any] = {"dockreeve.reason": {}}

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes | type[Cut]] = b"",
        *,
        headers: dict[str, str] | None = None,
        login: bool = True,
        host: str = "registry.test:5150",
    ) -> Reply:
        """One request; `body` as a list is sent in chunks, without Content-Length."""
        raw_path, _, query = path.partition("?")
        pieces = [body] if isinstance(body, bytes) else list(body)
        given = {"host": host} | ({"authorization": "Basic x"} if login else {})
        if isinstance(body, bytes):
            given |= {"content-length": str(len(body))} if body else {}
        else:
            given["transfer-encoding"] = "chunked"
        given |= {name.lower(): value for name, value in (headers or {}).items()}
        scope = {
            "type": "http",
            "method": method,
            "path": raw_path,
            "raw_path": raw_path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("192.0.2.7", 1234),
            "server": ("127.0.0.1", 5150),
            "scheme": "http",
            "extensions": self.extensions,
        }

        async def receive() -> dict[str, Any]:
            if pieces and pieces[0] is Cut:
                return {"type": "http.disconnect"}
            piece = pieces.pop(0) if pieces else b""
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.zerocopysend":
                message["body"] = os.pread(message["file"].fileno(), message["count"], message["offset"])
            sent.append(message)

        calls = Calls(self.records, self.blobs, self.vault, self.place)
        door = RegistryDoor(self.gate, calls)  # type: ignore[arg-type]
        await door(Request(scope, receive, now=NOW), send)
        return _reply(method, sent)

    async def repository(self, name: str = "app", **settings: Any) -> Repository:
        return await self.records.registry.add_repository(Repository(ACCOUNT, REGION, name, NOW, **settings))

    async def blob(self, data: bytes, name: str = "app", algorithm: str = "sha256") -> str:
        """Push a blob in one request; its digest."""
        digest = f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"
        reply = await self.ask("POST", f"/v2/{name}/blobs/uploads/?digest={digest}", data)
        assert reply.status == 201, reply
        return digest

    async def image(self, tag: str = "v1", name: str = "app", **members: Any) -> tuple[str, bytes]:
        """Push an image of one layer; its digest and manifest."""
        config, layer = await self.blob(b"{}", name), await self.blob(b"layer", name)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer, "size": 5}],
        } | members
        body = json.dumps(manifest).encode()
        reply = await self.ask("PUT", f"/v2/{name}/manifests/{tag}", body, headers={"Content-Type": OCI})
        assert reply.status == 201, reply
        return reply.headers["docker-content-digest"], body


def _reply(method: str, sent: list[dict[str, Any]]) -> Reply:
    if not sent:
        return Reply(0, {}, b"", "")
    begin, *rest = sent
    headers: dict[str, str] = {}
    for name, value in begin["headers"]:
        assert name.decode() not in headers, f"{name!r} twice"
        headers[name.decode()] = value.decode()
    body = b""
    for message in rest:
        body += message["body"]
    assert rest[-1]["more_body"] is False
    if method == "HEAD":
        assert body == b""
    elif begin["status"] not in (204, 304):
        assert int(headers["content-length"]) == len(body)
    return Reply(begin["status"], headers, body, begin.get("reason", ""))
