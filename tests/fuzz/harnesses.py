"""One harness for everything that reads what a stranger sent. Each takes any bytes and fails only for a bug of ours."""

from __future__ import annotations

import contextlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dockreeve.aws import json11, model, query
from dockreeve.aws.sigv4 import Unverified, read_signature
from dockreeve.doors.registry.paths import read_path, read_query
from dockreeve.doors.registry.ranges import Unsatisfiable, asked_span, chunk_span
from dockreeve.faults import Fault
from dockreeve.gate.caller import Callers, Unauthenticated
from dockreeve.oci import Digest, DigestError, ManifestError, is_repository_name, is_tag, parse_manifest
from dockreeve.policy import Kind, Malformed, parse
from dockreeve.services.call import Caller, CallerKind
from dockreeve.services.ecr.authorization import registry_token
from dockreeve.services.sts.sessions import open_token
from dockreeve.storage import Vault
from dockreeve.storage.memory import memory_records
from dockreeve.storage.vault import BrokenSeal

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))
ACCOUNT = "123456789012"
ROOT = Caller(
    CallerKind.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, "", "A"
)
TOKEN = registry_token(VAULT, ROOT, NOW, "us-east-1")
LOGIN = b"Basic " + b64encode(b"AWS:" + TOKEN.encode())
DIGEST = "sha256:" + "ab" * 32
DESCRIPTOR = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": DIGEST, "size": 2}
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": DESCRIPTOR,
        "layers": [DESCRIPTOR],
        "subject": DESCRIPTOR,
        "annotations": {"a": "b"},
    }
).encode()
INDEX = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [DESCRIPTOR | {"platform": {"os": "linux", "architecture": "amd64"}}],
    }
).encode()
POLICY = b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:*"],"Resource":"*","Condition":{}}]}'
SCOPE = b"Credential=AKIA/20260102/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + b"0" * 64
_CALLERS = Callers(memory_records(VAULT), VAULT)


def router(data: bytes) -> None:
    """A path and a query are read, or refused by name."""
    path, _, fields = data.partition(b"?")
    try:
        target = read_path(b"/v2/" + path)
        assert not target.name or is_repository_name(target.name)
    except Fault:
        pass
    with contextlib.suppress(Fault):
        read_query(fields)


def ranges(data: bytes) -> None:
    """A range lies within the bytes, is ignored, or can't be satisfied."""
    header, size = data[2:].decode("latin-1"), int.from_bytes(data[:2], "big")
    try:
        span = asked_span(header, size)
        assert span is None or (span.length > 0 and span.start >= 0 and span.start + span.length <= size)
    except Unsatisfiable:
        pass
    with contextlib.suppress(Unsatisfiable):
        assert chunk_span(header).length > 0


def names(data: bytes) -> None:
    """What may name a repository or a tag stands in a path as it is."""
    text = data.decode("utf-8", "surrogateescape")
    if is_repository_name(text):
        assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-/")
        assert 2 <= len(text) <= 256
        assert all(part[0].isalnum() and part[-1].isalnum() for part in text.split("/"))
    if is_tag(text):
        assert text.isascii()
        assert not set(text) & set("/:@ \n\0")
        assert text[0] not in ".-"


def digests(data: bytes) -> None:
    """A digest comes back as it was written."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        digest = Digest.parse(text)
    except DigestError:
        return
    assert str(digest) == text
    assert Digest.from_stored(digest.stored) == digest


def manifests(data: bytes) -> None:
    """A manifest is read, whatever media type its sender gave it, or refused."""
    for media_type in (None, "application/vnd.oci.image.manifest.v1+json", data[:20].decode("latin-1")):
        try:
            manifest = parse_manifest(data, media_type)
        except ManifestError:
            continue
        assert manifest.size >= 0
        assert len(manifest.required_layers) >= 0


def logins(data: bytes) -> None:
    """Only the login that we gave out lets anybody in, in whatever spelling of base64 that means the same."""
    waiting = _CALLERS.of_login(data, NOW + timedelta(hours=1))
    try:
        waiting.send(None)
    except StopIteration as ended:
        assert ended.value == ROOT
        assert data.lower().startswith(b"basic ")
        # Bits behind the last byte mean nothing: atheris found the other spellings.
        assert b64decode(data.partition(b" ")[2]) == f"AWS:{TOKEN}".encode()
    except (Unauthenticated, Fault):
        pass


def tokens(data: bytes) -> None:
    """A sealed text opens only for what it was made for, and only as it was made."""
    text = data.decode("latin-1")
    for purpose in ("registry-token", "session", "download"):
        try:
            VAULT.open(text, purpose)
        except BrokenSeal:
            continue
        assert (text, purpose) == (TOKEN, "registry-token")
    try:
        open_token(VAULT, text)
    except BrokenSeal:
        return
    raise AssertionError("a registry token, or nothing at all, is no session token")


def signatures(data: bytes) -> None:
    """A signature is read, in the header and in the query, or it is said what is wrong with it."""
    for headers, fields in (
        ([(b"authorization", b"AWS4-HMAC-SHA256 " + data), (b"x-amz-date", b"20260102T030405Z")], b""),
        ([(b"authorization", data)], b""),
        ([(b"x-amz-date", data[:24]), (b"authorization", b"AWS4-HMAC-SHA256 " + SCOPE)], b""),
        ([(b"date", data), (b"authorization", b"AWS4-HMAC-SHA256 " + SCOPE)], b""),
        ([], data),
    ):
        with contextlib.suppress(Unverified):
            read_signature("GET", b"/", fields, [(b"host", b"a"), *headers])


def forms(data: bytes) -> None:
    """A form becomes an operation's arguments, or is malformed."""
    for service, operation in (("iam", "CreateRole"), ("sts", "AssumeRole")):
        with contextlib.suppress(Fault):
            query.parse(query.read_form(data), model.service(service).operations[operation])


def documents(data: bytes) -> None:
    """A JSON body becomes an operation's arguments, or is no such thing."""
    for operation in ("CreateRepository", "UploadLayerPart", "BatchGetImage", "PutImage"):
        with contextlib.suppress(Fault):
            json11.parse(data, model.service("ecr").operations[operation])


def policies(data: bytes) -> None:
    """A policy is read, or it is said what is malformed."""
    for kind in Kind:
        with contextlib.suppress(Malformed):
            parse(data.decode("utf-8", "surrogateescape"), kind)


@dataclass(frozen=True, slots=True)
class Harness:
    """What is done with the bytes, and good bytes to begin from."""

    run: Callable[[bytes], Any]
    seeds: Sequence[bytes]


HARNESSES = {
    "router": Harness(
        router,
        [
            b"a/b/manifests/latest",
            b"app/blobs/" + DIGEST.encode() + b"?digest=" + DIGEST.encode(),
            b"app/blobs/uploads/?mount=sha256:a&from=b",
            b"app/referrers/%73ha256:" + b"ab" * 32 + b"?artifactType=a%2Bb",
            b"_catalog?n=1&last=a",
            b"app/tags/list?n=%31",
        ],
    ),
    "ranges": Harness(ranges, [b"\x00\x10bytes=0-5", b"\x00\x10bytes=-5", b"\x00\x10bytes=5-", b"\x01\x000-1023/*"]),
    "names": Harness(names, [b"a/b-c__d.e", b"app", b"latest", b"v1.0_x-y", b"a" * 256]),
    "digests": Harness(digests, [DIGEST.encode(), b"sha512:" + b"0" * 128]),
    "manifests": Harness(manifests, [MANIFEST, INDEX]),
    "logins": Harness(logins, [LOGIN, b"Basic QVdTOmE=", b"basic  " + LOGIN[6:]]),
    "tokens": Harness(tokens, [TOKEN.encode()]),
    "signatures": Harness(
        signatures,
        [
            SCOPE,
            b"20260102T030405Z",
            b"Fri, 02 Jan 2026 03:04:05 GMT",
            b"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260102%2Fus-east-1%2Fiam%2Faws4_request"
            b"&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=" + b"0" * 64,
        ],
    ),
    "forms": Harness(
        forms,
        [
            b"Action=CreateRole&Version=2010-05-08&RoleName=a&MaxSessionDuration=3600&Tags.member.1.Key=a",
            b"RoleArn=a&RoleSessionName=b&PolicyArns.member.1.arn=c&Tags.member.1.Value=d&DurationSeconds=900",
        ],
    ),
    "documents": Harness(
        documents,
        [
            b'{"repositoryName":"a","tags":[{"Key":"a","Value":"b"}],"imageScanningConfiguration":{"scanOnPush":true}}',
            b'{"repositoryName":"a","uploadId":"u","partFirstByte":0,"partLastByte":1,"layerPartBlob":"YQ=="}',
            b'{"repositoryName":"a","imageIds":[{"imageTag":"b"}],"imageManifest":"{}"}',
        ],
    ),
    "policies": Harness(policies, [POLICY]),
}
