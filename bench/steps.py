"""What a manifest GET does, step by step, in this process: no socket, no load generator, only the program's work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dockreeve.aws.operation import Need, Touched
from dockreeve.doors.http import Request, asked_of
from dockreeve.doors.registry.paths import read_path
from dockreeve.server import Application, Parts, opened
from dockreeve.settings import load

from .dataplane import MANIFEST, SMALL, manifest_of
from .rate import BenchError
from .registries import REPOSITORY, ours
from .transfer import Payload, push_layer, push_manifest

_BATCH, _BATCHES = 500, 12
BUDGET = "authentication + decision + metadata"


def hit_path(folder: Path) -> str:
    """A table: microseconds of each step of a manifest GET, the best of twelve batches of 500."""
    with ours(folder) as (peer, _):
        blob = Payload(SMALL, 1)
        push_layer(peer, blob, chunked=False)
        digest = push_manifest(peer, manifest_of(blob), MANIFEST)
        authorization = peer.headers["Authorization"].encode()
    return asyncio.run(_measured(folder / "data", authorization, digest))


async def _measured(data: Path, authorization: bytes, digest: str) -> str:
    async with opened(load({"data": data})) as parts:
        path = f"/v2/{REPOSITORY}/manifests/{digest}"
        request = Request(_scope(path, authorization), asyncio.Event().wait)
        steps = await _steps(parts, request, path.encode(), digest)
        best = {name: await _best(step) for name, step in steps.items()}
    *parts_of_it, (_, whole) = best.items()
    lines = [["step", "us"], ["---", "---"], *([name, f"{took:.1f}"] for name, took in parts_of_it)]
    budget = sum(took for name, took in parts_of_it if not name.startswith("read"))
    lines += [[f"**{BUDGET}** (target: <= 80)", f"**{budget:.1f}**"]]
    lines += [["the application as a whole, its answer's headers included", f"{whole:.1f}"]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


async def _steps(parts: Parts, request: Request, path: bytes, digest: str) -> dict[str, Callable[[], Awaitable[Any]]]:
    """The steps as doors/registry/door.py takes them; the last one is all of them."""
    from dockreeve.oci import Digest  # noqa: PLC0415

    gate, registry, place = parts.gate, parts.records.registry, parts.place
    login, now = request.header(b"authorization"), datetime.now(UTC)
    caller = await gate.registry_caller(login, now)
    asked = asked_of(request, place, place.region)
    arn = f"arn:aws:ecr:{place.region}:{place.account}:repository/{REPOSITORY}"
    needs = [Need("ecr:BatchGetImage", Touched(arn))]
    reference = Digest.parse(digest)
    application = Application(parts)
    sent: list[Any] = []

    async def read() -> None:
        Request(request.scope, asyncio.Event().wait)
        read_path(path)
        asked_of(request, place, place.region)

    async def metadata() -> None:
        repository = await registry.find_repository(place.account, place.region, REPOSITORY)
        if repository is None or await registry.find_image(repository.id, reference) is None:
            raise BenchError("the image is not there")

    async def send(message: Any) -> None:
        sent.append(message)

    async def whole() -> None:
        sent.clear()
        await application(dict(request.scope), asyncio.Event().wait, send)
        if sent[0]["status"] != 200:
            raise BenchError(f"{path.decode()}: {sent}")

    return {
        "read headers, path and circumstances": read,
        "authentication: whose login it is": lambda: gate.registry_caller(login, now),
        "decision: whether they live, and may, by every policy": lambda: gate.admit(caller, needs, asked),
        "metadata: repository and manifest": metadata,
        "whole": whole,
    }


async def _best(step: Callable[[], Awaitable[Any]]) -> float:
    best = float("inf")
    for _ in range(_BATCHES):
        began = time.perf_counter()
        for _ in range(_BATCH):
            await step()
        best = min(best, time.perf_counter() - began)
    return best / _BATCH * 1e6


def _scope(path: str, authorization: bytes) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(b"host", b"localhost"), (b"authorization", authorization), (b"accept", MANIFEST.encode())],
    }
