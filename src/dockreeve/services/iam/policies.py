"""Managed policies: CreatePolicy, GetPolicy, ListPolicies, DeletePolicy."""

from collections.abc import Mapping, Sequence
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.policy import aws_managed
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, quotas, refusals, touched
from dockreeve.services.iam.documents import managed_document
from dockreeve.services.iam.managed import AnyPolicy
from dockreeve.services.iam.names import POLICY, unique_id
from dockreeve.services.iam.tags import GivenTags, tags_from
from dockreeve.storage import InUse, ManagedPolicy, Missing, PolicyVersion, QuotaReached, Taken


@operation("iam:CreatePolicy", touches=touched.new_policy, also=touched.tagging("iam:TagPolicy", touched.new_policy))
async def create_policy(
    call: Call,
    *,
    policy_name: str,
    policy_document: str,
    path: str = "/",
    description: str = "",
    tags: GivenTags = (),
) -> dict[str, Any]:
    """Store a new managed policy; the document becomes its version v1."""
    managed_document(policy_document)
    policy = ManagedPolicy(
        account=call.account,
        name=policy_name,
        path=path,
        unique_id=unique_id(POLICY),
        created=call.now,
        updated=call.now,
        default=PolicyVersion(1, policy_document, call.now),
        description=description,
        tags=tags_from(tags),
    )
    try:
        await call.records.identity.add_policy(policy, limit=quotas.POLICIES)
    except Taken:
        raise refusals.policy_exists(policy_name) from None
    except QuotaReached as full:
        raise refusals.quota_exceeded("PoliciesPerAccount", full.limit) from None
    return {"Policy": managed.described(policy, {}, whole=True)}


@operation("iam:GetPolicy", touches=touched.policy)
async def get_policy(call: Call, *, policy_arn: str) -> dict[str, Any]:
    """The policy without its document."""
    policy = await managed.find(call, policy_arn)
    uses = await call.records.identity.aws_policy_uses(call.account)
    return {"Policy": managed.described(policy, uses, whole=True)}


@operation("iam:ListPolicies", touches=touched.listing_policies)
async def list_policies(
    call: Call,
    *,
    scope: str = "All",
    only_attached: bool = False,
    path_prefix: str = "/",
    policy_usage_filter: str = "",
    marker: str = "",
    max_items: int = paging.SIZE,
) -> dict[str, Any]:
    """The account's own policies, then AWS's, each in order of name.

    A usage filter keeps only policies that are used in this way, with or without `only_attached`.
    """
    attached = only_attached or bool(policy_usage_filter)
    uses = await call.records.identity.aws_policy_uses(call.account)
    source, _, after = paging.after(marker).partition(" ")
    found: list[AnyPolicy] = []
    if scope != "AWS" and source != aws_managed.ACCOUNT:
        found += await call.records.identity.policies(
            call.account,
            path_prefix=path_prefix,
            attached=attached,
            usage=policy_usage_filter,
            after=after,
            limit=max_items + 1,
        )
    if scope != "Local" and len(found) <= max_items:
        begin = after if source == aws_managed.ACCOUNT else ""
        found += [
            policy
            for policy in aws_managed.policies().values()
            if policy.name.lower() > begin
            and policy.path.startswith(path_prefix)
            and (not attached or _used(uses, policy.arn, policy_usage_filter))
        ]
    page, token = cut(found, max_items, _place)
    return {"Policies": [managed.described(policy, uses, whole=False) for policy in page], **paging.ending(token)}


@operation("iam:DeletePolicy", touches=touched.policy)
async def delete_policy(call: Call, *, policy_arn: str) -> None:
    """Remove a policy that nobody has and that has one version left."""
    policy = await managed.find_own(call, policy_arn)
    try:
        await call.records.identity.remove_policy(policy.arn)
    except Missing:
        raise refusals.no_such_policy(policy_arn) from None
    except InUse as reason:
        raise refusals.in_use(reason) from None


def _used(uses: Mapping[str, Sequence[int]], arn: str, usage: str) -> bool:
    attachments, boundaries = uses.get(arn, (0, 0))
    counted = {"PermissionsPolicy": attachments, "PermissionsBoundary": boundaries}
    return counted.get(usage, attachments + boundaries) > 0


def _place(policy: AnyPolicy) -> str:
    """Where a policy stands in ListPolicies."""
    source = "own" if isinstance(policy, ManagedPolicy) else aws_managed.ACCOUNT
    return f"{source} {policy.name.lower()}"
