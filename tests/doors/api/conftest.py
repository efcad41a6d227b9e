"""The product's API in a whole server, whose every answer is held against the description of the API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from api_schema import must_fit

from dockreeve.doors.api.openapi import document
from rights.wire import Asking, Reply
from rights.world import World, world


class Described(World):
    """A server whose good answers must be as the description says."""

    async def send(self, asking: Asking, *, service: str = "", operation: str = "") -> Reply:
        """One request and its whole answer."""
        reply = await super().send(asking, service=service, operation=operation)
        path = asking.path.partition("?")[0]
        if reply.status == 200 and path.startswith("/api/") and path != "/api/openapi.json":
            must_fit(reply.json, _answer(asking.method.lower(), path))
        return reply


def _answer(method: str, path: str) -> Mapping[str, Any]:
    paths = document()["paths"]
    found = paths.get(path) or paths[path.rpartition("/")[0] + "/{id}"]
    shape: Mapping[str, Any] = found[method]["responses"]["200"]["content"]["application/json"]["schema"]
    return shape


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world() as made:
        yield Described(**{name: getattr(made, name) for name in World.__dataclass_fields__})
