"""Rows as small as a test needs them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from dockreeve.oci import Digest
from dockreeve.storage import (
    AccessKey,
    Blobs,
    InstanceProfile,
    Kind,
    Layer,
    ManagedPolicy,
    NewImage,
    PolicyVersion,
    Principal,
    Records,
    Repository,
    UploadSession,
)

ACCOUNT = "123456789012"
OTHER = "210987654321"
REGION = "us-east-1"
AT = datetime(2026, 3, 4, 5, 6, 7, 891234, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def user(name: str = "Ann", **fields: Any) -> Principal:
    return _principal(Kind.USER, name, f"AIDA{name.upper()}", fields)


def role(name: str = "Puller", **fields: Any) -> Principal:
    return _principal(Kind.ROLE, name, f"AROA{name.upper()}", fields)


def _principal(kind: Kind, name: str, unique_id: str, fields: dict[str, Any]) -> Principal:
    given = {"account": ACCOUNT, "path": "/", "unique_id": unique_id, "created": AT, **fields}
    return Principal(kind=kind, name=name, **given)


def policy(name: str = "Pull", **fields: Any) -> ManagedPolicy:
    given = {"account": ACCOUNT, "path": "/", "unique_id": f"ANPA{name.upper()}", "created": AT, "updated": AT}
    return ManagedPolicy(name=name, **{**given, "default": PolicyVersion(1, '{"v":1}', AT), **fields})


def profile(name: str = "Box", **fields: Any) -> InstanceProfile:
    given = {"account": ACCOUNT, "path": "/", "unique_id": f"AIPA{name.upper()}", "created": AT}
    return InstanceProfile(name=name, **{**given, **fields})


def key(key_id: str = "AKIA1", owner: str = ACCOUNT, **fields: Any) -> AccessKey:
    return AccessKey(**{"id": key_id, "account": ACCOUNT, "owner": owner, "secret": "s3cret", "created": AT, **fields})


def repository(name: str = "app", **fields: Any) -> Repository:
    return Repository(**{"account": ACCOUNT, "region": REGION, "name": name, "created": AT, **fields})


def upload(repository_id: int, upload_id: str = "u1", **fields: Any) -> UploadSession:
    given = {"key": f"key-{upload_id}", "offset": 0, "opened": AT, "touched": AT}
    return UploadSession(id=upload_id, repository_id=repository_id, **{**given, **fields})


def image(word: str = "one", layers: tuple[Digest, ...] = (), **fields: Any) -> NewImage:
    body = json.dumps({"word": word, "layers": [str(layer) for layer in layers]}).encode()
    given = {"digest": Digest.of(body), "media_type": "application/vnd.oci.image.manifest.v1+json", "size": 7}
    return NewImage(**{**given, "body": body, "pushed": AT, "layers": layers, **fields})


async def stored_layer(records: Records, repository_id: int, word: str = "layer", at: datetime = AT) -> Layer:
    """A layer whose bytes are only claimed: enough where rows are the subject."""
    layer = Layer(Digest.of(word.encode()), len(word), f"key-of-{word}-{repository_id}")
    return await records.registry.add_layer(repository_id, layer, None, at)


async def stored_image(
    records: Records, repository_id: int, word: str = "one", tag: str | None = None, **fields: Any
) -> NewImage:
    made = image(word, **fields)
    await records.registry.put_image(repository_id, made, tag, immutable=False, again_is_error=False)
    return made


async def filled(blobs: Blobs, *pieces: bytes) -> str:
    """The key of published bytes."""
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write(pieces)
    await writer.publish()
    return key


async def read_all(blobs: Blobs, key: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([piece async for piece in blobs.read(key, start, length)])
