"""What a simulation is given, checked and made the evaluator's own: documents, context entries, ARNs.

IAM API Reference, SimulateCustomPolicy and SimulatePrincipalPolicy. Everything raises InvalidInput.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dockreeve.faults import Fault
from dockreeve.policy import Kind, Level, Malformed, Policy, PolicySet, parse, scalars
from dockreeve.policy.document import Document

_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+", re.ASCII)
_ENTITY = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):(user|group|role)/((?:[!-~]*/)?)([\w+=,.@-]+)", re.ASCII)
_OWNER = re.compile(r"(?:arn:[a-z-]+:iam::)?([0-9]{12})(:root)?")
_SEGMENTS = 6

_IS: Mapping[str, Callable[[str], object | None]] = {
    "string": lambda text: text,
    "numeric": scalars.number,
    "boolean": scalars.boolean,
    "ip": scalars.network,
    "binary": scalars.octets,
    "date": scalars.moment,
}
# The resources that a scenario of EC2 needs (SimulateCustomPolicy, ResourceHandlingOption).
_VPC = ("instance", "image", "security-group", "network-interface")
_SCENARIOS: Mapping[str, Sequence[str]] = {
    "EC2-VPC-InstanceStore": _VPC,
    "EC2-VPC-InstanceStore-Subnet": (*_VPC, "subnet"),
    "EC2-VPC-EBS": (*_VPC, "volume"),
    "EC2-VPC-EBS-Subnet": (*_VPC, "subnet", "volume"),
}


class Entity(NamedTuple):
    """A user, group or role by its ARN."""

    arn: str
    account: str
    kind: str
    name: str


def entity(arn: str) -> Entity:
    """The parts of the ARN of a user, group or role."""
    found = _ENTITY.fullmatch(arn)
    if found is None:
        raise invalid(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    return Entity(arn, found[1], found[2], found[4])


def owner(given: str) -> str:
    """The account of a ResourceOwner: 12 digits, or the ARN of the account's root user."""
    found = _OWNER.fullmatch(given)
    if found is None or given.startswith("arn:") is not bool(found[2]):
        raise invalid(f"'{given}' is not a valid as a Resource Owner.")
    return found[1]


def actions(names: Sequence[str]) -> Sequence[str]:
    """Names of actions with their service; there are no wildcards in a request."""
    for name in names:
        if not _ACTION.fullmatch(name):
            raise invalid(f"Invalid action name: {name}. It must be a service and an operation, such as ecr:PutImage.")
    return names


def resources(arns: Sequence[str], scenario: str) -> Sequence[str]:
    """What to simulate the actions on; `*` if nothing is given."""
    for arn in arns:
        if arn != "*" and not (arn.startswith("arn:") and arn.count(":") >= _SEGMENTS - 1):
            raise invalid(f"ResourceNames are not in a valid ARN format: {arn}.")
    if scenario:
        if scenario not in _SCENARIOS:
            raise invalid(f"Invalid ResourceHandlingOption: {scenario}.")
        given = {arn.split(":", 5)[5].partition("/")[0] for arn in arns if arn.startswith("arn:")}
        if lacking := [kind for kind in _SCENARIOS[scenario] if kind not in given]:
            raise invalid(f"{scenario} needs resources of the types {', '.join(lacking)} too.")
    return tuple(dict.fromkeys(arns)) or ("*",)


def context(entries: Sequence[Mapping[str, Any]]) -> dict[str, str | Sequence[str]]:
    """Condition keys and what they hold; a type that ends in List gives a multivalued key."""
    found: dict[str, str | Sequence[str]] = {}
    for entry in entries:
        name, values = entry.get("ContextKeyName", ""), entry.get("ContextKeyValues") or []
        if not name:
            raise invalid("A context entry has no ContextKeyName.")
        if name.lower() in {known.lower() for known in found}:
            raise invalid(f"The context key {name} is given twice.")
        kind: str = entry.get("ContextKeyType") or ("string" if len(values) == 1 else "stringList")
        several = kind.endswith("List")
        if not several and len(values) != 1:
            raise invalid(f"The context key {name} of type {kind} must have one value.")
        for value in values:
            if _IS[kind.removesuffix("List")](value) is None:
                raise invalid(f"The context key {name} is of type {kind}, which {value} is not.")
        found[name] = tuple(values) if several else values[0]
    return found


def policies(texts: Sequence[str], member: str, kind: Kind = Kind.IDENTITY) -> list[Policy]:
    """The documents of an input list, called `PolicyInputList.1` and so on."""
    return [
        Policy(_document(text, name, kind), name, inline=True)
        for name, text in ((f"{member}.{number}", text) for number, text in enumerate(texts, 1))
    ]


def boundary(texts: Sequence[str]) -> list[Policy]:
    """The one document of PermissionsBoundaryPolicyInputList, if it is given."""
    if len(texts) > 1:
        raise invalid("Only one permissions boundary can be simulated at a time.")
    return policies(texts, "PermissionsBoundaryPolicyInputList")


def resource_policy(text: str) -> list[Policy]:
    """The ResourcePolicy, if it is given."""
    return [Policy(_document(text, "ResourcePolicy", Kind.REPOSITORY), "ResourcePolicy", inline=True)] if text else []


def organization(levels: Sequence[Mapping[str, Any]]) -> tuple[Level, ...]:
    """The SCPs from the organization's root down to the account."""
    found = []
    for number, level in enumerate(levels, 1):
        member = f"OrderedOrganizationPolicyInputList.{number}.ServiceControlPolicyInputList"
        documents = policies(level.get("ServiceControlPolicyInputList") or (), member, Kind.SCP)
        found.append(Level(f"level {number}", PolicySet(documents)))
    return tuple(found)


def invalid(sentence: str) -> Fault:
    """InvalidInput."""
    return Fault("InvalidInput", sentence)


def _document(text: str, name: str, kind: Kind) -> Document:
    try:
        document = parse(text, kind, plain=True)
    except Malformed as malformed:
        where = f" (line {malformed.line}, column {malformed.column})" if malformed.line is not None else ""
        raise invalid(f"{name} is not a valid policy document{where}: {malformed.detail}") from None
    if kind is not Kind.REPOSITORY and next(document.principals(), None) is not None:
        raise invalid(f"{name}: Policy document should not specify a principal.")
    return document
