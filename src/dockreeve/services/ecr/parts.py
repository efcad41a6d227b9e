"""InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload: uploads as the ECR API has them, part by part."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.oci import Digest
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import (
    empty_upload,
    invalid_parameter,
    invalid_part,
    layer_exists,
    part_too_small,
    room_for_layers,
)
from dockreeve.services.ecr.layers import read_layer_digest
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.services.ecr.resources import the_repository
from dockreeve.services.ecr.uploads import append, complete, find_upload, open_upload

PART_SIZE = 20_971_520  # bytes a client may put into one part
SMALLEST_PART = 5 * 1024 * 1024  # bytes of every part but the last


@operation("ecr:InitiateLayerUpload", touches=the_repository)
async def initiate_layer_upload(call: Call, *, repository_name: str, registry_id: str | None = None) -> dict[str, Any]:
    """Begin an upload; it is given up after a day without a part."""
    repository = await find_repository(call, repository_name, registry_id)
    with room_for_layers():
        upload = await open_upload(call, repository)
    return {"uploadId": upload.id, "partSize": PART_SIZE}


@operation("ecr:UploadLayerPart", touches=the_repository)
async def upload_layer_part(
    call: Call,
    *,
    repository_name: str,
    upload_id: str,
    part_first_byte: int,
    part_last_byte: int,
    layer_part_blob: bytes,
    registry_id: str | None = None,
) -> dict[str, Any]:
    """Add one part, which must begin where the last one ended."""
    repository = await find_repository(call, repository_name, registry_id)
    upload = await find_upload(call, repository, upload_id)
    if part_last_byte - part_first_byte + 1 != len(layer_part_blob) or not layer_part_blob:
        raise invalid_part(repository, upload)
    if 0 < upload.last_part < SMALLEST_PART and part_first_byte == upload.offset:
        raise part_too_small()  # the one before this: it would have had to be the last
    with room_for_layers():
        upload = await append(
            call, repository, upload, _once(layer_part_blob), start=part_first_byte, length=len(layer_part_blob)
        )
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "uploadId": upload.id,
        "lastByteReceived": upload.offset - 1,
    }


async def _once(part: bytes) -> AsyncIterator[bytes]:
    yield part


@operation("ecr:CompleteLayerUpload", touches=the_repository)
async def complete_layer_upload(
    call: Call,
    *,
    repository_name: str,
    upload_id: str,
    layer_digests: Sequence[str],
    registry_id: str | None = None,
) -> dict[str, Any]:
    """Make the parts a layer, if they have the digest that is claimed."""
    digest = _one_digest(layer_digests)
    repository = await find_repository(call, repository_name, registry_id)
    upload = await find_upload(call, repository, upload_id)
    if upload.offset == 0:
        raise empty_upload(repository, upload)
    if await call.records.registry.find_layers(repository.id, [digest]):
        raise layer_exists(repository, digest)
    with room_for_layers():
        layer = await complete(call, repository, upload, digest)
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "uploadId": upload.id,
        "layerDigest": str(layer.digest),
    }


def _one_digest(texts: Sequence[str]) -> Digest:
    """The digest of a list that names just one: a layer is stored under one digest."""
    digests = {read_layer_digest(text) for text in texts}
    if len(digests) != 1:
        raise invalid_parameter("layerDigests", "Member must have exactly one digest")
    return digests.pop()
