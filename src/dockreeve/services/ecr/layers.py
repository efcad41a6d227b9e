"""Layers of a repository: find, mount, hand out under a signed URL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.faults import Fault
from dockreeve.oci import Digest, DigestError
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter, layer_inaccessible, no_layer
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.services.ecr.resources import the_repository
from dockreeve.storage import Layer, Records, Repository, Vault
from dockreeve.storage.vault import BrokenSeal

DOWNLOAD = timedelta(hours=1)  # how long a signed URL works
_PURPOSE = "layer-download"


async def find_layer(call: Call, repository: Repository, digest: Digest, *, renew: bool = False) -> Layer:
    """The layer, which no other repository's row can stand for. Raise `Fault` LayersNotFoundException.

    With `renew` the answer "it is there" also keeps the layer from being collected for a while: a push that is told so
    will not upload it.
    """
    registry = call.records.registry
    if renew:
        layer = next(iter(await registry.find_layers(repository.id, [digest])), None)
    else:
        layer = await registry.find_layer(repository.id, digest)
    if layer is None:
        raise no_layer(repository, digest)
    return layer


async def mount(call: Call, repository: Repository, source: Repository, digest: Digest) -> Layer | None:
    """Make a layer of `source` one of `repository`'s too; None when `source` doesn't have it.

    The caller's right to read `source` must be settled before.
    """
    return await call.records.registry.mount_layer(repository.id, source.id, digest, call.now)


def download_url(call: Call, repository: Repository, layer: Layer) -> str:
    """A URL that gives this layer of this repository to whoever has it, for an hour."""
    expires = int((call.now + DOWNLOAD).timestamp())
    token = call.vault.seal({"r": repository.id, "d": str(layer.digest), "x": expires}, _PURPOSE)
    return f"{call.public_url}/layers/{token}"


async def opened_download(records: Records, vault: Vault, token: str, now: datetime) -> Layer:
    """The layer of a `download_url`, if the repository still has it.

    Raise `Fault` AccessDeniedException (403) for a token that is forged or past its time, LayersNotFoundException.
    """
    try:
        claims = vault.open(token, _PURPOSE)
    except BrokenSeal as broken:
        raise Fault("AccessDeniedException", "The download URL is not valid.", status=403) from broken
    if now.timestamp() >= claims["x"]:
        raise Fault("AccessDeniedException", "The download URL has expired.", status=403)
    digest = Digest.parse(claims["d"])
    layer = await records.registry.find_layer(claims["r"], digest)
    if layer is None:
        raise Fault("LayersNotFoundException", f"The layer with digest {digest} does not exist any more", status=404)
    return layer


def read_layer_digest(text: str) -> Digest:
    """A digest that a parameter must be. Raise `Fault` InvalidParameterException."""
    try:
        return Digest.parse(text)
    except DigestError as bad:
        raise invalid_parameter("layerDigest", str(bad)) from bad


@operation("ecr:BatchCheckLayerAvailability", touches=the_repository)
async def batch_check_layer_availability(
    call: Call, *, repository_name: str, layer_digests: Sequence[str], registry_id: str | None = None
) -> dict[str, Any]:
    """Which layers are there; "available" also keeps a layer for the push that asks."""
    repository = await find_repository(call, repository_name, registry_id)
    wanted: list[Digest] = []
    failures: list[dict[str, str]] = []
    for text in dict.fromkeys(layer_digests):
        try:
            wanted.append(Digest.parse(text))
        except DigestError as bad:
            code = "InvalidLayerDigest" if text else "MissingLayerDigest"
            failures.append({"layerDigest": text, "failureCode": code, "failureReason": str(bad)})
    there = {layer.digest: layer for layer in await call.records.registry.find_layers(repository.id, wanted)}
    return {"layers": [_availability(digest, there.get(digest)) for digest in wanted], "failures": failures}


def _availability(digest: Digest, layer: Layer | None) -> dict[str, Any]:
    if layer is None:
        return {"layerDigest": str(digest), "layerAvailability": "UNAVAILABLE"}
    return {"layerDigest": str(digest), "layerAvailability": "AVAILABLE", "layerSize": layer.size}


@operation("ecr:GetDownloadUrlForLayer", touches=the_repository)
async def get_download_url_for_layer(
    call: Call, *, repository_name: str, layer_digest: str, registry_id: str | None = None
) -> dict[str, Any]:
    """A short-lived URL of a layer that an image of the repository names."""
    digest = read_layer_digest(layer_digest)
    repository = await find_repository(call, repository_name, registry_id)
    layer = await find_layer(call, repository, digest)
    if not await call.records.registry.layer_in_image(repository.id, digest):
        raise layer_inaccessible(repository, digest)
    return {"downloadUrl": download_url(call, repository, layer), "layerDigest": str(digest)}
