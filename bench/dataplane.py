"""The registry measured: small requests by the second, layers of 256 MiB both ways, and memory under 1 GiB."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from .figures import Row, interleaved
from .process import Peer
from .rate import Ask, BenchError, load_generator, requests_per_second
from .registries import REPOSITORY
from .transfer import MIB, Payload, blob_path, pull, pull_digest, push_layer, push_manifest

SMALL = 16 * 1024
LAYER = 256 * MIB
GIANT = 1024 * MIB
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"


def small_requests(peers: Sequence[Peer], folder: Path, *, rounds: int, seconds: int) -> list[Row]:
    """Requests per second for a manifest by digest and for a blob of 16 KiB, and the server's CPU time for one."""
    blob = Payload(SMALL, 1)
    for peer in peers:
        push_layer(peer, blob, chunked=False)
        manifest = push_manifest(peer, manifest_of(blob), MANIFEST)
    wrk = load_generator()
    asks = {
        Row("manifest GET", "requests/s", ">= 8x"): (f"/v2/{REPOSITORY}/manifests/{manifest}", {"Accept": MANIFEST}),
        Row("16 KiB blob GET", "requests/s", ">= 10x"): (blob_path(blob.digest), {}),
    }
    rows = []
    for row, (path, headers) in asks.items():
        cpu = Row(f"CPU of a {row.what}", "us")

        def measure(
            peer: Peer, _: int, row: Row = row, cpu: Row = cpu, path: str = path, own: dict[str, str] = headers
        ) -> None:
            ask = Ask(path, headers={**peer.headers, **own})
            before = peer.cpu_seconds()
            rate = requests_per_second(wrk, peer, ask, seconds=seconds, folder=folder)
            row.note(peer.name, rate)
            cpu.note(peer.name, 1e6 * (peer.cpu_seconds() - before) / (rate * seconds))

        interleaved(peers, rounds, measure)
        rows += [row, cpu]
    return rows


def of_workers(rows: Sequence[Row], several: str, one: str) -> list[Row]:
    """The rows once more, with the figures of the server called `several` in the place of `one`'s."""
    return [
        Row(f"{row.what}, two workers", row.unit, row.target, {**row.figures, one: row.figures[several]})
        for row in rows
    ]


def pushes(peers: Sequence[Peer], *, rounds: int) -> list[Row]:
    """MiB per second of a 256 MiB layer pushed whole, each time another content so that nothing is known already."""
    rows = []
    for title, chunked, target in (
        ("256 MiB push, Content-Length", False, ">= 2.5x"),
        ("256 MiB push, chunks of 32 KiB", True, ">= 2x"),
    ):
        row = Row(title, "MiB/s", target)
        payloads = [Payload(LAYER, 1000 + 2 * number + chunked) for number in range(rounds)]

        def measure(
            peer: Peer, number: int, row: Row = row, payloads: list[Payload] = payloads, chunked: bool = chunked
        ) -> None:
            os.sync()  # the disk owes nothing to the one before
            row.note(peer.name, LAYER / MIB / push_layer(peer, payloads[number], chunked=chunked))

        interleaved(peers, rounds, measure)
        rows.append(row)
    return rows


def pulls(peers: Sequence[Peer], path_of: Callable[[Peer], str], *, rounds: int) -> list[Row]:
    """MiB per second of a 256 MiB layer that is in the page cache, and the server's CPU seconds for a GiB."""
    one = Row("256 MiB pull, one stream", "MiB/s", ">= 1.1x; >= 0.75x of nginx")
    four = Row("256 MiB pull, four streams", "MiB/s", ">= 1.5x")
    cpu = Row("CPU of a pull, one stream", "s/GiB", "<= 0.7x")

    def measure(peer: Peer, _: int) -> None:
        before = peer.cpu_seconds()
        took = [pull(peer, path_of(peer), LAYER) for _ in range(4)]  # CPU time is counted in hundredths of a second
        cpu.note(peer.name, max(peer.cpu_seconds() - before, 0.01))
        one.note(peer.name, 4 * LAYER / MIB / sum(took))
        four.note(peer.name, 4 * LAYER / MIB / pull(peer, path_of(peer), LAYER, streams=4))

    interleaved(peers, rounds, measure)
    return [one, four, cpu]


def memory_under_a_giant_layer(peers: Sequence[Peer]) -> list[Row]:
    """Resident MiB of each fresh server: idle, and at most while 1 GiB goes up and comes down.

    Fresh, since a heap that earlier requests have grown would hide what the layer takes.
    """
    idle = Row("resident, fresh and idle", "MiB", "<= 80 MiB")
    up = Row("peak, 1 GiB going up", "MiB", "<= idle + 4 MiB")
    down = Row("peak, 1 GiB coming down", "MiB", "<= idle + 4 MiB")
    giant = Payload(GIANT, 7)
    for peer in peers:
        idle.note(peer.name, peer.resident() / MIB)
        peer.forget_peak()
        push_layer(peer, giant, chunked=False)
        up.note(peer.name, peer.peak() / MIB)
        peer.forget_peak()
        if (came := pull_digest(peer, blob_path(giant.digest))) != giant.digest:
            raise BenchError(f"{peer.name}: the layer came back as {came}")
        down.note(peer.name, peer.peak() / MIB)
    return [idle, up, down]


def manifest_of(blob: Payload) -> bytes:
    """A manifest like a small real one; the registry doesn't look into layers, so one blob serves as all."""
    described = {"digest": blob.digest, "size": blob.size}
    content = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, **described},
        "layers": [{"mediaType": LAYER_TYPE, **described}],
    }
    return json.dumps(content).encode()
