"""DescribeImages, ListImages, ListImageReferrers: members, filters, pages."""

from typing import Any

import pytest
from ecr_world import ACCOUNT, CONFIG, NOON, OCI_MANIFEST, World, descriptor, digest_of, index

INVALID_TOKEN = "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid next token provided'"


async def all_pages(world: World, name: str, member: str, size: int, **params: Any) -> list[list[Any]]:
    pages: list[list[Any]] = []
    token: dict[str, str] = {}
    while True:
        answer = await world.ask(name, repositoryName="app", maxResults=size, **token, **params)
        pages.append(answer[member])
        if "nextToken" not in answer:
            return pages
        token = {"nextToken": answer["nextToken"]}


async def test_an_image_is_described_as_aws_does(world: World) -> None:
    subject = await world.pushed(tag=None)
    text = await world.pushed(tag="v1", subject=descriptor(subject.encode(), OCI_MANIFEST))
    await world.image(text, "v2")
    world.later(hours=1)
    await world.ask("BatchGetImage", repositoryName="app", imageIds=[{"imageTag": "v1"}])
    answer = await world.ask("DescribeImages", repositoryName="app", imageIds=[{"imageTag": "v1"}])
    assert answer == {
        "imageDetails": [
            {
                "registryId": ACCOUNT,
                "repositoryName": "app",
                "imageDigest": digest_of(text),
                "imageTags": ["v1", "v2"],
                "imageSizeInBytes": len("{}layer"),
                "imagePushedAt": NOON.timestamp(),
                "imageManifestMediaType": OCI_MANIFEST,
                "artifactMediaType": CONFIG,
                "lastRecordedPullTime": NOON.timestamp() + 3600,
                "subjectManifestDigest": digest_of(subject),
                "imageStatus": "ACTIVE",
            }
        ]
    }


async def test_an_image_named_twice_is_described_once(world: World) -> None:
    text = await world.pushed(tag="v1")
    answer = await world.ask(
        "DescribeImages", repositoryName="app", imageIds=[{"imageTag": "v1"}, {"imageDigest": digest_of(text)}]
    )
    assert len(answer["imageDetails"]) == 1


async def test_an_index_has_no_config(world: World) -> None:
    child = await world.pushed(tag=None)
    await world.image(index(child), "multi")
    answer = await world.ask("DescribeImages", repositoryName="app", imageIds=[{"imageTag": "multi"}])
    assert "artifactMediaType" not in answer["imageDetails"][0]


@pytest.mark.parametrize(
    ("image_id", "code"),
    [
        ({"imageTag": "absent"}, "ImageNotFoundException"),
        ({"imageDigest": digest_of("x"), "imageTag": "v1"}, "ImageNotFoundException"),
        ({"imageDigest": "x"}, "InvalidParameterException"),
        ({}, "InvalidParameterException"),
    ],
)
async def test_describing_fails_as_a_whole(world: World, image_id: dict[str, str], code: str) -> None:
    await world.pushed(tag="v1")
    fault = await world.refused("DescribeImages", repositoryName="app", imageIds=[{"imageTag": "v1"}, image_id])
    assert fault.code == code


async def test_ids_and_pages_do_not_go_together(world: World) -> None:
    await world.pushed(tag="v1")
    fault = await world.refused("DescribeImages", repositoryName="app", imageIds=[{"imageTag": "v1"}], maxResults=5)
    assert fault.code == "InvalidParameterException"


async def test_descriptions_come_in_pages_and_by_tag_status(world: World) -> None:
    tagged = {digest_of(await world.pushed((bytes([number]),), tag=f"t{number}")) for number in range(3)}
    untagged = {digest_of(await world.pushed((bytes([9, number]),), tag=None)) for number in range(2)}

    async def digests(**params: Any) -> list[str]:
        pages = await all_pages(world, "DescribeImages", "imageDetails", 2, **params)
        assert all(len(page) == 2 for page in pages[:-1])
        return [each["imageDigest"] for page in pages for each in page]

    assert await digests() == sorted(tagged | untagged)
    assert await digests(filter={"tagStatus": "TAGGED"}) == sorted(tagged)
    assert await digests(filter={"tagStatus": "UNTAGGED"}) == sorted(untagged)
    assert await digests(filter={"imageStatus": "ACTIVE"}) == sorted(tagged | untagged)
    assert await digests(filter={"imageStatus": "ARCHIVED"}) == []


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_a_list_has_one_entry_a_tag_on_pages_of_any_size(world: World, size: int) -> None:
    several = await world.pushed((b"several",), tag="b")
    for tag in ("a", "c", "d"):
        await world.image(several, tag)
    single = await world.pushed((b"single",), tag="x")
    untagged = await world.pushed((b"untagged",), tag=None)
    expected = sorted(
        [*((digest_of(several), tag) for tag in "abcd"), (digest_of(single), "x"), (digest_of(untagged), "")]
    )
    pages = await all_pages(world, "ListImages", "imageIds", size)
    assert all(len(page) == size for page in pages[:-1])
    listed = [(each["imageDigest"], each.get("imageTag", "")) for page in pages for each in page]
    assert listed == expected
    tagged = await all_pages(world, "ListImages", "imageIds", size, filter={"tagStatus": "TAGGED"})
    assert [each for page in tagged for each in page if "imageTag" not in each] == []
    assert sum(map(len, tagged)) == 5
    bare = await all_pages(world, "ListImages", "imageIds", size, filter={"tagStatus": "UNTAGGED"})
    assert bare == [[{"imageDigest": digest_of(untagged)}]]


async def test_a_list_goes_on_where_the_image_of_the_last_page_was_deleted(world: World) -> None:
    texts = {digest_of(text): text for text in [await world.pushed((bytes([n]),), tag=f"t{n}") for n in range(2)]}
    first, second = sorted(texts)
    page = await world.ask("ListImages", repositoryName="app", maxResults=1)
    assert page["imageIds"][0]["imageDigest"] == first
    await world.ask("BatchDeleteImage", repositoryName="app", imageIds=[{"imageDigest": first}])
    rest = await world.ask("ListImages", repositoryName="app", nextToken=page["nextToken"])
    assert [each["imageDigest"] for each in rest["imageIds"]] == [second]


@pytest.mark.parametrize("name", ["DescribeImages", "ListImages", "ListImageReferrers"])
@pytest.mark.parametrize("token", ["nonsense", "MTphYmM"])  # the second is a good token of no digest
async def test_a_token_from_elsewhere_is_refused(world: World, name: str, token: str) -> None:
    await world.repository()
    more = {"subjectId": {"imageDigest": digest_of("x")}} if name == "ListImageReferrers" else {}
    fault = await world.refused(name, repositoryName="app", nextToken=token, **more)
    assert (fault.code, fault.message) == ("InvalidParameterException", INVALID_TOKEN)


async def test_referrers_come_in_pages_and_by_kind(world: World) -> None:
    subject = await world.pushed(tag="v1")
    named = descriptor(subject.encode(), OCI_MANIFEST)
    kinds = {
        digest_of(
            await world.pushed(tag=None, subject=named, artifactType=f"application/x.{number % 2}", n=number)
        ): f"application/x.{number % 2}"
        for number in range(5)
    }
    asked = {"subjectId": {"imageDigest": digest_of(subject)}}
    pages = await all_pages(world, "ListImageReferrers", "referrers", 2, **asked)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each["digest"] for page in pages for each in page] == sorted(kinds)
    first = pages[0][0]
    assert (first["artifactType"], first["mediaType"], first["artifactStatus"]) == (
        kinds[first["digest"]],
        OCI_MANIFEST,
        "ACTIVE",
    )
    odd = await all_pages(
        world, "ListImageReferrers", "referrers", 9, filter={"artifactTypes": ["application/x.1"]}, **asked
    )
    assert {each["digest"] for each in odd[0]} == {digest for digest, kind in kinds.items() if kind.endswith("1")}
    archived = await all_pages(
        world, "ListImageReferrers", "referrers", 9, filter={"artifactStatus": "ARCHIVED"}, **asked
    )
    assert archived == [[]]


async def test_referrers_are_read_by_the_right_to_get_images(world: World) -> None:
    [need] = await world.needs("ListImageReferrers", repositoryName="app", subjectId={"imageDigest": digest_of("x")})
    assert need.action == "ecr:BatchGetImage"
    await world.repository()
    fault = await world.refused("ListImageReferrers", repositoryName="app", subjectId={"imageDigest": "x"})
    assert fault.code == "InvalidParameterException"
