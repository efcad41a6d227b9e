"""ListEntitiesForPolicy: who has a managed policy, attached or as permissions boundary."""

from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, touched
from dockreeve.storage import Kind, Principal

USAGES = ("PermissionsPolicy", "PermissionsBoundary")


@operation("iam:ListEntitiesForPolicy", touches=touched.policy)
async def list_entities_for_policy(
    call: Call,
    *,
    policy_arn: str,
    entity_filter: str = "",
    path_prefix: str = "/",
    policy_usage_filter: str = "",
    marker: str = "",
    max_items: int = paging.SIZE,
) -> dict[str, Any]:
    """The account's users and roles that have the policy; without a usage filter, in either way. No groups yet."""
    policy = await managed.find(call, policy_arn)
    holders: dict[str, Principal] = {}
    for usage in (policy_usage_filter,) if policy_usage_filter else USAGES:
        for attachment in await call.records.identity.entities(policy.arn, usage=usage):
            holder = attachment.principal
            # AWS's policies are attached in every account: show the caller's own only.
            if holder.account == call.account and holder.path.startswith(path_prefix):
                holders[holder.unique_id] = holder
    wanted = [one for one in holders.values() if not entity_filter or entity_filter.lower() == one.kind]
    page, token = cut(paging.following(wanted, _place, marker), max_items, _place)
    return {
        "PolicyGroups": [],
        "PolicyUsers": [{"UserName": one.name, "UserId": one.unique_id} for one in page if one.kind is Kind.USER],
        "PolicyRoles": [{"RoleName": one.name, "RoleId": one.unique_id} for one in page if one.kind is Kind.ROLE],
        **paging.ending(token),
    }


def _place(holder: Principal) -> str:
    return f"{holder.kind} {holder.name.lower()}"
