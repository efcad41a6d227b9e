"""Managed policies, AWS's and the account's own: find one by ARN, describe it."""

from collections.abc import Mapping
from typing import Any

from dockreeve.policy import aws_managed
from dockreeve.policy.aws_managed import AwsPolicy
from dockreeve.services.call import Call
from dockreeve.services.iam import refusals, tags
from dockreeve.services.iam.names import policy_name
from dockreeve.storage import ManagedPolicy

AnyPolicy = ManagedPolicy | AwsPolicy


async def look(call: Call, arn: str) -> AnyPolicy | None:
    """The policy, if AWS or the caller's account has it. Raise InvalidInput for what is no policy's ARN."""
    parts = policy_name(arn)
    if parts is None:
        raise refusals.bad_arn(arn)
    if parts.account == aws_managed.ACCOUNT:
        return aws_managed.policies().get(arn)
    if parts.account != call.account:
        return None  # another account's policies are no business of ours, whatever the gate allowed
    return await call.records.identity.find_policy(arn)


async def find(call: Call, arn: str) -> AnyPolicy:
    """Raise InvalidInput, NoSuchEntity."""
    found = await look(call, arn)
    if found is None:
        raise refusals.no_such_policy(arn)
    return found


async def find_own(call: Call, arn: str) -> ManagedPolicy:
    """A policy that can be changed. Raise InvalidInput for one of AWS's, NoSuchEntity."""
    found = await find(call, arn)
    if isinstance(found, AwsPolicy):
        raise refusals.aws_managed(arn)
    return found


async def attachable(call: Call, arn: str) -> AnyPolicy:
    """A policy that may be attached to a user or role. Raise InvalidInput, NoSuchEntity, PolicyNotAttachable."""
    found = await look(call, arn)
    if found is None:
        raise refusals.not_attachable(arn)
    _check_for_customers(found)
    return found


async def bounding(call: Call, arn: str) -> str:
    """`arn`, when it may be a permissions boundary. Raise InvalidInput, NoSuchEntity, PolicyNotAttachable."""
    found = await look(call, arn)
    if found is None:
        raise refusals.no_such_boundary(arn)
    _check_for_customers(found)
    return arn


def described(policy: AnyPolicy, uses: Mapping[str, tuple[int, int]], *, whole: bool) -> dict[str, Any]:
    """`Policy` as answers bring it; a list leaves out (`whole=False`) description and tags.

    `uses` gives attachments and boundaries of AWS's policies in the caller's account.
    """
    if isinstance(policy, ManagedPolicy):
        version, attachments, boundaries = policy.default.number, policy.attachments, policy.boundaries
        about: dict[str, Any] = {
            "Tags": tags.listed(policy.tags),
            **({"Description": policy.description} if policy.description else {}),
        }
    else:
        version, (attachments, boundaries) = policy.version, uses.get(policy.arn, (0, 0))
        about = {"Tags": []}
    answer = {
        "PolicyName": policy.name,
        "PolicyId": policy.unique_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": f"v{version}",
        "AttachmentCount": attachments,
        "PermissionsBoundaryUsageCount": boundaries,
        "IsAttachable": True,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
    }
    return answer | about if whole else answer


def _check_for_customers(policy: AnyPolicy) -> None:
    if isinstance(policy, AwsPolicy) and policy.path.startswith(aws_managed.SERVICE_ROLE_PATH):
        raise refusals.service_role_policy()
