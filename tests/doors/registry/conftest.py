"""The door with its stores."""

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from dockreeve.doors.http import Place
from dockreeve.storage import Blobs
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import MemoryBlobs

from .harness import ACCOUNT, REGION, Door


@pytest.fixture(params=["memory", "files"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Blobs]:
    """The stores of bytes: one has files to send from, the other has not."""
    store: Blobs = MemoryBlobs() if request.param == "memory" else FileBlobs(tmp_path / "blobs", low_water=0)
    yield store
    await store.close()


@pytest.fixture
async def door(blobs: Blobs) -> AsyncIterator[Door]:
    """The door, with a repository `app`."""
    made = Door(blobs, Place(ACCOUNT, REGION))
    await made.repository()
    yield made
    await made.records.close()


@pytest.fixture
async def plain_door() -> AsyncIterator[Door]:
    """The same on the store in memory, for what has nothing to do with bytes."""
    made = Door(MemoryBlobs(), Place(ACCOUNT, REGION))
    await made.repository()
    yield made
    await made.records.close()


@pytest.fixture
def sha256() -> Callable[[bytes], str]:
    """The digest of bytes."""
    return lambda data: f"sha256:{hashlib.sha256(data).hexdigest()}"
