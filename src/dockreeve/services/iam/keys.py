"""Access keys: create, list, update, delete, when last used. Without a user name they are the caller's own."""

from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.faults import Fault
from dockreeve.services.call import Call, CallerKind
from dockreeve.services.iam import paging, principals, quotas, refusals, touched
from dockreeve.services.iam.names import access_key_id, secret_access_key
from dockreeve.storage import AccessKey, Kind, Missing, QuotaReached

ROOT = "<root_account>"  # the credential report's word: no user can be called so
_NEVER = {"ServiceName": "N/A", "Region": "N/A"}


@operation("iam:CreateAccessKey", touches=touched.user_or_self)
async def create_access_key(call: Call, *, user_name: str | None = None) -> dict[str, Any]:
    """Make a key. The secret is in this answer and in no other."""
    owner, name = await _owner(call, user_name)
    key = AccessKey(id=access_key_id(), account=call.account, owner=owner, secret=secret_access_key(), created=call.now)
    try:
        await call.records.identity.add_key(key, limit=quotas.KEYS_PER_USER)
    except Missing:
        raise refusals.no_such_principal(Kind.USER, name) from None
    except QuotaReached as full:
        raise refusals.quota_exceeded("AccessKeysPerUser", full.limit) from None
    return {"AccessKey": {**_described(key, name), "SecretAccessKey": key.secret}}


@operation("iam:ListAccessKeys", touches=touched.user_or_self)
async def list_access_keys(
    call: Call, *, user_name: str | None = None, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The user's keys in order of creation, without secrets."""
    owner, name = await _owner(call, user_name)
    keys = await call.records.identity.keys(owner)
    page, token = cut(paging.following(keys, _place, marker), max_items, _place)
    return {"AccessKeyMetadata": [_described(key, name) for key in page], **paging.ending(token)}


@operation("iam:UpdateAccessKey", touches=touched.user_or_self)
async def update_access_key(call: Call, *, access_key_id: str, status: str, user_name: str | None = None) -> None:
    """Switch a key on or off, for the next request."""
    await _check_owned(call, access_key_id, user_name)
    if status not in ("Active", "Inactive"):
        raise Fault("InvalidInput", f"The status of an access key cannot be set to {status}.")
    try:
        await call.records.identity.set_key_active(access_key_id, status == "Active")
    except Missing:
        raise refusals.no_such_key(access_key_id) from None


@operation("iam:DeleteAccessKey", touches=touched.user_or_self)
async def delete_access_key(call: Call, *, access_key_id: str, user_name: str | None = None) -> None:
    """Remove a key for good."""
    await _check_owned(call, access_key_id, user_name)
    try:
        await call.records.identity.remove_key(access_key_id)
    except Missing:
        raise refusals.no_such_key(access_key_id) from None


@operation("iam:GetAccessKeyLastUsed", touches=touched.owner_of_key)
async def get_access_key_last_used(call: Call, *, access_key_id: str) -> dict[str, Any]:
    """Whose key it is, and when, where and for what it was last used."""
    key = await call.records.identity.find_key(access_key_id)
    if key is None or key.account != call.account:
        raise refusals.no_such_key(access_key_id)
    owner = await call.records.identity.principal_by_id(key.owner)
    used = (
        {"LastUsedDate": key.last_used, "ServiceName": key.last_used_service, "Region": key.last_used_region}
        if key.last_used
        else _NEVER
    )
    return {"UserName": owner.name if owner else ROOT, "AccessKeyLastUsed": used}


async def _owner(call: Call, user_name: str | None) -> tuple[str, str]:
    """Owner's id and name: the named user, else who calls."""
    if user_name is None and call.caller.kind is CallerKind.ROOT:
        return call.account, ROOT
    user = await (principals.find_user(call, user_name) if user_name else principals.find_self(call))
    return user.unique_id, user.name


async def _check_owned(call: Call, key_id: str, user_name: str | None) -> None:
    owner, _ = await _owner(call, user_name)
    key = await call.records.identity.find_key(key_id)
    if key is None or key.owner != owner:
        raise refusals.no_such_key(key_id)


def _place(key: AccessKey) -> str:
    return f"{key.created.timestamp():.6f} {key.id}"


def _described(key: AccessKey, user_name: str) -> dict[str, Any]:
    return {
        "UserName": user_name,
        "AccessKeyId": key.id,
        "Status": "Active" if key.active else "Inactive",
        "CreateDate": key.created,
    }
