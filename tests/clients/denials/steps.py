"""The steps at which a client can be refused: the request, the action that is denied, the verb that gets there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .tap import Heard

_MANIFEST, _UPLOAD = r"/v2/.+/manifests/.+", r"/v2/.+/blobs/uploads/[^/?]+.*"
_BLOB, _BEGIN = r"/v2/.+/blobs/sha256:.+", r"/v2/.+/blobs/uploads/"


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the matrix. `action` is denied on everything; without one, the login's key is deleted instead."""

    title: str
    verb: str
    action: str
    method: str
    path: str
    friendly: bool = False  # on a server with --friendly-refusals
    falls_back: bool = False  # the protocol has another answer than a refusal

    def is_refused_by(self, heard: Heard) -> bool:
        """Whether this exchange is the step, and was refused."""
        if self.friendly and heard.method == "POST" and re.fullmatch(_BEGIN, heard.path):
            return bool(heard.decision)
        if heard.method != self.method or not re.fullmatch(self.path, heard.path):
            return False
        if self.falls_back:
            return heard.status == 202
        return bool(heard.decision) or heard.status == 403


AVAILABLE = "ecr:BatchCheckLayerAvailability"
STEPS = (
    Step("login: a password", "password", "ecr:GetAuthorizationToken", "POST", r"/"),
    Step("login: `GET /v2/`, when the key is deleted", "dead_login", "", "GET", r"/v2/"),
    Step("pull: `HEAD` manifest", "look", "ecr:BatchGetImage", "HEAD", _MANIFEST),
    Step("pull: `GET` manifest", "pull", "ecr:BatchGetImage", "GET", _MANIFEST),
    Step("pull: `GET` blob", "pull", "ecr:GetDownloadUrlForLayer", "GET", _BLOB),
    Step("push: `HEAD` manifest", "push", "ecr:BatchGetImage", "HEAD", _MANIFEST),
    Step("push: `HEAD` blob", "push", AVAILABLE, "HEAD", _BLOB),
    Step("push: `HEAD` blob, `--friendly-refusals`", "push", AVAILABLE, "HEAD", _BLOB, friendly=True),
    Step("push: `POST` upload", "push", "ecr:InitiateLayerUpload", "POST", _BEGIN),
    Step("push: `PATCH` upload", "push", "ecr:UploadLayerPart", "PATCH", _UPLOAD),
    Step("push: `PUT` upload", "push", "ecr:CompleteLayerUpload", "PUT", _UPLOAD),
    Step("push: `PUT` manifest", "push", "ecr:PutImage", "PUT", _MANIFEST),
    Step("mount: `POST` upload", "copy", "ecr:InitiateLayerUpload", "POST", _BEGIN + r"\?.*mount=.*"),
    Step(
        "mount: the source",
        "copy",
        "ecr:GetDownloadUrlForLayer",
        "POST",
        _BEGIN + r"\?.*mount=.*",
        falls_back=True,
    ),
    Step("list: `GET` tags", "tags", "ecr:ListImages", "GET", r"/v2/.+/tags/list.*"),
    Step("delete: `DELETE` manifest", "delete", "ecr:BatchDeleteImage", "DELETE", _MANIFEST),
)
