"""TagResource, UntagResource, ListTagsForResource."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.services.call import Call
from dockreeve.services.ecr.repositories import change_repository, find_repository
from dockreeve.services.ecr.resources import read_arn, the_arn
from dockreeve.services.ecr.tags import described_tags, read_tags, within_limit


@operation("ecr:TagResource", touches=the_arn)
async def tag_resource(call: Call, *, resource_arn: str, tags: Sequence[Mapping[str, str]]) -> None:
    """Add tags; a key that is there takes the new value."""
    account, name = read_arn(call, resource_arn)
    added = read_tags(tags)
    await change_repository(call, name, account, lambda old: replace(old, tags=within_limit({**old.tags, **added})))


@operation("ecr:UntagResource", touches=the_arn)
async def untag_resource(call: Call, *, resource_arn: str, tag_keys: Sequence[str]) -> None:
    """Take tags off; keys that aren't there are passed over."""
    account, name = read_arn(call, resource_arn)
    gone = frozenset(tag_keys)
    await change_repository(
        call,
        name,
        account,
        lambda old: replace(old, tags={key: value for key, value in old.tags.items() if key not in gone}),
    )


@operation("ecr:ListTagsForResource", touches=the_arn)
async def list_tags_for_resource(call: Call, *, resource_arn: str) -> dict[str, Any]:
    """The repository's tags in order of key."""
    account, name = read_arn(call, resource_arn)
    return {"tags": described_tags((await find_repository(call, name, account)).tags)}
