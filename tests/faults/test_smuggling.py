"""A request hidden in another one, in every form that a proxy and a server were ever seen to read differently.

Each form carries a good DELETE of an image, with a good login, where one of two readers might find it. The registry
must either refuse the outer request and close, or read the DELETE as the body that it is; the image stays.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from clients.server import Server

from .pushing import Acknowledged, Image, Registry, check_image, digest_of, push
from .wire import opened, rest_of

pytestmark = pytest.mark.slow

IMAGE = Image.at_random(random.Random(1))
TE = b"Transfer-Encoding: chunked\r\n"
CUT = b"0\r\n\r\n"  # where a reader of chunks finds the end

# Headers of the outer request, and what follows its empty line; %d is the hidden request's length, %s the request.
REFUSED = {
    "both lengths, chunks last": (b"Content-Length: %d\r\n" + TE, CUT + b"%s"),
    "both lengths, chunks first": (TE + b"Content-Length: 5\r\n", CUT + b"%s"),
    "two lengths": (b"Content-Length: 0\r\nContent-Length: %d\r\n", b"%s"),
    "two lengths in one": (b"Content-Length: 0, %d\r\n", b"%s"),
    "the same length twice": (b"Content-Length: %d\r\nContent-Length: %d\r\n", b"%s"),
    "a length with a plus": (b"Content-Length: +0\r\n", b"%s"),
    "a length with a minus": (b"Content-Length: -0\r\n", b"%s"),
    "a length in hexadecimal": (b"Content-Length: 0x0\r\n", b"%s"),
    "a length of nothing": (b"Content-Length:\r\n", b"%s"),
    "a length that runs over": (b"Content-Length: 18446744073709551616\r\n", b"%s"),
    "a length with a space before the colon": (b"Content-Length : %d\r\n", b"%s"),
    "chunks with a space before the colon": (b"Transfer-Encoding : chunked\r\n", CUT + b"%s"),
    "chunks with a tab before the colon": (b"Transfer-Encoding\t: chunked\r\n", CUT + b"%s"),
    "chunks of another name": (b"Transfer-Encoding: xchunked\r\n", CUT + b"%s"),
    "chunks and another coding": (b"Transfer-Encoding: chunked, identity\r\n", CUT + b"%s"),
    "chunks twice": (TE + TE, CUT + b"%s"),
    "chunks behind a vertical tab": (b"Transfer-Encoding: \x0bchunked\r\n", CUT + b"%s"),
    "chunks in quotes": (b'Transfer-Encoding: "chunked"\r\n', CUT + b"%s"),
    "chunks on a folded line": (b"Transfer-Encoding:\r\n chunked\r\n", CUT + b"%s"),
    "a folded line": (b"X: a\r\n b\r\n", b"%s"),
    "a folded first line": (b" X: a\r\n", b"%s"),
    "a header that ends in LF alone": (b"X: a\nContent-Length: %d\r\n", b"%s"),
    "a header with a CR alone": (b"X: a\rContent-Length: %d\r\n", b"%s"),
    "a header with a NUL": (b"X: a\x00b\r\n", b"%s"),
    "a name with a NUL": (b"Content-Length\x00: %d\r\n", b"%s"),
    "a name with a space": (b"X Y: a\r\n", b"%s"),
    "a header without a name": (b": a\r\n", b"%s"),
    "a header without a colon": (b"Content-Length\r\n", b"%s"),
    "a second host": (b"Host: elsewhere\r\n", b"%s"),
    "a chunk's size in 0x": (TE, b"0x0\r\n\r\n%s"),
    "a chunk's size with a plus": (TE, b"+0\r\n\r\n%s"),
    "a chunk's size with a minus": (TE, b"-1\r\n%s"),
    "a chunk's size with an underscore": (TE, b"0_0\r\n\r\n%s"),
    "a chunk's size that runs over": (TE, b"10000000000000000\r\n%s"),
    "a chunk's size behind a space": (TE, b" 0\r\n\r\n%s"),
    "no chunk's size": (TE, b"\r\n\r\n%s"),
    "a chunk's size that ends in LF alone": (TE, b"0\n\r\n%s"),
    "a chunk's extension with a LF": (TE, b"0;a\n\r\n%s"),
    "a chunk longer than its size": (TE, b"1\r\nab\r\n0\r\n\r\n%s"),
    "a chunk that ends in LF alone": (TE, b"1\r\na\n0\r\n\r\n%s"),
    "a chunk that ends in CR alone": (TE, b"1\r\na\r0\r\n\r\n%s"),
    "chunks that end in LF alone": (TE, b"0\r\n\n%s"),
    "an upgrade with a body": (b"Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n", b"%s"),
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """One server for all forms, since none may change anything."""
    server = Server(tmp_path_factory.mktemp("smuggling")).start()
    registry = Registry.of(server)
    push(registry, IMAGE, "v1", "latest", Acknowledged(), random.Random(1))
    yield registry
    server.kill()


def hidden(registry: Registry) -> bytes:
    """The request that must never be carried out."""
    lines = [f"DELETE /v2/app/manifests/{digest_of(IMAGE.manifest)} HTTP/1.1", f"Host: {registry.server.host}"]
    return "\r\n".join([*lines, f"Authorization: Basic {registry.login}", "", ""]).encode()


def outer(registry: Registry, upload: str, lines: bytes) -> bytes:
    begun = f"PATCH {upload} HTTP/1.1\r\nHost: {registry.server.host}\r\nAuthorization: Basic {registry.login}\r\n"
    return begun.encode() + lines + b"\r\n"


@pytest.mark.parametrize("form", REFUSED)
def test_a_request_with_two_readings_is_refused_and_the_connection_ends(form: str, registry: Registry) -> None:
    lines, rest = REFUSED[form]
    inner, upload = hidden(registry), registry.upload()
    lines = lines.replace(b"%d", str(len(inner)).encode())
    with opened(registry.server) as connection:
        connection.sendall(outer(registry, upload, lines) + rest.replace(b"%s", inner))
        said = rest_of(connection)
    answers = [int(answer[:3]) for answer in said.split(b"HTTP/1.1 ")[1:]]
    assert len(answers) == 1, said
    assert answers[0] in (400, 501) or form == "an upgrade with a body", said
    assert b"connection: close" in said
    progress, _ = registry.ask("GET", upload, expect=204)
    assert progress["Range"] == "0-0", "nothing of the body was kept"
    check_image(registry, "v1", digest_of(IMAGE.manifest))


@pytest.mark.parametrize("lines", [b"Content-Length: %d\r\n", b"Transfer-Encoding: Chunked\r\n"])
def test_a_request_in_a_body_is_a_body(lines: bytes, registry: Registry) -> None:
    inner, upload = hidden(registry), registry.upload()
    body = inner if b"%d" in lines else b"%x;a=b\r\n%s\r\n0\r\n%s\r\n" % (len(inner), inner, b"X: trailer\r\n")
    lines = lines.replace(b"%d", str(len(inner)).encode()) + b"Connection: close\r\n"
    with opened(registry.server) as connection:
        connection.sendall(outer(registry, upload, lines) + body)
        said = rest_of(connection)
    assert said.startswith(b"HTTP/1.1 202 ")
    assert said.count(b"HTTP/1.1 ") == 1
    registry.ask("PUT", f"{upload}?digest={digest_of(inner)}", expect=201)
    check_image(registry, "v1", digest_of(IMAGE.manifest))
