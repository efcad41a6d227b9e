"""Images: stored just as they came, tagged, found, deleted."""

import json
from typing import Any

import pytest
from ecr_world import ACCOUNT, CONFIG, LAYER, OCI_MANIFEST, World, descriptor, digest_of, index, manifest

from dockreeve.faults import Fault
from dockreeve.oci import Digest
from dockreeve.services.ecr import images
from dockreeve.services.ecr.images import delete_image, find_image, list_tags, put_image, referrers
from dockreeve.storage import NoRoom

WHERE = f"the repository with name 'app' in the registry with id '{ACCOUNT}'"


async def with_layers(world: World, *contents: bytes) -> None:
    for content in (b"{}", *contents):
        await world.layer(content)


async def test_the_api_stores_and_returns_the_very_bytes(world: World) -> None:
    await with_layers(world, b"layer")
    text = manifest() + "\n "
    put = await world.ask("PutImage", repositoryName="app", imageManifest=text, imageTag="v1")
    image_id = {"imageDigest": digest_of(text), "imageTag": "v1"}
    expected = {
        "registryId": ACCOUNT,
        "repositoryName": "app",
        "imageId": image_id,
        "imageManifest": text,
        "imageManifestMediaType": OCI_MANIFEST,
    }
    assert put == {"image": expected}
    got = await world.ask("BatchGetImage", repositoryName="app", imageIds=[{"imageTag": "v1"}])
    assert got == {"images": [expected], "failures": []}


async def test_an_image_put_again_is_an_error_in_the_api_only(world: World) -> None:
    text = await world.pushed(tag="v1")
    fault = await world.refused("PutImage", repositoryName="app", imageManifest=text, imageTag="v1")
    assert fault.code == "ImageAlreadyExistsException"
    assert fault.message == (
        f"Image with digest '{digest_of(text)}' and tag 'v1' already exists in the repository with name 'app' in "
        f"registry with id '{ACCOUNT}'"
    )
    await world.image(text, "v1")
    await world.ask("PutImage", repositoryName="app", imageManifest=text, imageTag="v2")


async def test_absent_layers_are_all_named(world: World) -> None:
    await with_layers(world, b"here")
    text = manifest(layers=(b"here", b"gone", b"lost"))
    fault = await world.refused("PutImage", repositoryName="app", imageManifest=text)
    assert fault.code == "LayersNotFoundException"
    assert fault.message == (
        f"Layers with digests '[{digest_of('gone')}, {digest_of('lost')}]' required for pushing image into "
        f"repository with name 'app' in the registry with id '{ACCOUNT}' do not exist"
    )
    assert (await world.ask("ListImages", repositoryName="app"))["imageIds"] == []


async def test_absent_children_are_named(world: World) -> None:
    child = await world.pushed()
    fault = await world.refused("PutImage", repositoryName="app", imageManifest=index(child, "absent"))
    assert fault.code == "ReferencedImagesNotFoundException"
    assert fault.message == (
        f"Images with digests '[{digest_of('absent')}]' required for pushing image into repository with name 'app' "
        f"in the registry with id '{ACCOUNT}' do not exist"
    )


async def test_a_claimed_digest_must_be_the_bytes(world: World) -> None:
    await with_layers(world, b"layer")
    fault = await world.refused(
        "PutImage", repositoryName="app", imageManifest=manifest(), imageDigest=digest_of("other")
    )
    assert fault.code == "ImageDigestDoesNotMatchException"
    await world.ask("PutImage", repositoryName="app", imageManifest=manifest(), imageDigest=digest_of(manifest()))


async def test_an_image_is_kept_under_the_algorithm_claimed(world: World) -> None:
    await with_layers(world, b"layer")
    repository, body = await world.repository(), manifest().encode()
    claimed = Digest.of(body, "sha512")
    digest, _ = await put_image(world.call, repository, body, digest=claimed, tag="v1")
    assert digest == claimed
    assert (await find_image(world.call, repository, "v1")).digest == claimed


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"imageManifest": "{"}, "ImageManifest"),
        ({"imageManifest": "[]"}, "ImageManifest"),
        ({"imageManifest": manifest(), "imageManifestMediaType": "text/plain"}, "ImageManifest"),
        ({"imageManifest": manifest(), "imageTag": "a+b"}, "imageTag"),
        ({"imageManifest": manifest(), "imageTag": "t" * 129}, "imageTag"),
        ({"imageManifest": manifest(), "imageDigest": "md5:00"}, "imageDigest"),
    ],
)
async def test_what_is_no_image_is_an_invalid_parameter(world: World, params: dict[str, Any], field: str) -> None:
    await with_layers(world, b"layer")
    fault = await world.refused("PutImage", repositoryName="app", **params)
    assert fault.code == "InvalidParameterException"
    assert fault.message.startswith(f"Invalid parameter at '{field}' failed to satisfy constraint: '")


async def test_broken_json_gets_awss_sentence(world: World) -> None:
    await world.repository()
    fault = await world.refused("PutImage", repositoryName="app", imageManifest="not json")
    assert fault.message == ("Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'")


async def test_a_foreign_layer_need_not_be_there(world: World) -> None:
    await with_layers(world, b"layer")
    far = descriptor(b"far", "application/vnd.oci.image.layer.nondistributable.v1.tar", urls=["https://x.example"])
    document = json.loads(manifest())
    document["layers"].append(far)
    await world.image(json.dumps(document), "v1")
    # one that is there belongs to the image all the same
    await world.layer(b"far")
    await world.image(json.dumps(document, indent=1), "v2")
    repository = await world.repository()
    assert await world.call.records.registry.layer_in_image(repository.id, Digest.of(b"far"))


async def test_a_tag_moves_where_it_may(world: World) -> None:
    await world.pushed(tag="latest")
    second = await world.pushed((b"second",), tag="latest")
    repository = await world.repository()
    assert str((await find_image(world.call, repository, "latest")).digest) == digest_of(second)


async def test_an_immutable_tag_stays(world: World) -> None:
    await world.repository("app", imageTagMutability="IMMUTABLE")
    first = await world.pushed(tag="v1")
    await world.layer(b"other")
    other = manifest(layers=(b"other",))
    fault = await world.refused("PutImage", repositoryName="app", imageManifest=other, imageTag="v1")
    assert fault.code == "ImageTagAlreadyExistsException"
    assert fault.message == (
        "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the tag is "
        "immutable."
    )
    await world.image(first, "v1")  # the same again, as a repeated docker push does
    await world.image(other, "v2")
    assert (
        await world.refused("PutImage", repositoryName="app", imageManifest=first, imageTag="v1")
    ).code == "ImageAlreadyExistsException"


async def test_an_excluded_tag_moves_in_an_immutable_repository(world: World) -> None:
    filters = [{"filterType": "WILDCARD", "filter": "dev*"}]
    await world.repository(
        "app", imageTagMutability="IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters=filters
    )
    await world.pushed(tag="dev-1")
    await world.pushed((b"second",), tag="dev-1")
    await world.pushed((b"third",), tag="v1")
    with pytest.raises(Fault, match="ImageTagAlreadyExistsException"):
        await world.pushed((b"fourth",), tag="v1")


async def test_a_pull_is_noted_once_a_day(world: World) -> None:
    text = await world.pushed(tag="v1")
    repository = await world.repository()

    async def last_pull() -> object:
        return (await find_image(world.call, repository, "v1")).last_pull

    assert await last_pull() is None
    await find_image(world.call, repository, Digest.parse(digest_of(text)), pulled=True)
    first = world.call.now
    assert await last_pull() == first
    world.later(hours=23)
    await find_image(world.call, repository, "v1", pulled=True)
    assert await last_pull() == first
    world.later(hours=1)
    await world.ask("BatchGetImage", repositoryName="app", imageIds=[{"imageTag": "v1"}])
    assert await last_pull() == world.call.now


async def test_pulls_go_on_when_the_disk_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.pushed(tag="v1")

    async def full(*_: object) -> None:
        raise NoRoom

    monkeypatch.setattr(type(world.call.records.registry), "note_pulls", full)
    assert (await find_image(world.call, await world.repository(), "v1", pulled=True)).tags == ("v1",)


async def test_an_absent_image_is_named_by_what_was_asked(world: World) -> None:
    repository = await world.repository()
    absent = Digest.of(b"absent")
    for reference, image_id in (
        ("v1", "{imageDigest:'null', imageTag:'v1'}"),
        (absent, f"{{imageDigest:'{absent}', imageTag:'null'}}"),
    ):
        sentence = (
            f"The image with imageId {image_id} does not exist within the repository with name 'app' in the "
            f"registry with id '{ACCOUNT}'"
        )
        for attempt in (find_image, delete_image):
            with pytest.raises(Fault) as refused:
                await attempt(world.call, repository, reference)
            assert (refused.value.code, refused.value.message) == ("ImageNotFoundException", sentence)


async def test_an_image_goes_with_its_last_tag(world: World) -> None:
    text = await world.pushed(tag="v1")
    await world.image(text, "v2")
    repository, digest = await world.repository(), Digest.parse(digest_of(text))
    assert await delete_image(world.call, repository, "v1") == (digest, ("v1",))
    assert (await find_image(world.call, repository, digest)).tags == ("v2",)
    await delete_image(world.call, repository, "v2")
    with pytest.raises(Fault, match="ImageNotFoundException"):
        await find_image(world.call, repository, digest)


async def test_batch_delete_tells_what_went_and_what_did_not(world: World) -> None:
    first = await world.pushed(tag="v1")
    await world.image(first, "v2")
    second = await world.pushed((b"second",), tag=None)
    third = await world.pushed((b"third",), tag="keep")
    await world.image(third, "drop")
    answer = await world.ask(
        "BatchDeleteImage",
        repositoryName="app",
        imageIds=[
            {"imageDigest": digest_of(first)},
            {"imageDigest": digest_of(second)},
            {"imageDigest": digest_of(third), "imageTag": "drop"},
            {"imageDigest": digest_of(third), "imageTag": "v1"},
            {"imageTag": "absent"},
            {"imageDigest": "sha256:zz"},
            {"imageTag": "a+b"},
            {},
        ],
    )
    assert answer["imageIds"] == [
        {"imageDigest": digest_of(first), "imageTag": "v1"},
        {"imageDigest": digest_of(first), "imageTag": "v2"},
        {"imageDigest": digest_of(second)},
        {"imageDigest": digest_of(third), "imageTag": "drop"},
    ]
    assert [(each["imageId"], each["failureCode"]) for each in answer["failures"]] == [
        ({"imageDigest": digest_of(third), "imageTag": "v1"}, "ImageTagDoesNotMatchDigest"),
        ({"imageTag": "absent"}, "ImageNotFound"),
        ({"imageDigest": "sha256:zz"}, "InvalidImageDigest"),
        ({"imageTag": "a+b"}, "InvalidImageTag"),
        ({}, "MissingDigestAndTag"),
    ]
    assert await list_tags(world.call, await world.repository()) == ["keep"]


async def test_a_child_of_an_index_stays(world: World) -> None:
    child = await world.pushed(tag=None)
    both = index(child)
    await world.image(both, "multi")
    answer = await world.ask(
        "BatchDeleteImage",
        repositoryName="app",
        imageIds=[{"imageDigest": digest_of(child)}, {"imageDigest": digest_of(both)}],
    )
    assert answer["imageIds"] == [{"imageDigest": digest_of(both), "imageTag": "multi"}]
    assert [each["failureCode"] for each in answer["failures"]] == ["ImageReferencedByManifestList"]
    await delete_image(world.call, await world.repository(), Digest.parse(digest_of(child)))


async def test_batch_get_tells_what_is_not_there(world: World) -> None:
    await world.pushed(tag="v1")
    answer = await world.ask(
        "BatchGetImage",
        repositoryName="app",
        imageIds=[{"imageTag": "v1"}, {"imageTag": "v2"}],
        acceptedMediaTypes=[OCI_MANIFEST],
    )
    assert [each["imageId"]["imageTag"] for each in answer["images"]] == ["v1"]
    assert answer["failures"] == [
        {
            "imageId": {"imageTag": "v2"},
            "failureCode": "ImageNotFound",
            "failureReason": "Requested image not found",
        }
    ]


async def test_nothing_is_translated_into_an_accepted_kind(world: World) -> None:
    await world.pushed(tag="v1")
    answer = await world.ask(
        "BatchGetImage",
        repositoryName="app",
        imageIds=[{"imageTag": "v1"}],
        acceptedMediaTypes=["application/vnd.docker.distribution.manifest.v2+json"],
    )
    assert [each["failureCode"] for each in answer["failures"]] == ["ImageNotFound"]
    assert answer["images"] == []


async def test_an_index_is_as_large_as_its_largest_image(world: World) -> None:
    small, large = await world.pushed((b"s",), tag=None), await world.pushed((b"large" * 100,), tag=None)
    await world.image(index(small, large), "multi")
    image = await find_image(world.call, await world.repository(), "multi")
    assert image.size == 500 + len("{}")


async def test_referrers_are_found_by_subject_and_kind(world: World) -> None:
    subject = await world.pushed(tag="v1")
    named = descriptor(subject.encode(), OCI_MANIFEST)
    sbom = await world.pushed(tag=None, subject=named, artifactType="application/x.sbom", annotations={"by": "me"})
    plain = await world.pushed(tag=None, subject=named)
    repository, digest = await world.repository(), Digest.parse(digest_of(subject))
    found, _ = await referrers(world.call, repository, digest, limit=9)
    assert {str(each.digest): each.artifact_type for each in found} == {
        digest_of(sbom): "application/x.sbom",
        digest_of(plain): CONFIG,
    }
    [one], _ = await referrers(world.call, repository, digest, kinds=["application/x.sbom"], limit=9)
    assert (one.size, one.annotations) == (len(sbom), {"by": "me"})
    assert await referrers(world.call, repository, Digest.of(b"nothing"), limit=9) == ((), False)
    assert LAYER not in {each.artifact_type for each in found}


async def test_a_repository_deleted_meanwhile_gets_no_image(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_layers(world, b"layer")
    repository = await world.repository()
    await world.ask("DeleteRepository", repositoryName="app")
    with pytest.raises(Fault, match="RepositoryNotFoundException"):
        await images.put_image(world.call, repository, manifest().encode())
