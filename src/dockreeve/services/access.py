"""An account's principals as `can` takes them: what they hold, what their requests carry, repositories' policies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dockreeve.aws.operation import Touched
from dockreeve.faults import Fault
from dockreeve.policy import Document, Held, Kind, Malformed, Policy, PolicySet, aws_managed, parse
from dockreeve.policy.prove.can import Place, Subject
from dockreeve.services.call import Call
from dockreeve.services.iam import refusals, trust
from dockreeve.services.iam.names import arn as arn_of
from dockreeve.storage import Holdings, Principal
from dockreeve.storage import Kind as PrincipalKind

_WILDCARDS = frozenset("*?")
THESE = "these-policies"  # the role that policies without an owner are tried on


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to be tried: in place of the managed policy of this ARN, or beside what there is."""

    text: str
    replaces: str = ""


async def principal_named(call: Call, named: str) -> Principal:
    """`role/NAME`, `user/NAME` or their ARN, of the caller's own account. Raise NoSuchEntity, ValidationError."""
    kind, name, found = await _looked_up(call, named)
    if found is None:
        raise _absent(kind, name)
    return found


async def touched(call: Call, named: str) -> Touched:
    """The principal that `principal_named` finds, for the gate; one that isn't there as if it had the path `/`."""
    kind, name, found = await _looked_up(call, named)
    return Touched(found.arn, tags=found.tags) if found else Touched(arn_of(call.account, kind, name))


async def _looked_up(call: Call, named: str) -> tuple[PrincipalKind, str, Principal | None]:
    prefix = f"arn:aws:iam::{call.account}:"
    whole = named.startswith(prefix)
    word, _, rest = named.removeprefix(prefix).partition("/")
    name = rest.rpartition("/")[2] if whole else rest
    if word not in tuple(PrincipalKind) or not name:
        sentence = f"`{named[:128]}` is not role/NAME, user/NAME or such an ARN of this account."
        raise Fault("ValidationError", sentence, status=400)
    kind = PrincipalKind(word)
    found = await call.records.identity.find_principal(call.account, kind, name)
    return kind, name, found if found is None or not whole or found.arn == named else None


async def everyone(call: Call, most: int) -> list[Principal]:
    """Roles, then users, in order of name; one more than `most` tells that there are more."""
    found: list[Principal] = []
    for kind in (PrincipalKind.ROLE, PrincipalKind.USER):
        found += await call.records.identity.principals(call.account, kind, limit=most + 1 - len(found))
    return found


async def subject(call: Call, principal: Principal, draft: Draft | None = None) -> Subject:
    """Who asks, without any resource's policy. Raise NoSuchEntity, MalformedPolicyDocument for the draft."""
    holdings = await call.records.identity.holdings(principal.unique_id)
    if holdings is None:
        raise _absent(principal.kind, principal.name)
    identity = _identity(holdings)
    if draft is not None:
        tried = Policy(_parsed(draft.text), draft.replaces or "draft", inline=not draft.replaces)
        identity = [one for one in identity if one.uri != draft.replaces] + [tried]
    boundary = [_managed(*holdings.boundary)] if holdings.boundary else None
    held = Held(identity=PolicySet(identity), boundary=PolicySet(boundary) if boundary else None)
    is_user = principal.kind is PrincipalKind.USER
    return Subject(principal.arn, held, _context(principal), () if is_user else ("aws:username",))


def subject_of_policies(
    call: Call, texts: tuple[str, ...], boundary: str | None = None, principal: str | None = None
) -> Subject:
    """Whoever has just these identity policies. Raise MalformedPolicyDocument."""
    found = [Policy(_parsed(text), f"policy {number}", inline=True) for number, text in enumerate(texts, 1)]
    bounds = PolicySet([Policy(_parsed(boundary), "boundary", inline=True)]) if boundary is not None else None
    arn = principal or arn_of(call.account, PrincipalKind.ROLE, THESE)
    known = {"aws:PrincipalArn": arn} if principal else {}
    return Subject(arn, Held(identity=PolicySet(found), boundary=bounds), known)


async def at(call: Call, who: Subject, place: Place, own: str | None = None) -> Subject:
    """With the policies of the place: the repository's, where it is one, and the registry's; or `own` instead."""
    if own is not None:
        resource: PolicySet | None = PolicySet(
            [Policy(_parsed(own, Kind.REPOSITORY), "repository policy", inline=True)]
        )
    else:
        resource = await _resource_policies(call, place.region, place.repository)
    source = None
    if place.source:
        source = replace(who.held, resource=await _resource_policies(call, place.region, place.source))
    known = {"aws:RequestedRegion": place.region, "aws:ResourceAccount": place.account}
    return replace(who, held=replace(who.held, resource=resource), source=source, context=known | dict(who.context))


async def _resource_policies(call: Call, region: str, name: str) -> PolicySet | None:
    found: list[Policy] = []
    registry = call.records.registry
    if not _WILDCARDS & set(name):
        repository = await registry.find_repository(call.account, region, name)
        if repository is not None and repository.policy is not None:
            text = await trust.shown(call.records, repository.policy, repository.policy_ids)
            found.append(Policy(parse(text, Kind.REPOSITORY), "repository policy", inline=True))
    whole = await registry.registry_policy(call.account, region)
    if whole is not None:
        text = await trust.shown(call.records, whole.text, whole.ids)
        found.append(Policy(parse(text, Kind.REGISTRY), "registry policy", inline=True))
    return PolicySet(found) if found else None


def _context(principal: Principal) -> Mapping[str, str]:
    """What is the same in all requests of the principal; the user id of a session has its name, which nobody knows."""
    known = {
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        **{f"aws:PrincipalTag/{key}": value for key, value in principal.tags.items()},
    }
    if principal.kind is PrincipalKind.USER:
        known |= {"aws:PrincipalType": "User", "aws:username": principal.name, "aws:userid": principal.unique_id}
    return known


def _identity(holdings: Holdings) -> list[Policy]:
    managed = [_managed(arn, text) for arn, text in holdings.managed]
    return managed + [Policy(parse(one.text, Kind.IDENTITY), one.name, inline=True) for one in holdings.inline]


def _managed(arn: str, text: str | None) -> Policy:
    return Policy(parse(text or aws_managed.text(arn) or "", Kind.IDENTITY), arn, inline=False)


def _parsed(text: str, kind: Kind = Kind.IDENTITY) -> Document:
    try:
        return parse(text, kind)
    except Malformed as malformed:
        raise Fault("MalformedPolicyDocument", malformed.sentence, status=400) from None


def _absent(kind: PrincipalKind, name: str) -> Fault:
    fault = refusals.no_such_principal(kind, name)
    return Fault(fault.code, fault.message, status=404)
