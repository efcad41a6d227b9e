"""The policy simulator: what would be decided, by the evaluator that decides every request.

IAM API Reference, SimulateCustomPolicy, SimulatePrincipalPolicy, GetContextKeysForCustomPolicy and
GetContextKeysForPrincipalPolicy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import ANYTHING, Touched, operation
from dockreeve.aws.pages import encode_token
from dockreeve.faults import Fault
from dockreeve.policy import Policy, PolicySet
from dockreeve.policy.mentioned import document_keys
from dockreeve.services.call import Call
from dockreeve.services.iam import paging
from dockreeve.services.iam import simulation_input as given
from dockreeve.services.iam import simulation_source as source
from dockreeve.services.iam.excluded import Excluded
from dockreeve.services.iam.simulated import Scene, simulate
from dockreeve.services.iam.simulation_input import Entity

Entries = Sequence[Mapping[str, Any]]

_SOMEONE = "simulated"  # the user of the caller's account that is simulated where no CallerArn is given
_LOOKS = 100_000  # statements looked at in one answer; what is beyond comes with the next page
_MOST_LOOKS = 1_000_000  # for one action, which is not divided


@operation("iam:SimulateCustomPolicy", touches=ANYTHING)
async def simulate_custom_policy(
    call: Call,
    *,
    policy_input_list: Sequence[str],
    action_names: Sequence[str],
    permissions_boundary_policy_input_list: Sequence[str] = (),
    ordered_organization_policy_input_list: Entries = (),
    resource_arns: Sequence[str] = (),
    resource_policy: str = "",
    resource_owner: str = "",
    caller_arn: str = "",
    context_entries: Entries = (),
    resource_handling_option: str = "",
    max_items: int = paging.SIZE,
    marker: str = "",
) -> dict[str, Any]:
    """Decide each action on each resource by the policies of the request alone; the context is what it says.

    Without CallerArn nothing crosses accounts. Raise InvalidInput.
    """
    caller = given.entity(caller_arn) if caller_arn else None
    keys = source.keys_of_arn(caller) if caller else {}
    staged = _staged(call, caller, keys, resource_policy, resource_owner, context_entries)
    identity = given.policies(policy_input_list, "PolicyInputList")
    boundary = given.boundary(permissions_boundary_policy_input_list)
    scene = replace(
        staged,
        kinds={**staged.kinds, **dict.fromkeys((*identity, *boundary), "none")},
        identity=PolicySet(identity),
        boundary=PolicySet(boundary) if boundary else None,
        organization=given.organization(ordered_organization_policy_input_list),
    )
    on = given.resources(resource_arns, resource_handling_option)
    return await _page(scene, given.actions(action_names), on, max_items, marker)


async def _source(call: Call, params: Mapping[str, Any]) -> Touched:
    """The user, group or role whose policies are simulated."""
    arn: str = params["policy_source_arn"]
    try:
        found = await source.find(call, given.entity(arn))
    except Fault:  # said once the right is proven; until then it is nobody's in particular
        return Touched(arn)
    return Touched(arn, tags=found.principal.tags)


@operation("iam:SimulatePrincipalPolicy", touches=_source)
async def simulate_principal_policy(
    call: Call,
    *,
    policy_source_arn: str,
    action_names: Sequence[str],
    policy_input_list: Sequence[str] = (),
    permissions_boundary_policy_input_list: Sequence[str] = (),
    policy_exclusion_list: Entries = (),
    resource_arns: Sequence[str] = (),
    resource_policy: str = "",
    resource_owner: str = "",
    caller_arn: str = "",
    context_entries: Entries = (),
    resource_handling_option: str = "",
    max_items: int = paging.SIZE,
    marker: str = "",
) -> dict[str, Any]:
    """Decide by the policies that a user or role holds, and those of the request.

    What the principal itself settles (its ARN, account, type, name, tags) is in the context; the rest is what the
    request says. Raise NoSuchEntity, InvalidInput.
    """
    whose = given.entity(policy_source_arn)
    holdings = await source.find(call, whose)
    excluded = Excluded(policy_exclusion_list, whose)
    caller = given.entity(caller_arn) if caller_arn else whose
    keys = source.keys_of(whose, holdings) if caller == whose else source.keys_of_arn(caller)
    staged = _staged(call, caller, keys, resource_policy, resource_owner, context_entries)
    more = given.policies(policy_input_list, "PolicyInputList")
    identity = source.held(holdings, excluded) | dict.fromkeys(more, "none")
    instead = given.boundary(permissions_boundary_policy_input_list)
    boundary = dict.fromkeys(instead, "none") or source.boundary(holdings, excluded)
    scene = replace(
        staged,
        kinds={**staged.kinds, **identity, **boundary},
        identity=PolicySet(identity),
        boundary=PolicySet(boundary) if boundary else None,
    )
    on = given.resources(resource_arns, resource_handling_option)
    return await _page(scene, given.actions(action_names), on, max_items, marker)


@operation("iam:GetContextKeysForCustomPolicy", touches=ANYTHING)
async def get_context_keys_for_custom_policy(call: Call, *, policy_input_list: Sequence[str]) -> dict[str, Any]:
    """Every condition key and variable of the policies, each once. Raise InvalidInput."""
    return _context_keys(given.policies(policy_input_list, "PolicyInputList"))


@operation("iam:GetContextKeysForPrincipalPolicy", touches=_source)
async def get_context_keys_for_principal_policy(
    call: Call, *, policy_source_arn: str, policy_input_list: Sequence[str] = ()
) -> dict[str, Any]:
    """The same of what a user or role holds, and of the request's policies. Raise NoSuchEntity, InvalidInput."""
    whose = given.entity(policy_source_arn)
    holdings = await source.find(call, whose)
    everything = Excluded((), whose)
    held = (*source.held(holdings, everything), *source.boundary(holdings, everything))
    return _context_keys([*held, *given.policies(policy_input_list, "PolicyInputList")])


def _staged(
    call: Call,
    caller: Entity | None,
    keys: Mapping[str, str],
    resource_policy: str,
    resource_owner: str,
    entries: Entries,
) -> Scene:
    """The scene before anyone holds a policy. Groups can be simulated, but no resource's policy can name one."""
    named = caller if caller is not None and caller.kind != "group" else None
    if resource_policy and named is None:
        raise given.invalid("With a ResourcePolicy, CallerArn must be the ARN of a user or role.")
    account = caller.account if caller else call.account
    owner = given.owner(resource_owner) if resource_owner else account
    context = given.context(entries)
    said = {key.lower() for key in context}
    on_resource = given.resource_policy(resource_policy)
    return Scene(
        principal=named.arn if named else f"arn:aws:iam::{account if caller else owner}:user/{_SOMEONE}",
        context={**{key: value for key, value in keys.items() if key.lower() not in said}, **context},
        kinds=dict.fromkeys(on_resource, "resource"),
        resource=PolicySet(on_resource) if on_resource else None,
        owner=owner,
        placed=caller is not None,
    )


async def _page(
    scene: Scene, actions: Sequence[str], resources: Sequence[str], max_items: int, marker: str
) -> dict[str, Any]:
    """The results from the marker on: as many as wanted, and as can be decided in a moment."""
    looks = len(resources) * max(1, scene.statements)
    if looks > _MOST_LOOKS:
        raise given.invalid(f"{len(resources)} resources and {scene.statements} statements are too many for one call.")
    begin = _begin(marker, len(actions))
    end = begin + min(max_items, max(1, _LOOKS // looks))
    results = [await simulate(scene, action, resources) for action in actions[begin:end]]
    return {"EvaluationResults": results, **paging.ending(encode_token(str(end)) if end < len(actions) else None)}


def _begin(marker: str, count: int) -> int:
    after = paging.after(marker) or "0"
    if not after.isdecimal() or len(after) > len(str(count)) or int(after) > count:
        raise Fault("ValidationError", "Invalid Marker.")
    return int(after)


def _context_keys(policies: Iterable[Policy]) -> dict[str, Any]:
    found: dict[str, str] = {}
    for policy in policies:
        for key in document_keys(policy.document):
            found.setdefault(key.lower(), key)
    return {"ContextKeyNames": list(found.values())}
