"""Blobs: there or not, whole or in part, and under a signed URL."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dockreeve.doors.http import Request
from dockreeve.doors.stored import Kept, Stored, send_stored
from dockreeve.oci import Digest
from dockreeve.services.call import Call
from dockreeve.services.ecr.layers import download_url
from dockreeve.storage import BytesMissing, Layer
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import MemoryBlobs

from .harness import ACCOUNT, CALLER, NOW, REGION

DATA = bytes(range(256)) * 1000  # more than is read in one piece without waiting


async def test_a_blob_comes_back_as_it_was_pushed(door: Any) -> None:
    digest = await door.blob(DATA)
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}")
    assert (reply.status, reply.body) == (200, DATA)
    assert reply.headers["docker-content-digest"] == digest
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["accept-ranges"] == "bytes"


async def test_an_empty_blob_has_no_bytes(door: Any) -> None:
    digest = await door.blob(b"")
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}")).body == b""
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}", headers={"Range": "bytes=0-"})).status == 416


async def test_a_file_is_sent_by_the_server_where_it_can(door: Any) -> None:
    door.extensions["http.response.zerocopysend"] = {}
    digest = await door.blob(DATA)
    whole = await door.ask("GET", f"/v2/app/blobs/{digest}")
    part = await door.ask("GET", f"/v2/app/blobs/{digest}", headers={"Range": "bytes=70000-"})
    assert (whole.body, part.body) == (DATA, DATA[70000:])


async def test_a_small_blob_is_read_once(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"configuration"])
    await writer.publish()
    request = Request({"method": "GET", "path": "/", "headers": []}, asyncio.Event().wait)
    kept, sent = Kept(), []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await send_stored(request, send, 200, [], Stored(blobs, key, 0, 13), kept)
    await blobs.discard(key)
    await send_stored(request, send, 200, [], Stored(blobs, key, 0, 13), kept)
    assert sent[1]["body"] == sent[3]["body"] == b"configuration"
    with pytest.raises(BytesMissing):
        await send_stored(request, send, 200, [], Stored(blobs, key, 0, 4), kept)
    await blobs.close()


def test_small_parts_are_kept_within_bounds() -> None:
    kept, blobs = Kept(most=10), MemoryBlobs()
    first, second, third = (Stored(blobs, key, 0, 4) for key in "abc")
    for one in (first, second):
        kept.keep(one, one.key.encode() * 4)
    assert kept.find(first) == b"aaaa"
    kept.keep(third, b"cccc")
    assert (kept.find(first), kept.find(second), kept.find(third)) == (b"aaaa", None, b"cccc")
    assert kept.find(Stored(blobs, "a", 1, 3)) is None


async def test_head_tells_the_size_and_sends_nothing(door: Any) -> None:
    digest = await door.blob(DATA)
    reply = await door.ask("HEAD", f"/v2/app/blobs/{digest}")
    assert (reply.status, reply.headers["content-length"]) == (200, str(len(DATA)))
    assert reply.headers["docker-content-digest"] == digest


async def test_a_digest_is_echoed_in_the_algorithm_that_was_used(door: Any) -> None:
    digest = await door.blob(b"data", algorithm="sha512")
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}")
    assert (reply.body, reply.headers["docker-content-digest"]) == (b"data", digest)


@pytest.mark.parametrize(
    ("asked", "said", "part"),
    [
        ("bytes=0-9", "bytes 0-9/256000", DATA[:10]),
        ("bytes=255990-", "bytes 255990-255999/256000", DATA[-10:]),
        ("bytes=-5", "bytes 255995-255999/256000", DATA[-5:]),
        ("bytes=100-999999", "bytes 100-255999/256000", DATA[100:]),
    ],
)
async def test_a_range_is_206_with_just_its_bytes(door: Any, asked: str, said: str, part: bytes) -> None:
    digest = await door.blob(DATA)
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}", headers={"Range": asked})
    assert (reply.status, reply.headers["content-range"], reply.body) == (206, said, part)


async def test_a_range_beyond_the_blob_is_416_and_says_the_size(door: Any) -> None:
    digest = await door.blob(DATA)
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}", headers={"Range": "bytes=256000-"})
    assert (reply.status, reply.headers["content-range"], reply.body) == (416, "bytes */256000", b"")


async def test_a_range_of_another_version_gives_the_whole(door: Any) -> None:
    digest = await door.blob(DATA)
    headers = {"Range": "bytes=0-1", "If-Range": '"sha256:other"'}
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}", headers=headers)).status == 200
    headers["If-Range"] = f'"{digest}"'
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}", headers=headers)).status == 206


async def test_a_blob_that_the_client_has_is_304(door: Any) -> None:
    digest = await door.blob(DATA)
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}", headers={"If-None-Match": f'W/"{digest}", "x"'})
    assert (reply.status, reply.headers["etag"], reply.body) == (304, f'"{digest}"', b"")


async def test_a_blob_of_another_repository_is_not_there(door: Any, sha256: Any) -> None:
    await door.repository("other")
    digest = await door.blob(DATA, "other")
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}")
    assert (reply.status, reply.error[0]) == (404, "BLOB_UNKNOWN")
    assert (await door.ask("HEAD", f"/v2/app/blobs/{sha256(b'none')}")).status == 404


async def test_a_digest_that_is_none_is_refused(door: Any) -> None:
    reply = await door.ask("GET", "/v2/app/blobs/sha256:abc")
    assert (reply.status, reply.error[0]) == (400, "DIGEST_INVALID")


async def test_blobs_are_not_deleted(door: Any) -> None:
    digest = await door.blob(DATA)
    reply = await door.ask("DELETE", f"/v2/app/blobs/{digest}")
    assert (reply.status, reply.error[0]) == (405, "UNSUPPORTED")
    assert (await door.ask("HEAD", f"/v2/app/blobs/{digest}")).status == 200


async def test_strict_ecr_hands_out_only_what_an_image_names(door: Any) -> None:
    door.place = replace(door.place, profile="strict-ecr")
    digest = await door.blob(b"layer")
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}")).status == 404
    await door.image()
    assert (await door.ask("GET", f"/v2/app/blobs/{digest}")).body == b"layer"


async def test_missing_bytes_are_our_fault_and_not_an_empty_answer(door: Any, caplog: Any) -> None:
    digest = await door.blob(DATA)
    repository = await door.records.registry.find_repository(ACCOUNT, REGION, "app")
    layer = await door.records.registry.find_layer(repository.id, Digest.parse(digest))
    await door.blobs.discard(layer.key)
    reply = await door.ask("GET", f"/v2/app/blobs/{digest}")
    assert (reply.status, reply.error[0]) == (500, "UNKNOWN")
    assert reply.headers["x-amzn-requestid"] in caplog.text


async def test_a_signed_url_needs_no_login_and_ends(door: Any) -> None:
    digest = await door.blob(DATA)
    repository = await door.records.registry.find_repository(ACCOUNT, REGION, "app")
    call = Call(CALLER, REGION, NOW, "r", "http://registry.test", door.records, door.blobs, door.vault)
    url = download_url(call, repository, Layer(Digest.parse(digest), len(DATA), ""))
    path = url.removeprefix("http://registry.test")
    assert (await door.ask("GET", path, login=False)).body == DATA
    assert (await door.ask("GET", path, login=False, headers={"Range": "bytes=-2"})).body == DATA[-2:]
    assert (await door.ask("HEAD", path, login=False)).headers["content-length"] == str(len(DATA))
    assert (await door.ask("PUT", path, login=False)).status == 405
    forged = await door.ask("GET", path[:-4] + "AAAA", login=False)
    assert (forged.status, forged.error[0]) == (403, "DENIED")
    old = replace(call, now=NOW - timedelta(hours=2))
    expired = download_url(old, repository, Layer(Digest.parse(digest), len(DATA), ""))
    assert (await door.ask("GET", expired.removeprefix("http://registry.test"), login=False)).status == 403
