"""The registry's route table: which request needs which ECR actions, and who answers it (data-plane.md, section 3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dockreeve.doors.http import Request
from dockreeve.doors.registry import blobs, listings, manifests, uploads
from dockreeve.doors.registry.paths import (
    BLOB,
    CATALOG,
    MANIFEST,
    REFERRERS,
    TAGS,
    UPLOAD,
    UPLOADS,
    VERSION,
)
from dockreeve.doors.registry.visit import Answer, Visit

Handler = Callable[[Visit], Awaitable[Answer]]
Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Action:
    """An ECR action that a request needs, always or `when` the request is of a kind."""

    name: str
    when: Callable[[Request, Query], bool] = lambda request, query: True


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table. The actions are asked for in this order; the first that is missing is reported."""

    method: str
    pattern: str
    actions: tuple[Action, ...]
    handler: Handler

    def needed(self, request: Request, query: Query) -> list[str]:
        """The names of the actions that this very request needs."""
        return [action.name for action in self.actions if action.when(request, query)]


def _with_body(request: Request, query: Query) -> bool:
    return request.has_body


def _whole(request: Request, query: Query) -> bool:
    return "digest" in query and "mount" not in query


_AVAILABLE = Action("ecr:BatchCheckLayerAvailability")
_COMPLETE = Action("ecr:CompleteLayerUpload")
_DELETE = Action("ecr:BatchDeleteImage")
_DOWNLOAD = Action("ecr:GetDownloadUrlForLayer")
_GET_IMAGE = Action("ecr:BatchGetImage")
_INITIATE = Action("ecr:InitiateLayerUpload")
_LIST = Action("ecr:ListImages")
_PUT_IMAGE = Action("ecr:PutImage")
_REPOSITORIES = Action("ecr:DescribeRepositories")  # on repository/*
_UPLOAD = Action("ecr:UploadLayerPart")

ROUTES = (
    Route("GET", VERSION, (), listings.version),
    Route("HEAD", VERSION, (), listings.version),
    Route("GET", CATALOG, (_REPOSITORIES,), listings.catalog),
    Route("GET", TAGS, (_LIST,), listings.tags),
    Route("GET", MANIFEST, (_GET_IMAGE,), manifests.get_manifest),
    Route("HEAD", MANIFEST, (_GET_IMAGE,), manifests.get_manifest),
    Route("PUT", MANIFEST, (_PUT_IMAGE,), manifests.put_manifest),
    Route("DELETE", MANIFEST, (_DELETE,), manifests.delete_manifest),
    Route("GET", BLOB, (_DOWNLOAD,), blobs.get_blob),
    Route("HEAD", BLOB, (_AVAILABLE,), blobs.head_blob),
    Route("DELETE", BLOB, (), blobs.delete_blob),
    # With ?mount= also ecr:GetDownloadUrlForLayer on the source; lacking it is no refusal but an ordinary upload.
    Route(
        "POST",
        UPLOADS,
        (_INITIATE, Action(_UPLOAD.name, when=_whole), Action(_COMPLETE.name, when=_whole)),
        uploads.post_upload,
    ),
    Route("PATCH", UPLOAD, (_UPLOAD,), uploads.patch_upload),
    Route("PUT", UPLOAD, (_COMPLETE, Action(_UPLOAD.name, when=_with_body)), uploads.put_upload),
    Route("GET", UPLOAD, (_UPLOAD,), uploads.get_upload),
    Route("DELETE", UPLOAD, (_INITIATE,), uploads.delete_upload),
    Route("GET", REFERRERS, (_GET_IMAGE,), listings.list_referrers),
)

BY_PATTERN: dict[str, dict[str, Route]] = {}
for _route in ROUTES:
    BY_PATTERN.setdefault(_route.pattern, {})[_route.method] = _route
