"""Decisions."""

from sqlalchemy import bindparam as p
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import decision

_c = decision.c
COLUMNS = (_c.id, _c.account, _c.principal, _c.action, _c.resource, _c.verdict, _c.at, _c.record)

# Told twice (the journal tries again what may have been stored), kept once.
NOTE = (
    upsert(decision)
    .values({column.name: p(column.name) for column in (*COLUMNS, _c.principal_name)})
    .on_conflict_do_nothing()
)

FIND = select(*COLUMNS).where(_c.id == p("id"), _c.account == p("account"))

_wanted = (
    _c.at >= p("since"),
    _c.at <= p("until"),
    or_(p("action").is_(None), _c.action == p("action")),
    or_(p("resource").is_(None), _c.resource == p("resource")),
    or_(p("verdict").is_(None), _c.verdict == p("verdict")),
)

LATEST = (
    select(*COLUMNS).where(_c.account == p("account"), *_wanted).order_by(_c.at.desc(), _c.seq.desc()).limit(p("limit"))
)

LATEST_OF = (
    select(*COLUMNS)
    .where(
        _c.account == p("account"),
        _c.principal_name == p("principal_name"),
        or_(p("principal").is_(None), _c.principal == p("principal")),
        *_wanted,
    )
    .order_by(_c.at.desc(), _c.seq.desc())
    .limit(p("limit"))
)

FORGET = delete(decision).where(
    or_(
        _c.at < p("before"),
        _c.seq.in_(select(_c.seq).order_by(_c.at.desc(), _c.seq.desc()).offset(p("keep"))),
    )
)
