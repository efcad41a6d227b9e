"""What an operation is given: who calls, when, from where, and the stores it may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dockreeve.storage import Blobs, Records, Vault


class CallerKind(StrEnum):
    """Who can call (the words of AWS's `aws:PrincipalType`, roughly)."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"  # a session of a role
    FEDERATED = "federated"  # GetFederationToken


@dataclass(frozen=True, slots=True)
class Session:
    """What temporary credentials carry on top of their principal."""

    issued: datetime
    expires: datetime
    name: str = ""  # RoleSessionName
    policies: tuple[str, ...] = ()  # session policy documents
    policy_arns: tuple[str, ...] = ()  # managed session policies
    tags: Mapping[str, str] = field(default_factory=dict)  # session tags, over the role's own
    transitive: tuple[str, ...] = ()  # keys of the tags that go along a chain
    source_identity: str = ""
    mfa_at: datetime | None = None
    chained: bool = False  # made with the credentials of another role session
    context: Mapping[str, str] = field(default_factory=dict)  # further keys, such as ec2:RoleDelivery


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `unique_id` names the row whose policies count: AIDA..., AROA..., or the account id for root."""

    kind: CallerKind
    account: str
    arn: str  # as shown: ...:user/PATH/NAME, ...:assumed-role/ROLE/SESSION, ...:root
    principal_arn: str  # aws:PrincipalArn: a session's role, not the session
    unique_id: str
    name: str  # user or role name, "" for root
    access_key_id: str
    session: Session | None = None

    @property
    def user_id(self) -> str:
        """GetCallerIdentity's UserId and `aws:userid`."""
        if self.kind is CallerKind.ROLE and self.session is not None:
            return f"{self.unique_id}:{self.session.name}"
        return self.unique_id


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request. Times are UTC; `public_url` is how the client reaches this server (no slash at the end)."""

    caller: Caller
    region: str
    now: datetime
    request_id: str
    public_url: str
    records: Records
    blobs: Blobs
    vault: Vault
    home: tuple[str, str] | None = None  # account and region of bare host names; None: those of this call

    @property
    def account(self) -> str:
        """The caller's account: what the call is about unless it names another."""
        return self.caller.account

    @property
    def public_host(self) -> str:
        """`public_url` without its scheme: what image names begin with."""
        return self.public_url.split("://", 1)[1]
