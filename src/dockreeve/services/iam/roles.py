"""Roles: create, get, list, update, delete, and the trust policy."""

from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.faults import Fault
from dockreeve.policy import Document, aws_managed
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, principals, quotas, touched, trust
from dockreeve.services.iam.documents import trust_document
from dockreeve.services.iam.names import ROLE, unique_id
from dockreeve.services.iam.tags import GivenTags, listed, tags_from
from dockreeve.storage import Kind, Principal

_DEFAULT_SESSION = 3600  # seconds


@operation(
    "iam:CreateRole",
    touches=touched.new_role,
    also=touched.tagging("iam:TagRole", touched.new_role),
    context=touched.boundary_key,
)
async def create_role(
    call: Call,
    *,
    role_name: str,
    assume_role_policy_document: str,
    path: str = "/",
    description: str = "",
    max_session_duration: int = _DEFAULT_SESSION,
    permissions_boundary: str | None = None,
    tags: GivenTags = (),
) -> dict[str, Any]:
    """Make a role. Users and roles that the trust policy names must exist; their unique ids are kept beside it."""
    if path.startswith(aws_managed.SERVICE_ROLE_PATH):
        # Service control policies spare service-linked roles, so nobody may give a role of their own this path.
        raise Fault("InvalidInput", f"The path {aws_managed.SERVICE_ROLE_PATH} is reserved for service-linked roles.")
    document = trust_document(assume_role_policy_document)
    role = Principal(
        account=call.account,
        kind=Kind.ROLE,
        name=role_name,
        path=path,
        unique_id=unique_id(ROLE),
        created=call.now,
        tags=tags_from(tags),
        boundary=await managed.bounding(call, permissions_boundary) if permissions_boundary else None,
        description=description,
        trust=assume_role_policy_document,
        trusted_ids=await _trusted(call, document),
        max_session=max_session_duration,
    )
    await principals.add(call, role, limit=quotas.ROLES)
    return {"Role": await described(call, role, whole=True)}


@operation("iam:GetRole", touches=touched.bounded_role)
async def get_role(call: Call, *, role_name: str) -> dict[str, Any]:
    """The role with its tags, its boundary and when it was last used."""
    role = await principals.find_role(call, role_name)
    return {"Role": {**await described(call, role, whole=True), "RoleLastUsed": _last_used(role)}}


@operation("iam:ListRoles", touches=touched.listing(Kind.ROLE))
async def list_roles(
    call: Call, *, path_prefix: str = "/", marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The roles in order of name, without tags, boundary and last use."""
    found = await call.records.identity.principals(
        call.account, Kind.ROLE, path_prefix=path_prefix, after=paging.after(marker), limit=max_items + 1
    )
    page, token = cut(found, max_items, lambda role: role.name.lower())
    return {"Roles": [await described(call, role, whole=False) for role in page], **paging.ending(token)}


@operation("iam:UpdateRole", touches=touched.bounded_role)
async def update_role(
    call: Call, *, role_name: str, description: str | None = None, max_session_duration: int | None = None
) -> dict[str, Any]:
    """Change description and maximal session duration; what isn't given stays as it is."""

    def edit(role: Principal) -> Principal:
        return replace(
            role,
            description=role.description if description is None else description,
            max_session=max_session_duration or role.max_session,
        )

    await principals.change(call, Kind.ROLE, role_name, edit)
    return {}


@operation("iam:UpdateRoleDescription", touches=touched.bounded_role)
async def update_role_description(call: Call, *, role_name: str, description: str) -> dict[str, Any]:
    """The older form of UpdateRole; answers the role."""
    role = await principals.change(call, Kind.ROLE, role_name, lambda role: replace(role, description=description))
    return {"Role": await described(call, role, whole=True)}


@operation("iam:UpdateAssumeRolePolicy", touches=touched.bounded_role)
async def update_assume_role_policy(call: Call, *, role_name: str, policy_document: str) -> None:
    """Replace the trust policy. Sessions that were already given out live on."""
    await principals.find_role(call, role_name)
    trusted_ids = await _trusted(call, trust_document(policy_document))
    await principals.change(
        call, Kind.ROLE, role_name, lambda role: replace(role, trust=policy_document, trusted_ids=trusted_ids)
    )


@operation("iam:DeleteRole", touches=touched.bounded_role)
async def delete_role(call: Call, *, role_name: str) -> None:
    """Remove a role without policies that is in no instance profile; its sessions end with it."""
    await principals.remove(call, Kind.ROLE, role_name)


async def described(call: Call, role: Principal, *, whole: bool) -> dict[str, Any]:
    """`Role` as answers bring it; lists and instance profiles leave out (`whole=False`) tags and boundary."""
    document = await trust.shown(call.records, role.trust, role.trusted_ids)
    answer = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.unique_id,
        "Arn": role.arn,
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": document,
        "MaxSessionDuration": role.max_session,
    }
    if role.description:
        answer["Description"] = role.description
    if whole:
        answer |= {"Tags": listed(role.tags), **principals.boundary_of(role)}
    return answer


async def _trusted(call: Call, document: Document) -> dict[str, str]:
    try:
        return await trust.resolve_principals(call.records, document)
    except trust.UnknownPrincipal as unknown:
        kind = unknown.kind if unknown.kind == "AWS" else unknown.kind.upper()
        raise Fault("MalformedPolicyDocument", f'Invalid principal in policy: "{kind}":"{unknown.value}"') from unknown


def _last_used(role: Principal) -> dict[str, Any]:
    return {"LastUsedDate": role.last_used, "Region": role.last_used_region} if role.last_used else {}
