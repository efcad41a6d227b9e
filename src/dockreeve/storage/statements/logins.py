"""Login profiles and password policies."""

from sqlalchemy import bindparam as p
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import login_profile, password_policy

_c = login_profile.c
_rules = password_policy.c
COLUMNS = (_c.user_id, _c.account, _c.hash, _c.earlier, _c.created, _c.changed, _c.reset_required, _c.revision)

ADD = insert(login_profile)

FIND = select(*COLUMNS).where(_c.user_id == p("user_id"))

SAVE = (
    update(login_profile)
    .where(_c.user_id == p("user_id"))
    .values(
        hash=p("hash"),
        earlier=p("earlier"),
        changed=p("changed"),
        reset_required=p("reset_required"),
        revision=_c.revision + 1,
    )
)

REMOVE = delete(login_profile).where(_c.user_id == p("user_id"))

POLICY = select(_rules.rules).where(_rules.account == p("account"))

PUT_POLICY = (
    upsert(password_policy)
    .values(account=p("account"), rules=p("rules"))
    .on_conflict_do_update(index_elements=["account"], set_={"rules": p("rules")})
)

REMOVE_POLICY = delete(password_policy).where(_rules.account == p("account"))
