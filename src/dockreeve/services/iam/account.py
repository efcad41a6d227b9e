"""GetAccountSummary: how many there are, and how many there may be."""

from typing import Any

from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.services.call import Call
from dockreeve.services.iam import quotas
from dockreeve.storage import Kind

# What AWS limits and this server doesn't make (IAM User Guide, "IAM and AWS STS quotas").
_GROUPS, _GROUPS_PER_USER, _CERTIFICATES, _SIGNING_CERTIFICATES = 300, 10, 20, 2


@operation("iam:GetAccountSummary", touches=ANYTHING)
async def get_account_summary(call: Call) -> dict[str, Any]:
    """Counts and quotas of the account; what this server doesn't have is 0."""
    counts = await call.records.identity.counts(call.account)
    root_keys = await call.records.identity.keys(call.account)
    return {
        "SummaryMap": {
            "Users": counts["users"],
            "UsersQuota": quotas.USERS,
            "Groups": 0,
            "GroupsQuota": _GROUPS,
            "GroupsPerUserQuota": _GROUPS_PER_USER,
            "Roles": counts["roles"],
            "RolesQuota": quotas.ROLES,
            "Policies": counts["policies"],
            "PoliciesQuota": quotas.POLICIES,
            "PolicySizeQuota": quotas.POLICY_SIZE,
            "PolicyVersionsInUse": counts["policy_versions"],
            "PolicyVersionsInUseQuota": quotas.VERSIONS_IN_USE,
            "VersionsPerPolicyQuota": quotas.VERSIONS_PER_POLICY,
            "AttachedPoliciesPerUserQuota": quotas.ATTACHED,
            "AttachedPoliciesPerGroupQuota": quotas.ATTACHED,
            "AttachedPoliciesPerRoleQuota": quotas.ATTACHED,
            "UserPolicySizeQuota": quotas.INLINE_SIZE[Kind.USER],
            "GroupPolicySizeQuota": quotas.GROUP_INLINE_SIZE,
            "RolePolicySizeQuota": quotas.INLINE_SIZE[Kind.ROLE],
            "AssumeRolePolicySizeQuota": quotas.TRUST_SIZE,
            "InstanceProfiles": counts["instance_profiles"],
            "InstanceProfilesQuota": quotas.PROFILES,
            "AccessKeysPerUserQuota": quotas.KEYS_PER_USER,
            "AccountAccessKeysPresent": int(bool(root_keys)),
            "AccountPasswordPresent": 0,
            "AccountSigningCertificatesPresent": 0,
            "SigningCertificatesPerUserQuota": _SIGNING_CERTIFICATES,
            "AccountMFAEnabled": 0,
            "MFADevices": 0,
            "MFADevicesInUse": 0,
            "ServerCertificates": 0,
            "ServerCertificatesQuota": _CERTIFICATES,
            "Providers": 0,
            "GlobalEndpointTokenVersion": 2,
        }
    }
