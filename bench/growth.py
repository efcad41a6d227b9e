"""How cost grows: with the pulls at one time, and with the images in the database."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from botocore.awsrequest import AWSResponse
from tests.clients.server import Sdk

from . import registries
from .figures import plain
from .loader import PER_REPOSITORY, load_images
from .process import Peer
from .rate import Ask, BenchError, load_generator, measured
from .transfer import MIB, Payload, blob_path, push_layer

PULLS = (1, 10, 100, 1_000)
IMAGES = (10, 10_000, 1_000_000)
_PULLED = MIB
_ASKED = 2_000  # manifests asked for by tag, each another one where there are so many
_PAGES = 300
_PAGE = 10  # images: as many as the smallest database has


def concurrent_pulls(peers: Sequence[Peer], sizes: Sequence[int], folder: Path, *, seconds: int) -> str:
    """A table: MiB per second, the slowest of 100 answers, and the server's memory, by the number of pulls at once."""
    layer, wrk = Payload(_PULLED, 11), load_generator()
    lines: dict[str, list[str]] = {}
    for peer in peers:
        push_layer(peer, layer, chunked=False)
        for pulls in sizes:
            peer.forget_peak()
            ask = Ask(blob_path(layer.digest), headers=peer.headers)
            got = measured(wrk, peer, ask, seconds=seconds, folder=folder, connections=pulls)
            for what, figure in (
                ("MiB/s", got.rate * _PULLED / MIB),
                ("p99, ms", got.p99 * 1000),
                ("peak memory, MiB", peer.peak() / MIB),
            ):
                lines.setdefault(f"{peer.name}: {what}", []).append(plain(figure))
    return grown("pulls at once", sizes, lines)


def images_in_the_database(sizes: Sequence[int], folder: Path) -> str:
    """A table: milliseconds of one request (p50, p99) by the number of images that the database holds."""
    lines: dict[str, list[str]] = {}
    for count in sizes:
        began = time.perf_counter()
        with registries.ours(folder / f"{count}", loaded=lambda data, count=count: load_images(data, count)) as (
            peer,
            keys,
        ):
            loading = time.perf_counter() - began
            for what, took in _asked(peer, Sdk(peer.url, keys), count).items():
                cuts = quantiles(took, n=100)
                lines.setdefault(f"{what}, p50 ms", []).append(f"{cuts[49] * 1000:.2f}")
                lines.setdefault(f"{what}, p99 ms", []).append(f"{cuts[98] * 1000:.2f}")
            lines.setdefault("resident, MiB", []).append(plain(peer.resident() / MIB))
            lines.setdefault("loading and starting, s", []).append(plain(loading))
    return grown("images", sizes, lines)


def grown(of_what: str, sizes: Sequence[int], lines: Mapping[str, Sequence[str]]) -> str:
    """A Markdown table with a column for each size, and how the last compares to the first."""
    titles = [of_what, *(f"{size:,}" for size in sizes), "last / first"]
    rows = [titles, ["---"] * len(titles), *([what, *figures, _ratio(figures)] for what, figures in lines.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _ratio(figures: Sequence[str]) -> str:
    first, last = (float(figure.replace(",", "")) for figure in (figures[0], figures[-1]))
    return f"{last / first:.2f}x" if first else "-"


def _asked(peer: Peer, user: Sdk, count: int) -> dict[str, list[float]]:
    """Seconds of each request, by what was asked for."""
    tags = random.Random(3).sample(range(held := min(count, PER_REPOSITORY)), min(held, _ASKED))
    again = (tags * (1 + _ASKED // len(tags)))[:_ASKED]
    wire = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=60)
    asked = {
        "first manifest GET of an image in 24 h": [_manifest(wire, peer, tag) for tag in tags],
        "manifest GET": [_manifest(wire, peer, tag) for tag in again],
        "a page of DescribeImages": _pages(peer, user, "describe_images"),
        "a page of ListImages": _pages(peer, user, "list_images"),
    }
    wire.close()
    return asked


def _manifest(wire: http.client.HTTPConnection, peer: Peer, number: int) -> float:
    began = time.perf_counter()
    wire.request("GET", f"/v2/bench/full-0/manifests/v{number}", headers=dict(peer.headers))
    answer = wire.getresponse()
    body = answer.read()
    took = time.perf_counter() - began
    if answer.status != 200:
        raise BenchError(f"GET manifests/v{number}: {answer.status} {body[:300]!r}")
    return took


def _pages(peer: Peer, user: Sdk, method: str) -> list[float]:
    """Seconds of each page's request alone: boto3 signs and reads, but its own time isn't counted."""
    took: list[float] = []
    wire = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=60)

    def ask(request: Any, **_: Any) -> AWSResponse:
        headers = {
            name: value.decode() if isinstance(value, bytes) else str(value) for name, value in request.headers.items()
        }
        began = time.perf_counter()
        wire.request(request.method, "/", request.body, headers)
        answer = wire.getresponse()
        body = answer.read()
        took.append(time.perf_counter() - began)
        return AWSResponse(request.url, answer.status, answer.headers, _Read(body))

    client = user.client("ecr")
    client.meta.events.register_last("before-send.ecr", ask)
    call: Callable[..., Any] = getattr(client, method)
    while len(took) < _PAGES:
        token: dict[str, str] = {}
        while len(took) < _PAGES:
            said = call(repositoryName="bench/full-0", maxResults=_PAGE, **token)
            if "nextToken" not in said:
                break
            token = {"nextToken": said["nextToken"]}
    wire.close()
    return took


class _Read:
    """A body that came whole."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Any:
        yield self._body
