"""Images and tags as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from operator import itemgetter
from typing import Any, Final

from dockreeve.oci import Digest
from dockreeve.storage.faults import AlreadyThere, ChildrenMissing, InUse, LayersMissing, TagFixed
from dockreeve.storage.registry import REFERRERS_BYTES, Image, NewImage, Referrer
from dockreeve.storage.sqlite.columns import maybe_moment, micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.remembered import remembered_if
from dockreeve.storage.sqlite.repositories import require_repository
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import images as sql
from dockreeve.storage.sqlite.sql import layers

_REMEMBERED_BODY: Final = 16 * 1024  # bytes of a manifest; most have a tenth of it
_PAGES: Final = {None: sql.PAGE, True: sql.PAGE_TAGGED, False: sql.PAGE_UNTAGGED}


class Images(Rows):
    """The part of `Registry` about images and tags."""

    async def put_image(
        self, repository_id: int, image: NewImage, tag: str | None, *, immutable: bool, again_is_error: bool
    ) -> None:
        await self._write(_put, repository_id, image, tag, immutable=immutable, again_is_error=again_is_error)

    @remembered_if(lambda image: image is None or len(image.body) <= _REMEMBERED_BODY)
    async def find_image(self, repository_id: int, reference: Digest | str) -> Image | None:
        if isinstance(reference, Digest):
            row = self._reads.one(sql.BY_DIGEST, repository_id=repository_id, digest=reference.stored)
        else:
            row = self._reads.one(sql.BY_TAG, repository_id=repository_id, name=reference)
        if row is None:
            return None
        *columns, body, tags = row
        return _as_image(columns, body, sorted(tags.split(",")) if tags else ())

    async def images(
        self, repository_id: int, *, tagged: bool | None = None, after: str = "", limit: int = 100
    ) -> Sequence[Image]:
        with self._reads.snapshot():
            seen = Digest.parse(after).stored if after else b""
            rows = self._reads.all(_PAGES[tagged], repository_id=repository_id, after=seen, limit=limit)
            tags: dict[bytes, list[str]] = {row[0]: [] for row in rows}
            if rows and tagged is not False:
                between = {"first": rows[0][0], "last": rows[-1][0]}
                for digest, name in self._reads.all(sql.TAGS_BETWEEN, repository_id=repository_id, **between):
                    tags[digest].append(name)
        return [_as_image(row, b"", tags[row[0]]) for row in rows]

    async def image_lines(
        self, repository_id: int, *, tagged: bool | None = None, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> Sequence[tuple[Digest, str]]:
        digest, name = Digest.parse(after[0]).stored if after[0] else b"", after[1]
        place = {"repository_id": repository_id, "digest": digest, "limit": limit}
        lines: list[tuple[bytes, str]] = []
        with self._reads.snapshot():
            if tagged is not False:
                lines += self._reads.all(sql.TAG_LINES, name=name, **place)
            if tagged is not True:
                lines += [(digest, "") for (digest,) in self._reads.all(sql.UNTAGGED_LINES, **place)]
        return [(Digest.from_stored(digest), name) for digest, name in sorted(lines)[:limit]]

    async def tags(self, repository_id: int, *, after: str = "", limit: int = 100) -> Sequence[str]:
        rows = self._reads.all(sql.TAGS, repository_id=repository_id, after=after, limit=limit)
        return [name for (name,) in rows]

    async def remove_tag(self, repository_id: int, tag: str, at: datetime) -> Digest | None:
        return await self._free(_remove_tag, repository_id, tag, micros(at))

    async def remove_image(self, repository_id: int, digest: Digest, at: datetime) -> Sequence[str] | None:
        return await self._free(_remove, repository_id, digest.stored, micros(at))

    async def referrers(
        self, repository_id: int, subject: Digest, *, kinds: Collection[str] = (), after: str = "", limit: int = 100
    ) -> tuple[Sequence[Referrer], bool]:
        place = {"repository_id": repository_id, "subject": subject.stored}
        place["after"] = Digest.parse(after).stored if after else b""
        with self._reads.snapshot():
            sizes = self._of_kinds(sql.REFERRER_SIZES, sql.REFERRER_SIZES_OF_KIND, kinds, limit=limit + 1, **place)
            page = _within(sizes[:limit], REFERRERS_BYTES)
            if not page:
                return (), False
            last = page[-1][0]
            rows = self._of_kinds(sql.REFERRERS, sql.REFERRERS_OF_KIND, kinds, last=last, **place)
        found = [
            Referrer(Digest.from_stored(digest), media_type, size, artifact_type, unpacked(annotations))
            for digest, media_type, size, artifact_type, annotations in rows
        ]
        return found, len(page) < len(sizes)

    def _of_kinds(self, every: str, of_kind: str, kinds: Collection[str], **values: object) -> list[Row]:
        """In order of digest, the first column."""
        if not kinds:
            return self._reads.all(every, **values)
        found = [row for kind in set(kinds) for row in self._reads.all(of_kind, artifact_type=kind, **values)]
        return sorted(found, key=itemgetter(0))

    async def note_pulls(self, pulls: Mapping[tuple[int, Digest], datetime]) -> None:
        if pulls:
            await self._write_unsynced(_note_pulls, dict(pulls))


def _within(sizes: Sequence[Row], most: int) -> Sequence[Row]:
    """The first row and those after it while all their sizes, the second column, come to no more than `most`."""
    totals = accumulate(size for _, size in sizes)
    return [row for at, (row, total) in enumerate(zip(sizes, totals, strict=True)) if at == 0 or total <= most]


def _as_image(columns: Sequence[Any], body: bytes, tags: Sequence[str]) -> Image:
    digest, media_type, size, pushed, subject, artifact_type, config_media_type, last_pull = columns
    return Image(
        digest=Digest.from_stored(digest),
        media_type=media_type,
        body=body,
        size=size,
        pushed=moment(pushed),
        tags=tuple(tags),
        subject=None if subject is None else Digest.from_stored(subject),
        artifact_type=artifact_type,
        config_media_type=config_media_type,
        last_pull=maybe_moment(last_pull),
    )


def _put(
    db: Database, repository_id: int, image: NewImage, tag: str | None, *, immutable: bool, again_is_error: bool
) -> None:
    require_repository(db, repository_id)
    digest = image.digest.stored
    known = db.one(sql.EXISTS, repository_id=repository_id, digest=digest) is not None
    named = None if tag is None else db.value(sql.TAGGED, repository_id=repository_id, name=tag)
    if immutable and named not in (None, digest):
        raise TagFixed(tag)
    if known and (tag is None or named == digest):
        if again_is_error:
            raise AlreadyThere(str(image.digest))
        return
    if not known:
        _require_named(db, repository_id, image)
        _store(db, repository_id, image, tagged=tag is not None)
    if tag is not None:
        db.change(sql.PUT_TAG, repository_id=repository_id, name=tag, digest=digest)
        for changed in (digest if known else None, named):
            if changed is not None:
                db.change(sql.NOTE_TAGGED, repository_id=repository_id, digest=changed)


def _require_named(db: Database, repository_id: int, image: NewImage) -> None:
    missing = [
        layer
        for layer in dict.fromkeys(image.layers)
        if db.one(layers.FIND, repository_id=repository_id, digest=layer.stored) is None
    ]
    if missing:
        raise LayersMissing(missing)
    missing = [
        child
        for child in dict.fromkeys(image.children)
        if db.one(sql.EXISTS, repository_id=repository_id, digest=child.stored) is None
    ]
    if missing:
        raise ChildrenMissing(missing)


def _store(db: Database, repository_id: int, image: NewImage, *, tagged: bool) -> None:
    digest = image.digest.stored
    db.change(
        sql.ADD,
        repository_id=repository_id,
        digest=digest,
        media_type=image.media_type,
        size=image.size,
        pushed=micros(image.pushed),
        subject=image.subject and image.subject.stored,
        artifact_type=image.artifact_type,
        config_media_type=image.config_media_type,
        annotations=packed(image.annotations),
        last_pull=None,
        tagged=int(tagged),
        body=image.body,
    )
    for layer in image.layers:
        link = {"manifest_digest": digest, "blob_digest": layer.stored}
        db.change(sql.NAME_LAYER, repository_id=repository_id, **link)
    for child in image.children:
        db.change(sql.NAME_CHILD, repository_id=repository_id, parent=digest, child=child.stored)


def _remove_tag(db: Database, repository_id: int, tag: str, at: int) -> Digest | None:
    digest = db.value(sql.TAGGED, repository_id=repository_id, name=tag)
    if digest is None:
        return None
    db.change(sql.REMOVE_TAG, repository_id=repository_id, name=tag)
    place = {"repository_id": repository_id, "digest": digest}
    if not db.all(sql.TAGS_OF, **place) and db.one(sql.IS_CHILD, **place) is None:
        _drop(db, repository_id, digest, at)
    else:
        db.change(sql.NOTE_TAGGED, **place)
    return Digest.from_stored(digest)


def _remove(db: Database, repository_id: int, digest: bytes, at: int) -> Sequence[str] | None:
    place = {"repository_id": repository_id, "digest": digest}
    if db.one(sql.EXISTS, **place) is None:
        return None
    if db.one(sql.IS_CHILD, **place) is not None:
        raise InUse("children")
    tags = [name for (name,) in db.all(sql.TAGS_OF, **place)]
    db.change(sql.REMOVE_TAGS, **place)
    _drop(db, repository_id, digest, at)
    return tags


def _drop(db: Database, repository_id: int, digest: bytes, at: int) -> None:
    """Remove an image without tags. Its layers stay linked: their grace before collection begins now."""
    place = {"repository_id": repository_id, "digest": digest}
    db.change(sql.TOUCH_LAYERS, at=at, **place)
    db.change(sql.REMOVE_LAYERS, **place)
    db.change(sql.REMOVE_CHILDREN, **place)
    db.change(sql.REMOVE, **place)


def _note_pulls(db: Database, pulls: Mapping[tuple[int, Digest], datetime]) -> None:
    for (repository_id, digest), at in pulls.items():
        db.change(sql.NOTE_PULL, repository_id=repository_id, digest=digest.stored, at=micros(at))
