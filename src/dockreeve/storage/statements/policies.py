"""Managed policies and their versions."""

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy import bindparam as p

from dockreeve.storage.schema import attachment, policy, policy_version, principal

_c = policy.c
_v = policy_version.c
_attachments = select(func.count()).select_from(attachment).where(attachment.c.policy_arn == _c.arn).scalar_subquery()
_boundaries = select(func.count()).select_from(principal).where(principal.c.boundary == _c.arn).scalar_subquery()
_with_default = policy.join(policy_version, and_(_v.policy_id == _c.unique_id, _v.number == _c.default_number))

COLUMNS = (
    _c.account,
    _c.name,
    _c.path,
    _c.unique_id,
    _c.created,
    _c.updated,
    _v.number,
    _v.created.label("version_created"),
    _v.text,
    _c.description,
    _c.tags,
    _attachments.label("attachments"),
    _boundaries.label("boundaries"),
    _c.revision,
)

ADD = insert(policy)

FIND = select(*COLUMNS).select_from(_with_default).where(_c.arn == p("arn"))

TAKEN = select(_c.unique_id).where(_c.account == p("account"), _c.name_key == p("name_key"))

COUNT = select(func.count()).select_from(policy).where(_c.account == p("account"))


def _page(*also: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(*COLUMNS)
        .select_from(_with_default)
        .where(
            _c.account == p("account"),
            _c.name_key > p("after"),
            func.substr(_c.path, 1, func.length(p("prefix"))) == p("prefix"),
            *also,
        )
        .order_by(_c.name_key)
        .limit(p("limit"))
    )


_is_attached = select(attachment.c.policy_arn).where(attachment.c.policy_arn == _c.arn).exists()
_is_boundary = select(principal.c.boundary).where(principal.c.boundary == _c.arn).exists()
PAGE = _page()
PAGE_USED = _page(or_(_is_attached, _is_boundary))
PAGE_ATTACHED = _page(_is_attached)
PAGE_BOUNDARIES = _page(_is_boundary)

SAVE = (
    update(policy)
    .where(_c.unique_id == p("unique_id"), _c.revision == p("revision"))
    .values(tags=p("tags"), revision=_c.revision + 1)
)

# what a change of one policy needs to know of it
HEAD = select(_c.unique_id, _c.account, _c.default_number, _c.last_number).where(_c.arn == p("arn"))

REMOVE = delete(policy).where(_c.unique_id == p("policy_id"))

ADD_VERSION = insert(policy_version)

VERSION_ADDED = (
    update(policy)
    .where(_c.unique_id == p("policy_id"))
    .values(last_number=p("last_number"), default_number=p("default_number"), updated=p("at"), revision=_c.revision + 1)
)

VERSIONS = (
    select(_v.number, _v.text, _v.created)
    .select_from(policy_version.join(policy, _c.unique_id == _v.policy_id))
    .where(_c.arn == p("arn"))
    .order_by(_v.number.desc())
)

COUNT_VERSIONS = select(func.count()).select_from(policy_version).where(_v.policy_id == p("policy_id"))

FIND_VERSION = select(_v.number).where(_v.policy_id == p("policy_id"), _v.number == p("number"))

SET_DEFAULT = (
    update(policy)
    .where(_c.unique_id == p("policy_id"))
    .values(default_number=p("number"), updated=p("at"), revision=_c.revision + 1)
)

REMOVE_VERSION = delete(policy_version).where(_v.policy_id == p("policy_id"), _v.number == p("number"))

REMOVE_VERSIONS = delete(policy_version).where(_v.policy_id == p("policy_id"))

USES = select(
    select(func.count()).select_from(attachment).where(attachment.c.policy_arn == p("arn")).scalar_subquery()
    + select(func.count()).select_from(principal).where(principal.c.boundary == p("arn")).scalar_subquery()
)

IN_ACCOUNT = select(_c.unique_id).where(_c.arn == p("arn"), _c.account == p("account"))

DEFAULT_TEXT = select(_v.text).select_from(_with_default).where(_c.arn == p("arn"))

AWS_ATTACHED = (
    select(attachment.c.policy_arn, func.count())
    .select_from(attachment.join(principal, principal.c.unique_id == attachment.c.principal_id))
    .where(principal.c.account == p("account"), attachment.c.policy_arn.like("arn:aws:iam::aws:%"))
    .group_by(attachment.c.policy_arn)
)

AWS_BOUNDARIES = (
    select(principal.c.boundary, func.count())
    .where(principal.c.account == p("account"), principal.c.boundary.like("arn:aws:iam::aws:%"))
    .group_by(principal.c.boundary)
)
