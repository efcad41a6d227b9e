"""Repositories, and what is kept of the registry of an account and region."""

from sqlalchemy import bindparam as p
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import (
    manifest,
    manifest_blob,
    manifest_child,
    registry_policy,
    registry_setting,
    repo_blob,
    repository,
    tag,
    upload,
)

_c = repository.c
COLUMNS = (
    _c.account,
    _c.region,
    _c.name,
    _c.created,
    _c.mutability,
    _c.exclusion_filters,
    _c.scan_on_push,
    _c.encryption,
    _c.policy,
    _c.policy_ids,
    _c.tags,
    _c.id,
    _c.revision,
)

ADD = (
    insert(repository)
    .values({column.name: p(column.name) for column in repository.columns if column.name != "id"})
    .returning(_c.id)
)

FIND = select(*COLUMNS).where(_c.account == p("account"), _c.region == p("region"), _c.name == p("name"))

EXISTS = select(_c.id).where(_c.id == p("repository_id"))

PAGE = (
    select(*COLUMNS)
    .where(_c.account == p("account"), _c.region == p("region"), _c.name > p("after"))
    .order_by(_c.name)
    .limit(p("limit"))
)

SAVE = (
    update(repository)
    .where(_c.id == p("repository_id"), _c.revision == p("revision"))
    .values(
        mutability=p("mutability"),
        exclusion_filters=p("exclusion_filters"),
        scan_on_push=p("scan_on_push"),
        encryption=p("encryption"),
        policy=p("policy"),
        policy_ids=p("policy_ids"),
        tags=p("tags"),
        revision=_c.revision + 1,
    )
)

HAS_IMAGES = select(manifest.c.digest).where(manifest.c.repository_id == p("repository_id")).limit(1)

UPLOAD_KEYS = select(upload.c.storage_key).where(upload.c.repository_id == p("repository_id"))

REMOVE_UPLOADS = delete(upload).where(upload.c.repository_id == p("repository_id"))
REMOVE_TAGS = delete(tag).where(tag.c.repository_id == p("repository_id"))
REMOVE_CHILDREN = delete(manifest_child).where(manifest_child.c.repository_id == p("repository_id"))
REMOVE_MANIFEST_BLOBS = delete(manifest_blob).where(manifest_blob.c.repository_id == p("repository_id"))
REMOVE_MANIFESTS = delete(manifest).where(manifest.c.repository_id == p("repository_id"))
REMOVE_LINKS = delete(repo_blob).where(repo_blob.c.repository_id == p("repository_id"))
REMOVE = delete(repository).where(_c.id == p("repository_id"))

POLICY = select(registry_policy.c.text, registry_policy.c.ids).where(
    registry_policy.c.account == p("account"), registry_policy.c.region == p("region")
)

PUT_POLICY = (
    upsert(registry_policy)
    .values(account=p("account"), region=p("region"), text=p("text"), ids=p("ids"))
    .on_conflict_do_update(index_elements=["account", "region"], set_={"text": p("text"), "ids": p("ids")})
)

REMOVE_POLICY = delete(registry_policy).where(
    registry_policy.c.account == p("account"), registry_policy.c.region == p("region")
)

SETTINGS = (
    select(registry_setting.c.name, registry_setting.c.value)
    .where(registry_setting.c.account == p("account"), registry_setting.c.region == p("region"))
    .order_by(registry_setting.c.name)
)

PUT_SETTING = (
    upsert(registry_setting)
    .values(account=p("account"), region=p("region"), name=p("name"), value=p("value"))
    .on_conflict_do_update(index_elements=["account", "region", "name"], set_={"value": p("value")})
)
