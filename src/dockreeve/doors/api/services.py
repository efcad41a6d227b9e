"""Endpoints that read the catalogue of AWS's actions, for an editor of policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from dockreeve.aws.operation import ANYTHING, Need
from dockreeve.doors.api.endpoint import Answer, Behind, Endpoint, Nothing
from dockreeve.doors.api.shapes import asked
from dockreeve.faults import Fault
from dockreeve.policy.catalogue import Action, Key, catalogue
from dockreeve.services.call import Call


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """Which service's actions are wanted."""

    id: str = asked("The service's prefix in a policy: ecr.", low=1, high=64)


class Source(TypedDict):
    """Where the catalogue comes from."""

    source: str
    version: str
    date: str


class Services(TypedDict):
    """Every service prefix that a policy may name."""

    services: list[str]
    source: Source


class ServiceAction(TypedDict):
    """An action. Without resource types it is only ever authorized on `*`."""

    name: str
    level: str
    resourceTypes: list[str]
    requiredTypes: list[str]
    conditionKeys: list[str]
    dependentActions: list[str]


class ResourceType(TypedDict):
    """A kind of resource, and what its ARNs look like; parts like `${Account}` stand for any text."""

    name: str
    arns: list[str]


class ConditionKey(TypedDict):
    """A condition key and the type of its values; `multivalued` needs ForAnyValue or ForAllValues."""

    name: str
    type: str
    multivalued: bool


class Service(TypedDict):
    """The actions of a service. `globalConditionKeys`: those that AWS supplies to every service."""

    service: str
    actions: list[ServiceAction]
    resourceTypes: list[ResourceType]
    conditionKeys: list[ConditionKey]
    globalConditionKeys: list[ConditionKey]


async def _list_needs(call: Call, asks: Nothing) -> Sequence[Need]:
    return [Need("dockreeve:ListServices", ANYTHING)]


async def _list(behind: Behind, call: Call, asks: Nothing) -> Answer:
    about = catalogue().about
    return {"services": list(catalogue().services()), "source": about._asdict()}


async def _get_needs(call: Call, asks: ServiceRequest) -> Sequence[Need]:
    return [Need("dockreeve:GetService", ANYTHING)]


async def _get(behind: Behind, call: Call, asks: ServiceRequest) -> Answer:
    prefix = asks.id.lower()
    known = catalogue()
    if not known.service(prefix):
        raise Fault("NotFound", f"There is no service with the prefix `{prefix}`.", status=404)
    actions = known.actions(prefix)
    names = {name for action in actions for name in action.condition_keys}
    keys = sorted({key for name in names if (key := known.condition_key(name))}, key=lambda key: key.name)
    return {
        "service": prefix,
        "actions": [_action(one) for one in actions],
        "resourceTypes": [
            {"name": name, "arns": list(known.arn_patterns(prefix, name))} for name in known.resource_types(prefix)
        ],
        "conditionKeys": [_key(one) for one in keys],
        "globalConditionKeys": [_key(one) for one in known.condition_keys() if one.is_global],
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "level": action.level,
        "resourceTypes": list(action.resource_types),
        "requiredTypes": list(action.required_types),
        "conditionKeys": list(action.condition_keys),
        "dependentActions": list(action.dependent),
    }


def _key(key: Key) -> dict[str, Any]:
    return {"name": key.name, "type": key.base_type, "multivalued": key.is_multivalued}


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/services",
        "List the service prefixes that a policy may name",
        Nothing,
        Services,
        ("dockreeve:ListServices",),
        _list_needs,
        _list,
    ),
    Endpoint(
        "GET",
        "/api/services/{id}",
        "List a service's actions with their access level, resource types and condition keys",
        ServiceRequest,
        Service,
        ("dockreeve:GetService",),
        _get_needs,
        _get,
    ),
)
