"""The console's files: what is served, in which encoding, kept how long, and what can't be had."""

import asyncio
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dockreeve.doors.console import ConsoleDoor, chosen_coding
from dockreeve.doors.http import Place, Request

INDEX = b"<!doctype html><title>console</title>"
SCRIPT = b"import('./page.js');" * 100
POLICY = (
    "default-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Asking:
    """Asks a door: `ask("/console/", method="HEAD", accept_encoding="br")`."""

    def __init__(self, folder: Path) -> None:
        self._door = ConsoleDoor(Place("123456789012", "eu-west-1"), folder)

    async def __call__(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nothing of the body is read")

        scope = {"method": method, "path": path, "raw_path": path.encode(), "headers": given}
        await self._door(Request(scope, receive), send)
        said = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        assert len(said) == len(sent[0]["headers"]), "a header is sent twice"
        return Answer(sent[0]["status"], said, sent[1]["body"])


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "console_assets"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "assets" / "entry-a1b2.js").write_bytes(SCRIPT)
    (folder / "assets" / "entry-a1b2.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (folder / "assets" / "entry-a1b2.js.br").write_bytes(b"brotli's")
    (folder / "assets" / "font-c3d4.woff2").write_bytes(b"font")
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text("{}")
    (tmp_path / "secret.json").write_text("secret")
    return folder


@pytest.fixture
def ask(built: Path) -> Asking:
    return Asking(built)


async def test_a_hashed_file_is_kept_for_good(ask: Asking) -> None:
    answer = await ask("/console/assets/entry-a1b2.js")
    assert (answer.status, answer.body) == (200, SCRIPT)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in answer.headers


async def test_the_index_is_asked_for_again_each_time_and_not_sent_again(ask: Asking) -> None:
    first = await ask("/console/")
    assert (first.status, first.body, first.headers["cache-control"]) == (200, INDEX, "no-cache")
    again = await ask("/console/", if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (await ask("/console/", if_none_match='"other"')).status == 200


async def test_the_index_of_another_build_has_another_tag(built: Path) -> None:
    before = (await Asking(built)("/console/")).headers["etag"]
    (built / "index.html").write_bytes(INDEX + b"new")
    assert (await Asking(built)("/console/")).headers["etag"] != before


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotli's"),
        ("gzip, deflate", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("BR;q=0.2, gzip;q=0.8", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("br;q=0, *", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("identity, gzip;q=0.5", None, SCRIPT),
        ("zstd", None, SCRIPT),
        ("", None, SCRIPT),
    ],
)
async def test_the_coding_is_the_one_that_the_client_likes_best(
    ask: Asking, accepted: str, coding: str | None, body: bytes
) -> None:
    answer = await ask("/console/assets/entry-a1b2.js", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == coding
    assert gzip.decompress(answer.body) == SCRIPT if coding == "gzip" else answer.body == body
    assert answer.headers["content-length"] == str(len(answer.body))


async def test_a_file_without_a_compressed_form_is_sent_as_it_is(ask: Asking) -> None:
    answer = await ask("/console/assets/font-c3d4.woff2", accept_encoding="br, gzip")
    assert (answer.body, answer.headers.get("content-encoding")) == (b"font", None)


def test_an_accept_encoding_that_makes_no_sense_gets_the_plain_file() -> None:
    assert chosen_coding(",;q=,br;q=7;gzip=,;;", {"br": Path(), "identity": Path()}) in ("br", "identity")
    assert chosen_coding("identity;q=0, br;q=0", {"br": Path(), "identity": Path()}) == "identity"


@pytest.mark.parametrize("path", ["/console/", "/console/iam/roles/a.b", "/console/x?y", "/console/access/why"])
async def test_the_address_of_a_page_gives_the_index(ask: Asking, path: str) -> None:
    assert (await ask(path)).body == INDEX


@pytest.mark.parametrize(
    "path",
    [
        "/console/../secret.json",
        "/console/assets/../../secret.json",
        "/console/..%2fsecret.json",
        "/console//etc/passwd",
        "/console/.vite/manifest.json",
        "/console/assets/entry-a1b2.js.gz",
        "/console/assets/%00",
        "/console/assets",
    ],
)
async def test_no_path_leads_out_of_the_index(ask: Asking, path: str) -> None:
    answer = await ask(path)
    assert (answer.status, answer.body == INDEX) in ((200, True), (404, False))


async def test_a_chunk_that_is_gone_is_no_page(ask: Asking) -> None:
    answer = await ask("/console/assets/old-9999.js")
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")


async def test_head_tells_the_length_and_sends_nothing(ask: Asking) -> None:
    for path in ("/console/", "/console/assets/entry-a1b2.js", "/console/place.json", "/console/assets/none.js"):
        got, told = await ask(path), await ask(path, method="HEAD")
        assert (told.status, told.headers, told.body) == (got.status, got.headers, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_nothing_can_be_written(ask: Asking, method: str) -> None:
    answer = await ask("/console/", method=method, content_length="5")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["connection"] == "close"


async def test_the_address_without_its_slash_leads_to_the_one_with_it(ask: Asking) -> None:
    answer = await ask("/console")
    assert (answer.status, answer.headers["location"]) == (308, "/console/")


async def test_the_place_is_told_to_anybody_and_kept_by_nobody(ask: Asking) -> None:
    answer = await ask("/console/place.json")
    assert json.loads(answer.body) == {"account": "123456789012", "region": "eu-west-1"}
    assert answer.headers["cache-control"] == "no-store"


async def test_every_answer_carries_the_guards(ask: Asking, tmp_path: Path) -> None:
    missing = Asking(tmp_path / "nothing")
    answers = [
        await ask("/console/"),
        await ask("/console", method="GET"),
        await ask("/console/", method="POST"),
        await ask("/console/place.json"),
        await ask("/console/assets/entry-a1b2.js"),
        await ask("/console/assets/none.js"),
        await ask("/console/", if_none_match=(await ask("/console/")).headers["etag"]),
        await missing("/console/"),
    ]
    assert [answer.status for answer in answers] == [200, 308, 405, 200, 200, 404, 304, 503]
    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"


async def test_without_a_build_the_console_says_what_to_do(tmp_path: Path) -> None:
    answer = await Asking(tmp_path)("/console/iam/roles")
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert b"make run" in answer.body
    assert b"style" not in answer.body
    assert b"<script" not in answer.body


async def test_what_is_built_while_the_server_runs_is_served(tmp_path: Path, built: Path) -> None:
    await asyncio.to_thread(built.rename, tmp_path / "later")
    ask = Asking(built)
    assert (await ask("/console/")).status == 503
    await asyncio.to_thread((tmp_path / "later").rename, built)
    assert (await ask("/console/")).status == 200


async def test_half_a_build_counts_as_none(built: Path) -> None:
    (built / "index.html").unlink()
    assert (await Asking(built)("/console/assets/entry-a1b2.js")).status == 404
    assert (await Asking(built)("/console/")).status == 503


async def test_a_file_that_a_new_build_took_away_is_not_found(ask: Asking, built: Path) -> None:
    (built / "assets" / "entry-a1b2.js").unlink()
    assert (await ask("/console/assets/entry-a1b2.js")).status == 404
