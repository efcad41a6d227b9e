"""Versions of managed policies: create, get, list, set as default, delete."""

from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, quotas, refusals, touched
from dockreeve.services.iam.documents import managed_document
from dockreeve.services.iam.managed import AnyPolicy
from dockreeve.storage import InUse, ManagedPolicy, Missing, PolicyVersion, QuotaReached


@operation("iam:CreatePolicyVersion", touches=touched.policy)
async def create_policy_version(
    call: Call, *, policy_arn: str, policy_document: str, set_as_default: bool = False
) -> dict[str, Any]:
    """Add a version under the next number; the default stays unless `set_as_default`."""
    policy = await managed.find_own(call, policy_arn)
    managed_document(policy_document)
    try:
        version = await call.records.identity.add_version(
            policy.arn, policy_document, call.now, default=set_as_default, limit=quotas.VERSIONS_PER_POLICY
        )
    except Missing:
        raise refusals.no_such_policy(policy_arn) from None
    except QuotaReached as full:
        raise refusals.too_many_versions(full.limit) from None
    return {"PolicyVersion": _described(version, set_as_default)}


@operation("iam:GetPolicyVersion", touches=touched.policy)
async def get_policy_version(call: Call, *, policy_arn: str, version_id: str) -> dict[str, Any]:
    """One version with its document."""
    policy = await managed.find(call, policy_arn)
    for version in await _versions(call, policy):
        if version_id == f"v{version.number}":
            shown = _described(version, version.number == _default(policy))
            return {"PolicyVersion": {**shown, "Document": version.text}}
    raise refusals.no_such_version(policy_arn, version_id)


@operation("iam:ListPolicyVersions", touches=touched.policy)
async def list_policy_versions(
    call: Call, *, policy_arn: str, marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """Newest first, without documents. Of AWS's policies only the default version is known."""
    policy = await managed.find(call, policy_arn)
    begin = paging.after(marker)
    versions = [one for one in await _versions(call, policy) if not begin.isdecimal() or one.number < int(begin)]
    page, token = cut(versions, max_items, lambda version: str(version.number))
    return {
        "Versions": [_described(version, version.number == _default(policy)) for version in page],
        **paging.ending(token),
    }


@operation("iam:SetDefaultPolicyVersion", touches=touched.policy)
async def set_default_policy_version(call: Call, *, policy_arn: str, version_id: str) -> None:
    """Make this version the one that counts, for the next request of everyone who has the policy."""
    policy = await managed.find_own(call, policy_arn)
    try:
        await call.records.identity.set_default_version(policy.arn, _number(policy_arn, version_id), call.now)
    except Missing as missing:
        raise _gone(missing, policy_arn, version_id) from None


@operation("iam:DeletePolicyVersion", touches=touched.policy)
async def delete_policy_version(call: Call, *, policy_arn: str, version_id: str) -> None:
    """Remove a version that isn't the default; its number is never used again."""
    policy = await managed.find_own(call, policy_arn)
    try:
        await call.records.identity.remove_version(policy.arn, _number(policy_arn, version_id))
    except Missing as missing:
        raise _gone(missing, policy_arn, version_id) from None
    except InUse as reason:
        raise refusals.in_use(reason) from None


async def _versions(call: Call, policy: AnyPolicy) -> list[PolicyVersion]:
    if isinstance(policy, ManagedPolicy):
        return list(await call.records.identity.versions(policy.arn))
    return [PolicyVersion(policy.version, policy.text, policy.updated)]


def _default(policy: AnyPolicy) -> int:
    return policy.default.number if isinstance(policy, ManagedPolicy) else policy.version


def _number(arn: str, version_id: str) -> int:
    digits = version_id.removeprefix("v")
    if len(digits) > 9 or not digits.isdecimal():  # noqa: PLR2004 (the model allows `v1.x`, but gives no such version)
        raise refusals.no_such_version(arn, version_id)
    return int(digits)


def _gone(missing: Missing, arn: str, version_id: str) -> Exception:
    return refusals.no_such_policy(arn) if missing.kind == "policy" else refusals.no_such_version(arn, version_id)


def _described(version: PolicyVersion, default: bool) -> dict[str, Any]:
    return {"VersionId": f"v{version.number}", "IsDefaultVersion": default, "CreateDate": version.created}
