"""What was read since the last commit, of this process or (where several write) of any.

INVARIANT: an answer that came after a commit never shows what was before it. A value is kept under the number of
commits that was true before it was read, and a commit is counted before anybody is told of it.
"""

from collections.abc import Callable, Coroutine, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from dockreeve.storage.sqlite.database import Database

P = ParamSpec("P")
T = TypeVar("T")

_MOST = 1024  # values kept
_ABSENT = object()


class Counting(Protocol):
    """Whoever counts commits."""

    @property
    def commits(self) -> int:
        """Another number after every commit."""


class Watched:
    """Counts the commits of all processes, by asking SQLite whether the file has changed: about two microseconds."""

    def __init__(self, reads: Database) -> None:
        self._reads = reads

    @property
    def commits(self) -> int:
        """SQLite's number for what the reading connection sees (PRAGMA data_version)."""
        number: int = self._reads.value("PRAGMA data_version")
        return number


class ReadMemory:
    """Values by what was asked for; all are forgotten with the next commit. `counting` None keeps nothing."""

    def __init__(self, counting: Counting | None) -> None:
        self._counting = counting
        self._commits = -1
        self._values: dict[Hashable, Any] = {}

    def recall(self, asked: Hashable) -> Any:
        """The value, or the mark that it isn't known (see `is_known`)."""
        if self._counting is None:
            return _ABSENT
        if self._commits != (commits := self._counting.commits):
            self._values.clear()
            self._commits = commits
        return self._values.get(asked, _ABSENT)

    @property
    def commits(self) -> int:
        """How many commits there were when `recall` was last asked."""
        return self._commits

    def keep(self, asked: Hashable, value: Any, since: int) -> None:
        """Keep a value whose reading began after `since` commits; not if there was one meanwhile."""
        if self._counting is None or len(self._values) >= _MOST:
            return
        if since == self._commits == self._counting.commits:
            self._values[asked] = value

    @staticmethod
    def is_known(value: Any) -> bool:
        """Whether `recall` found something (None may be what it found)."""
        return value is not _ABSENT


class Remembering(Protocol):
    """A part of the store that has a memory."""

    @property
    def memory(self) -> ReadMemory:
        """Its memory."""


R = TypeVar("R", bound=Remembering)


def remembered(
    read: Callable[Concatenate[R, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[R, P], Coroutine[Any, Any, T]]:
    """A read whose value need not be read again before the next commit. Its arguments are hashable, and nobody changes
    its value."""
    decorated: Callable[Concatenate[R, P], Coroutine[Any, Any, T]] = remembered_if(lambda value: True)(read)
    return decorated


def remembered_if(keeps: Callable[[Any], bool]) -> Callable[..., Any]:
    """As `remembered`, but for values that `keeps` leaves out."""

    def decorate(
        read: Callable[Concatenate[R, P], Coroutine[Any, Any, T]],
    ) -> Callable[Concatenate[R, P], Coroutine[Any, Any, T]]:
        name = read.__qualname__

        @wraps(read)
        async def recalled(rows: R, /, *args: P.args, **options: P.kwargs) -> T:
            asked = (name, args, tuple(options.items())) if options else (name, args)
            memory = rows.memory
            value = memory.recall(asked)
            if ReadMemory.is_known(value):
                known: T = value  # what this very read gave before
                return known
            since = memory.commits
            found = await read(rows, *args, **options)
            if keeps(found):
                memory.keep(asked, found, since)
            return found

        return recalled

    return decorate
