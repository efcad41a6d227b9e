"""Accounts and principals."""

from sqlalchemy import bindparam as p
from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import account, account_version, instance_profile, policy, policy_version, principal

_c = principal.c
COLUMNS = (
    _c.account,
    _c.kind,
    _c.name,
    _c.path,
    _c.unique_id,
    _c.created,
    _c.tags,
    _c.boundary,
    _c.description,
    _c.trust,
    _c.trusted_ids,
    _c.max_session,
    _c.sessions_valid_after,
    _c.last_used,
    _c.last_used_region,
    _c.revision,
)

VERSION = select(account_version.c.version).where(account_version.c.account == p("account"))

BUMP = (
    upsert(account_version)
    .values(account=p("account"), version=1)
    .on_conflict_do_update(index_elements=["account"], set_={"version": account_version.c.version + 1})
)

ENSURE_ACCOUNT = upsert(account).values(id=p("account"), created=p("created")).on_conflict_do_nothing()

ACCOUNT_CREATED = select(account.c.created).where(account.c.id == p("account"))

ADD = insert(principal)

FIND = select(*COLUMNS).where(_c.account == p("account"), _c.kind == p("kind"), _c.name_key == p("name_key"))

BY_ID = select(*COLUMNS).where(_c.unique_id == p("unique_id"))

COUNT = select(func.count()).select_from(principal).where(_c.account == p("account"), _c.kind == p("kind"))

PAGE = (
    select(*COLUMNS)
    .where(
        _c.account == p("account"),
        _c.kind == p("kind"),
        _c.name_key > p("after"),
        func.substr(_c.path, 1, func.length(p("prefix"))) == p("prefix"),
    )
    .order_by(_c.name_key)
    .limit(p("limit"))
)

SAVE = (
    update(principal)
    .where(_c.unique_id == p("unique_id"), _c.revision == p("revision"))
    .values(
        name=p("name"),
        name_key=p("name_key"),
        path=p("path"),
        created=p("created"),
        tags=p("tags"),
        boundary=p("boundary"),
        description=p("description"),
        trust=p("trust"),
        trusted_ids=p("trusted_ids"),
        max_session=p("max_session"),
        sessions_valid_after=p("sessions_valid_after"),
        revision=_c.revision + 1,
    )
)

REMOVE = delete(principal).where(_c.unique_id == p("unique_id"))

NOTE_USED = (
    update(principal)
    .where(_c.unique_id == p("unique_id"), func.coalesce(_c.last_used, 0) <= p("at"))
    .values(last_used=p("at"), last_used_region=p("region"))
)

# users, roles, policies, policy versions, instance profiles
COUNTS = select(
    select(func.coalesce(func.sum(case((_c.kind == "user", 1), else_=0)), 0))
    .where(_c.account == p("account"))
    .scalar_subquery()
    .label("users"),
    select(func.coalesce(func.sum(case((_c.kind == "role", 1), else_=0)), 0))
    .where(_c.account == p("account"))
    .scalar_subquery()
    .label("roles"),
    select(func.count())
    .select_from(policy)
    .where(policy.c.account == p("account"))
    .scalar_subquery()
    .label("policies"),
    select(func.count())
    .select_from(policy_version.join(policy, policy.c.unique_id == policy_version.c.policy_id))
    .where(policy.c.account == p("account"))
    .scalar_subquery()
    .label("policy_versions"),
    select(func.count())
    .select_from(instance_profile)
    .where(instance_profile.c.account == p("account"))
    .scalar_subquery()
    .label("instance_profiles"),
)
