"""Instance profiles: what hands a role to an instance."""

from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.services.call import Call
from dockreeve.services.iam import paging, principals, quotas, refusals, roles, touched
from dockreeve.services.iam.names import PROFILE, unique_id
from dockreeve.services.iam.tags import GivenTags, listed, tags_from
from dockreeve.storage import InstanceProfile, InUse, Kind, Missing, QuotaReached, Taken


@operation(
    "iam:CreateInstanceProfile",
    touches=touched.new_profile,
    also=touched.tagging("iam:TagInstanceProfile", touched.new_profile),
)
async def create_instance_profile(
    call: Call, *, instance_profile_name: str, path: str = "/", tags: GivenTags = ()
) -> dict[str, Any]:
    """Make an empty instance profile."""
    profile = InstanceProfile(
        account=call.account,
        name=instance_profile_name,
        path=path,
        unique_id=unique_id(PROFILE),
        created=call.now,
        tags=tags_from(tags),
    )
    try:
        await call.records.identity.add_profile(profile, limit=quotas.PROFILES)
    except Taken:
        raise refusals.profile_exists(instance_profile_name) from None
    except QuotaReached as full:
        raise refusals.quota_exceeded("InstanceProfilesPerAccount", full.limit) from None
    return {"InstanceProfile": await _described(call, profile, whole=True)}


@operation("iam:GetInstanceProfile", touches=touched.profile)
async def get_instance_profile(call: Call, *, instance_profile_name: str) -> dict[str, Any]:
    """The instance profile with its role and tags."""
    profile = await find_profile(call, instance_profile_name)
    return {"InstanceProfile": await _described(call, profile, whole=True)}


@operation("iam:ListInstanceProfiles", touches=touched.listing("instance-profile"))
async def list_instance_profiles(
    call: Call, *, path_prefix: str = "/", marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The instance profiles in order of name, without tags."""
    return await _page(call, None, path_prefix, marker, max_items)


@operation("iam:ListInstanceProfilesForRole", touches=touched.role)
async def list_instance_profiles_for_role(
    call: Call, *, role_name: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The instance profiles that hold the role."""
    role = await principals.find_role(call, role_name)
    return await _page(call, role.unique_id, "/", marker, max_items)


@operation("iam:AddRoleToInstanceProfile", touches=touched.profile, also=touched.passing)
async def add_role_to_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> None:
    """Put the role into the profile, which has room for one."""
    profile = await find_profile(call, instance_profile_name)
    role = await principals.find_role(call, role_name)
    try:
        await call.records.identity.put_role(profile.unique_id, role.unique_id)
    except Missing as missing:
        raise _gone(missing, instance_profile_name, role_name) from None
    except QuotaReached:
        raise refusals.quota_exceeded("InstanceSessionsPerInstanceProfile", quotas.ROLES_PER_PROFILE) from None


@operation("iam:RemoveRoleFromInstanceProfile", touches=touched.profile)
async def remove_role_from_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> None:
    """Take the role out. Raise NoSuchEntity when it isn't in this profile."""
    profile = await find_profile(call, instance_profile_name)
    role = await principals.find_role(call, role_name)
    try:
        await call.records.identity.take_role(profile.unique_id, role.unique_id)
    except Missing as missing:
        raise _gone(missing, instance_profile_name, role_name) from None


@operation("iam:DeleteInstanceProfile", touches=touched.profile)
async def delete_instance_profile(call: Call, *, instance_profile_name: str) -> None:
    """Remove an instance profile that holds no role."""
    profile = await find_profile(call, instance_profile_name)
    try:
        await call.records.identity.remove_profile(profile.unique_id)
    except Missing:
        raise refusals.no_such_profile(instance_profile_name) from None
    except InUse as reason:
        raise refusals.in_use(reason) from None


async def find_profile(call: Call, name: str) -> InstanceProfile:
    """The instance profile of the caller's account with this name, regardless of case. Raise NoSuchEntity."""
    found = await call.records.identity.find_profile(call.account, name)
    if found is None:
        raise refusals.no_such_profile(name)
    return found


async def _page(call: Call, role: str | None, path_prefix: str, marker: str, max_items: int) -> dict[str, Any]:
    found = await call.records.identity.profiles(
        call.account, path_prefix=path_prefix, role=role, after=paging.after(marker), limit=max_items + 1
    )
    page, token = cut(found, max_items, lambda profile: profile.name.lower())
    return {
        "InstanceProfiles": [await _described(call, profile, whole=False) for profile in page],
        **paging.ending(token),
    }


async def _described(call: Call, profile: InstanceProfile, *, whole: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.unique_id,
        "Arn": profile.arn,
        "CreateDate": profile.created,
        "Roles": [await roles.described(call, profile.role, whole=False)] if profile.role else [],
    }
    return answer | ({"Tags": listed(profile.tags)} if whole else {})


def _gone(missing: Missing, profile_name: str, role_name: str) -> Exception:
    if missing.kind == "profile":
        return refusals.no_such_profile(profile_name)
    return refusals.no_such_principal(Kind.ROLE, role_name)
