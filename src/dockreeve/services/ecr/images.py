"""Images of a repository: store, find, delete, list tags and referrers."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta

from dockreeve.faults import Fault
from dockreeve.oci import Digest, Manifest, ManifestError, is_tag, parse_manifest
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import (
    image_exists,
    image_in_index,
    invalid_parameter,
    missing_parts,
    no_image,
    no_repository,
    tag_fixed,
)
from dockreeve.services.ecr.mutability import tag_is_fixed
from dockreeve.storage import (
    AlreadyThere,
    ChildrenMissing,
    Image,
    InUse,
    LayersMissing,
    Missing,
    NewImage,
    NoRoom,
    Referrer,
    Repository,
    TagFixed,
)

PULL_TIMES = timedelta(hours=24)  # a pull is noted again after this


async def put_image(
    call: Call,
    repository: Repository,
    body: bytes,
    *,
    media_type: str | None = None,
    tag: str | None = None,
    digest: Digest | None = None,
    again_is_error: bool = False,
) -> tuple[Digest, Manifest]:
    """Store the manifest just as it came, under its digest (the one claimed, or SHA-256) and under `tag`.

    Everything it names must be in the repository. Raise `Fault` InvalidParameterException, LayersNotFoundException,
    ReferencedImagesNotFoundException, ImageTagAlreadyExistsException, ImageDigestDoesNotMatchException,
    RepositoryNotFoundException and, with `again_is_error`, ImageAlreadyExistsException.
    """
    if tag is not None and not is_tag(tag):
        raise invalid_parameter("imageTag", "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'")
    try:
        manifest = parse_manifest(body, media_type)
    except ManifestError as bad:
        raise invalid_parameter("ImageManifest", str(bad)) from bad
    actual = Digest.of(body, digest.algorithm if digest else "sha256")
    if digest is not None and digest != actual:
        raise Fault(
            "ImageDigestDoesNotMatchException", f"The image has the digest '{actual}', not '{digest}' as requested"
        )
    image = await _image(call, repository, actual, body, manifest)
    await _store(call, repository, image, tag, again_is_error)
    return actual, manifest


async def _image(call: Call, repository: Repository, digest: Digest, body: bytes, manifest: Manifest) -> NewImage:
    foreign = manifest.foreign_layers
    # A foreign layer need not be here, but one that is must not be collected while the image is.
    pushed = await call.records.registry.find_layers(repository.id, foreign) if foreign else ()
    config = "" if manifest.config is None else manifest.config.media_type
    children = tuple(dict.fromkeys(child.digest for child in manifest.children))
    return NewImage(
        digest=digest,
        media_type=manifest.media_type,
        body=body,
        size=await _largest(call, repository, children) if manifest.is_index else manifest.size,
        pushed=call.now,
        layers=(*manifest.required_layers, *(layer.digest for layer in pushed)),
        children=children,
        subject=None if manifest.subject is None else manifest.subject.digest,
        artifact_type=manifest.artifact_type or config,
        config_media_type=config,
        annotations=manifest.annotations,
    )


async def _largest(call: Call, repository: Repository, children: Sequence[Digest]) -> int:
    """An index counts as large as its largest image. Those that are missing are `_store`'s to refuse."""
    largest = 0
    for child in children:
        image = await call.records.registry.find_image(repository.id, child)
        largest = max(largest, image.size if image is not None else 0)
        await asyncio.sleep(0)  # a read may not wait for anything, and there may be thousands: let others in
    return largest


async def _store(call: Call, repository: Repository, image: NewImage, tag: str | None, again_is_error: bool) -> None:
    try:
        await call.records.registry.put_image(
            repository.id,
            image,
            tag,
            immutable=tag is not None and tag_is_fixed(repository, tag),
            again_is_error=again_is_error,
        )
    except LayersMissing as missing:
        raise missing_parts(repository, "Layers", missing.digests) from missing
    except ChildrenMissing as missing:
        raise missing_parts(repository, "Images", missing.digests) from missing
    except TagFixed as fixed:
        raise tag_fixed(repository, tag) from fixed
    except AlreadyThere as again:
        raise image_exists(repository, image.digest, tag) from again
    except Missing as gone:
        raise no_repository(repository.name, repository.account) from gone


async def find_image(call: Call, repository: Repository, reference: Digest | str, *, pulled: bool = False) -> Image:
    """The image of a digest or tag, body included. `pulled` notes the time, at most once in 24 hours.

    Raise `Fault` ImageNotFoundException.
    """
    image = await call.records.registry.find_image(repository.id, reference)
    if image is None:
        raise _not_found(repository, reference)
    if pulled and (image.last_pull is None or call.now - image.last_pull >= PULL_TIMES):
        with suppress(NoRoom):  # on a full disk pulls go on; the time is noted with a later one
            await call.records.registry.note_pulls({(repository.id, image.digest): call.now})
    return image


async def delete_image(call: Call, repository: Repository, reference: Digest | str) -> tuple[Digest, Sequence[str]]:
    """Remove an image by digest, with all its tags, or one tag; an image goes with its last tag.

    The digest, and the tags that are no more. Raise `Fault` ImageNotFoundException, ImageReferencedByManifestList.
    """
    if isinstance(reference, str):
        digest = await call.records.registry.remove_tag(repository.id, reference, call.now)
        if digest is None:
            raise _not_found(repository, reference)
        return digest, (reference,)
    try:
        tags = await call.records.registry.remove_image(repository.id, reference, call.now)
    except InUse as used:
        raise image_in_index() from used
    if tags is None:
        raise _not_found(repository, reference)
    return reference, tags


async def list_tags(call: Call, repository: Repository, *, after: str = "", limit: int = 100) -> Sequence[str]:
    """Tags in byte order that come after `after`, at most `limit`."""
    return await call.records.registry.tags(repository.id, after=after, limit=limit)


async def referrers(
    call: Call, repository: Repository, subject: Digest, *, kinds: Collection[str] = (), after: str = "", limit: int
) -> tuple[Sequence[Referrer], bool]:
    """A page of the images whose `subject` this is, in order of digest, and whether there are more.

    They are of the artifact types `kinds` where any are given; `after` is the last digest seen.
    """
    return await call.records.registry.referrers(repository.id, subject, kinds=kinds, after=after, limit=limit)


def _not_found(repository: Repository, reference: Digest | str) -> Fault:
    if isinstance(reference, str):
        return no_image(repository, None, reference)
    return no_image(repository, str(reference), None)
