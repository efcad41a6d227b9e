"""Layers: bytes by digest, and the links that let a repository know them."""

from sqlalchemy import bindparam as p
from sqlalchemy import case, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import blob, manifest_blob, repo_blob

STORED = select(blob.c.storage_key, blob.c.size).where(blob.c.digest == p("digest"))

STORE = insert(blob)

TOUCH_STORED = update(blob).where(blob.c.digest == p("digest"), blob.c.touched < p("at")).values(touched=p("at"))

LINK = (
    upsert(repo_blob)
    .values(repository_id=p("repository_id"), digest=p("digest"), touched=p("at"))
    .on_conflict_do_update(
        index_elements=["repository_id", "digest"],
        set_={"touched": case((repo_blob.c.touched < p("at"), p("at")), else_=repo_blob.c.touched)},
    )
)

FIND = (
    select(blob.c.size, blob.c.storage_key, repo_blob.c.touched)
    .select_from(repo_blob.join(blob, blob.c.digest == repo_blob.c.digest))
    .where(repo_blob.c.repository_id == p("repository_id"), repo_blob.c.digest == p("digest"))
)

TOUCH = (
    update(repo_blob)
    .where(
        repo_blob.c.repository_id == p("repository_id"),
        repo_blob.c.digest == p("digest"),
        repo_blob.c.touched < p("at"),
    )
    .values(touched=p("at"))
)

IN_IMAGE = (
    select(manifest_blob.c.manifest_digest)
    .where(manifest_blob.c.repository_id == p("repository_id"), manifest_blob.c.blob_digest == p("digest"))
    .limit(1)
)
