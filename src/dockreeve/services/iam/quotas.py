"""IAM's quotas at their default values (IAM User Guide, "IAM and AWS STS quotas"). Sizes leave white space out."""

from dockreeve.storage import Kind

POLICIES, ROLES, USERS, PROFILES = 1500, 1000, 5000, 1000
VERSIONS_PER_POLICY = 5
VERSIONS_IN_USE = 10_000
ATTACHED = 10  # managed policies of one user, group or role
ROLES_PER_PROFILE = 1
KEYS_PER_USER = 2
TAGS = 50

POLICY_SIZE = 6144
TRUST_SIZE = 2048
INLINE_SIZE = {Kind.ROLE: 10_240, Kind.USER: 2048}
GROUP_INLINE_SIZE = 5120
