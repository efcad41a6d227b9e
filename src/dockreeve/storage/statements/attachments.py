"""Attached managed policies and inline policies."""

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select
from sqlalchemy import bindparam as p
from sqlalchemy.dialects.postgresql import insert as upsert

from dockreeve.storage.schema import attachment, inline_policy, policy, policy_version, principal
from dockreeve.storage.statements.principals import COLUMNS as _PRINCIPAL

_a = attachment.c
_i = inline_policy.c

IS_ATTACHED = select(_a.policy_arn).where(_a.principal_id == p("principal_id"), _a.policy_arn == p("policy_arn"))

COUNT = select(func.count()).select_from(attachment).where(_a.principal_id == p("principal_id"))

ATTACH = insert(attachment)

DETACH = delete(attachment).where(_a.principal_id == p("principal_id"), _a.policy_arn == p("policy_arn"))

ATTACHED = select(_a.policy_arn).where(_a.principal_id == p("principal_id")).order_by(_a.name_key, _a.policy_arn)

# the text is null for AWS's own policies
HELD = (
    select(_a.policy_arn, policy_version.c.text)
    .select_from(
        attachment.outerjoin(policy, policy.c.arn == _a.policy_arn).outerjoin(
            policy_version,
            and_(policy_version.c.policy_id == policy.c.unique_id, policy_version.c.number == policy.c.default_number),
        )
    )
    .where(_a.principal_id == p("principal_id"))
    .order_by(_a.name_key, _a.policy_arn)
)


def _entities(use: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(*_PRINCIPAL)
        .where(use, or_(p("account").is_(None), principal.c.account == p("account")))
        .order_by(principal.c.kind, principal.c.name_key)
    )


ATTACHED_TO = _entities(principal.c.unique_id.in_(select(_a.principal_id).where(_a.policy_arn == p("policy_arn"))))
BOUNDARY_OF = _entities(principal.c.boundary == p("policy_arn"))

PUT_INLINE = (
    upsert(inline_policy)
    .values(principal_id=p("principal_id"), name=p("name"), text=p("text"))
    .on_conflict_do_update(index_elements=["principal_id", "name"], set_={"text": p("text")})
)

INLINE = select(_i.name, _i.text).where(_i.principal_id == p("principal_id")).order_by(func.lower(_i.name), _i.name)

REMOVE_INLINE = delete(inline_policy).where(_i.principal_id == p("principal_id"), _i.name == p("name"))

COUNT_INLINE = select(func.count()).select_from(inline_policy).where(_i.principal_id == p("principal_id"))
