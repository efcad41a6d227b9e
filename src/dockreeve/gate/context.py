"""The condition keys of a request: who asks, from where, when, about what.

IAM User Guide, "AWS global condition context keys"; the rules 66-70 of our notes say which ones the registry must
supply. A key that doesn't apply is left out, never empty, for `Null` and the negated operators tell the difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from dockreeve.services.call import Caller, CallerKind

Keys = dict[str, str | Sequence[str]]

_PRINCIPAL_TYPE = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.FEDERATED: "FederatedUser",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of one request. `now` is UTC; `source_ip` is that of the client, behind trusted proxies."""

    now: datetime
    region: str
    source_ip: str
    secure: bool
    user_agent: str = ""
    referer: str = ""


def instant(moment: datetime) -> str:
    """`2026-01-02T03:04:05Z`, the form of AWS's own date keys."""
    return _instant(int(moment.timestamp()))


@lru_cache(maxsize=64)  # a busy server asks for the same second thousands of times
def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def principal_keys(caller: Caller, tags: Mapping[str, str]) -> Keys:
    """The keys that stay the same for all requests with one set of credentials. `tags` are the principal's own."""
    keys: Keys = {
        "aws:PrincipalArn": caller.principal_arn,
        "aws:PrincipalAccount": caller.account,
        "aws:PrincipalType": _PRINCIPAL_TYPE[caller.kind],
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        "aws:userid": caller.user_id,
    }
    if caller.kind is CallerKind.USER:
        keys["aws:username"] = caller.name
    session = caller.session
    if session is not None:
        keys |= session.context
        keys["aws:TokenIssueTime"] = instant(session.issued)
        keys["aws:MultiFactorAuthPresent"] = "true" if session.mfa_at else "false"
        if session.source_identity:
            keys["aws:SourceIdentity"] = session.source_identity
        # A session tag wins over the role's tag of that name, whatever its case (IAM User Guide, "Pass session tags").
        passed = {key.lower() for key in session.tags}
        tags = {**{key: value for key, value in tags.items() if key.lower() not in passed}, **session.tags}
    for key, value in tags.items():
        keys[f"aws:PrincipalTag/{key}"] = value
    return keys


def request_keys(caller: Caller, asked: Asked) -> Keys:
    """The keys of this one request that don't depend on what it is about."""
    keys: Keys = {
        "aws:CurrentTime": instant(asked.now),
        "aws:EpochTime": str(int(asked.now.timestamp())),
        "aws:SourceIp": asked.source_ip,
        "aws:SecureTransport": "true" if asked.secure else "false",
        "aws:RequestedRegion": asked.region,
        "aws:TagKeys": (),
    }
    if asked.user_agent:
        keys["aws:UserAgent"] = asked.user_agent
    if asked.referer:
        keys["aws:Referer"] = asked.referer
    if caller.session is not None and caller.session.mfa_at is not None:
        keys["aws:MultiFactorAuthAge"] = str(int((asked.now - caller.session.mfa_at).total_seconds()))
    return keys


def resource_keys(service: str, account: str, tags: Mapping[str, str]) -> Keys:
    """The keys of what the request is about. ECR and IAM give tags under their own prefix as well."""
    keys: Keys = {"aws:ResourceAccount": account}
    for key, value in tags.items():
        keys[f"aws:ResourceTag/{key}"] = value
        keys[f"{service}:ResourceTag/{key}"] = value
    return keys
