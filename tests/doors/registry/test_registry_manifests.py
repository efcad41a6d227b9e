"""Manifests: stored byte for byte, served as they are, deleted by tag and by digest."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from .harness import OCI

INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
NONE = "sha256:" + "0" * 64


def _put(door: Any, reference: str, body: bytes, media_type: str | None = OCI) -> Any:
    headers = {} if media_type is None else {"Content-Type": media_type}
    return door.ask("PUT", f"/v2/app/manifests/{reference}", body, headers=headers)


async def test_a_manifest_comes_back_as_it_was_pushed(plain_door: Any) -> None:
    digest, body = await plain_door.image("v1")
    for reference in ("v1", digest, digest.replace(":", "%3A")):
        got = await plain_door.ask("GET", f"/v2/app/manifests/{reference}")
        assert (got.status, got.body, got.headers["content-type"]) == (200, body, OCI)
        assert got.headers["docker-content-digest"] == digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
        head = await plain_door.ask("HEAD", f"/v2/app/manifests/{reference}")
        different = ("x-amzn-requestid",)
        assert {**head.headers, **dict.fromkeys(different)} == {**got.headers, **dict.fromkeys(different)}


async def test_put_says_where_and_what(plain_door: Any) -> None:
    digest, body = await plain_door.image("v1")
    reply = await _put(plain_door, digest, body)
    assert (reply.status, reply.headers["location"]) == (201, f"/v2/app/manifests/{digest}")
    assert reply.headers["docker-content-digest"] == digest
    assert "oci-subject" not in reply.headers


async def test_a_digest_is_echoed_in_the_algorithm_that_was_used(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    body += b"\n"
    digest = f"sha512:{hashlib.sha512(body).hexdigest()}"
    assert (await _put(plain_door, digest, body)).headers["docker-content-digest"] == digest
    assert (await plain_door.ask("GET", f"/v2/app/manifests/{digest}")).headers["docker-content-digest"] == digest


async def test_a_media_type_may_have_parameters_or_be_left_out(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    assert (await _put(plain_door, "v2", body, f"{OCI}; charset=utf-8")).status == 201
    assert (await _put(plain_door, "v3", body, None)).status == 201


async def test_a_repeated_push_is_no_error(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    assert (await _put(plain_door, "v1", body)).status == 201


async def test_only_get_counts_as_a_pull(plain_door: Any) -> None:
    digest, _ = await plain_door.image("v1")
    repository = await plain_door.records.registry.find_repository("123456789012", "us-east-1", "app")
    await plain_door.ask("HEAD", "/v2/app/manifests/v1")
    assert (await plain_door.records.registry.find_image(repository.id, "v1")).last_pull is None
    await plain_door.ask("GET", f"/v2/app/manifests/{digest}")
    assert (await plain_door.records.registry.find_image(repository.id, "v1")).last_pull is not None


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("*/*", 200),
        ("application/json", 200),
        (f"{DOCKER}, {OCI};q=0.5", 200),
        (f"{DOCKER}, */*", 200),
        (DOCKER, 404),
        (f"{DOCKER}, application/json", 404),
    ],
)
async def test_a_tag_is_served_unless_accept_rules_it_out(plain_door: Any, accept: str | None, status: int) -> None:
    digest, _ = await plain_door.image("v1")
    headers = {} if accept is None else {"Accept": accept}
    assert (await plain_door.ask("GET", "/v2/app/manifests/v1", headers=headers)).status == status
    assert (await plain_door.ask("GET", f"/v2/app/manifests/{digest}", headers=headers)).status == 200


async def test_a_manifest_that_the_client_has_is_304(plain_door: Any) -> None:
    digest, _ = await plain_door.image("v1")
    reply = await plain_door.ask("GET", "/v2/app/manifests/v1", headers={"If-None-Match": f'"{digest}"'})
    assert (reply.status, reply.body) == (304, b"")


@pytest.mark.parametrize("reference", ["nothing", NONE, ".hidden", "a+b", "x" * 129])
async def test_an_image_that_is_not_there_is_404(plain_door: Any, reference: str) -> None:
    for method in ("GET", "DELETE"):
        reply = await plain_door.ask(method, f"/v2/app/manifests/{reference}")
        assert (reply.status, reply.error) == (404, ("MANIFEST_UNKNOWN", "Requested image not found"))


async def test_strict_ecr_answers_400_to_what_cannot_be_a_tag(plain_door: Any) -> None:
    plain_door.place = replace(plain_door.place, profile="strict-ecr")
    assert (await plain_door.ask("HEAD", "/v2/app/manifests/a+b")).status == 400


async def test_a_subject_is_confirmed(plain_door: Any) -> None:
    subject, _ = await plain_door.image("v1")
    _, body = await plain_door.image("v2")
    members = json.loads(body) | {"subject": {"mediaType": OCI, "digest": subject, "size": 1}}
    reply = await _put(plain_door, "v3", json.dumps(members).encode())
    assert (reply.status, reply.headers["oci-subject"]) == (201, subject)


async def test_a_manifest_needs_its_layers(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    members = json.loads(body)
    members["layers"][0]["digest"] = NONE
    reply = await _put(plain_door, "v2", json.dumps(members).encode())
    assert (reply.status, reply.error) == (
        404,
        (
            "MANIFEST_BLOB_UNKNOWN",
            f"Layers with digests '[{NONE}]' required for pushing image into repository with name 'app' in the "
            "registry with id '123456789012' do not exist",
        ),
    )


async def test_an_index_needs_its_images(plain_door: Any) -> None:
    digest, body = await plain_door.image("v1")
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{"mediaType": OCI, "digest": NONE, "size": len(body)}],
    }
    reply = await _put(plain_door, "all", json.dumps(index).encode(), INDEX)
    assert (reply.status, reply.error[0]) == (404, "MANIFEST_BLOB_UNKNOWN")
    index["manifests"][0]["digest"] = digest  # type: ignore[index]
    assert (await _put(plain_door, "all", json.dumps(index).encode(), INDEX)).status == 201
    refused = await plain_door.ask("DELETE", f"/v2/app/manifests/{digest}")
    assert (refused.status, refused.error[0]) == (409, "UNSUPPORTED")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"schemaVersion":2}', b'{"schemaVersion":1}'])
async def test_what_is_no_manifest_is_refused(plain_door: Any, body: bytes) -> None:
    reply = await _put(plain_door, "v1", body)
    assert (reply.status, reply.error[0]) == (400, "MANIFEST_INVALID")
    assert reply.error[1].startswith("Invalid parameter at 'ImageManifest' failed to satisfy constraint: '")
    plain_door.place = replace(plain_door.place, profile="strict-ecr")
    reply = await _put(plain_door, "v1", body)
    assert (reply.status, reply.error[0]) == (405, "UNSUPPORTED")


async def test_a_manifest_of_just_the_largest_size_is_taken(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    largest = body + b" " * (4_194_304 - len(body))
    assert (await _put(plain_door, "big", largest)).status == 201
    for too_large in (largest + b" ", [largest, b" "]):
        reply = await _put(plain_door, "big", too_large)  # type: ignore[arg-type]
        assert (reply.status, reply.error[0]) == (413, "MANIFEST_INVALID")


async def test_a_digest_must_be_that_of_the_bytes(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    for reference in (NONE, "sha256:abc", "md5:abc"):
        reply = await _put(plain_door, reference, body)
        assert (reply.status, reply.error[0]) == (400, "DIGEST_INVALID")


async def test_a_tag_must_be_one(plain_door: Any) -> None:
    _, body = await plain_door.image("v1")
    reply = await _put(plain_door, "-v1", body)
    assert (reply.status, reply.error[0]) == (400, "TAG_INVALID")


async def test_an_immutable_tag_stays(plain_door: Any) -> None:
    await plain_door.repository("fixed", mutability="IMMUTABLE")
    _, body = await plain_door.image("v1", "fixed")
    again = await plain_door.ask("PUT", "/v2/fixed/manifests/v1", body, headers={"Content-Type": OCI})
    assert again.status == 201
    reply = await plain_door.ask("PUT", "/v2/fixed/manifests/v1", body + b" ", headers={"Content-Type": OCI})
    assert (reply.status, reply.error) == (
        400,
        (
            "TAG_INVALID",
            "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is "
            "immutable.",
        ),
    )


async def test_delete_by_tag_and_by_digest(plain_door: Any) -> None:
    digest, body = await plain_door.image("v1")
    await _put(plain_door, "v2", body)
    assert (await plain_door.ask("DELETE", "/v2/app/manifests/v1")).status == 202
    assert (await plain_door.ask("GET", "/v2/app/manifests/v1")).status == 404
    assert (await plain_door.ask("GET", "/v2/app/manifests/v2")).status == 200
    assert (await plain_door.ask("DELETE", f"/v2/app/manifests/{digest}")).status == 202
    assert (await plain_door.ask("GET", "/v2/app/manifests/v2")).status == 404
