"""Images: manifests with what they name, and the tags that name them."""

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, or_, select, tuple_, update
from sqlalchemy import bindparam as p
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import manifest, manifest_blob, manifest_child, repo_blob, tag

_m = manifest.c
_here = _m.repository_id == p("repository_id")
# in the order of `Image`, without its body and tags
COLUMNS = (
    _m.digest,
    _m.media_type,
    _m.size,
    _m.pushed,
    _m.subject,
    _m.artifact_type,
    _m.config_media_type,
    _m.last_pull,
)

EXISTS = select(_m.digest).where(_here, _m.digest == p("digest"))

ADD = insert(manifest)

NAME_LAYER = upsert(manifest_blob).on_conflict_do_nothing()  # a manifest may name a layer twice

NAME_CHILD = upsert(manifest_child).on_conflict_do_nothing()

_named = tag.alias("named")
# one text, so that one statement sees one moment; a tag's name has no comma, and the order is whatever comes
_tags = (
    select(func.aggregate_strings(_named.c.name, ","))
    .where(_named.c.repository_id == _m.repository_id, _named.c.digest == _m.digest)
    .scalar_subquery()
)
_whole = select(*COLUMNS, _m.body, _tags)

BY_DIGEST = _whole.where(_here, _m.digest == p("digest"))

BY_TAG = _whole.select_from(
    tag.join(manifest, and_(_m.repository_id == tag.c.repository_id, _m.digest == tag.c.digest))
).where(tag.c.repository_id == p("repository_id"), tag.c.name == p("name"))


def _page(*also: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return select(*COLUMNS).where(_here, _m.digest > p("after"), *also).order_by(_m.digest).limit(p("limit"))


PAGE = _page()
PAGE_UNTAGGED = _page(_m.tagged == 0)
PAGE_TAGGED = _page(_m.tagged == 1)

_is_tagged = select(tag.c.name).where(tag.c.repository_id == _m.repository_id, tag.c.digest == _m.digest).exists()
_tagged = case((_is_tagged, 1), else_=0)
# after a change of tags, for each image that had or has them; nothing is written where it's true already
NOTE_TAGGED = update(manifest).where(_here, _m.digest == p("digest"), _m.tagged != _tagged).values(tagged=_tagged)

# ListImages: a line for each tag, and one for each image without
TAG_LINES = (
    select(tag.c.digest, tag.c.name)
    .where(
        tag.c.repository_id == p("repository_id"),
        tuple_(tag.c.digest, tag.c.name) > tuple_(p("digest"), p("name")),
    )
    .order_by(tag.c.digest, tag.c.name)
    .limit(p("limit"))
)
UNTAGGED_LINES = (
    select(_m.digest).where(_here, _m.tagged == 0, _m.digest > p("digest")).order_by(_m.digest).limit(p("limit"))
)

TAGS_BETWEEN = (
    select(tag.c.digest, tag.c.name)
    .where(tag.c.repository_id == p("repository_id"), tag.c.digest >= p("first"), tag.c.digest <= p("last"))
    .order_by(tag.c.digest, tag.c.name)
)

TAGS = (
    select(tag.c.name)
    .where(tag.c.repository_id == p("repository_id"), tag.c.name > p("after"))
    .order_by(tag.c.name)
    .limit(p("limit"))
)

TAGS_OF = (
    select(tag.c.name)
    .where(tag.c.repository_id == p("repository_id"), tag.c.digest == p("digest"))
    .order_by(tag.c.name)
)

TAGGED = select(tag.c.digest).where(tag.c.repository_id == p("repository_id"), tag.c.name == p("name"))

PUT_TAG = (
    upsert(tag)
    .values(repository_id=p("repository_id"), name=p("name"), digest=p("digest"))
    .on_conflict_do_update(index_elements=["repository_id", "name"], set_={"digest": p("digest")})
)

REMOVE_TAG = delete(tag).where(tag.c.repository_id == p("repository_id"), tag.c.name == p("name"))

REMOVE_TAGS = delete(tag).where(tag.c.repository_id == p("repository_id"), tag.c.digest == p("digest"))

IS_CHILD = (
    select(manifest_child.c.parent)
    .where(manifest_child.c.repository_id == p("repository_id"), manifest_child.c.child == p("digest"))
    .limit(1)
)

TOUCH_LAYERS = (
    update(repo_blob)
    .where(
        repo_blob.c.repository_id == p("repository_id"),
        repo_blob.c.touched < p("at"),
        repo_blob.c.digest.in_(
            select(manifest_blob.c.blob_digest).where(
                manifest_blob.c.repository_id == p("repository_id"),
                manifest_blob.c.manifest_digest == p("digest"),
            )
        ),
    )
    .values(touched=p("at"))
)

REMOVE_LAYERS = delete(manifest_blob).where(
    manifest_blob.c.repository_id == p("repository_id"), manifest_blob.c.manifest_digest == p("digest")
)

REMOVE_CHILDREN = delete(manifest_child).where(
    manifest_child.c.repository_id == p("repository_id"), manifest_child.c.parent == p("digest")
)

REMOVE = delete(manifest).where(_here, _m.digest == p("digest"))

_refers = and_(_here, _m.subject == p("subject"))
_is_kind = _m.artifact_type == p("artifact_type")
_size = func.length(_m.body)  # told by the row's head, whatever the length


def _referrer_sizes(*also: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    found = select(_m.digest, _size).where(_refers, _m.digest > p("after"), *also)
    return found.order_by(_m.digest).limit(p("limit"))


def _referrers(*also: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    columns = select(_m.digest, _m.media_type, _size, _m.artifact_type, _m.annotations)
    return columns.where(_refers, _m.digest > p("after"), _m.digest <= p("last"), *also).order_by(_m.digest)


REFERRER_SIZES = _referrer_sizes()
REFERRER_SIZES_OF_KIND = _referrer_sizes(_is_kind)
REFERRERS = _referrers()
REFERRERS_OF_KIND = _referrers(_is_kind)

NOTE_PULL = (
    update(manifest)
    .where(_here, _m.digest == p("digest"), or_(_m.last_pull.is_(None), _m.last_pull < p("at")))
    .values(last_pull=p("at"))
)
