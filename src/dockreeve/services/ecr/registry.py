"""DescribeRegistry, GetAccountSetting, PutAccountSetting: what holds for a whole registry."""

from collections.abc import Mapping
from typing import Any

from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.faults import Fault
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter

# Name -> its values, the default first. Blobs mount unless that is switched off, as the OCI specification has it.
SETTINGS = {
    "BASIC_SCAN_TYPE_VERSION": ("AWS_NATIVE", "CLAIR"),
    "BLOB_MOUNTING": ("ENABLED", "DISABLED"),
    "REGISTRY_POLICY_SCOPE": ("V2", "V1"),
}


@operation("ecr:DescribeRegistry", touches=ANYTHING)
async def describe_registry(call: Call) -> dict[str, Any]:
    """The registry's id and replication rules; this server replicates nothing."""
    return {"registryId": call.account, "replicationConfiguration": {"rules": []}}


def _setting(params: Mapping[str, Any]) -> Mapping[str, str]:
    return {"ecr:AccountSetting": params["name"]}


@operation("ecr:GetAccountSetting", touches=ANYTHING, context=_setting)
async def get_account_setting(call: Call, *, name: str) -> dict[str, Any]:
    """The setting as it was put, else its default."""
    default, *_ = _values(name)
    settings = await call.records.registry.settings(call.account, call.region)
    return {"name": name, "value": settings.get(name, default)}


@operation("ecr:PutAccountSetting", touches=ANYTHING, context=_setting)
async def put_account_setting(call: Call, *, name: str, value: str) -> dict[str, Any]:
    """Keep a setting; it holds from the next request on."""
    if value not in _values(name):
        raise _not_one_of("value", _values(name))
    await call.records.registry.put_setting(call.account, call.region, name, value)
    return {"name": name, "value": value}


def _values(name: str) -> tuple[str, ...]:
    if name not in SETTINGS:
        raise _not_one_of("name", tuple(SETTINGS))
    return SETTINGS[name]


def _not_one_of(member: str, allowed: tuple[str, ...]) -> Fault:
    return invalid_parameter(member, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
