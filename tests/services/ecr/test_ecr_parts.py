"""Uploads through the ECR API."""

from dataclasses import replace

from ecr_world import ACCOUNT, World, blob, digest_of

from dockreeve.oci import Digest
from dockreeve.services.ecr.parts import PART_SIZE, SMALLEST_PART
from dockreeve.storage.memory import MemoryBlobs

NO_UPLOAD = "00000000-0000-4000-8000-000000000000"


async def begun(world: World) -> str:
    await world.repository()
    answer = await world.ask("InitiateLayerUpload", repositoryName="app")
    assert answer["partSize"] == PART_SIZE
    return str(answer["uploadId"])


def part(upload_id: str, content: bytes, first: int = 0) -> dict[str, object]:
    return {
        "repositoryName": "app",
        "uploadId": upload_id,
        "partFirstByte": first,
        "partLastByte": first + len(content) - 1,
        "layerPartBlob": blob(content),
    }


def completion(upload_id: str, *contents: bytes) -> dict[str, object]:
    digests = [str(Digest.of(content)) for content in contents]
    return {"repositoryName": "app", "uploadId": upload_id, "layerDigests": digests}


async def test_parts_become_a_layer(world: World) -> None:
    upload_id = await begun(world)
    large, last = bytes(SMALLEST_PART), b"end"
    first = await world.ask("UploadLayerPart", **part(upload_id, large))
    assert first == {
        "registryId": ACCOUNT,
        "repositoryName": "app",
        "uploadId": upload_id,
        "lastByteReceived": SMALLEST_PART - 1,
    }
    await world.ask("UploadLayerPart", **part(upload_id, last, SMALLEST_PART))
    done = await world.ask("CompleteLayerUpload", **completion(upload_id, large + last))
    assert done["layerDigest"] == str(Digest.of(large + last))
    available = await world.ask("BatchCheckLayerAvailability", repositoryName="app", layerDigests=[done["layerDigest"]])
    assert available["layers"][0]["layerSize"] == SMALLEST_PART + 3


async def test_a_part_must_follow_the_last_one(world: World) -> None:
    upload_id = await begun(world)
    fault = await world.refused("UploadLayerPart", **part(upload_id, b"x", first=7))
    assert fault.code == "InvalidLayerPartException"
    assert fault.members["lastValidByteReceived"] == 0


async def test_a_parts_range_must_be_its_length(world: World) -> None:
    upload_id = await begun(world)
    fault = await world.refused("UploadLayerPart", **{**part(upload_id, b"abc"), "partLastByte": 7})
    assert fault.code == "InvalidLayerPartException"


async def test_a_small_part_must_be_the_last(world: World) -> None:
    upload_id = await begun(world)
    await world.ask("UploadLayerPart", **part(upload_id, b"small"))
    fault = await world.refused("UploadLayerPart", **part(upload_id, b"next", first=5))
    assert fault.code == "LayerPartTooSmallException"
    assert fault.message == "All layer parts except the last part should be at least 5MB"


async def test_a_later_part_may_be_small_only_as_the_last_one(world: World) -> None:
    upload_id = await begun(world)
    large = b"x" * SMALLEST_PART
    await world.ask("UploadLayerPart", **part(upload_id, large))
    await world.ask("UploadLayerPart", **part(upload_id, b"small", first=len(large)))
    fault = await world.refused("UploadLayerPart", **part(upload_id, b"next", first=len(large) + 5))
    assert fault.code == "LayerPartTooSmallException"
    done = await world.ask("CompleteLayerUpload", **completion(upload_id, large + b"small"))
    assert done["layerDigest"] == str(Digest.of(large + b"small"))


async def test_an_unknown_upload_is_named(world: World) -> None:
    await world.repository()
    for name, params in (
        ("UploadLayerPart", part(NO_UPLOAD, b"x")),
        ("CompleteLayerUpload", completion(NO_UPLOAD, b"x")),
    ):
        fault = await world.refused(name, **params)
        assert fault.code == "UploadNotFoundException"
        assert fault.message == (
            f"Upload with id '{NO_UPLOAD}' could not be found for the repository with name 'app' in the registry "
            f"with id '{ACCOUNT}'"
        )


async def test_nothing_uploaded_is_no_layer(world: World) -> None:
    upload_id = await begun(world)
    assert (await world.refused("CompleteLayerUpload", **completion(upload_id, b""))).code == "EmptyUploadException"


async def test_another_digest_is_refused(world: World) -> None:
    upload_id = await begun(world)
    await world.ask("UploadLayerPart", **part(upload_id, b"x"))
    fault = await world.refused("CompleteLayerUpload", **completion(upload_id, b"y"))
    assert fault.code == "InvalidLayerException"
    fault = await world.refused("CompleteLayerUpload", **completion(upload_id, b"x", b"y"))
    assert fault.code == "InvalidParameterException"
    await world.ask("CompleteLayerUpload", **completion(upload_id, b"x", b"x"))


async def test_a_layer_that_is_there_is_said_to_be(world: World) -> None:
    await world.layer(b"x")
    upload_id = await begun(world)
    await world.ask("UploadLayerPart", **part(upload_id, b"x"))
    fault = await world.refused("CompleteLayerUpload", **completion(upload_id, b"x"))
    assert fault.code == "LayerAlreadyExistsException"
    assert digest_of("x") in fault.message


async def test_a_full_store_is_a_limit(world: World) -> None:
    blobs = MemoryBlobs(capacity=2)
    world = World(replace(world.call, blobs=blobs), blobs)
    upload_id = await begun(world)
    fault = await world.refused("UploadLayerPart", **part(upload_id, b"123"))
    assert fault.code == "LimitExceededException"
