"""PutImageTagMutability."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.services.call import Call
from dockreeve.services.ecr.mutability import described_filters, read_filters
from dockreeve.services.ecr.repositories import change_repository
from dockreeve.services.ecr.resources import the_repository


@operation("ecr:PutImageTagMutability", touches=the_repository)
async def put_image_tag_mutability(
    call: Call,
    *,
    repository_name: str,
    image_tag_mutability: str,
    registry_id: str | None = None,
    image_tag_mutability_exclusion_filters: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """Say which tags may move from now on; tags that are there stay where they are."""
    patterns = read_filters(image_tag_mutability, image_tag_mutability_exclusion_filters)
    repository = await change_repository(
        call,
        repository_name,
        registry_id,
        lambda old: replace(old, mutability=image_tag_mutability, exclusion_filters=patterns),
    )
    answer: dict[str, Any] = {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageTagMutability": repository.mutability,
    }
    if patterns:
        answer["imageTagMutabilityExclusionFilters"] = described_filters(patterns)
    return answer
