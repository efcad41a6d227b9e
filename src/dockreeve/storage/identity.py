"""The port of IAM's rows: principals, managed policies, attachments, instance profiles, access keys, passwords.

Names are unique per account and kind regardless of case, and keep the case they were given. `revision` guards against
lost updates: `save` raises `Stale` when the row changed since it was read. Every write bumps `version(account)`, so a
cache keyed by it is never out of date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """The kinds of principals that are rows (the value is the ARN's word)."""

    USER = "user"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or a role."""

    account: str
    kind: Kind
    name: str
    path: str  # begins and ends with "/"
    unique_id: str  # AIDA... or AROA...
    created: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    boundary: str | None = None  # policy ARN
    description: str = ""
    trust: str = ""  # the trust policy document as given (roles)
    trusted_ids: Mapping[str, str] = field(default_factory=dict)  # principal ARN in the trust policy -> unique id
    max_session: int = 3600  # seconds (roles)
    sessions_valid_after: datetime | None = None  # sessions issued earlier are revoked
    last_used: datetime | None = None  # roles
    last_used_region: str = ""
    revision: int = 0

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:user/PATH/NAME` or `...:role/PATH/NAME`."""
        return f"arn:aws:iam::{self.account}:{self.kind}{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy; `number` 3 is `v3`."""

    number: int
    text: str
    created: datetime


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A customer managed policy (AWS's own are package data, not rows)."""

    account: str
    name: str
    path: str
    unique_id: str  # ANPA...
    created: datetime
    updated: datetime
    default: PolicyVersion
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    attachments: int = 0  # users, groups and roles it is attached to
    boundaries: int = 0  # users and roles it bounds
    revision: int = 0

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:policy/PATH/NAME`."""
        return f"arn:aws:iam::{self.account}:policy{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A managed policy attached to a principal (or bounding it)."""

    policy_arn: str
    principal: Principal


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy embedded in one principal."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """The container that hands a role to an instance; at most one role."""

    account: str
    name: str
    path: str
    unique_id: str  # AIPA...
    created: datetime
    role: Principal | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`."""
        return f"arn:aws:iam::{self.account}:instance-profile{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term access key. `owner` is the unique id of a user, or the account id for the root user."""

    id: str  # AKIA...
    account: str
    owner: str
    secret: str = field(repr=False)  # plain here; encrypted at rest by the adapter's vault
    created: datetime = field()
    active: bool = True
    last_used: datetime | None = None
    last_used_region: str = ""
    last_used_service: str = ""


@dataclass(frozen=True, slots=True)
class LoginProfile:
    """A user's console password."""

    user_id: str
    account: str
    hash: str = field(repr=False)  # with its salt and parameters
    created: datetime = field()
    changed: datetime = field()  # when this password was set
    reset_required: bool = False
    earlier: Sequence[str] = field(default=(), repr=False)  # hashes of the passwords before it, newest first
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What an account demands of its users' passwords; ages in days, 0 and None for no limit."""

    minimum_length: int = 6
    symbols: bool = False
    numbers: bool = False
    uppercase: bool = False
    lowercase: bool = False
    users_may_change: bool = False
    max_age: int = 0
    reuse_prevention: int | None = None
    hard_expiry: bool = False


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that decides what a principal may do, read at one moment."""

    principal: Principal
    managed: Sequence[tuple[str, str | None]]  # (policy ARN, default version's text; None for AWS managed policies)
    inline: Sequence[InlinePolicy]
    boundary: tuple[str, str | None] | None


class Identity(Protocol):
    """IAM's rows. Pages are in order of the lower-cased name; `after` is the last lower-cased name already seen."""

    async def version(self, account: str) -> int:
        """A number that grows with every write to this account's identities."""

    async def ensure_account(self, account: str, created: datetime) -> None:
        """Make the account if it isn't there."""

    async def account_created(self, account: str) -> datetime | None:
        """When the account was made; None if there is no such account."""

    # principals
    async def add_principal(self, principal: Principal, *, limit: int) -> None:
        """Raise `Taken`, `QuotaReached` when the account has `limit` of this kind, or `Missing` ("policy") when the
        boundary is neither AWS's nor a policy of the account."""

    async def find_principal(self, account: str, kind: Kind, name: str) -> Principal | None:
        """By name, regardless of case."""

    async def principal_by_id(self, unique_id: str) -> Principal | None: ...

    async def principals(
        self, account: str, kind: Kind, *, path_prefix: str = "/", after: str = "", limit: int = 100
    ) -> Sequence[Principal]: ...

    async def save_principal(self, principal: Principal) -> None:
        """Write every field of the row with this unique id but the last use; name and path too (`Taken`).
        Raise `Stale`, or `Missing` ("principal", or "policy" as `add_principal` does)."""

    async def remove_principal(self, unique_id: str) -> None:
        """Raise `Missing`, or `InUse` by "policies", "inline", "keys", "login" or "profiles" (checked in this
        order)."""

    async def note_role_used(self, unique_id: str, at: datetime, region: str) -> None:
        """Keep when a role was last assumed; does not bump `version`."""

    async def holdings(self, unique_id: str) -> Holdings | None: ...

    # managed policies
    async def add_policy(self, policy: ManagedPolicy, *, limit: int) -> None:
        """Store the policy with its default version. Raise `Taken`, `QuotaReached`."""

    async def find_policy(self, arn: str) -> ManagedPolicy | None:
        """By ARN (case-sensitive)."""

    async def policies(
        self,
        account: str,
        *,
        path_prefix: str = "/",
        attached: bool = False,
        usage: str = "",  # "" | "PermissionsPolicy" | "PermissionsBoundary": with `attached`, which use counts
        after: str = "",
        limit: int = 100,
    ) -> Sequence[ManagedPolicy]: ...

    async def save_policy(self, policy: ManagedPolicy) -> None:
        """Write tags (name, path, description and versions never change here). Raise `Stale`, `Missing`."""

    async def add_version(self, arn: str, text: str, created: datetime, *, default: bool, limit: int) -> PolicyVersion:
        """Numbers are never reused. Raise `Missing`, `QuotaReached` when the policy has `limit` versions."""

    async def versions(self, arn: str) -> Sequence[PolicyVersion]:
        """Newest first; empty when there is no such policy."""

    async def set_default_version(self, arn: str, number: int, at: datetime) -> None:
        """Raise `Missing` ("policy" or "version")."""

    async def remove_version(self, arn: str, number: int) -> None:
        """Raise `Missing`, or `InUse` by "default"."""

    async def remove_policy(self, arn: str) -> None:
        """Raise `Missing`, or `InUse` by "attachments" (boundaries count) or "versions" (checked in this order)."""

    async def aws_policy_uses(self, account: str) -> Mapping[str, tuple[int, int]]:
        """For AWS managed policies in use: ARN -> (attachments, boundaries)."""

    # attachments and inline policies
    async def attach(self, unique_id: str, policy_arn: str, *, limit: int) -> None:
        """Silent when attached already. Raise `Missing` ("principal" or "policy"), `QuotaReached`.
        An ARN of account `aws` is taken without a row."""

    async def detach(self, unique_id: str, policy_arn: str) -> None:
        """Raise `Missing` when it isn't attached."""

    async def attached(self, unique_id: str) -> Sequence[str]:
        """ARNs of the managed policies attached, in order of name."""

    async def entities(
        self, policy_arn: str, *, usage: str = "PermissionsPolicy", account: str | None = None
    ) -> Sequence[Attachment]:
        """Who has the policy attached, or (usage "PermissionsBoundary") as boundary; ordered by kind and name.
        `account`: only this one's (AWS's own policies are used by all)."""

    async def put_inline(self, unique_id: str, inline: InlinePolicy, *, limit: int) -> None:
        """Add or replace. `limit`: characters without white space, of all inline policies together (`QuotaReached`)."""

    async def inline(self, unique_id: str) -> Sequence[InlinePolicy]:
        """In order of name."""

    async def remove_inline(self, unique_id: str, name: str) -> None:
        """Raise `Missing`."""

    # instance profiles
    async def add_profile(self, profile: InstanceProfile, *, limit: int) -> None:
        """Raise `Taken`, `QuotaReached`."""

    async def find_profile(self, account: str, name: str) -> InstanceProfile | None: ...

    async def profiles(
        self,
        account: str,
        *,
        path_prefix: str = "/",
        role: str | None = None,  # unique id
        after: str = "",
        limit: int = 100,
    ) -> Sequence[InstanceProfile]: ...

    async def save_profile(self, profile: InstanceProfile) -> None:
        """Write tags. Raise `Stale`, `Missing`."""

    async def put_role(self, profile_id: str, role_id: str) -> None:
        """Raise `Missing`, `QuotaReached` when the profile has a role."""

    async def take_role(self, profile_id: str, role_id: str) -> None:
        """Raise `Missing` when this role isn't in it."""

    async def remove_profile(self, unique_id: str) -> None:
        """Raise `Missing`, or `InUse` by "roles"."""

    # access keys
    async def add_key(self, key: AccessKey, *, limit: int) -> None:
        """Raise `QuotaReached` when the owner has `limit` keys, `Missing` when the owner (no root user) is gone."""

    async def find_key(self, key_id: str) -> AccessKey | None: ...

    async def keys(self, owner: str) -> Sequence[AccessKey]:
        """In order of creation; secrets are left empty."""

    async def set_key_active(self, key_id: str, active: bool) -> None:
        """Raise `Missing`."""

    async def remove_key(self, key_id: str) -> None:
        """Raise `Missing`."""

    async def note_keys_used(self, uses: Mapping[str, tuple[datetime, str, str]]) -> None:
        """Key id -> (when, region, service), in one transaction; does not bump `version`."""

    # passwords
    async def add_login(self, profile: LoginProfile) -> None:
        """Raise `Taken` when the user has one, `Missing` ("principal") when the user is gone."""

    async def find_login(self, user_id: str) -> LoginProfile | None: ...

    async def save_login(self, profile: LoginProfile) -> None:
        """Write every field but `created`. Raise `Stale`, `Missing`."""

    async def remove_login(self, user_id: str) -> None:
        """Raise `Missing`."""

    async def password_policy(self, account: str) -> PasswordPolicy | None:
        """The account's own; None while it has none."""

    async def put_password_policy(self, account: str, policy: PasswordPolicy) -> None:
        """Add or replace."""

    async def remove_password_policy(self, account: str) -> None:
        """Raise `Missing`."""

    async def counts(self, account: str) -> Mapping[str, int]:
        """Rows by word: users, roles, policies, policy_versions, instance_profiles."""
