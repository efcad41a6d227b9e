"""Protocol tests run on both loops: they differ in how they buffer, close and watch descriptors."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

_PLAIN: Mapping[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
_BOTH = {**_PLAIN, "uvloop": uvloop.new_event_loop}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return _BOTH if item.path.stem in ("test_protocol", "test_sendfile", "test_registry_sockets") else _PLAIN
