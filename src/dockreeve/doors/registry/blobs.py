"""Blobs: layers and configs, whole or in part; and the downloads that GetDownloadUrlForLayer signs."""

from dockreeve.doors.calls import Calls
from dockreeve.doors.http import Request
from dockreeve.doors.registry.manifests import matches
from dockreeve.doors.registry.ranges import Unsatisfiable, asked_span
from dockreeve.doors.registry.visit import Answer, Visit, read_digest
from dockreeve.doors.stored import Stored
from dockreeve.faults import Fault
from dockreeve.services.ecr.faults import no_layer
from dockreeve.services.ecr.layers import find_layer, opened_download
from dockreeve.storage import Blobs, Layer

_OCTETS = "application/octet-stream"


async def get_blob(visit: Visit) -> Answer:
    """GET: the bytes, or the range of them that is asked for."""
    repository = await visit.repository()
    digest = read_digest(visit.argument)
    layer = await find_layer(visit.call, repository, digest)
    if visit.strict and not await visit.call.records.registry.layer_in_image(repository.id, digest):
        raise no_layer(repository, digest)  # ECR hands out only what an image of the repository names
    return layer_answer(visit.request, visit.call.blobs, layer)


async def head_blob(visit: Visit) -> Answer:
    """HEAD: that it is there. A push skips what is there, so this keeps it from being collected meanwhile."""
    layer = await find_layer(visit.call, await visit.repository(), read_digest(visit.argument), renew=True)
    return layer_answer(visit.request, visit.call.blobs, layer)


async def delete_blob(visit: Visit) -> Answer:
    """ECR has no such operation: layers go when no image names them any more."""
    raise Fault("UNSUPPORTED", "Layers can't be deleted; they go with the last image that names them.")


async def download(request: Request, calls: Calls) -> Answer:
    """GET and HEAD /layers/TOKEN: whoever has the URL may read, for as long as it says. Raise `Fault`."""
    if request.method not in ("GET", "HEAD"):
        raise Fault("UNSUPPORTED", f"{request.method} is not offered here.", headers={"Allow": "GET, HEAD"})
    token = request.raw_path.removeprefix(b"/layers/").decode("latin-1")
    layer = await opened_download(calls.records, calls.vault, token, request.now)
    return layer_answer(request, calls.blobs, layer)


def layer_answer(request: Request, blobs: Blobs, layer: Layer) -> Answer:
    """The answer that carries this layer, with the conditional and range headers of RFC 9110."""
    etag = f'"{layer.digest}"'
    headers = {"Docker-Content-Digest": str(layer.digest), "ETag": etag, "Accept-Ranges": "bytes"}
    if matches(request.text(b"if-none-match"), etag):
        return Answer(304, headers)
    status, start, length = 200, 0, layer.size
    asked = request.text(b"range") if request.method == "GET" else ""
    if asked and request.text(b"if-range") in ("", etag):
        try:
            span = asked_span(asked, layer.size)
        except Unsatisfiable:
            return Answer(416, headers | {"Content-Range": f"bytes */{layer.size}"})
        if span is not None:
            status, start, length = 206, span.start, span.length
            headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{layer.size}"
    return Answer(status, headers, Stored(blobs, layer.key, start, length), content_type=_OCTETS)
