"""What each part of the adapter stands on: the connection it reads from and the writer it hands its changes to."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from dockreeve.storage.sqlite.database import Database
from dockreeve.storage.sqlite.remembered import ReadMemory
from dockreeve.storage.sqlite.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")


class Rows:
    """One part of the store's rows. Reads run at once, on the event loop; a change is a function over a `Database`."""

    def __init__(self, reads: Database, writer: Writer) -> None:
        self._reads = reads
        self._writer = writer
        self.memory = ReadMemory(None)

    async def _write(self, change: Callable[Concatenate[Database, P], T], /, *args: P.args, **options: P.kwargs) -> T:
        """Run the change as one transaction."""
        return await self._writer.run(lambda database: change(database, *args, **options))

    async def _write_unsynced(
        self, change: Callable[Concatenate[Database, P], T], /, *args: P.args, **options: P.kwargs
    ) -> T:
        """`_write` for what nobody misses after a power cut: it doesn't wait for the disk."""
        return await self._writer.run(lambda database: change(database, *args, **options), synced=False)

    async def _free(self, change: Callable[Concatenate[Database, P], T], /, *args: P.args, **options: P.kwargs) -> T:
        """`_write` for a change that frees room: it must work on a full disk too."""
        return await self._writer.run(lambda database: change(database, *args, **options), frees=True)
