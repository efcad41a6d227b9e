"""Tag, untag and list the tags of policies, roles, users and instance profiles."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, principals, profiles, refusals, touched
from dockreeve.services.iam.tags import GivenTags, joined, listed, without
from dockreeve.storage import Kind, ManagedPolicy, Missing, Stale

Edit = Callable[[Mapping[str, str]], dict[str, str]]

_TRIES = 5  # reads of a row that others keep changing


@operation("iam:TagRole", touches=touched.role)
async def tag_role(call: Call, *, role_name: str, tags: GivenTags) -> None:
    """Add tags, or replace the values of those that are there."""
    await _edit_principal(call, Kind.ROLE, role_name, lambda held: joined(held, tags, "TagsPerRole"))


@operation("iam:UntagRole", touches=touched.role)
async def untag_role(call: Call, *, role_name: str, tag_keys: Sequence[str]) -> None:
    """Take tags away; silent about keys that aren't there."""
    await _edit_principal(call, Kind.ROLE, role_name, lambda held: without(held, tag_keys))


@operation("iam:ListRoleTags", touches=touched.role)
async def list_role_tags(
    call: Call, *, role_name: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The tags in order of the key."""
    return _page((await principals.find_role(call, role_name)).tags, marker, max_items)


@operation("iam:TagUser", touches=touched.user)
async def tag_user(call: Call, *, user_name: str, tags: GivenTags) -> None:
    """Add tags, or replace the values of those that are there."""
    await _edit_principal(call, Kind.USER, user_name, lambda held: joined(held, tags, "TagsPerUser"))


@operation("iam:UntagUser", touches=touched.user)
async def untag_user(call: Call, *, user_name: str, tag_keys: Sequence[str]) -> None:
    """Take tags away; silent about keys that aren't there."""
    await _edit_principal(call, Kind.USER, user_name, lambda held: without(held, tag_keys))


@operation("iam:ListUserTags", touches=touched.user)
async def list_user_tags(
    call: Call, *, user_name: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The tags in order of the key."""
    return _page((await principals.find_user(call, user_name)).tags, marker, max_items)


@operation("iam:TagPolicy", touches=touched.policy)
async def tag_policy(call: Call, *, policy_arn: str, tags: GivenTags) -> None:
    """Add tags, or replace the values of those that are there."""
    await _edit_policy(call, policy_arn, lambda held: joined(held, tags, "TagsPerPolicy"))


@operation("iam:UntagPolicy", touches=touched.policy)
async def untag_policy(call: Call, *, policy_arn: str, tag_keys: Sequence[str]) -> None:
    """Take tags away; silent about keys that aren't there."""
    await _edit_policy(call, policy_arn, lambda held: without(held, tag_keys))


@operation("iam:ListPolicyTags", touches=touched.policy)
async def list_policy_tags(
    call: Call, *, policy_arn: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The tags in order of the key; AWS's own policies have none."""
    policy = await managed.find(call, policy_arn)
    return _page(policy.tags if isinstance(policy, ManagedPolicy) else {}, marker, max_items)


@operation("iam:TagInstanceProfile", touches=touched.profile)
async def tag_instance_profile(call: Call, *, instance_profile_name: str, tags: GivenTags) -> None:
    """Add tags, or replace the values of those that are there."""
    await _edit_profile(call, instance_profile_name, lambda held: joined(held, tags, "TagsPerInstanceProfile"))


@operation("iam:UntagInstanceProfile", touches=touched.profile)
async def untag_instance_profile(call: Call, *, instance_profile_name: str, tag_keys: Sequence[str]) -> None:
    """Take tags away; silent about keys that aren't there."""
    await _edit_profile(call, instance_profile_name, lambda held: without(held, tag_keys))


@operation("iam:ListInstanceProfileTags", touches=touched.profile)
async def list_instance_profile_tags(
    call: Call, *, instance_profile_name: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The tags in order of the key."""
    return _page((await profiles.find_profile(call, instance_profile_name)).tags, marker, max_items)


async def _edit_principal(call: Call, kind: Kind, name: str, edit: Edit) -> None:
    await principals.change(call, kind, name, lambda principal: replace(principal, tags=edit(principal.tags)))


async def _edit_policy(call: Call, arn: str, edit: Edit) -> None:
    async def save() -> None:
        policy = await managed.find_own(call, arn)
        try:
            await call.records.identity.save_policy(replace(policy, tags=edit(policy.tags)))
        except Missing:
            raise refusals.no_such_policy(arn) from None

    await _until_fresh(save)


async def _edit_profile(call: Call, name: str, edit: Edit) -> None:
    async def save() -> None:
        profile = await profiles.find_profile(call, name)
        try:
            await call.records.identity.save_profile(replace(profile, tags=edit(profile.tags)))
        except Missing:
            raise refusals.no_such_profile(name) from None

    await _until_fresh(save)


async def _until_fresh(save: Callable[[], Awaitable[None]]) -> None:
    """Read and write again as long as another request wrote in between; ConcurrentModification in the end."""
    for _ in range(_TRIES):
        try:
            return await save()
        except Stale:
            continue
    raise refusals.concurrent()


def _page(tags: Mapping[str, str], marker: str, max_items: int) -> dict[str, Any]:
    def place(tag: Mapping[str, str]) -> str:
        return tag["Key"].lower()

    page, token = cut(paging.following(listed(tags), place, marker), max_items, place)
    return {"Tags": page, **paging.ending(token)}
