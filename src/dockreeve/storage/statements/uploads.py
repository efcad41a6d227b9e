"""Uploads that aren't complete."""

from sqlalchemy import bindparam as p
from sqlalchemy import delete, insert, null, or_, select, update

from dockreeve.storage.schema import upload

_c = upload.c
COLUMNS = (_c.id, _c.repository_id, _c.storage_key, _c.offset, _c.last_part, _c.opened, _c.touched)

OPEN = insert(upload).values({column.name: p(column.name) for column in COLUMNS})

FIND = select(*COLUMNS).where(_c.id == p("id"), _c.repository_id == p("repository_id"))

LEASE = (
    update(upload)
    .where(
        _c.id == p("id"),
        or_(_c.lease_holder.is_(None), _c.lease_holder == p("holder"), _c.lease_until <= p("now")),
    )
    .values(lease_holder=p("holder"), lease_until=p("until"), touched=p("now"))
)

ADVANCE = (
    update(upload)
    .where(_c.id == p("id"), _c.offset == p("old"))
    .values(offset=p("new"), last_part=p("part"), touched=p("at"), lease_holder=null(), lease_until=null())
)

RELEASE = (
    update(upload)
    .where(_c.id == p("id"), _c.lease_holder == p("holder"))
    .values(lease_holder=null(), lease_until=null())
)

# By the only process that there is, when it begins: whoever held them is dead.
RELEASE_ALL = update(upload).where(_c.lease_holder.is_not(None)).values(lease_holder=null(), lease_until=null())

REMOVE = delete(upload).where(_c.id == p("id"))

IDLE = select(*COLUMNS).where(_c.touched < p("before")).order_by(_c.touched).limit(p("limit"))
