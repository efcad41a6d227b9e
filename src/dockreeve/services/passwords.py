"""Console passwords: hashed with Argon2id beside the event loop, one at a time, so that no crowd exhausts the memory.

OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from dockreeve.faults import Fault

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

LONGEST = 128  # characters (IAM API Reference, CreateLoginProfile)

_MEMORY = 19 * 1024  # KiB of one computation; there is one thread, hence never more
_PASSES = 2
_WAITING = 32  # computations accepted and not yet done, each a tenth of a second or so
# What is compared when there is no password: the answer must not come sooner than for a wrong one.
_NOBODY = "nobody has this password"

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dockreeve-password")
_waiting: set[Future[Any]] = set()


async def hashed(password: str) -> str:
    """The hash to keep, with its salt and parameters. Raise `Fault` Throttling when too many wait."""
    return await _computed(partial(_hash, password))


async def matches(password: str, *hashes: str) -> bool:
    """Whether the password is that of one of the hashes. Without a hash it takes as long as with one, and is False.

    Raise `Fault` Throttling when too many wait.
    """
    return await _computed(partial(_matches, password, hashes))


async def _computed(work: Callable[[], T]) -> T:
    if len(_waiting) >= _WAITING:
        raise Fault("Throttling", "Rate exceeded", status=400)
    future = _thread.submit(work)
    # Counted until it is done, also when whoever asked has gone: a thread can't be called back.
    _waiting.add(future)
    future.add_done_callback(_waiting.discard)
    return await asyncio.wrap_future(future)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 (a server whose users have no passwords doesn't need it)

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY, parallelism=1)


@cache
def _dummy() -> str:
    return _hasher().hash(_NOBODY)


def _hash(password: str) -> str:
    return _hasher().hash(password)


def _matches(password: str, hashes: tuple[str, ...]) -> bool:
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415

    for kept in hashes or (_dummy(),):
        try:
            _hasher().verify(kept, password)
        except VerifyMismatchError:
            continue
        return bool(hashes)
    return False
