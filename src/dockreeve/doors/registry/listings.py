"""Lists: the version check, repositories, tags, referrers."""

import json
from collections.abc import Sequence
from typing import Any

from dockreeve.doors.registry.visit import Answer, Visit, read_digest
from dockreeve.faults import Fault
from dockreeve.oci import Digest, DigestError
from dockreeve.services.ecr.images import list_tags, referrers
from dockreeve.storage import Referrer

_INDEX = "application/vnd.oci.image.index.v1+json"
_PAGE = 100  # ECR's own default
_MOST = 1000
_LONGEST_LAST = 512  # characters of `last`


async def version(visit: Visit) -> Answer:
    """GET /v2/: the caller may log in, and this is a registry."""
    return Answer(200, body=b"{}")


async def catalog(visit: Visit) -> Answer:
    """GET /v2/_catalog: repositories of this account and region in order of name."""
    after, limit = _page(visit)
    found = await visit.call.records.registry.repositories(
        visit.account, visit.call.region, after=after, limit=limit + 1
    )
    names = [repository.name for repository in found]
    return _listed(visit, "/v2/_catalog", {"repositories": names[:limit]}, names, limit)


async def tags(visit: Visit) -> Answer:
    """GET tags/list: in lexical order; `last` may be any text."""
    repository = await visit.repository()
    after, limit = _page(visit)
    names = await list_tags(visit.call, repository, after=after, limit=limit + 1)
    said = {"name": visit.name, "tags": list(names[:limit])}
    return _listed(visit, f"/v2/{visit.name}/tags/list", said, names, limit)


async def list_referrers(visit: Visit) -> Answer:
    """GET referrers: an index of what has this digest as its subject, empty when nothing does."""
    repository = await visit.repository()
    subject = read_digest(visit.argument)
    kind = visit.query.get("artifactType", "")
    after = _last_digest(visit)
    kinds = [kind] if kind else []
    page, more = await referrers(visit.call, repository, subject, kinds=kinds, after=after, limit=_MOST)
    headers = {"OCI-Filters-Applied": "artifactType"} if kind else {}
    if more:
        filtered = {"artifactType": kind} if kind else {}
        path = f"/v2/{visit.name}/referrers/{subject}"
        headers |= visit.next_link(path, last=str(page[-1].digest), **filtered)
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [_descriptor(each) for each in page]}
    return Answer(200, headers, json.dumps(index).encode(), content_type=_INDEX)


def _descriptor(referrer: Referrer) -> dict[str, Any]:
    descriptor: dict[str, Any] = {
        "mediaType": referrer.media_type,
        "digest": str(referrer.digest),
        "size": referrer.size,
    }
    if referrer.artifact_type:
        descriptor["artifactType"] = referrer.artifact_type
    if referrer.annotations:
        descriptor["annotations"] = dict(referrer.annotations)
    return descriptor


def _page(visit: Visit) -> tuple[str, int]:
    """`last` and `n`. Raise `Fault` UNSUPPORTED with ECR's sentences."""
    after, number = visit.query.get("last", ""), visit.query.get("n")
    if len(after) > _LONGEST_LAST:
        raise _refused("NextToken", "Invalid next token provided")
    if number is None:
        return after, _PAGE
    if not (number.isascii() and number.isdigit()):
        raise _refused("maxResults", "Member must be a whole number", status=400)
    if len(number) > 4 or int(number) > _MOST:  # noqa: PLR2004 (digits of 1000)
        raise _refused("maxResults", f"Member must have value less than or equal to {_MOST}")
    return after, int(number)


def _last_digest(visit: Visit) -> str:
    """`last` of a list of digests. Raise `Fault` UNSUPPORTED with ECR's sentence."""
    after = visit.query.get("last", "")
    try:
        return str(Digest.parse(after)) if after else ""
    except DigestError as bad:
        raise _refused("NextToken", "Invalid next token provided") from bad


def _refused(name: str, constraint: str, status: int = 405) -> Fault:
    message = f"Invalid parameter at '{name}' failed to satisfy constraint: '{constraint}'"
    return Fault("UNSUPPORTED", message, status=status)


def _listed(visit: Visit, path: str, said: dict[str, Any], names: Sequence[str], limit: int) -> Answer:
    # With n=0 there is nothing to go on from, so no link either.
    more = 0 < limit < len(names)
    headers = visit.next_link(path, n=limit, last=names[limit - 1]) if more else {}
    return Answer(200, headers, json.dumps(said).encode())
