"""The door behind our protocol, the real gate and real files: a user with keys and policies pushes and pulls."""

import asyncio
import hashlib
import http.client
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from door_server import serving

from dockreeve.doors.calls import Calls
from dockreeve.doors.http import Place, Request
from dockreeve.doors.registry import RegistryDoor
from dockreeve.gate import Gate, Journal
from dockreeve.services.ecr.authorization import registry_token
from dockreeve.storage import AccessKey, InlinePolicy, Kind, Principal, Repository, Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import memory_records

from .harness import ACCOUNT, CALLER, OCI, REGION

# The rights of the well-known tutorial: log in, list and push, but no layer comes back.
RIGHTS = [
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "CompleteLayerUpload",
    "InitiateLayerUpload",
    "ListImages",
    "PutImage",
    "UploadLayerPart",
]


@dataclass
class Server:
    """A registry that listens, and its one user."""

    address: tuple[str, int]
    records: Any
    login: str

    async def allow(self, *actions: str) -> None:
        statement = {"Effect": "Allow", "Action": [f"ecr:{action}" for action in actions], "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": statement})
        await self.records.identity.put_inline(CALLER.unique_id, InlinePolicy("rights", text), limit=2048)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[Any, bytes]:
        """One request by the standard library's client, on a connection of its own."""

        def ask() -> tuple[Any, bytes]:
            connection = http.client.HTTPConnection(*self.address, timeout=10)
            try:
                connection.request(method, path, body, {"Authorization": self.login} | headers)
                response = connection.getresponse()
                return response, response.read()
            finally:
                connection.close()

        return await asyncio.to_thread(ask)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A registry with the repository `app`."""
    vault = Vault(os.urandom(32))
    records = memory_records(vault)
    blobs = FileBlobs(tmp_path / "blobs", low_water=0)
    now = datetime.now(UTC)
    await records.identity.ensure_account(ACCOUNT, now)
    user = Principal(ACCOUNT, Kind.USER, CALLER.name, "/", CALLER.unique_id, now)
    await records.identity.add_principal(user, limit=10)
    key = AccessKey(id=CALLER.access_key_id, account=ACCOUNT, owner=CALLER.unique_id, secret="s" * 40, created=now)
    await records.identity.add_key(key, limit=2)
    await records.registry.add_repository(Repository(ACCOUNT, REGION, "app", now))
    gate = Gate(records, vault, Journal(records, keep=timedelta(hours=1), most=100))
    door = RegistryDoor(gate, Calls(records, blobs, vault, Place(ACCOUNT, REGION)))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await door(Request(scope, receive), send)

    login = "Basic " + b64encode(f"AWS:{registry_token(vault, CALLER, now, REGION)}".encode()).decode()
    async with serving(app) as address:
        made = Server(address, records, login)
        await made.allow(*RIGHTS)
        yield made
    await blobs.close()
    await records.close()


async def _push(server: Server, data: Any, size: int, digest: str) -> None:
    """As docker does: POST, one chunked PATCH, PUT."""
    begun, _ = await server.ask("POST", "/v2/app/blobs/uploads/")
    assert begun.status == 202
    where = begun.headers["Location"]
    patched, _ = await server.ask("PATCH", where, data)
    assert (patched.status, patched.headers["Range"]) == (202, f"0-{size - 1}")
    done, said = await server.ask("PUT", f"{where}?digest={digest}")
    assert done.status == 201, said


async def test_a_push_a_refused_pull_and_the_right_that_was_missing(server: Server) -> None:
    layer = os.urandom(3_000_000)
    digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    await _push(server, iter([layer[at : at + 32_768] for at in range(0, len(layer), 32_768)]), len(layer), digest)
    config = f"sha256:{hashlib.sha256(b'{}').hexdigest()}"
    await _push(server, b"{}", 2, config)
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2},
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest, "size": len(layer)},
        ],
    }
    put, said = await server.ask("PUT", "/v2/app/manifests/v1", json.dumps(manifest), **{"Content-Type": OCI})
    assert put.status == 201, said

    refused, said = await server.ask("GET", f"/v2/app/blobs/{digest}")
    assert refused.status == 403
    why = refused.headers["X-Authorization-Id"]
    assert refused.reason == f"denied: ecr:GetDownloadUrlForLayer [why: {why}]"
    [error] = json.loads(said)["errors"]
    assert error["code"] == "DENIED"
    assert error["message"] == (
        f"User: arn:aws:iam::{ACCOUNT}:user/dev is not authorized to perform: ecr:GetDownloadUrlForLayer on resource: "
        f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app because no identity-based policy allows the "
        f"ecr:GetDownloadUrlForLayer action [why: {why}]"
    )

    await server.allow(*RIGHTS, "GetDownloadUrlForLayer")
    pulled, said = await server.ask("GET", f"/v2/app/blobs/{digest}")
    assert (pulled.status, said) == (200, layer)
    part, said = await server.ask("GET", f"/v2/app/blobs/{digest}", Range="bytes=2000000-2999998")
    assert (part.status, said) == (206, layer[2_000_000:2_999_999])


async def test_a_login_dies_with_its_key(server: Server) -> None:
    assert (await server.ask("GET", "/v2/"))[0].status == 200
    await server.records.identity.remove_key(CALLER.access_key_id)
    reply, said = await server.ask("GET", "/v2/")
    assert reply.status == 403
    assert json.loads(said)["errors"][0]["message"] == "The security token included in the request is invalid."


async def test_a_wrong_password_is_401(server: Server) -> None:
    for wrong in (f"Basic {b64encode(b'AWS:x').decode()}", "Bearer x", "Basic ###"):
        reply, said = await server.ask("GET", "/v2/app/tags/list", Authorization=wrong)
        assert (reply.status, said) == (401, b"Not Authorized\n")


@pytest.mark.parametrize("head", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
async def test_half_a_body_is_never_committed(server: Server, head: str) -> None:
    begun, _ = await server.ask("POST", "/v2/app/blobs/uploads/")
    where = begun.headers["Location"]
    half = b"x" * 50_000
    digest = f"sha256:{hashlib.sha256(half).hexdigest()}"
    sent = half if head.startswith("Content") else b"%x\r\n%s\r\n" % (len(half), half)
    for method, path in (("PATCH", where), ("PUT", f"{where}?digest={digest}")):
        _, writer = await asyncio.open_connection(*server.address)
        line = f"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {server.login}\r\n{head}\r\n\r\n"
        writer.write(line.encode() + sent)
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.transport.abort()
        await asyncio.sleep(0.1)
        asked, _ = await server.ask("GET", where)
        assert (asked.status, asked.headers["Range"]) == (204, "0-0")
    assert (await server.ask("HEAD", f"/v2/app/blobs/{digest}"))[0].status == 404
    whole, _ = await server.ask("PUT", f"{where}?digest={digest}", half)
    assert whole.status == 201


@pytest.mark.parametrize(("length", "closes"), [(5_000, False), (256 * 1024, False), (256 * 1024 + 1, True)])
async def test_a_refusal_takes_a_small_body_first_and_keeps_the_connection(
    server: Server, length: int, closes: bool
) -> None:
    begun, _ = await server.ask("POST", "/v2/app/blobs/uploads/")
    await server.allow("GetDownloadUrlForLayer")
    reply, said = await server.ask("PATCH", begun.headers["Location"], bytes(length))
    assert (reply.status, reply.headers["Connection"] == "close") == (403, closes)
    assert "ecr:UploadLayerPart" in json.loads(said)["errors"][0]["message"]
