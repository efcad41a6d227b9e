"""Work that keeps a processor busy, away from the event loop: one piece at a time, the rest waits or is refused."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from dockreeve.faults import Fault

T = TypeVar("T")

_WAITING = 32  # pieces of work accepted and not yet done

# One thread: more would only take the interpreter away from the registry's requests.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dockreeve-proof")
_waiting: set[Future[Any]] = set()


async def worked(work: Callable[[], T]) -> T:
    """What `work` returns, computed beside the event loop. Raise `Fault` Throttling (429) when too much waits."""
    if len(_waiting) >= _WAITING:
        raise Fault("Throttling", "Rate exceeded", status=429)
    future = _thread.submit(work)
    _waiting.add(future)
    future.add_done_callback(_waiting.discard)
    return await asyncio.wrap_future(future)
