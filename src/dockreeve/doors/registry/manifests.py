"""Manifests: serve them as they are stored, take them, delete them."""

from dockreeve.doors.registry.visit import Answer, Visit, read_digest
from dockreeve.faults import Fault
from dockreeve.oci import Digest, is_tag
from dockreeve.services.ecr.images import delete_image, find_image, put_image

LARGEST = 4_194_304  # bytes (Amazon ECR API reference, PutImage)
NOT_FOUND = "Requested image not found"

_KINDS = ("application/vnd.oci.image.", "application/vnd.docker.distribution.manifest.")
_ANY = frozenset({"*/*", "application/*"})


async def get_manifest(visit: Visit) -> Answer:
    """GET and HEAD: the bytes that were pushed, never another media type's rendering of them."""
    repository = await visit.repository()
    reference = _reference(visit)
    image = await find_image(visit.call, repository, reference, pulled=visit.request.method == "GET")
    if isinstance(reference, str) and not accepted(visit.request.all_headers(b"accept"), image.media_type):
        raise Fault("MANIFEST_UNKNOWN", f"{NOT_FOUND}: it is `{image.media_type}`, which Accept leaves out")
    etag = f'"{image.digest}"'
    headers = {"Docker-Content-Digest": str(image.digest), "ETag": etag}
    if matches(visit.request.text(b"if-none-match"), etag):
        return Answer(304, headers)
    return Answer(200, headers, image.body, content_type=image.media_type)


async def put_manifest(visit: Visit) -> Answer:
    """PUT by tag or by digest."""
    repository = await visit.repository()
    reference = visit.argument
    digest = read_digest(reference) if ":" in reference else None
    if digest is None and not is_tag(reference):
        raise Fault("TAG_INVALID", f"`{reference[:128]}` can't be a tag.")
    body = await visit.request.body(LARGEST)
    stored, manifest = await put_image(
        visit.call,
        repository,
        body,
        media_type=visit.request.text(b"content-type").partition(";")[0].strip() or None,
        tag=reference if digest is None else None,
        digest=digest,
        again_is_error=False,
    )
    headers = {"Location": visit.location(f"manifests/{reference}"), "Docker-Content-Digest": str(stored)}
    if manifest.subject is not None:
        headers["OCI-Subject"] = str(manifest.subject.digest)
    return Answer(201, headers)


async def delete_manifest(visit: Visit) -> Answer:
    """DELETE: a tag, or by digest the image with all its tags."""
    await delete_image(visit.call, await visit.repository(), _reference(visit))
    return Answer(202)


def _reference(visit: Visit) -> Digest | str:
    if ":" in visit.argument:
        return read_digest(visit.argument)
    if not is_tag(visit.argument):
        # There can't be such a tag; ECR answers 400 instead.
        raise Fault("MANIFEST_UNKNOWN", NOT_FOUND, status=400 if visit.strict else 404)
    return visit.argument


def accepted(headers: list[bytes], media_type: str) -> bool:
    """Whether a client can take this media type. One that names no kind of manifest has not thought about it."""
    ranges = {
        part.partition(";")[0].strip().lower() for header in headers for part in header.decode("latin-1").split(",")
    }
    return media_type in ranges or not _ANY.isdisjoint(ranges) or not any(name.startswith(_KINDS) for name in ranges)


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the client has this already (RFC 9110, `If-None-Match`)."""
    if not if_none_match:
        return False
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in held or etag in held
