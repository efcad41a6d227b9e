"""SetRepositoryPolicy, GetRepositoryPolicy, DeleteRepositoryPolicy."""

from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.faults import Fault
from dockreeve.policy import Document, Held, Kind, Policy, PolicySet, Request, Verdict, evaluate
from dockreeve.services.call import Call
from dockreeve.services.ecr.documents import read_document
from dockreeve.services.ecr.faults import invalid_parameter
from dockreeve.services.ecr.repositories import change_repository, find_repository
from dockreeve.services.ecr.resources import the_repository
from dockreeve.services.iam import trust
from dockreeve.storage import Repository


@operation("ecr:SetRepositoryPolicy", touches=the_repository)
async def set_repository_policy(
    call: Call, *, repository_name: str, policy_text: str, registry_id: str | None = None, force: bool = False
) -> dict[str, Any]:
    """Give the repository this policy; without `force` not one that keeps the caller from setting the next."""
    document, ids = await read_document(call, policy_text, Kind.REPOSITORY)

    def put(repository: Repository) -> Repository:
        if not force and _locks_out(call, repository, document):
            raise invalid_parameter(
                "PolicyText", "The policy would not let you set another repository policy; use force to set it anyway"
            )
        return replace(repository, policy=policy_text, policy_ids=ids)

    return _described(await change_repository(call, repository_name, registry_id, put), policy_text)


def _locks_out(call: Call, repository: Repository, document: Document) -> bool:
    """Whether the document itself denies the caller the next SetRepositoryPolicy."""
    ask = Request(
        call.caller.arn,
        "ecr:SetRepositoryPolicy",
        repository.arn,
        {
            "aws:PrincipalArn": call.caller.principal_arn,
            "aws:PrincipalAccount": call.caller.account,
            "aws:userid": call.caller.user_id,
        },
    )
    policies = PolicySet([Policy(document, "repository policy", inline=True, attached_to=repository.arn)])
    return evaluate(ask, Held(resource=policies)).verdict is Verdict.EXPLICIT_DENY


@operation("ecr:GetRepositoryPolicy", touches=the_repository)
async def get_repository_policy(call: Call, *, repository_name: str, registry_id: str | None = None) -> dict[str, Any]:
    """The policy as it was given, but for principals that were deleted since: these show as unique ids."""
    repository = await find_repository(call, repository_name, registry_id)
    return await _shown(call, repository)


@operation("ecr:DeleteRepositoryPolicy", touches=the_repository)
async def delete_repository_policy(
    call: Call, *, repository_name: str, registry_id: str | None = None
) -> dict[str, Any]:
    """Take the policy away and return it."""
    repository = await find_repository(call, repository_name, registry_id)
    answer = await _shown(call, repository)
    await change_repository(call, repository_name, registry_id, lambda old: replace(old, policy=None, policy_ids={}))
    return answer


async def _shown(call: Call, repository: Repository) -> dict[str, Any]:
    if repository.policy is None:
        raise Fault(
            "RepositoryPolicyNotFoundException",
            f"Repository policy does not exist for the repository with name '{repository.name}' in the registry with "
            f"id '{repository.account}'",
        )
    return _described(repository, await trust.shown(call.records, repository.policy, repository.policy_ids))


def _described(repository: Repository, text: str) -> dict[str, Any]:
    return {"registryId": repository.account, "repositoryName": repository.name, "policyText": text}
