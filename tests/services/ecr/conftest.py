"""Fixtures of ECR's tests."""

import pytest
from ecr_world import World


@pytest.fixture
async def world() -> World:
    return World.new()
