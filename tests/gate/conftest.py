"""A whole server for each test: the gate is proven where it stands, behind the doors."""

from collections.abc import AsyncIterator

import pytest

from rights.world import World, world


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world() as made:
        yield made
