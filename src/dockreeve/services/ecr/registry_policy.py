"""PutRegistryPolicy, GetRegistryPolicy, DeleteRegistryPolicy."""

from typing import Any

from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.faults import Fault
from dockreeve.policy import Kind
from dockreeve.services.call import Call
from dockreeve.services.ecr.documents import read_document
from dockreeve.services.iam import trust
from dockreeve.storage import RegistryPolicy


@operation("ecr:PutRegistryPolicy", touches=ANYTHING)
async def put_registry_policy(call: Call, *, policy_text: str) -> dict[str, Any]:
    """Give the registry of the caller's account and region this policy."""
    _, ids = await read_document(call, policy_text, Kind.REGISTRY)
    await call.records.registry.set_registry_policy(call.account, call.region, RegistryPolicy(policy_text, ids))
    return {"registryId": call.account, "policyText": policy_text}


@operation("ecr:GetRegistryPolicy", touches=ANYTHING)
async def get_registry_policy(call: Call) -> dict[str, Any]:
    """The policy as it was given, but for principals that were deleted since: these show as unique ids."""
    policy = await call.records.registry.registry_policy(call.account, call.region)
    if policy is None:
        raise Fault(
            "RegistryPolicyNotFoundException",
            f"Registry policy does not exist in the registry with id '{call.account}'",
        )
    return {"registryId": call.account, "policyText": await trust.shown(call.records, policy.text, policy.ids)}


@operation("ecr:DeleteRegistryPolicy", touches=ANYTHING)
async def delete_registry_policy(call: Call) -> dict[str, Any]:
    """Take the policy away and return it."""
    answer = await get_registry_policy(call)
    await call.records.registry.set_registry_policy(call.account, call.region, None)
    return answer
