"""Every refusal of the registry's door in OCI's envelope, from the names that the code below uses."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from dockreeve.doors.registry.paths import MANIFEST
from dockreeve.doors.registry.visit import JSON, Answer
from dockreeve.faults import Fault
from dockreeve.gate import Denied

_CODED = f"{JSON}; charset=utf-8"


class _Spelling(NamedTuple):
    status: int
    code: str
    message: str = ""  # instead of the fault's own


# OCI's own codes (distribution specification, "Error Codes"; UNKNOWN and TOOMANYREQUESTS are docker's).
_STATUS = {
    "BLOB_UNKNOWN": 404,
    "BLOB_UPLOAD_INVALID": 400,
    "BLOB_UPLOAD_UNKNOWN": 404,
    "DENIED": 403,
    "DIGEST_INVALID": 400,
    "MANIFEST_BLOB_UNKNOWN": 404,
    "MANIFEST_INVALID": 400,
    "MANIFEST_UNKNOWN": 404,
    "NAME_INVALID": 400,
    "NAME_UNKNOWN": 404,
    "SIZE_INVALID": 400,
    "TAG_INVALID": 400,
    "TOOMANYREQUESTS": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED": 405,
    "UNKNOWN": 500,
}

# ECR's names -> OCI's; a pattern as second part of the key means only there.
_SPELLINGS: dict[tuple[str, str], _Spelling] = {
    ("AccessDeniedException", ""): _Spelling(403, "DENIED"),
    ("EmptyUploadException", ""): _Spelling(400, "BLOB_UPLOAD_INVALID"),
    ("ImageDigestDoesNotMatchException", ""): _Spelling(400, "DIGEST_INVALID"),
    ("ImageNotFoundException", ""): _Spelling(404, "MANIFEST_UNKNOWN", "Requested image not found"),
    ("ImageReferencedByManifestList", ""): _Spelling(409, "UNSUPPORTED"),
    ("ImageTagAlreadyExistsException", ""): _Spelling(400, "TAG_INVALID"),
    ("InvalidLayerException", ""): _Spelling(400, "DIGEST_INVALID"),
    ("InvalidLayerPartException", ""): _Spelling(416, "BLOB_UPLOAD_INVALID"),
    ("InvalidParameterException", ""): _Spelling(405, "UNSUPPORTED"),
    ("InvalidParameterException", MANIFEST): _Spelling(400, "MANIFEST_INVALID"),
    ("LayerAlreadyExistsException", ""): _Spelling(400, "BLOB_UPLOAD_INVALID"),
    ("LayerInaccessibleException", ""): _Spelling(404, "BLOB_UNKNOWN"),
    ("LayerPartTooSmallException", ""): _Spelling(400, "BLOB_UPLOAD_INVALID"),
    ("LayersNotFoundException", ""): _Spelling(404, "BLOB_UNKNOWN"),
    ("LayersNotFoundException", MANIFEST): _Spelling(404, "MANIFEST_BLOB_UNKNOWN"),
    ("LimitExceededException", ""): _Spelling(403, "DENIED"),
    ("ReferencedImagesNotFoundException", ""): _Spelling(404, "MANIFEST_BLOB_UNKNOWN"),
    ("RepositoryNotFoundException", ""): _Spelling(404, "NAME_UNKNOWN"),
    ("ServerException", ""): _Spelling(500, "UNKNOWN"),
    ("ThrottlingException", ""): _Spelling(429, "TOOMANYREQUESTS"),
    ("UploadNotFoundException", ""): _Spelling(404, "BLOB_UPLOAD_UNKNOWN"),
}


def refusal(fault: Fault, pattern: str, *, strict: bool = False) -> Answer:
    """The answer for a fault on a path of this pattern. `strict`: with ECR's status where OCI's differs."""
    spelling = None
    if not (strict and fault.code == "InvalidParameterException"):  # ECR: 405 UNSUPPORTED for a bad manifest too
        spelling = _SPELLINGS.get((fault.code, pattern))
    spelling = spelling or _SPELLINGS.get((fault.code, ""))
    if spelling is None:
        code = fault.code if fault.code in _STATUS else "UNKNOWN"
        spelling = _Spelling(_STATUS[code] if code == fault.code else 400, code)
    return envelope(
        fault.status or spelling.status, spelling.code, spelling.message or fault.message, dict(fault.headers)
    )


def denial(denied: Denied, *, explain: bool, lacking: Sequence[str] = ()) -> Answer:
    """403 with AWS's sentence; the id behind it where people read it, and in the reason phrase for those who don't.

    `lacking`: other actions to be told of, which would be missed next.
    """
    why = f" [why: {denied.id}]" if explain else ""
    also = f" (also missing: {', '.join(lacking)})" if lacking else ""
    answer = envelope(403, "DENIED", denied.sentence + why + also, {"X-Authorization-Id": denied.id})
    return replace(answer, reason=f"denied: {denied.decision.ask.action}{why}")


def challenge(public_url: str) -> Answer:
    """401: Basic, for there is no token service (data-plane.md, section 2.1)."""
    return Answer(
        401,
        {"Www-Authenticate": f'Basic realm="{public_url}/",service="ecr.amazonaws.com"'},
        b"Not Authorized\n",
        content_type="text/plain; charset=utf-8",
    )


def envelope(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """OCI's error answer with one error; what is denied says so in the reason phrase too, all that containerd shows."""
    said = {"errors": [{"code": code, "message": message}]}
    reason = f"denied: {message}" if code == "DENIED" else ""
    return Answer(status, headers or {}, json.dumps(said).encode(), content_type=_CODED, reason=reason)
