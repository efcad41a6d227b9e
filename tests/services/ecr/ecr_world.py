"""A small world for ECR's tests: one account on stores in memory, asked as a client would, model and all."""

import base64
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import dockreeve.services.ecr  # noqa: F401 (declares the operations)
from dockreeve.aws import constraints, json11
from dockreeve.aws.model import service
from dockreeve.aws.operation import Need, locate
from dockreeve.faults import Fault
from dockreeve.oci import Digest
from dockreeve.services.call import Call, Caller, CallerKind
from dockreeve.services.ecr import images, uploads
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.storage import Repository, Vault
from dockreeve.storage.memory import MemoryBlobs, memory_records

ACCOUNT = "123456789012"
OTHER = "210987654321"
REGION = "us-east-1"
NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def user(name: str = "alice", account: str = ACCOUNT) -> Caller:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return Caller(CallerKind.USER, account, arn, arn, f"AIDA{name.upper():A<17}", name, "AKIAIOSFODNN7EXAMPLE")


def descriptor(content: bytes, media_type: str = LAYER, **more: Any) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": str(Digest.of(content)), "size": len(content), **more}


def manifest(config: bytes = b"{}", layers: Iterable[bytes] = (b"layer",), **more: Any) -> str:
    parts = [descriptor(layer) for layer in layers]
    document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": descriptor(config, CONFIG), "layers": parts}
    return json.dumps({**document, **more})


def index(*children: str, **more: Any) -> str:
    parts = [descriptor(child.encode(), OCI_MANIFEST) for child in children]
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": parts, **more})


def digest_of(text: str) -> str:
    return str(Digest.of(text.encode()))


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@dataclass
class World:
    """Who calls, when, and what the store has; `ask` is one request that the gate has let through."""

    call: Call
    blobs: MemoryBlobs

    @classmethod
    def new(cls) -> "World":
        vault, blobs = Vault(bytes(32)), MemoryBlobs()
        records = memory_records(vault)
        call = Call(user(), REGION, NOON, "request-1", "https://registry.example:5150", records, blobs, vault)
        return cls(call, blobs)

    def later(self, **delta: float) -> None:
        self.call = replace(self.call, now=self.call.now + timedelta(**delta))

    async def needs(self, name: str, /, **params: Any) -> list[Need]:
        """What the gate would check, as pairs of action and ARN with the context."""
        return await locate("ecr", name).needs(self.call, self._arguments(name, params))

    async def ask(self, name: str, /, **params: Any) -> dict[str, Any]:
        """Send the parameters through the wire's parser and checks, run, and read what goes back."""
        operation = locate("ecr", name)
        result = await operation.run(self.call, self._arguments(name, params))
        answer: dict[str, Any] = json.loads(json11.serialise(operation.model, result, "request-1"))
        return answer

    async def refused(self, name: str, /, **params: Any) -> Fault:
        """The fault that the request gets, which the model or the service's common errors know."""
        with pytest.raises(Fault) as caught:
            await self.ask(name, **params)
        status, body = json11.serialise_error("ecr", caught.value, "request-1")
        assert status in (400, 500)
        assert json.loads(body)["__type"]
        return caught.value

    @staticmethod
    def _arguments(name: str, params: dict[str, Any]) -> dict[str, Any]:
        model = service("ecr").operations[name]
        parsed = json11.parse(json.dumps(params).encode(), model)
        constraints.check(model, parsed)
        return model.arguments(parsed)

    async def repository(self, name: str = "app", **settings: Any) -> Repository:
        """A repository with this name, made if it isn't there."""
        if await self.call.records.registry.find_repository(ACCOUNT, REGION, name) is None:
            await self.ask("CreateRepository", repositoryName=name, **settings)
        return await find_repository(self.call, name)

    async def layer(self, content: bytes, repository: str = "app") -> Digest:
        """Upload a layer as the registry's door does."""
        to = await self.repository(repository)
        upload = await uploads.open_upload(self.call, to)
        return (await uploads.complete(self.call, to, upload, Digest.of(content), stream(content))).digest

    async def image(self, text: str, tag: str | None = None, repository: str = "app") -> str:
        """Store a manifest as the registry's door does; its digest."""
        to = await self.repository(repository)
        digest, _ = await images.put_image(self.call, to, text.encode(), tag=tag)
        return str(digest)

    async def pushed(self, layers: Sequence[bytes] = (b"layer",), tag: str | None = "latest", **more: Any) -> str:
        """A whole image with its layers; the manifest's text."""
        for content in (b"{}", *layers):
            await self.layer(content)
        text = manifest(layers=layers, **more)
        await self.image(text, tag)
        return text


def blob(content: bytes) -> str:
    return base64.b64encode(content).decode()
