"""Uploads as rows: how far each one is, and who may append to it.

They outlive the process. A power cut may take back the last steps of those that are open, as it may take their bytes:
the client begins again. Nothing of a layer is lost, for its row is synced after its bytes were.
"""

from collections.abc import Sequence
from datetime import datetime

from dockreeve.storage.registry import UploadSession
from dockreeve.storage.sqlite.columns import micros, moment
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.repositories import require_repository
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import uploads as sql


class Uploads(Rows):
    """The part of `Registry` about uploads that aren't complete."""

    async def open_upload(self, upload: UploadSession) -> None:
        await self._write_unsynced(_open, upload)

    async def find_upload(self, repository_id: int, upload_id: str) -> UploadSession | None:
        row = self._reads.one(sql.FIND, repository_id=repository_id, id=upload_id)
        return None if row is None else _as_upload(row)

    async def lease_upload(self, upload_id: str, holder: str, until: datetime, now: datetime) -> bool:
        values = {"id": upload_id, "holder": holder, "until": micros(until), "now": micros(now)}
        return await self._write_unsynced(_change, sql.LEASE, **values)

    async def advance_upload(self, upload_id: str, old: int, new: int, at: datetime) -> bool:
        values = {"id": upload_id, "old": old, "new": new, "part": new - old, "at": micros(at)}
        return await self._write_unsynced(_change, sql.ADVANCE, **values)

    async def release_upload(self, upload_id: str, holder: str) -> None:
        await self._write_unsynced(_change, sql.RELEASE, id=upload_id, holder=holder)

    async def remove_upload(self, upload_id: str) -> bool:
        return await self._free(_change, sql.REMOVE, id=upload_id)

    async def idle_uploads(self, before: datetime, limit: int = 100) -> Sequence[UploadSession]:
        return [_as_upload(row) for row in self._reads.all(sql.IDLE, before=micros(before), limit=limit)]


def _as_upload(row: Row) -> UploadSession:
    upload_id, repository_id, key, offset, last_part, opened, touched = row
    return UploadSession(upload_id, repository_id, key, offset, moment(opened), moment(touched), last_part)


def _open(db: Database, upload: UploadSession) -> None:
    require_repository(db, upload.repository_id)
    db.change(
        sql.OPEN,
        id=upload.id,
        repository_id=upload.repository_id,
        storage_key=upload.key,
        offset=upload.offset,
        last_part=upload.last_part,
        opened=micros(upload.opened),
        touched=micros(upload.touched),
    )


def _change(db: Database, statement: str, /, **values: object) -> bool:
    return bool(db.change(statement, **values))
