"""Access keys."""

from sqlalchemy import bindparam as p
from sqlalchemy import delete, func, insert, select, update

from dockreeve.storage.schema import access_key

_c = access_key.c
COLUMNS = (
    _c.id,
    _c.account,
    _c.owner,
    _c.secret,
    _c.created,
    _c.active,
    _c.last_used,
    _c.last_used_region,
    _c.last_used_service,
)

ADD = insert(access_key)

FIND = select(*COLUMNS).where(_c.id == p("id"))

OF_OWNER = select(*COLUMNS).where(_c.owner == p("owner")).order_by(_c.created, _c.id)

COUNT = select(func.count()).select_from(access_key).where(_c.owner == p("owner"))

ACCOUNT = select(_c.account).where(_c.id == p("id"))

SET_ACTIVE = update(access_key).where(_c.id == p("id")).values(active=p("active"))

REMOVE = delete(access_key).where(_c.id == p("id"))

NOTE_USED = (
    update(access_key)
    .where(_c.id == p("id"), func.coalesce(_c.last_used, 0) <= p("at"))
    .values(last_used=p("at"), last_used_region=p("region"), last_used_service=p("service"))
)
