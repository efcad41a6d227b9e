"""What IAM's operations are authorized on: the ARN that is evaluated, and how a refusal names it.

A request that names its target only by name is refused as `role NAME`, though the decision is made on the ARN. What
doesn't exist is evaluated as if it had the path `/`, so nobody learns from a refusal whether it exists.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from dockreeve.aws.operation import ANYTHING, Need, Touched
from dockreeve.services.call import Call, CallerKind
from dockreeve.services.iam.names import arn, policy_name, root_arn
from dockreeve.storage import Kind

Params = Mapping[str, Any]
Touches = Callable[[Call, Params], Awaitable[Touched | list[Touched]]]
Also = Callable[[Call, Params], Awaitable[list[Need]]]
Keys = Mapping[str, str | Sequence[str]]

EC2 = "ec2.amazonaws.com"  # the one service that an instance profile hands a role to


async def role(call: Call, params: Params) -> Touched:
    """The role called `role_name`."""
    return await _principal(call, Kind.ROLE, params["role_name"])


async def user(call: Call, params: Params) -> Touched:
    """The user called `user_name`."""
    return await _principal(call, Kind.USER, params["user_name"])


async def bounded_role(call: Call, params: Params) -> Touched:
    """The role called `role_name`, with `iam:PermissionsBoundary` as it is now (Service Authorization Reference)."""
    return await _principal(call, Kind.ROLE, params["role_name"], bounded=True)


async def bounded_user(call: Call, params: Params) -> Touched:
    """The user called `user_name`, with `iam:PermissionsBoundary` as it is now (Service Authorization Reference)."""
    return await _principal(call, Kind.USER, params["user_name"], bounded=True)


async def user_or_self(call: Call, params: Params) -> Touched:
    """The user called `user_name`, or who calls when no name is given."""
    if name := params.get("user_name"):
        return await _principal(call, Kind.USER, name)
    if call.caller.kind is CallerKind.USER:
        return await _principal(call, Kind.USER, call.caller.name)
    if call.caller.kind is CallerKind.ROOT:
        return Touched(root_arn(call.account))
    return ANYTHING


async def renamed_user(call: Call, params: Params) -> list[Touched]:
    """UpdateUser needs the right on the user as it is and as it will be (IAM API Reference, UpdateUser)."""
    name = params["user_name"]
    before = await _principal(call, Kind.USER, name)
    found = await call.records.identity.find_principal(call.account, Kind.USER, name)
    path = params.get("new_path") or (found.path if found else "/")
    after = arn(call.account, Kind.USER, params.get("new_user_name") or (found.name if found else name), path)
    return [before] if after == before.arn else [before, Touched(after, tags=before.tags)]


async def profile(call: Call, params: Params) -> Touched:
    """The instance profile called `instance_profile_name`."""
    name = params["instance_profile_name"]
    said_as = f"instance profile {name}"
    found = await call.records.identity.find_profile(call.account, name)
    if found is None:
        return Touched(arn(call.account, "instance-profile", name), said_as)
    return Touched(found.arn, said_as, found.tags)


async def policy(call: Call, params: Params) -> Touched:
    """The managed policy with the ARN `policy_arn`."""
    policy_arn = params["policy_arn"]
    parts = policy_name(policy_arn)
    found = await call.records.identity.find_policy(policy_arn) if parts and parts.account == call.account else None
    return Touched(policy_arn, tags=found.tags if found else {})


async def owner_of_key(call: Call, params: Params) -> Touched:
    """Whose key `access_key_id` is. A key that isn't the account's is evaluated on `*`."""
    key_id = params["access_key_id"]
    said_as = f"access key {key_id}"
    key = await call.records.identity.find_key(key_id)
    if key is None or key.account != call.account:
        return Touched("*", said_as)
    owner = await call.records.identity.principal_by_id(key.owner)
    return Touched(owner.arn, said_as, owner.tags) if owner else Touched(root_arn(call.account), said_as)


async def new_role(call: Call, params: Params) -> Touched:
    """The role to be."""
    return Touched(arn(call.account, Kind.ROLE, params["role_name"], params.get("path", "/")))


async def new_user(call: Call, params: Params) -> Touched:
    """The user to be."""
    return Touched(arn(call.account, Kind.USER, params["user_name"], params.get("path", "/")))


async def new_profile(call: Call, params: Params) -> Touched:
    """The instance profile to be."""
    return Touched(arn(call.account, "instance-profile", params["instance_profile_name"], params.get("path", "/")))


async def new_policy(call: Call, params: Params) -> Touched:
    """The managed policy to be; a refusal gives its name only."""
    name = params["policy_name"]
    return Touched(arn(call.account, "policy", name, params.get("path", "/")), f"policy {name}")


def listing(word: str) -> Touches:
    """All of a kind: authorized on `*`, refused as `arn:aws:iam::ACCOUNT:WORD/PATH-PREFIX`."""

    async def touches(call: Call, params: Params) -> Touched:
        return Touched("*", f"arn:aws:iam::{call.account}:{word}{params.get('path_prefix', '/')}")

    return touches


async def listing_policies(call: Call, params: Params) -> Touched:
    """All policies: authorized on `*`, refused as `policy path PREFIX`."""
    return Touched("*", f"policy path {params.get('path_prefix', '/')}")


def tagging(action: str, touches: Touches) -> Also:
    """Making something with tags needs the right to tag it as well (IAM User Guide, "Tags for IAM resources")."""

    async def also(call: Call, params: Params) -> list[Need]:
        if not params.get("tags"):
            return []
        touched = await touches(call, params)
        return [Need(action, one) for one in (touched if isinstance(touched, list) else [touched])]

    return also


async def passing(call: Call, params: Params) -> list[Need]:
    """Putting a role into an instance profile passes it to EC2 (IAM API Reference, AddRoleToInstanceProfile)."""
    name = params["role_name"]
    found = await call.records.identity.find_principal(call.account, Kind.ROLE, name)
    touched = Touched(found.arn, tags=found.tags) if found else Touched(arn(call.account, Kind.ROLE, name))
    return [Need("iam:PassRole", touched, {"iam:PassedToService": EC2})]


def policy_key(params: Params) -> Keys:
    """`iam:PolicyARN`: the policy to attach or detach."""
    return {"iam:PolicyARN": params["policy_arn"]}


def boundary_key(params: Params) -> Keys:
    """`iam:PermissionsBoundary`: the boundary that the request sets."""
    boundary = params.get("permissions_boundary")
    return {"iam:PermissionsBoundary": boundary} if boundary else {}


async def _principal(call: Call, kind: Kind, name: str, *, bounded: bool = False) -> Touched:
    found = await call.records.identity.find_principal(call.account, kind, name)
    if found is None:
        return Touched(arn(call.account, kind, name), f"{kind} {name}")
    keys = {"iam:PermissionsBoundary": found.boundary} if bounded and found.boundary else {}
    return Touched(found.arn, f"{kind} {found.name}", found.tags, keys)
