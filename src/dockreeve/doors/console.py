"""The console's files under /console/: built and compressed beforehand, indexed once when the server starts.

They are the same for everybody and hold no secret. All that the pages know they ask of the other doors, signed, as any
other client of AWS does; here there is no session, no cookie and no right.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dockreeve.doors.http import Place, Request, Send, respond

BUILT = Path(__file__).parent.parent / "console_assets"

_PREFIX = "/console/"
_HASHED = "assets/"  # what lies there has the hash of its content in its name
_INDEX = "index.html"
_PLACE = "place.json"
_SUFFIXES = {".br": "br", ".gz": "gzip"}
_TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".png": b"image/png",
    ".woff2": b"font/woff2",
    ".json": b"application/json",
    ".md": b"text/plain; charset=utf-8",
}
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{1,3})?)")
_POLICY = (
    b"default-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; "
    b"object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_GUARDS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_KEPT = b"public, max-age=31536000, immutable"
_ASKED_AGAIN = b"no-cache"
_MISSING = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dockreeve: the console is not built</title></head>
<body><main>
<h1>The console is not built</h1>
<p>This server runs without the files of its console. AWS's APIs, the registry and the commands work all the same.</p>
<ul>
<li>In a checkout, run <code>make run</code>: it builds the console, also where there is no Node.</li>
<li>A package has it built in: install <code>dockreeve</code> again.</li>
<li>To see what a refusal lacked, run <code>dockreeve why ID</code>.</li>
</ul>
</main></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the console, in each of the encodings that the build made."""

    files: Mapping[str, Path]  # by content coding; "identity" is always there
    content_type: bytes
    caching: bytes
    etag: str  # "" where the name says it all


class ConsoleDoor:
    """Serves the files; any other path below /console/ is a page's, hence index.html."""

    def __init__(self, place: Place, folder: Path = BUILT) -> None:
        self._folder = folder
        self._assets: Mapping[str, Asset] = {}
        self._place = json.dumps({"account": place.account, "region": place.region}).encode()

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer one request. What it asks for is looked up in the index, never on the disk."""
        if not self._assets:  # at first, and for as long as there is no build: a server starts sooner without
            self._assets = indexed(self._folder)
        name = request.raw_path.decode("latin-1").removeprefix(_PREFIX)
        if request.method not in ("GET", "HEAD"):
            await _say(request, send, 405, b"The console's files can only be read.\n", ((b"allow", b"GET, HEAD"),))
        elif request.raw_path == _PREFIX.rstrip("/").encode():
            await _say(request, send, 308, b"", ((b"location", _PREFIX.encode()),))
        elif name == _PLACE:
            headers = (*_GUARDS, (b"cache-control", b"no-store"))
            await respond(send, 200, self._place, headers=headers, head=request.method == "HEAD")
        elif (asset := self._assets.get(name)) is not None:
            await _give(request, send, asset)
        elif name.startswith(_HASHED):
            await _say(request, send, 404, b"Not found. The console may have been updated: reload the page.\n")
        elif (index := self._assets.get(_INDEX)) is not None:
            await _give(request, send, index)
        else:
            await _say(request, send, 503, _MISSING, content_type=_TYPES[".html"])


def indexed(folder: Path) -> dict[str, Asset]:
    """What a build left in `folder`, by path; empty when there is no whole build."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and each.suffix in _TYPES)
    named = {each.relative_to(folder).as_posix(): each for each in files}
    visible = {name: file for name, file in named.items() if not any(part.startswith(".") for part in name.split("/"))}
    return {name: _asset(name, file) for name, file in visible.items()} if _INDEX in visible else {}


def _asset(name: str, file: Path) -> Asset:
    encoded = {coding: file.with_name(file.name + suffix) for suffix, coding in _SUFFIXES.items()}
    files = {coding: each for coding, each in encoded.items() if each.is_file()} | {"identity": file}
    if name.startswith(_HASHED):
        return Asset(files, _TYPES[file.suffix], _KEPT, "")
    return Asset(files, _TYPES[file.suffix], _ASKED_AGAIN, hashlib.sha256(file.read_bytes()).hexdigest()[:32])


async def _give(request: Request, send: Send, asset: Asset) -> None:
    coding = chosen_coding(request.text(b"accept-encoding"), asset.files)
    headers = [*_GUARDS, (b"cache-control", asset.caching), (b"vary", b"Accept-Encoding")]
    if asset.etag:
        etag = f'"{asset.etag}-{coding}"'
        headers.append((b"etag", etag.encode()))
        if _matches(request.text(b"if-none-match"), etag):
            await respond(send, 304, headers=headers)
            return
    if coding != "identity":
        headers.append((b"content-encoding", coding.encode()))
    try:
        content = await asyncio.to_thread(asset.files[coding].read_bytes)
    except OSError:  # built anew while the server runs
        await _say(request, send, 404, b"Not found. The console was built anew: start the server again.\n")
        return
    await respond(send, 200, content, content_type=asset.content_type, headers=headers, head=request.method == "HEAD")


async def _say(
    request: Request,
    send: Send,
    status: int,
    text: bytes,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    content_type: bytes = b"text/plain; charset=utf-8",
) -> None:
    await respond(
        send,
        status,
        text,
        content_type=content_type,
        headers=(*_GUARDS, (b"cache-control", b"no-store"), *headers),
        head=request.method == "HEAD",
        close=request.has_body,
    )


def chosen_coding(accepted: str, offered: Mapping[str, Path]) -> str:
    """The content coding for this Accept-Encoding (RFC 9110, section 12.5.3): the client's order, then ours.

    "identity" when nothing else fits, even if the client refuses it: a server may, and a page is better than none.
    """
    quality: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, _, parameter = (each.strip() for each in part.partition(";"))
        found = _QUALITY.fullmatch(parameter.replace(" ", ""))
        quality[coding] = float(found[1]) if found else 1.0
    otherwise = quality.get("*", 0.0)
    wanted = {coding: quality.get(coding, otherwise) for coding in _SUFFIXES.values() if coding in offered}
    best = max(wanted, key=lambda coding: wanted[coding], default="identity")
    return best if wanted.get(best, 0.0) >= max(quality.get("identity", 0.0), 0.001) else "identity"


def _matches(given: str, etag: str) -> bool:
    """Whether If-None-Match names this tag; weak and strong ones are the same here (RFC 9110, section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in given.split(",")]
    return "*" in tags or etag in tags
