"""The product's API in a whole server."""

from collections.abc import AsyncIterator

import pytest

from rights.world import World, world


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world() as made:
        yield made
