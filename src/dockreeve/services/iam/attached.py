"""What a user or role holds: attached managed policies, inline policies, the permissions boundary.

The operations on users and on roles are these functions under two names.
"""

from dataclasses import replace
from typing import Any

from dockreeve.aws.pages import cut
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, principals, quotas, refusals
from dockreeve.services.iam.documents import identity_document
from dockreeve.services.iam.names import policy_name
from dockreeve.storage import InlinePolicy, Kind, Missing, QuotaReached


async def attach(call: Call, kind: Kind, name: str, policy_arn: str) -> None:
    """Attach a managed policy; silent when it is attached already."""
    principal = await principals.find(call, kind, name)
    policy = await managed.attachable(call, policy_arn)
    try:
        await call.records.identity.attach(principal.unique_id, policy.arn, limit=quotas.ATTACHED)
    except Missing as missing:
        gone = missing.kind == "policy"
        raise (refusals.not_attachable(policy_arn) if gone else refusals.no_such_principal(kind, name)) from None
    except QuotaReached as full:
        raise refusals.quota_exceeded(f"PoliciesPer{kind.capitalize()}", full.limit) from None


async def detach(call: Call, kind: Kind, name: str, policy_arn: str) -> None:
    """Detach a managed policy. Raise NoSuchEntity when it isn't attached."""
    principal = await principals.find(call, kind, name)
    if policy_name(policy_arn) is None:
        raise refusals.bad_arn(policy_arn)
    try:
        await call.records.identity.detach(principal.unique_id, policy_arn)
    except Missing:
        raise refusals.no_such_policy(policy_arn) from None


async def list_attached(
    call: Call, kind: Kind, name: str, *, path_prefix: str, marker: str, max_items: int
) -> dict[str, Any]:
    """`AttachedPolicies` in order of name, those whose own path begins with `path_prefix`."""
    principal = await principals.find(call, kind, name)
    named = {arn: policy_name(arn) for arn in await call.records.identity.attached(principal.unique_id)}
    parts = {arn: part for arn, part in named.items() if part is not None and part.path.startswith(path_prefix)}

    def place(arn: str) -> str:
        # The ARN tells apart a policy of AWS's and one of the account's that share a name.
        return f"{parts[arn].name.lower()} {arn}"

    page, token = cut(paging.following(parts, place, marker), max_items, place)
    return {
        "AttachedPolicies": [{"PolicyName": parts[arn].name, "PolicyArn": arn} for arn in page],
        **paging.ending(token),
    }


async def put_inline(call: Call, kind: Kind, name: str, policy: str, document: str) -> None:
    """Add an inline policy, or replace the one of this name. All of a principal's inline policies share one quota."""
    principal = await principals.find(call, kind, name)
    identity_document(document)
    limit = quotas.INLINE_SIZE[kind]
    try:
        await call.records.identity.put_inline(principal.unique_id, InlinePolicy(policy, document), limit=limit)
    except Missing:
        raise refusals.no_such_principal(kind, name) from None
    except QuotaReached as full:
        raise refusals.inline_too_large(kind, name, full.limit) from None


async def get_inline(call: Call, kind: Kind, name: str, policy: str) -> dict[str, Any]:
    """`PolicyName` and `PolicyDocument`."""
    principal = await principals.find(call, kind, name)
    for inline in await call.records.identity.inline(principal.unique_id):
        if inline.name == policy:
            return {"PolicyName": inline.name, "PolicyDocument": inline.text}
    raise refusals.no_such_inline(kind, policy)


async def list_inline(call: Call, kind: Kind, name: str, *, marker: str, max_items: int) -> dict[str, Any]:
    """`PolicyNames` in order."""
    principal = await principals.find(call, kind, name)
    names = [inline.name for inline in await call.records.identity.inline(principal.unique_id)]
    page, token = cut(paging.following(names, str, marker), max_items, str)
    return {"PolicyNames": page, **paging.ending(token)}


async def delete_inline(call: Call, kind: Kind, name: str, policy: str) -> None:
    """Raise NoSuchEntity when there is no inline policy of this name."""
    principal = await principals.find(call, kind, name)
    try:
        await call.records.identity.remove_inline(principal.unique_id, policy)
    except Missing:
        raise refusals.no_such_inline(kind, policy) from None


async def put_boundary(call: Call, kind: Kind, name: str, policy_arn: str) -> None:
    """Bound the principal by a managed policy, instead of the one that bounds it now."""
    await principals.find(call, kind, name)
    boundary = await managed.bounding(call, policy_arn)
    await principals.change(call, kind, name, lambda principal: replace(principal, boundary=boundary))


async def delete_boundary(call: Call, kind: Kind, name: str) -> None:
    """Take the permissions boundary away; silent when there is none."""
    await principals.change(call, kind, name, lambda principal: replace(principal, boundary=None))
