"""DescribeImages, ListImages, ListImageReferrers."""

from collections.abc import Mapping, Sequence
from typing import Any

from dockreeve.aws import pages
from dockreeve.aws.operation import operation
from dockreeve.oci import Digest, DigestError
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter, invalid_token
from dockreeve.services.ecr.image_ids import Failed, ImageId, find_by_id
from dockreeve.services.ecr.images import referrers
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.services.ecr.resources import the_repository
from dockreeve.storage import Image, Referrer, Repository

_TAGGED = {"TAGGED": True, "UNTAGGED": False}
_REFERRERS = 20  # on a page, unless asked otherwise


@operation("ecr:DescribeImages", touches=the_repository)
async def describe_images(
    call: Call,
    *,
    repository_name: str,
    registry_id: str | None = None,
    image_ids: Sequence[ImageId] | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
    filter: Mapping[str, str] | None = None,  # noqa: A002 (the model's name)
) -> dict[str, Any]:
    """The named images, once each; without names all, in order of digest and in pages."""
    repository = await find_repository(call, repository_name, registry_id)
    if image_ids:
        if next_token is not None or max_results is not None:
            raise invalid_parameter("maxResults", "can't be used together with imageIds")
        named = await _named(call, repository, image_ids)
        return {"imageDetails": [_detail(repository, image) for image in named]}
    size = max_results or pages.DEFAULT_SIZE
    after = _last_digest(pages.decode_token(next_token, "ecr")) if next_token else ""
    found = await _page(call, repository, filter, after, size + 1)
    page, token = pages.cut(found, size, lambda image: str(image.digest))
    return {"imageDetails": [_detail(repository, image) for image in page], "nextToken": token}


async def _named(call: Call, repository: Repository, image_ids: Sequence[ImageId]) -> list[Image]:
    images: dict[Digest, Image] = {}
    for image_id in image_ids:
        found = await find_by_id(call, repository, image_id)
        if isinstance(found, Failed):
            raise found.fault(repository, image_id)
        images[found.digest] = found
    return list(images.values())


async def _page(
    call: Call, repository: Repository, wanted: Mapping[str, str] | None, after: str, limit: int
) -> Sequence[Image]:
    if not _wants_active(wanted):
        return ()
    return await call.records.registry.images(repository.id, tagged=_wants_tagged(wanted), after=after, limit=limit)


def _wants_active(wanted: Mapping[str, str] | None) -> bool:
    # There is no archive: every image is active.
    return (wanted or {}).get("imageStatus", "ACTIVE") in ("ACTIVE", "ANY")


def _wants_tagged(wanted: Mapping[str, str] | None) -> bool | None:
    return _TAGGED.get((wanted or {}).get("tagStatus", "ANY"))


def _detail(repository: Repository, image: Image) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageDigest": str(image.digest),
        "imageSizeInBytes": image.size,
        "imagePushedAt": image.pushed,
        "imageManifestMediaType": image.media_type,
        "imageStatus": "ACTIVE",
    }
    if image.tags:
        detail["imageTags"] = list(image.tags)
    if image.config_media_type:
        detail["artifactMediaType"] = image.config_media_type
    if image.last_pull is not None:
        detail["lastRecordedPullTime"] = image.last_pull
    if image.subject is not None:
        detail["subjectManifestDigest"] = str(image.subject)
    return detail


@operation("ecr:ListImages", touches=the_repository)
async def list_images(
    call: Call,
    *,
    repository_name: str,
    registry_id: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
    filter: Mapping[str, str] | None = None,  # noqa: A002 (the model's name)
) -> dict[str, Any]:
    """One `imageId` per tag, and one per untagged image, in order of digest and tag."""
    repository = await find_repository(call, repository_name, registry_id)
    size = max_results or pages.DEFAULT_SIZE
    digest, _, tag = pages.decode_token(next_token, "ecr").partition(" ") if next_token else ("", "", "")
    found: Sequence[tuple[Digest, str]] = ()
    if _wants_active(filter):
        after = (_last_digest(digest), tag) if digest else ("", "")
        found = await call.records.registry.image_lines(
            repository.id, tagged=_wants_tagged(filter), after=after, limit=size + 1
        )
    page, token = pages.cut(found, size, lambda line: f"{line[0]} {line[1]}")
    return {"imageIds": [_image_id(*line) for line in page], "nextToken": token}


def _image_id(digest: Digest, tag: str) -> ImageId:
    return {"imageDigest": str(digest), "imageTag": tag} if tag else {"imageDigest": str(digest)}


def _last_digest(after: str) -> str:
    return str(_read_digest(after))


def _read_digest(after: str) -> Digest:
    try:
        return Digest.parse(after)
    except DigestError as bad:
        raise invalid_token() from bad


@operation("ecr:ListImageReferrers", touches=the_repository, action="ecr:BatchGetImage")
async def list_image_referrers(
    call: Call,
    *,
    repository_name: str,
    subject_id: Mapping[str, str],
    registry_id: str | None = None,
    filter: Mapping[str, Any] | None = None,  # noqa: A002 (the model's name)
    next_token: str | None = None,
    max_results: int | None = None,
) -> dict[str, Any]:
    """The artifacts that refer to an image, in order of digest. The image itself need not be there."""
    try:
        subject = Digest.parse(subject_id["imageDigest"])
    except DigestError as bad:
        raise invalid_parameter("subjectId", str(bad)) from bad
    repository = await find_repository(call, repository_name, registry_id)
    after = _last_digest(pages.decode_token(next_token, "ecr")) if next_token else ""
    wanted = filter or {}
    if wanted.get("artifactStatus", "ACTIVE") not in ("ACTIVE", "ANY"):
        return {"referrers": []}
    kinds, limit = wanted.get("artifactTypes") or (), max_results or _REFERRERS
    page, more = await referrers(call, repository, subject, kinds=kinds, after=after, limit=limit)
    token = pages.encode_token(str(page[-1].digest)) if more else None
    return {"referrers": [_referrer(each) for each in page], "nextToken": token}


def _referrer(referrer: Referrer) -> dict[str, Any]:
    described: dict[str, Any] = {
        "digest": str(referrer.digest),
        "mediaType": referrer.media_type,
        "size": referrer.size,
        "annotations": dict(referrer.annotations),
        "artifactStatus": "ACTIVE",
    }
    if referrer.artifact_type:
        described["artifactType"] = referrer.artifact_type
    return described
