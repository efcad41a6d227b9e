"""The AWS door where it stands: in a whole server, asked with botocore's signatures."""

from collections.abc import AsyncIterator

import pytest

from rights.world import World, world


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world() as made:
        yield made
