"""The principal whose policies are simulated: what it holds, and what it settles of a request's context."""

from dockreeve.faults import Fault
from dockreeve.policy import Document, Kind, Policy, aws_managed, parse
from dockreeve.services.call import Call
from dockreeve.services.iam import refusals
from dockreeve.services.iam.excluded import Excluded
from dockreeve.services.iam.names import policy_name
from dockreeve.services.iam.simulation_input import Entity
from dockreeve.storage import Holdings
from dockreeve.storage import Kind as PrincipalKind


async def find(call: Call, source: Entity) -> Holdings:
    """What the caller's own user or role of this ARN holds. Raise NoSuchEntity."""
    if source.kind == "group":  # there are no groups yet
        raise Fault("NoSuchEntity", f"The group with name {source.name} cannot be found.")
    kind = PrincipalKind(source.kind)
    principal = None
    if source.account == call.account:
        principal = await call.records.identity.find_principal(call.account, kind, source.name)
    holdings = await call.records.identity.holdings(principal.unique_id) if principal else None
    if principal is None or principal.arn != source.arn or holdings is None:
        raise refusals.no_such_principal(kind, source.name)
    return holdings


def held(holdings: Holdings, excluded: Excluded) -> dict[Policy, str]:
    """The policies of an identity with their SourcePolicyType."""
    found: dict[Policy, str] = {}
    for arn, text in holdings.managed:
        if not excluded.managed(arn):
            found |= _managed(arn, text)
    for inline in holdings.inline:
        if not excluded.inline(inline.name):
            found[Policy(_parsed(inline.text), inline.name, inline=True)] = str(holdings.principal.kind)
    return found


def boundary(holdings: Holdings, excluded: Excluded) -> dict[Policy, str]:
    """The permissions boundary, if it has one, with its SourcePolicyType."""
    if holdings.boundary is None or excluded.boundary:
        return {}
    return _managed(*holdings.boundary)


def _managed(arn: str, text: str | None) -> dict[Policy, str]:
    parts = policy_name(arn)
    assert parts is not None  # only ARNs of policies are attached
    kind = "aws-managed" if parts.account == aws_managed.ACCOUNT else "user-managed"
    return {Policy(_parsed(text or aws_managed.text(arn) or ""), parts.name, inline=False): kind}


def _parsed(text: str) -> Document:
    return parse(text, Kind.IDENTITY)  # it was, before it was stored


def keys_of_arn(caller: Entity) -> dict[str, str]:
    """What a caller's ARN tells; a group is no principal."""
    if caller.kind == "group":
        return {"aws:PrincipalAccount": caller.account}
    keys = {"aws:PrincipalArn": caller.arn, "aws:PrincipalAccount": caller.account}
    if caller.kind == "user":
        return keys | {"aws:PrincipalType": "User", "aws:username": caller.name}
    return keys | {"aws:PrincipalType": "AssumedRole"}


def keys_of(source: Entity, holdings: Holdings) -> dict[str, str]:
    """What a stored principal settles beside; the user id of a session has its name, which nobody knows."""
    tags = {f"aws:PrincipalTag/{key}": value for key, value in holdings.principal.tags.items()}
    ids = {"aws:userid": holdings.principal.unique_id} if source.kind == "user" else {}
    return keys_of_arn(source) | tags | ids
