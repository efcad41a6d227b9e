"""A user's policies: attached and inline ones, and its permissions boundary."""

from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.services.call import Call
from dockreeve.services.iam import attached, paging, touched
from dockreeve.storage import Kind


@operation("iam:AttachUserPolicy", touches=touched.bounded_user, context=touched.policy_key)
async def attach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> None:
    """Attach a managed policy; silent when it is attached already."""
    await attached.attach(call, Kind.USER, user_name, policy_arn)


@operation("iam:DetachUserPolicy", touches=touched.bounded_user, context=touched.policy_key)
async def detach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> None:
    """Detach a managed policy."""
    await attached.detach(call, Kind.USER, user_name, policy_arn)


@operation("iam:ListAttachedUserPolicies", touches=touched.user)
async def list_attached_user_policies(
    call: Call, *, user_name: str, path_prefix: str = "/", marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The managed policies attached, in order of name."""
    return await attached.list_attached(
        call, Kind.USER, user_name, path_prefix=path_prefix, marker=marker, max_items=max_items
    )


@operation("iam:PutUserPolicy", touches=touched.bounded_user)
async def put_user_policy(call: Call, *, user_name: str, policy_name: str, policy_document: str) -> None:
    """Add or replace an inline policy."""
    await attached.put_inline(call, Kind.USER, user_name, policy_name, policy_document)


@operation("iam:GetUserPolicy", touches=touched.user)
async def get_user_policy(call: Call, *, user_name: str, policy_name: str) -> dict[str, Any]:
    """One inline policy with its document."""
    return {"UserName": user_name, **await attached.get_inline(call, Kind.USER, user_name, policy_name)}


@operation("iam:ListUserPolicies", touches=touched.user)
async def list_user_policies(
    call: Call, *, user_name: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The names of the inline policies, in order."""
    return await attached.list_inline(call, Kind.USER, user_name, marker=marker, max_items=max_items)


@operation("iam:DeleteUserPolicy", touches=touched.bounded_user)
async def delete_user_policy(call: Call, *, user_name: str, policy_name: str) -> None:
    """Remove an inline policy."""
    await attached.delete_inline(call, Kind.USER, user_name, policy_name)


@operation("iam:PutUserPermissionsBoundary", touches=touched.bounded_user, context=touched.boundary_key)
async def put_user_permissions_boundary(call: Call, *, user_name: str, permissions_boundary: str) -> None:
    """Bound the user's rights by a managed policy."""
    await attached.put_boundary(call, Kind.USER, user_name, permissions_boundary)


@operation("iam:DeleteUserPermissionsBoundary", touches=touched.bounded_user)
async def delete_user_permissions_boundary(call: Call, *, user_name: str) -> None:
    """Take the boundary away: from then on the user's policies alone count."""
    await attached.delete_boundary(call, Kind.USER, user_name)
