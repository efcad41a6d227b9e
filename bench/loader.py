"""Puts images into the store of a server that doesn't run, a million of them in a minute: rows as a push makes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from dockreeve.storage.sqlite.sql import images, layers, repositories

from .dataplane import CONFIG, LAYER_TYPE, MANIFEST

PER_REPOSITORY = 100_000  # what ECR lets one repository hold (Amazon ECR service quotas)
_AT = 1_760_000_000_000_000  # microseconds
_LAYER = b"\x01" + bytes(32)  # every image's config and layer, as a row


def load_images(database: Path, count: int) -> None:
    """Add `count` images, each with a tag `v<number>` of its own, to the repositories `bench/full-<number>`."""
    with sqlite3.connect(database, isolation_level=None) as raw:
        for pragma in ("synchronous = OFF", "cache_size = -262144", "foreign_keys = 0"):
            raw.execute(f"PRAGMA {pragma}")
        account, region = raw.execute("SELECT account, region FROM repository LIMIT 1").fetchone()
        raw.execute("BEGIN")
        raw.execute(layers.STORE, {"digest": _LAYER, "storage_key": "0" * 32, "size": 2, "touched": _AT})
        for number, first in enumerate(range(0, count, PER_REPOSITORY)):
            raw.execute(repositories.ADD, _repository(account, region, f"bench/full-{number}"))
            (key,) = raw.execute("SELECT max(id) FROM repository").fetchone()
            raw.execute(layers.LINK, {"repository_id": key, "digest": _LAYER, "at": _AT})
            rows = sorted(_images(key, min(PER_REPOSITORY, count - first)), key=lambda row: row["digest"])
            raw.executemany(images.ADD, rows)
            raw.executemany(images.NAME_LAYER, rows)
            raw.executemany(images.PUT_TAG, rows)
        raw.execute("COMMIT")
    raw.close()


def _images(repository: int, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        body = _BODY % (number, repository)
        digest = b"\x01" + sha256(body).digest()
        yield {
            "repository_id": repository,
            "digest": digest,
            "manifest_digest": digest,
            "blob_digest": _LAYER,
            "name": f"v{number}",
            "media_type": MANIFEST,
            "size": len(body),
            "pushed": _AT,
            "subject": None,
            "artifact_type": "",
            "config_media_type": CONFIG,
            "annotations": "{}",
            "last_pull": None,
            "tagged": 1,
            "body": body,
        }


def _repository(account: str, region: str, name: str) -> dict[str, Any]:
    return {
        "account": account,
        "region": region,
        "name": name,
        "created": _AT,
        "mutability": "MUTABLE",
        "exclusion_filters": "[]",
        "scan_on_push": 0,
        "encryption": '{"encryptionType": "AES256"}',
        "policy": None,
        "policy_ids": "{}",
        "tags": "{}",
        "revision": 1,
    }


_PART = b'{"mediaType":"%s","digest":"sha256:%s","size":2}'
_BODY = b'{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s],"annotations":{"n":"%%d of %%d"}}' % (
    MANIFEST.encode(),
    _PART % (CONFIG.encode(), b"0" * 64),
    _PART % (LAYER_TYPE.encode(), b"0" * 64),
)
