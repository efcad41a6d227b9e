"""Session policies: what may be passed to narrow a session, and the space that they and the tags may take."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dockreeve.faults import Fault
from dockreeve.policy import Kind, Malformed, aws_managed, parse
from dockreeve.storage import Records

_PLAIN = 2048  # characters of the document and the ARNs together
_ARNS = 10
_PACKED = 2048  # bytes, compressed
_UNPACKED = 24 * 1024  # bytes: all that 50 tags of plain letters take; the vault opens no token of many times that


@dataclass(frozen=True, slots=True)
class SessionPolicies:
    """The policies that a session is intersected with; both empty means that it isn't."""

    documents: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()


async def session_policies(
    records: Records, account: str, policy: str, policy_arns: Sequence[Mapping[str, str]]
) -> SessionPolicies:
    """The session policies as passed, checked for a role of `account`.

    Raise `Fault` MalformedPolicyDocument, or ValidationError for too many ARNs, too much text, or a managed policy
    that isn't there (STS API reference, AssumeRole: "Policy", "PolicyArns").
    """
    arns = tuple(dict.fromkeys(given["arn"] for given in policy_arns if "arn" in given))
    if len(policy_arns) > _ARNS:
        raise _too_long("policyArns", _ARNS)
    if len(policy) + sum(map(len, arns)) > _PLAIN:
        raise _too_long("policy", _PLAIN)
    for arn in arns:
        if aws_managed.text(arn) is None:
            found = await records.identity.find_policy(arn)
            if found is None or found.account != account:
                raise Fault("ValidationError", f"Policy {arn} does not exist or is not attachable.")
    if policy:
        try:
            parse(policy, Kind.IDENTITY)
        except Malformed as malformed:
            raise Fault("MalformedPolicyDocument", malformed.sentence) from malformed
    return SessionPolicies((policy,) if policy else (), arns)


def packed_percent(policies: SessionPolicies, tags: Mapping[str, str]) -> int | None:
    """How much of the packed space policies and tags take, in percent; None when there are none of either.

    Raise `Fault` PackedPolicyTooLarge beyond 100. The bound is what keeps every session token small enough for a
    header; how AWS packs is not published, ours is compressed JSON.
    """
    if not (policies.documents or policies.arns or tags):
        return None
    plain = json.dumps([policies.documents, policies.arns, dict(tags)], separators=(",", ":")).encode()
    percent = max(_percent(len(zlib.compress(plain, 6)), _PACKED), _percent(len(plain), _UNPACKED))
    if percent > 100:  # noqa: PLR2004 (a percentage)
        raise Fault(
            "PackedPolicyTooLarge",
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy.",
        )
    return percent


def _percent(size: int, most: int) -> int:
    return -(-100 * size // most)


def _too_long(member: str, most: int) -> Fault:
    return Fault(
        "ValidationError",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {most}",
    )
