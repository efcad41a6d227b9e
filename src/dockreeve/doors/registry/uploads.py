"""Uploads: open, append, finish, ask, cancel; mount instead of upload where the caller may read the source."""

from contextlib import suppress

from dockreeve.doors.registry.ranges import Span, Unsatisfiable, chunk_span
from dockreeve.doors.registry.visit import Answer, Visit, read_digest
from dockreeve.faults import Fault
from dockreeve.oci import Digest, is_repository_name
from dockreeve.services.ecr.layers import mount
from dockreeve.services.ecr.uploads import append, cancel, complete, find_upload, open_upload
from dockreeve.storage import Repository, UploadSession


async def post_upload(visit: Visit) -> Answer:
    """POST: mount (`mount`, `from`), upload in one request (`digest`), or begin an upload."""
    repository = await visit.repository()
    if "mount" in visit.query:
        digest = read_digest(visit.query["mount"])
        if await _mounted(visit, repository, digest):
            return _layer(visit, digest)
    elif "digest" in visit.query:
        return await _upload_whole(visit, repository, read_digest(visit.query["digest"]))
    return _progress(visit, 202, await open_upload(visit.call, repository))


async def patch_upload(visit: Visit) -> Answer:
    """PATCH: append the body, at the place that Content-Range says if it does."""
    repository, upload = await _found(visit)
    span = _chunk(visit, upload)
    upload = await append(
        visit.call,
        repository,
        upload,
        visit.request.stream(),
        start=None if span is None else span.start,
        length=visit.request.content_length if span is None else span.length,
    )
    return _progress(visit, 202, upload)


async def put_upload(visit: Visit) -> Answer:
    """PUT: append the body, if there is one, and make the upload a layer."""
    repository, upload = await _found(visit)
    digest = read_digest(visit.query.get("digest", ""))
    span = _chunk(visit, upload)
    body = visit.request.stream() if visit.request.has_body else None
    length = visit.request.content_length if span is None else span.length
    await complete(visit.call, repository, upload, digest, body, length=length if body is not None else None)
    return _layer(visit, digest)


async def get_upload(visit: Visit) -> Answer:
    """GET: how far the upload is."""
    _, upload = await _found(visit)
    return _progress(visit, 204, upload)


async def delete_upload(visit: Visit) -> Answer:
    """DELETE: give it up."""
    repository, upload = await _found(visit)
    await cancel(visit.call, repository, upload)
    return Answer(204)


async def _found(visit: Visit) -> tuple[Repository, UploadSession]:
    repository = await visit.repository()
    return repository, await find_upload(visit.call, repository, visit.argument)


async def _mounted(visit: Visit, repository: Repository, digest: Digest) -> bool:
    """Whether the layer is in the repository now. Whatever stands against it means an ordinary upload instead."""
    source = visit.query.get("from", "")
    if not is_repository_name(source):
        return False
    settings = await visit.call.records.registry.settings(repository.account, repository.region)
    if settings.get("BLOB_MOUNTING", "DISABLED" if visit.strict else "ENABLED") != "ENABLED":
        return False
    # The right comes before the look: what a repository holds is nobody's business who may not read it.
    if not await visit.allows("ecr:GetDownloadUrlForLayer", source):
        return False
    try:
        found = await visit.repository(source)
    except Fault:
        return False
    return await mount(visit.call, repository, found, digest) is not None


async def _upload_whole(visit: Visit, repository: Repository, digest: Digest) -> Answer:
    upload = await open_upload(visit.call, repository)
    try:
        body = visit.request.stream() if visit.request.has_body else None
        await complete(visit.call, repository, upload, digest, body, length=visit.request.content_length)
    except BaseException:
        with suppress(Fault):
            await cancel(visit.call, repository, upload)  # nobody was told its id
        raise
    return _layer(visit, digest)


def _chunk(visit: Visit, upload: UploadSession) -> Span | None:
    """What Content-Range says, if it is there and fits. Raise `Fault` BLOB_UPLOAD_INVALID (416)."""
    header = visit.request.header(b"content-range")
    if header is None:
        return None
    try:
        span = chunk_span(header.decode("latin-1"))
    except Unsatisfiable:
        raise _out_of_order(visit, upload, "Content-Range must be START-END.") from None
    if span.start != upload.offset:
        raise _out_of_order(visit, upload, f"The next byte is {upload.offset}, not {span.start}.")
    if visit.request.content_length not in (None, span.length):
        raise _out_of_order(visit, upload, "Content-Range and Content-Length differ.")
    return span


def _out_of_order(visit: Visit, upload: UploadSession, message: str) -> Fault:
    return Fault("BLOB_UPLOAD_INVALID", message, status=416, headers=_where(visit, upload))


def _progress(visit: Visit, status: int, upload: UploadSession) -> Answer:
    return Answer(status, _where(visit, upload))


def _where(visit: Visit, upload: UploadSession) -> dict[str, str]:
    return {
        "Location": visit.location(f"blobs/uploads/{upload.id}"),
        "Docker-Upload-UUID": upload.id,
        "Range": f"0-{max(upload.offset - 1, 0)}",
    }


def _layer(visit: Visit, digest: Digest) -> Answer:
    return Answer(201, {"Location": visit.location(f"blobs/{digest}"), "Docker-Content-Digest": str(digest)})
