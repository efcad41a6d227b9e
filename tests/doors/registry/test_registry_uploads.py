"""Uploads: in one request, in chunks, broken off, out of order, mounted."""

from dataclasses import replace
from typing import Any

import pytest

from .harness import ACCOUNT, CALLER, REGION, Cut

NONE = "sha256:" + "0" * 64


async def _begin(door: Any, name: str = "app") -> str:
    reply = await door.ask("POST", f"/v2/{name}/blobs/uploads/")
    assert (reply.status, reply.headers["range"], reply.body) == (202, "0-0", b"")
    assert reply.headers["location"] == f"/v2/{name}/blobs/uploads/{reply.headers['docker-upload-uuid']}"
    return str(reply.headers["location"])


async def test_chunks_become_a_blob(door: Any, sha256: Any) -> None:
    where = await _begin(door)
    first = await door.ask("PATCH", where, [b"ab", b"c"])
    assert (first.status, first.headers["range"], first.headers["location"]) == (202, "0-2", where)
    second = await door.ask("PATCH", where, b"def", headers={"Content-Range": "3-5"})
    assert (second.status, second.headers["range"]) == (202, "0-5")
    asked = await door.ask("GET", where)
    assert (asked.status, asked.headers["range"], asked.body) == (204, "0-5", b"")
    digest = sha256(b"abcdef")
    done = await door.ask("PUT", f"{where}?digest={digest}")
    assert (done.status, done.headers["location"]) == (201, f"/v2/app/blobs/{digest}")
    assert done.headers["docker-content-digest"] == digest
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}")).body == b"abcdef"
    assert (await door.ask("GET", where)).error[0] == "BLOB_UPLOAD_UNKNOWN"


async def test_the_last_chunk_may_come_with_the_put(door: Any, sha256: Any) -> None:
    where = await _begin(door)
    await door.ask("PATCH", where, b"abc")
    digest = sha256(b"abcdef")
    put = f"{where}?digest={digest}"
    late = await door.ask("PUT", put, b"def", headers={"Content-Range": "9-11"})
    assert (late.status, late.error[0], late.headers["range"]) == (416, "BLOB_UPLOAD_INVALID", "0-2")
    assert (await door.ask("PUT", put, b"def", headers={"Content-Range": "3-5"})).status == 201
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}")).body == b"abcdef"


async def test_one_put_with_everything(door: Any, sha256: Any) -> None:
    where = await _begin(door)
    digest = sha256(b"all")
    assert (await door.ask("PUT", f"{where}?digest={digest.replace(':', '%3A')}", b"all")).status == 201


async def test_one_post_with_everything(door: Any, sha256: Any) -> None:
    digest = sha256(b"all")
    reply = await door.ask("POST", f"/v2/app/blobs/uploads/?digest={digest}", b"all")
    assert (reply.status, reply.headers["location"]) == (201, f"/v2/app/blobs/{digest}")
    assert [need.action for need in door.gate.needs] == [
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
    ]


async def test_a_failed_post_leaves_no_upload(plain_door: Any) -> None:
    reply = await plain_door.ask("POST", f"/v2/app/blobs/uploads/?digest={NONE}", b"other")
    assert (reply.status, reply.error[0]) == (400, "DIGEST_INVALID")
    assert plain_door.blobs.uploads == {}


@pytest.mark.parametrize("content_range", ["4-6", "0-2", "2-4"])
async def test_a_chunk_out_of_order_is_416_and_tells_the_good_offset(door: Any, content_range: str) -> None:
    where = await _begin(door)
    await door.ask("PATCH", where, b"abc", headers={"Content-Range": "0-2"})
    reply = await door.ask("PATCH", where, b"def", headers={"Content-Range": content_range})
    assert (reply.status, reply.error[0]) == (416, "BLOB_UPLOAD_INVALID")
    assert (reply.headers["range"], reply.headers["location"]) == ("0-2", where)
    assert (await door.ask("GET", where)).headers["range"] == "0-2"


@pytest.mark.parametrize("content_range", ["nonsense", "2-0", "0-1", "0-9"])
async def test_a_chunk_that_is_not_what_it_says_is_416(door: Any, content_range: str) -> None:
    where = await _begin(door)
    reply = await door.ask("PATCH", where, b"abc", headers={"Content-Range": content_range})
    assert (reply.status, reply.error[0]) == (416, "BLOB_UPLOAD_INVALID")


async def test_chunks_of_another_length_than_the_range_are_not_kept(door: Any) -> None:
    where = await _begin(door)
    for body in ([b"ab"], [b"ab", b"cd", b"ef"]):
        reply = await door.ask("PATCH", where, body, headers={"Content-Range": "0-3"})
        assert reply.status == 416
        assert (await door.ask("GET", where)).headers["range"] == "0-0"


async def test_a_body_that_breaks_off_is_never_kept(door: Any, sha256: Any) -> None:
    where = await _begin(door)
    await door.ask("PATCH", where, b"abc")
    broken = await door.ask("PATCH", where, [b"de", Cut])
    assert broken.status == 0
    assert (await door.ask("GET", where)).headers["range"] == "0-2"
    digest = sha256(b"abcde")
    assert (await door.ask("PUT", f"{where}?digest={digest}", [b"de", Cut])).status == 0
    assert (await door.ask("HEAD", f"/v2/app/blobs/{digest}")).status == 404
    assert (await door.ask("PUT", f"{where}?digest={digest}", b"de")).status == 201


async def test_a_body_of_another_length_than_it_says_is_never_kept(door: Any) -> None:
    where = await _begin(door)
    for length in ("2", "4"):
        reply = await door.ask("PATCH", where, b"abc", headers={"Content-Length": length})
        assert (reply.status, reply.error[0]) == (400, "SIZE_INVALID")
        assert (await door.ask("GET", where)).headers["range"] == "0-0"


async def test_a_wrong_digest_is_no_blob(door: Any) -> None:
    where = await _begin(door)
    reply = await door.ask("PUT", f"{where}?digest={NONE}", b"abc")
    assert (reply.status, reply.error[0]) == (400, "DIGEST_INVALID")
    assert (await door.ask("HEAD", f"/v2/app/blobs/{NONE}")).status == 404


@pytest.mark.parametrize("query", ["", "?digest=", "?digest=md5:abc", "?digest=sha256:ABC"])
async def test_a_put_without_a_digest_is_refused(door: Any, query: str) -> None:
    where = await _begin(door)
    reply = await door.ask("PUT", where + query)
    assert (reply.status, reply.error[0]) == (400, "DIGEST_INVALID")


async def test_a_cancelled_upload_is_gone(door: Any) -> None:
    where = await _begin(door)
    assert (await door.ask("DELETE", where)).status == 204
    for method in ("GET", "PATCH", "DELETE"):
        reply = await door.ask(method, where)
        assert (reply.status, reply.error[0]) == (404, "BLOB_UPLOAD_UNKNOWN")


async def test_an_upload_belongs_to_its_repository(door: Any) -> None:
    await door.repository("other")
    where = await _begin(door)
    assert (await door.ask("PATCH", where.replace("/app/", "/other/"), b"x")).status == 404


async def test_a_put_needs_the_right_to_upload_only_with_a_body(door: Any, sha256: Any) -> None:
    where = await _begin(door)
    await door.ask("PATCH", where, b"abc")
    door.gate.needs.clear()
    door.gate.refused = {("ecr:UploadLayerPart", "app")}
    put = f"{where}?digest={sha256(b'abc')}"
    assert (await door.ask("PUT", put, b"more")).status == 403
    assert (await door.ask("PUT", put)).status == 201
    assert [need.action for need in door.gate.needs] == [
        "ecr:CompleteLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
    ]


async def test_a_layer_of_another_repository_is_mounted(door: Any) -> None:
    await door.repository("team/base")
    digest = await door.blob(b"layer", "team/base")
    door.gate.needs.clear()
    reply = await door.ask("POST", f"/v2/app/blobs/uploads/?mount={digest}&from=team%2Fbase")
    assert (reply.status, reply.headers["location"]) == (201, f"/v2/app/blobs/{digest}")
    assert [(need.action, need.touched.arn.partition("repository/")[2]) for need in door.gate.needs] == [
        ("ecr:InitiateLayerUpload", "app"),
        ("ecr:GetDownloadUrlForLayer", "team/base"),
    ]
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}")).body == b"layer"


async def test_what_may_not_be_read_is_not_mounted(door: Any) -> None:
    await door.repository("base")
    digest = await door.blob(b"layer", "base")
    door.gate.refused = {("ecr:GetDownloadUrlForLayer", "base")}
    reply = await door.ask("POST", f"/v2/app/blobs/uploads/?mount={digest}&from=base")
    assert reply.status == 202
    assert (await door.ask("HEAD", f"/v2/app/blobs/{digest}")).status == 404


@pytest.mark.parametrize("source", ["&from=nowhere", "&from=Bad..Name", "&from=base", ""])
async def test_a_mount_that_finds_nothing_is_an_upload(door: Any, source: str) -> None:
    await door.repository("base")
    assert (await door.ask("POST", f"/v2/app/blobs/uploads/?mount={NONE}{source}")).status == 202


@pytest.mark.parametrize(
    ("profile", "setting", "status"),
    [("oci", None, 201), ("oci", "DISABLED", 202), ("strict-ecr", None, 202), ("strict-ecr", "ENABLED", 201)],
)
async def test_the_account_says_whether_layers_are_mounted(
    door: Any, profile: str, setting: str | None, status: int
) -> None:
    door.place = replace(door.place, profile=profile)
    await door.repository("base")
    digest = await door.blob(b"layer", "base")
    if setting:
        await door.records.registry.put_setting(ACCOUNT, REGION, "BLOB_MOUNTING", setting)
    assert (await door.ask("POST", f"/v2/app/blobs/uploads/?mount={digest}&from=base")).status == status


async def test_a_full_disk_is_507(plain_door: Any) -> None:
    from dockreeve.storage.memory import MemoryBlobs  # noqa: PLC0415

    plain_door.blobs = MemoryBlobs(capacity=2)
    where = await _begin(plain_door)
    reply = await plain_door.ask("PATCH", where, b"abc")
    assert (reply.status, reply.error[0]) == (507, "UNKNOWN")
    assert (await plain_door.ask("GET", where)).headers["range"] == "0-0"


async def test_the_registry_is_the_one_that_the_host_names(door: Any) -> None:
    reply = await door.ask("POST", "/v2/app/blobs/uploads/", host="210987654321.dkr.ecr.eu-west-1.example.org:443")
    assert reply.error == (
        "NAME_UNKNOWN",
        "The repository with name 'app' does not exist in the registry with id '210987654321'",
    )
    assert door.gate.needs[-1].touched.arn == "arn:aws:ecr:eu-west-1:210987654321:repository/app"
    assert (door.gate.asked.region, door.gate.asked.source_ip) == ("eu-west-1", "192.0.2.7")
    assert CALLER.account == ACCOUNT


async def test_a_public_url_makes_locations_absolute(door: Any) -> None:
    door.place = replace(door.place, public_url="https://images.example.org")
    reply = await door.ask("POST", "/v2/app/blobs/uploads/")
    assert reply.headers["location"].startswith("https://images.example.org/v2/app/blobs/uploads/")
