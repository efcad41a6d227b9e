"""PutImage, BatchGetImage, BatchDeleteImage."""

from collections.abc import Sequence
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.faults import Fault
from dockreeve.oci import Digest, DigestError
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter
from dockreeve.services.ecr.image_ids import NOT_FOUND, Failed, ImageId, find_by_id
from dockreeve.services.ecr.images import delete_image, put_image
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.services.ecr.resources import the_repository
from dockreeve.storage import Image, Repository


@operation("ecr:PutImage", touches=the_repository)
async def put_image_operation(
    call: Call,
    *,
    repository_name: str,
    image_manifest: str,
    registry_id: str | None = None,
    image_manifest_media_type: str | None = None,
    image_tag: str | None = None,
    image_digest: str | None = None,
) -> dict[str, Any]:
    """Store a manifest whose layers are there."""
    try:
        claimed = None if image_digest is None else Digest.parse(image_digest)
    except DigestError as bad:
        raise invalid_parameter("imageDigest", str(bad)) from bad
    repository = await find_repository(call, repository_name, registry_id)
    digest, manifest = await put_image(
        call,
        repository,
        image_manifest.encode(),
        media_type=image_manifest_media_type,
        tag=image_tag,
        digest=claimed,
        again_is_error=True,
    )
    image_id = {"imageDigest": str(digest)} | ({} if image_tag is None else {"imageTag": image_tag})
    return {"image": _described(repository, image_id, image_manifest, manifest.media_type)}


@operation("ecr:BatchGetImage", touches=the_repository)
async def batch_get_image(
    call: Call,
    *,
    repository_name: str,
    image_ids: Sequence[ImageId],
    registry_id: str | None = None,
    accepted_media_types: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Manifests as they are stored. One of a kind that isn't accepted counts as not found: nothing is translated."""
    repository = await find_repository(call, repository_name, registry_id)
    images: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for image_id in image_ids:
        found = await find_by_id(call, repository, image_id, pulled=True)
        if isinstance(found, Image) and accepted_media_types and found.media_type not in accepted_media_types:
            found = Failed(*NOT_FOUND)
        if isinstance(found, Failed):
            failures.append(found.described(image_id))
        else:
            shown = {**image_id, "imageDigest": str(found.digest)}
            images.append(_described(repository, shown, found.body.decode(), found.media_type))
    return {"images": images, "failures": failures}


def _described(repository: Repository, image_id: ImageId, manifest: str, media_type: str) -> dict[str, Any]:
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageId": dict(image_id),
        "imageManifest": manifest,
        "imageManifestMediaType": media_type,
    }


@operation("ecr:BatchDeleteImage", touches=the_repository)
async def batch_delete_image(
    call: Call, *, repository_name: str, image_ids: Sequence[ImageId], registry_id: str | None = None
) -> dict[str, Any]:
    """Delete tags, and images with all their tags, in the order asked for."""
    repository = await find_repository(call, repository_name, registry_id)
    deleted: list[dict[str, str]] = []
    failures: list[dict[str, Any]] = []
    for image_id in image_ids:
        outcome = await _delete(call, repository, image_id)
        if isinstance(outcome, Failed):
            failures.append(outcome.described(image_id))
        else:
            deleted += outcome
    return {"imageIds": deleted, "failures": failures}


async def _delete(call: Call, repository: Repository, image_id: ImageId) -> list[dict[str, str]] | Failed:
    found = await find_by_id(call, repository, image_id)
    if isinstance(found, Failed):
        return found
    try:
        digest, tags = await delete_image(call, repository, image_id.get("imageTag") or found.digest)
    except Fault as fault:
        if fault.code == "ImageReferencedByManifestList":
            return Failed(fault.code, fault.message)
        return Failed(*NOT_FOUND)  # another request was faster
    if not tags:
        return [{"imageDigest": str(digest)}]
    return [{"imageDigest": str(digest), "imageTag": tag} for tag in tags]
