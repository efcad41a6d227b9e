"""A role's policies: attached and inline ones, and its permissions boundary."""

from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.services.call import Call
from dockreeve.services.iam import attached, paging, touched
from dockreeve.storage import Kind


@operation("iam:AttachRolePolicy", touches=touched.bounded_role, context=touched.policy_key)
async def attach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> None:
    """Attach a managed policy; silent when it is attached already."""
    await attached.attach(call, Kind.ROLE, role_name, policy_arn)


@operation("iam:DetachRolePolicy", touches=touched.bounded_role, context=touched.policy_key)
async def detach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> None:
    """Detach a managed policy."""
    await attached.detach(call, Kind.ROLE, role_name, policy_arn)


@operation("iam:ListAttachedRolePolicies", touches=touched.role)
async def list_attached_role_policies(
    call: Call, *, role_name: str, path_prefix: str = "/", marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The managed policies attached, in order of name."""
    return await attached.list_attached(
        call, Kind.ROLE, role_name, path_prefix=path_prefix, marker=marker, max_items=max_items
    )


@operation("iam:PutRolePolicy", touches=touched.bounded_role)
async def put_role_policy(call: Call, *, role_name: str, policy_name: str, policy_document: str) -> None:
    """Add or replace an inline policy."""
    await attached.put_inline(call, Kind.ROLE, role_name, policy_name, policy_document)


@operation("iam:GetRolePolicy", touches=touched.role)
async def get_role_policy(call: Call, *, role_name: str, policy_name: str) -> dict[str, Any]:
    """One inline policy with its document."""
    return {"RoleName": role_name, **await attached.get_inline(call, Kind.ROLE, role_name, policy_name)}


@operation("iam:ListRolePolicies", touches=touched.role)
async def list_role_policies(
    call: Call, *, role_name: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The names of the inline policies, in order."""
    return await attached.list_inline(call, Kind.ROLE, role_name, marker=marker, max_items=max_items)


@operation("iam:DeleteRolePolicy", touches=touched.bounded_role)
async def delete_role_policy(call: Call, *, role_name: str, policy_name: str) -> None:
    """Remove an inline policy."""
    await attached.delete_inline(call, Kind.ROLE, role_name, policy_name)


@operation("iam:PutRolePermissionsBoundary", touches=touched.bounded_role, context=touched.boundary_key)
async def put_role_permissions_boundary(call: Call, *, role_name: str, permissions_boundary: str) -> None:
    """Bound the role's rights by a managed policy."""
    await attached.put_boundary(call, Kind.ROLE, role_name, permissions_boundary)


@operation("iam:DeleteRolePermissionsBoundary", touches=touched.bounded_role)
async def delete_role_permissions_boundary(call: Call, *, role_name: str) -> None:
    """Take the boundary away: from then on the role's policies alone count."""
    await attached.delete_boundary(call, Kind.ROLE, role_name)
