"""Pushes by hand over docker's protocol, and what the registry acknowledged of them."""

from __future__ import annotations

import http.client
import json
import random
import socket
from base64 import b64decode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from clients.server import Server

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
GONE = (OSError, http.client.HTTPException)  # what a client sees of a server that was killed
_SECONDS = 10


def digest_of(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


class Unexpected(AssertionError):
    """A living server gave another answer than the one that a push, or a pull, needs."""


class Registry:
    """A connection to the repository `app`, logged in as root. The login was made once: it outlives the server."""

    def __init__(self, server: Server, login: str) -> None:
        self.login = login
        self.server = server
        self._headers = {"Authorization": f"Basic {login}"}
        self._connection = http.client.HTTPConnection(server.host, timeout=_SECONDS)

    @classmethod
    def of(cls, server: Server) -> Registry:
        """Make the repository and the login."""
        ecr = server.sdk().client("ecr")
        ecr.create_repository(repositoryName="app")
        login = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        assert b64decode(login).startswith(b"AWS:")
        return cls(server, login)

    def again(self) -> Registry:
        """Another connection with the same login."""
        return Registry(self.server, self.login)

    def ask(
        self, method: str, path: str, body: bytes = b"", *, expect: int, media_type: str = ""
    ) -> tuple[http.client.HTTPMessage, bytes]:
        """Headers and body of the answer. Raise `Unexpected`, or one of `GONE`; then the next call connects anew."""
        headers = self._headers | ({"Content-Type": media_type} if media_type else {})
        try:
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
            said = answer.read()
        except GONE:
            self._connection.close()
            raise
        if answer.status != expect:
            raise Unexpected(f"{method} {path}: {answer.status} instead of {expect}: {said.decode(errors='replace')}")
        return answer.headers, said

    def upload(self) -> str:
        """The path of a new upload."""
        headers, _ = self.ask("POST", "/v2/app/blobs/uploads/", expect=202)
        return urlsplit(headers["Location"]).path

    def half_sent(
        self, method: str, path: str, sent: bytes, length: int | None, *, media_type: str = ""
    ) -> socket.socket:
        """A request that announced `length` bytes (None: chunks, and more may come), and sent only `sent` so far."""
        host, port = self.server.host.split(":")
        opened = socket.create_connection((host, int(port)), timeout=_SECONDS)
        framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        head = [f"{method} {path} HTTP/1.1", f"Host: {self.server.host}", framing]
        head += [f"{name}: {value}" for name, value in self._headers.items()]
        head += [f"Content-Type: {media_type}"] if media_type else []
        body = sent if length is not None else f"{len(sent):x}\r\n".encode() + sent + b"\r\n"
        opened.sendall("\r\n".join([*head, "", ""]).encode() + body)
        return opened

    def blob(self, digest: str) -> bytes:
        return self.ask("GET", f"/v2/app/blobs/{digest}", expect=200)[1]

    def manifest(self, reference: str) -> bytes:
        return self.ask("GET", f"/v2/app/manifests/{reference}", expect=200)[1]


@dataclass(frozen=True, slots=True)
class Image:
    """A small image of its own."""

    manifest: bytes
    blobs: tuple[bytes, ...]

    @classmethod
    def at_random(cls, source: random.Random) -> Image:
        return cls.of(*(source.randbytes(source.randrange(1000, 100_000)) for _ in range(2)), nonce=source.random())

    @classmethod
    def of(cls, *layers: bytes, nonce: float = 0) -> Image:
        config = json.dumps({"architecture": "amd64", "os": "linux", "nonce": nonce}).encode()
        parts = [(CONFIG, config), *((LAYER, layer) for layer in layers)]
        described = [{"mediaType": kind, "digest": digest_of(part), "size": len(part)} for kind, part in parts]
        said = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described[0], "layers": described[1:]}
        return cls(json.dumps(said).encode(), (config, *layers))


@dataclass(slots=True)
class Acknowledged:
    """What the registry answered 201 to. One thread writes; others read when it has ended, or copies."""

    blobs: list[str] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)  # tag and digest of the manifest
    moving: str = ""  # the digest that the moving tag was last set to
    attempted: str = ""  # the digest that it was last asked to be set to


def push(registry: Registry, image: Image, tag: str, moving: str, said: Acknowledged, source: random.Random) -> None:
    """Push under `tag` and then `moving`, by each of the three ways to upload. Raise as `Registry.ask`."""
    for blob in image.blobs:
        digest, way = digest_of(blob), source.randrange(3)
        if way == 0:
            registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest}", blob, expect=201)
        else:
            upload, sent = registry.upload(), len(blob) // 2 if way == 1 else 0
            if sent:
                registry.ask("PATCH", upload, blob[:sent], expect=202)
            registry.ask("PUT", f"{upload}?digest={digest}", blob[sent:], expect=201)
        said.blobs.append(digest)
    digest = digest_of(image.manifest)
    registry.ask("PUT", f"/v2/app/manifests/{tag}", image.manifest, expect=201, media_type=MANIFEST)
    said.images.append((tag, digest))
    said.attempted = digest
    registry.ask("PUT", f"/v2/app/manifests/{moving}", image.manifest, expect=201, media_type=MANIFEST)
    said.moving = digest


def check_image(registry: Registry, tag: str, digest: str) -> None:
    """Pull it whole, by tag; raise `Unexpected` when a byte of it is another."""
    manifest = registry.manifest(tag)
    if digest_of(manifest) != digest:
        raise Unexpected(f"`{tag}` is {digest_of(manifest)}, and was acknowledged as {digest}")
    said = json.loads(manifest)
    for part in (said["config"], *said["layers"]):
        check_blob(registry, part["digest"])


def check_blob(registry: Registry, digest: str) -> None:
    if (found := digest_of(registry.blob(digest))) != digest:
        raise Unexpected(f"the blob {digest} has the content of {found}")
