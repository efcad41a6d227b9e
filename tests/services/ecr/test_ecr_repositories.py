"""Repositories: made, described, changed, tagged, deleted."""

import asyncio

import pytest
from ecr_world import ACCOUNT, NOON, OTHER, World

from dockreeve.services.ecr.repositories import find_repository

ARN = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app"
ABSENT = f"The repository with name 'app' does not exist in the registry with id '{ACCOUNT}'"


async def test_a_new_repository_is_described_as_aws_does(world: World) -> None:
    made = await world.ask("CreateRepository", repositoryName="app")
    assert made["repository"] == {
        "repositoryArn": ARN,
        "registryId": ACCOUNT,
        "repositoryName": "app",
        "repositoryUri": "registry.example:5150/app",
        "createdAt": NOON.timestamp(),
        "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": {"scanOnPush": False},
        "encryptionConfiguration": {"encryptionType": "AES256"},
    }
    assert (await world.ask("DescribeRepositories"))["repositories"] == [made["repository"]]


async def test_settings_given_at_the_making_are_kept(world: World) -> None:
    made = await world.ask(
        "CreateRepository",
        repositoryName="app",
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "dev-*"}],
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "alias/mine"},
        tags=[{"Key": "team", "Value": "blue"}],
    )
    found = (await world.ask("DescribeRepositories", repositoryNames=["app"]))["repositories"][0]
    assert found == made["repository"]
    assert found["imageTagMutabilityExclusionFilters"] == [{"filterType": "WILDCARD", "filter": "dev-*"}]
    assert found["encryptionConfiguration"] == {"encryptionType": "KMS", "kmsKey": "alias/mine"}
    assert (await world.ask("ListTagsForResource", resourceArn=ARN)) == {"tags": [{"Key": "team", "Value": "blue"}]}


async def test_a_name_is_used_once(world: World) -> None:
    await world.repository()
    fault = await world.refused("CreateRepository", repositoryName="app")
    assert fault.code == "RepositoryAlreadyExistsException"
    assert fault.message == f"The repository with name 'app' already exists in the registry with id '{ACCOUNT}'"


@pytest.mark.parametrize("name", ["a", "App", "a//b", "-a"])
async def test_a_bad_name_makes_nothing(world: World, name: str) -> None:
    assert (await world.refused("CreateRepository", repositoryName=name)).code == "InvalidParameterException"
    assert (await world.ask("DescribeRepositories"))["repositories"] == []


async def test_making_with_tags_needs_the_right_to_tag(world: World) -> None:
    plain = await world.needs("CreateRepository", repositoryName="app")
    assert [(need.action, need.touched.arn) for need in plain] == [("ecr:CreateRepository", ARN)]
    tagged = await world.needs("CreateRepository", repositoryName="app", tags=[{"Key": "k", "Value": "v"}])
    assert [(need.action, need.touched.arn) for need in tagged] == [
        ("ecr:CreateRepository", ARN),
        ("ecr:TagResource", ARN),
    ]
    assert all(need.context["aws:RequestTag/k"] == "v" for need in tagged)


async def test_another_registrys_repository_is_touched_there(world: World) -> None:
    [need] = await world.needs("ListImages", repositoryName="app", registryId=OTHER)
    assert need.touched.arn == f"arn:aws:ecr:us-east-1:{OTHER}:repository/app"
    fault = await world.refused("ListImages", repositoryName="app", registryId=OTHER)
    assert fault.message == f"The repository with name 'app' does not exist in the registry with id '{OTHER}'"


async def test_listing_touches_all_repositories_and_naming_touches_each(world: World) -> None:
    everything = await world.needs("DescribeRepositories")
    assert [need.touched.arn for need in everything] == [f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/*"]
    named = await world.needs("DescribeRepositories", repositoryNames=["app", "web"])
    assert [need.touched.arn for need in named] == [ARN, ARN.replace("app", "web")]


async def test_repositories_come_in_pages(world: World) -> None:
    for name in ("cc", "aa", "bb"):
        await world.repository(name)
    first = await world.ask("DescribeRepositories", maxResults=2)
    assert [each["repositoryName"] for each in first["repositories"]] == ["aa", "bb"]
    second = await world.ask("DescribeRepositories", maxResults=2, nextToken=first["nextToken"])
    assert [each["repositoryName"] for each in second["repositories"]] == ["cc"]
    assert "nextToken" not in second
    fault = await world.refused("DescribeRepositories", nextToken="nonsense")
    assert fault.message == (
        "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid next token provided'"
    )


async def test_names_and_pages_do_not_go_together(world: World) -> None:
    await world.repository()
    fault = await world.refused("DescribeRepositories", repositoryNames=["app"], maxResults=2)
    assert fault.code == "InvalidParameterException"


async def test_an_absent_repository_is_named(world: World) -> None:
    fault = await world.refused("DescribeRepositories", repositoryNames=["app"])
    assert (fault.code, fault.message) == ("RepositoryNotFoundException", ABSENT)


async def test_an_empty_repository_is_deleted_with_its_uploads(world: World) -> None:
    await world.repository()
    await world.ask("InitiateLayerUpload", repositoryName="app")
    assert world.blobs.uploads
    deleted = await world.ask("DeleteRepository", repositoryName="app")
    assert deleted["repository"]["repositoryName"] == "app"
    assert not world.blobs.uploads
    assert (await world.refused("DeleteRepository", repositoryName="app")).message == ABSENT


async def test_a_repository_with_images_is_deleted_by_force_only(world: World) -> None:
    await world.pushed()
    fault = await world.refused("DeleteRepository", repositoryName="app")
    assert fault.code == "RepositoryNotEmptyException"
    assert fault.message == (
        f"The repository with name 'app' in registry with id '{ACCOUNT}' cannot be deleted because it still "
        "contains images"
    )
    await world.ask("DeleteRepository", repositoryName="app", force=True)
    assert (await world.refused("ListImages", repositoryName="app")).message == ABSENT


async def test_mutability_is_changed(world: World) -> None:
    await world.repository()
    assert await world.ask("PutImageTagMutability", repositoryName="app", imageTagMutability="IMMUTABLE") == {
        "registryId": ACCOUNT,
        "repositoryName": "app",
        "imageTagMutability": "IMMUTABLE",
    }
    assert (await find_repository(world.call, "app")).mutability == "IMMUTABLE"


@pytest.mark.parametrize("value", ["IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"])
async def test_exclusion_needs_filters(world: World, value: str) -> None:
    await world.repository()
    fault = await world.refused("PutImageTagMutability", repositoryName="app", imageTagMutability=value)
    assert fault.code == "InvalidParameterException"
    wanted = f"ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as {value}"
    assert wanted in fault.message


@pytest.mark.parametrize("value", ["IMMUTABLE", "MUTABLE"])
async def test_filters_need_exclusion(world: World, value: str) -> None:
    filters = [{"filterType": "WILDCARD", "filter": "x"}]
    fault = await world.refused(
        "CreateRepository",
        repositoryName="app",
        imageTagMutability=value,
        imageTagMutabilityExclusionFilters=filters,
    )
    assert fault.code == "InvalidParameterException"


async def test_a_filter_has_two_wildcards_at_most(world: World) -> None:
    fault = await world.refused(
        "CreateRepository",
        repositoryName="app",
        imageTagMutability="MUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "a*b*c*"}],
    )
    assert "wildcards" in fault.message


async def test_tags_are_added_replaced_and_taken_off(world: World) -> None:
    await world.repository()
    await world.ask("TagResource", resourceArn=ARN, tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}])
    await world.ask("TagResource", resourceArn=ARN, tags=[{"Key": "b", "Value": "2"}])
    await world.ask("UntagResource", resourceArn=ARN, tagKeys=["a", "absent"])
    assert (await world.ask("ListTagsForResource", resourceArn=ARN))["tags"] == [{"Key": "b", "Value": "2"}]


async def test_tags_written_at_the_same_time_are_all_kept(world: World) -> None:
    await world.repository()
    keys = [f"key-{number}" for number in range(3)]
    await asyncio.gather(*(world.ask("TagResource", resourceArn=ARN, tags=[{"Key": key, "Value": ""}]) for key in keys))
    assert [tag["Key"] for tag in (await world.ask("ListTagsForResource", resourceArn=ARN))["tags"]] == keys


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([{"Key": "aws:x", "Value": ""}], "InvalidTagParameterException"),
        ([{"Key": "", "Value": ""}], "InvalidTagParameterException"),
        ([{"Key": "k" * 129, "Value": ""}], "InvalidTagParameterException"),
        ([{"Key": "k", "Value": "v" * 257}], "InvalidTagParameterException"),
        ([{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}], "InvalidTagParameterException"),
        ([{"Key": str(number), "Value": ""} for number in range(51)], "TooManyTagsException"),
    ],
)
async def test_bad_tags_change_nothing(world: World, tags: list[dict[str, str]], code: str) -> None:
    await world.repository()
    assert (await world.refused("TagResource", resourceArn=ARN, tags=tags)).code == code
    assert (await world.ask("ListTagsForResource", resourceArn=ARN))["tags"] == []


@pytest.mark.parametrize(
    "arn",
    [
        "app",
        "arn:aws:ecr:us-east-1:123456789012:app",
        "arn:aws:ecr:eu-west-1:123456789012:repository/app",
        "arn:aws:iam::123456789012:role/app",
        "arn:aws:ecr:us-east-1:12:repository/app",
        "arn:aws:ecr:us-east-1:123456789012:repository/*",
    ],
)
async def test_an_arn_of_no_repository_here_is_invalid(world: World, arn: str) -> None:
    fault = await world.refused("ListTagsForResource", resourceArn=arn)
    assert fault.message == "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'"


async def test_tagging_an_absent_repository_says_so(world: World) -> None:
    assert (await world.refused("UntagResource", resourceArn=ARN, tagKeys=["a"])).message == ABSENT
