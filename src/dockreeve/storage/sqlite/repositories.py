"""Repositories, registry policies and account settings as rows."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from dockreeve.storage.faults import InUse, Missing, Stale, Taken
from dockreeve.storage.registry import RegistryPolicy, Repository
from dockreeve.storage.sqlite.columns import micros, moment, packed, unpacked
from dockreeve.storage.sqlite.database import Database, Row
from dockreeve.storage.sqlite.remembered import remembered, remembered_if
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import repositories as sql

_DECODED: Final = 256  # texts kept with what they say; most repositories share theirs
_REMEMBERED_PAGE: Final = 16  # repositories; longer pages are read each time


class Repositories(Rows):
    """The part of `Registry` about repositories and the registry's own settings."""

    async def add_repository(self, repository: Repository) -> Repository:
        return await self._write(_add, repository)

    @remembered
    async def find_repository(self, account: str, region: str, name: str) -> Repository | None:
        row = self._reads.one(sql.FIND, account=account, region=region, name=name)
        return None if row is None else _as_repository(row)

    @remembered_if(lambda page: len(page) <= _REMEMBERED_PAGE)
    async def repositories(
        self, account: str, region: str, *, after: str = "", limit: int = 100
    ) -> Sequence[Repository]:
        rows = self._reads.all(sql.PAGE, account=account, region=region, after=after, limit=limit)
        return [_as_repository(row) for row in rows]

    async def save_repository(self, repository: Repository) -> None:
        await self._write(_save, repository)

    async def remove_repository(self, repository_id: int, *, force: bool) -> Sequence[str]:
        return await self._free(_remove, repository_id, force=force)

    @remembered
    async def registry_policy(self, account: str, region: str) -> RegistryPolicy | None:
        row = self._reads.one(sql.POLICY, account=account, region=region)
        return None if row is None else RegistryPolicy(row[0], unpacked(row[1]))

    async def set_registry_policy(self, account: str, region: str, policy: RegistryPolicy | None) -> None:
        if policy is None:
            await self._free(_remove_policy, account, region)
        else:
            await self._write(_put_policy, account, region, policy)

    @remembered
    async def settings(self, account: str, region: str) -> Mapping[str, Any]:
        rows = self._reads.all(sql.SETTINGS, account=account, region=region)
        return {name: unpacked(value) for name, value in rows}

    async def put_setting(self, account: str, region: str, name: str, value: Any) -> None:
        await self._write(_put_setting, account, region, name, packed(value))


def require_repository(db: Database, repository_id: int) -> None:
    """Raise `Missing` when the repository is gone."""
    if db.one(sql.EXISTS, repository_id=repository_id) is None:
        raise Missing("repository")


def _as_repository(row: Row) -> Repository:
    account, region, name, created, mutability, exclusion_filters, scan_on_push, encryption, *rest = row
    policy, policy_ids, tags, repository_id, revision = rest
    filters, encryption, policy_ids, tags = _decoded(exclusion_filters, encryption, policy_ids, tags)
    return Repository(
        account=account,
        region=region,
        name=name,
        created=moment(created),
        mutability=mutability,
        exclusion_filters=tuple(filters),
        scan_on_push=bool(scan_on_push),
        encryption=encryption,
        policy=policy,
        policy_ids=policy_ids,
        tags=tags,
        id=repository_id,
        revision=revision,
    )


@lru_cache(_DECODED)
def _decoded(*texts: str) -> tuple[Any, ...]:
    """What the texts of one row say. Shared by all rows with the same ones: nobody changes it."""
    return tuple(map(unpacked, texts))


def _settings(repository: Repository) -> dict[str, object]:
    return {
        "mutability": repository.mutability,
        "exclusion_filters": packed(list(repository.exclusion_filters)),
        "scan_on_push": int(repository.scan_on_push),
        "encryption": packed(repository.encryption),
        "policy": repository.policy,
        "policy_ids": packed(repository.policy_ids),
        "tags": packed(repository.tags),
    }


def _add(db: Database, repository: Repository) -> Repository:
    place = {"account": repository.account, "region": repository.region, "name": repository.name}
    if db.one(sql.FIND, **place) is not None:
        raise Taken(repository.name)
    repository_id = db.value(
        sql.ADD,
        created=micros(repository.created),
        revision=repository.revision,
        **place,
        **_settings(repository),
    )
    return dataclasses.replace(repository, id=repository_id)


def _save(db: Database, repository: Repository) -> None:
    changed = db.change(sql.SAVE, repository_id=repository.id, revision=repository.revision, **_settings(repository))
    if not changed:
        require_repository(db, repository.id)
        raise Stale(repository.name)


def _remove(db: Database, repository_id: int, *, force: bool) -> Sequence[str]:
    require_repository(db, repository_id)
    if not force and db.one(sql.HAS_IMAGES, repository_id=repository_id) is not None:
        raise InUse("images")
    keys = [key for (key,) in db.all(sql.UPLOAD_KEYS, repository_id=repository_id)]
    # INVARIANT: what names goes before what is named; the foreign keys restrict
    for statement in (
        sql.REMOVE_UPLOADS,
        sql.REMOVE_TAGS,
        sql.REMOVE_CHILDREN,
        sql.REMOVE_MANIFEST_BLOBS,
        sql.REMOVE_MANIFESTS,
        sql.REMOVE_LINKS,
        sql.REMOVE,
    ):
        db.change(statement, repository_id=repository_id)
    return keys


def _put_policy(db: Database, account: str, region: str, policy: RegistryPolicy) -> None:
    db.change(sql.PUT_POLICY, account=account, region=region, text=policy.text, ids=packed(policy.ids))


def _remove_policy(db: Database, account: str, region: str) -> None:
    db.change(sql.REMOVE_POLICY, account=account, region=region)


def _put_setting(db: Database, account: str, region: str, name: str, value: str) -> None:
    db.change(sql.PUT_SETTING, account=account, region=region, name=name, value=value)
