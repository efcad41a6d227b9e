"""Layers: there or not, mounted, handed out by URL."""

from datetime import timedelta

import pytest
from ecr_world import ACCOUNT, World, digest_of

from dockreeve.faults import Fault
from dockreeve.oci import Digest
from dockreeve.services.ecr.layers import download_url, find_layer, mount, opened_download
from dockreeve.storage import Vault


async def test_availability_is_told_for_each_digest(world: World) -> None:
    there = await world.layer(b"there")
    answer = await world.ask(
        "BatchCheckLayerAvailability",
        repositoryName="app",
        layerDigests=[str(there), digest_of("absent"), "sha256:zz", ""],
    )
    assert answer["layers"] == [
        {"layerDigest": str(there), "layerAvailability": "AVAILABLE", "layerSize": 5},
        {"layerDigest": digest_of("absent"), "layerAvailability": "UNAVAILABLE"},
    ]
    assert [(each["layerDigest"], each["failureCode"]) for each in answer["failures"]] == [
        ("sha256:zz", "InvalidLayerDigest"),
        ("", "MissingLayerDigest"),
    ]
    assert all(each["failureReason"] for each in answer["failures"])


async def test_a_layer_is_found_and_renewed(world: World) -> None:
    digest = await world.layer(b"there")
    repository = await world.repository()
    assert await find_layer(world.call, repository, digest, renew=True) == await find_layer(
        world.call, repository, digest
    )
    with pytest.raises(Fault, match="LayersNotFoundException"):
        await find_layer(world.call, repository, Digest.of(b"absent"), renew=True)


async def test_a_mounted_layer_belongs_to_both(world: World) -> None:
    digest = await world.layer(b"base", "base")
    source, target = await world.repository("base"), await world.repository("app")
    assert await mount(world.call, target, source, Digest.of(b"absent")) is None
    mounted = await mount(world.call, target, source, digest)
    assert mounted == await find_layer(world.call, target, digest)


async def test_the_download_url_gives_the_layer_for_an_hour(world: World) -> None:
    await world.pushed(layers=(b"layer",))
    digest = digest_of("layer")
    answer = await world.ask("GetDownloadUrlForLayer", repositoryName="app", layerDigest=digest)
    assert answer["layerDigest"] == digest
    prefix = "https://registry.example:5150/layers/"
    assert answer["downloadUrl"].startswith(prefix)
    token = answer["downloadUrl"].removeprefix(prefix)
    call = world.call
    for minutes in (0, 59):
        layer = await opened_download(call.records, call.vault, token, call.now + timedelta(minutes=minutes))
        assert (str(layer.digest), world.blobs.published[layer.key]) == (digest, b"layer")
    with pytest.raises(Fault, match="expired") as refused:
        await opened_download(call.records, call.vault, token, call.now + timedelta(hours=1))
    assert refused.value.status == 403


async def test_a_download_ends_with_the_repository(world: World) -> None:
    repository = await world.repository()
    await world.layer(b"layer")
    layer = await find_layer(world.call, repository, Digest.of(b"layer"))
    token = download_url(world.call, repository, layer).rpartition("/")[2]
    await world.ask("DeleteRepository", repositoryName="app", force=True)
    with pytest.raises(Fault, match="LayersNotFoundException"):
        await opened_download(world.call.records, world.call.vault, token, world.call.now)


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA" * 20])
async def test_a_forged_token_opens_nothing(world: World, token: str) -> None:
    with pytest.raises(Fault, match="not valid"):
        await opened_download(world.call.records, world.call.vault, token, world.call.now)


async def test_a_token_of_another_purpose_opens_nothing(world: World) -> None:
    claims = {"r": 1, "d": digest_of("layer"), "x": 2**40}
    for token in (world.call.vault.seal(claims, "registry-token"), Vault(b"k" * 32).seal(claims, "layer-download")):
        with pytest.raises(Fault, match="not valid"):
            await opened_download(world.call.records, world.call.vault, token, world.call.now)


async def test_the_api_gives_no_url_for_a_layer_without_image(world: World) -> None:
    digest = await world.layer(b"layer")
    fault = await world.refused("GetDownloadUrlForLayer", repositoryName="app", layerDigest=str(digest))
    assert fault.code == "LayerInaccessibleException"


async def test_an_absent_layer_is_named(world: World) -> None:
    await world.repository()
    fault = await world.refused("GetDownloadUrlForLayer", repositoryName="app", layerDigest=digest_of("no"))
    assert fault.code == "LayersNotFoundException"
    assert fault.message == (
        f"The layer with digest {digest_of('no')} does not exist within the repository with name 'app' in the "
        f"registry with id '{ACCOUNT}'"
    )
    fault = await world.refused("GetDownloadUrlForLayer", repositoryName="app", layerDigest="md5:00")
    assert fault.code == "InvalidParameterException"
