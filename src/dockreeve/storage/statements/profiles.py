"""Instance profiles."""

from sqlalchemy import bindparam as p
from sqlalchemy import delete, func, insert, or_, select, update

from dockreeve.storage.schema import instance_profile, principal
from dockreeve.storage.statements.principals import COLUMNS as _ROLE

_c = instance_profile.c
_with_role = instance_profile.outerjoin(principal, principal.c.unique_id == _c.role_id)
# the profile's own columns first, then the role's
COLUMNS = (
    _c.account,
    _c.name,
    _c.path,
    _c.unique_id,
    _c.created,
    _c.tags,
    _c.revision,
    *(column.label(f"role_{column.name}") for column in _ROLE),
)

ADD = insert(instance_profile)

FIND = select(*COLUMNS).select_from(_with_role).where(_c.account == p("account"), _c.name_key == p("name_key"))

BY_ID = select(_c.account, _c.role_id).where(_c.unique_id == p("unique_id"))

COUNT = select(func.count()).select_from(instance_profile).where(_c.account == p("account"))

COUNT_OF_ROLE = select(func.count()).select_from(instance_profile).where(_c.role_id == p("role_id"))

PAGE = (
    select(*COLUMNS)
    .select_from(_with_role)
    .where(
        _c.account == p("account"),
        _c.name_key > p("after"),
        func.substr(_c.path, 1, func.length(p("prefix"))) == p("prefix"),
        or_(p("role_id").is_(None), _c.role_id == p("role_id")),
    )
    .order_by(_c.name_key)
    .limit(p("limit"))
)

SAVE = (
    update(instance_profile)
    .where(_c.unique_id == p("unique_id"), _c.revision == p("revision"))
    .values(tags=p("tags"), revision=_c.revision + 1)
)

SET_ROLE = (
    update(instance_profile)
    .where(_c.unique_id == p("unique_id"))
    .values(role_id=p("role_id"), revision=_c.revision + 1)
)

REMOVE = delete(instance_profile).where(_c.unique_id == p("unique_id"))
