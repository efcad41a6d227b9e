"""What a request path under /v2/ speaks of. Names hold slashes, so paths are read from the right, in linear time."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from dockreeve.faults import Fault
from dockreeve.oci import is_repository_name

VERSION = "/v2/"
CATALOG = "/v2/_catalog"
TAGS = "/v2/{name}/tags/list"
MANIFEST = "/v2/{name}/manifests/{reference}"
BLOB = "/v2/{name}/blobs/{digest}"
UPLOADS = "/v2/{name}/blobs/uploads/"
UPLOAD = "/v2/{name}/blobs/uploads/{upload}"
REFERRERS = "/v2/{name}/referrers/{digest}"

_LONGEST = 2048  # bytes of a path: a name of 256, a digest of 135, and percent signs
_MOST_FIELDS = 32  # of a query


@dataclass(frozen=True, slots=True)
class Target:
    """A path, told apart: its pattern, the repository's name, and the reference, digest or upload id at its end."""

    pattern: str
    name: str = ""
    argument: str = ""


@lru_cache(maxsize=1024)  # what is pulled is pulled again; the longest of these paths take 2 MiB
def read_path(raw_path: bytes) -> Target:
    """Read a path that begins with `/v2`. Raise `Fault` NAME_INVALID, or NAME_UNKNOWN (404) for a path of no kind."""
    if len(raw_path) > _LONGEST:
        raise Fault("NAME_INVALID", f"The path is longer than {_LONGEST} bytes.")
    segments = [_decoded(segment) for segment in raw_path.split(b"/")[2:]]
    name = segments[:-2]
    kind, last = ["", "", *segments][-2:]
    match kind, last:
        case "", "" if len(segments) <= 1:
            target = Target(VERSION)
        case "", "_catalog" if len(segments) == 1:
            target = Target(CATALOG)
        case "tags", "list":
            target = Target(TAGS, _name(name))
        case "manifests", reference if reference:
            target = Target(MANIFEST, _name(name), reference)
        case "referrers", digest if digest:
            target = Target(REFERRERS, _name(name), digest)
        case "blobs", "uploads":  # without the slash at the end, as some clients write it
            target = Target(UPLOADS, _name(name))
        case "blobs", digest if digest:
            target = Target(BLOB, _name(name), digest)
        case "uploads", upload if name[-1:] == ["blobs"]:
            target = Target(UPLOAD if upload else UPLOADS, _name(name[:-1]), upload)
        case _:
            raise Fault("NAME_UNKNOWN", "There is nothing at this path.")
    return target


def read_query(query_string: bytes) -> dict[str, str]:
    """The first value of each field. A `+` is itself, not a space: media types have one. Raise `Fault` UNSUPPORTED."""
    if not query_string:
        return {}
    fields = query_string.split(b"&")
    if len(fields) > _MOST_FIELDS:
        raise Fault("UNSUPPORTED", f"The query has more than {_MOST_FIELDS} fields.", status=400)
    query: dict[str, str] = {}
    for field in fields:
        name, _, value = field.partition(b"=")
        try:
            query.setdefault(unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode())
        except UnicodeDecodeError:
            raise Fault("UNSUPPORTED", "The query is not UTF-8.", status=400) from None
    return query


def _decoded(segment: bytes) -> str:
    try:
        text = unquote_to_bytes(segment).decode() if b"%" in segment else segment.decode()
    except UnicodeDecodeError:
        raise Fault("NAME_INVALID", "The path is not UTF-8.") from None
    if "/" in text:  # it would mean another path to a proxy in front of us than to us
        raise Fault("NAME_INVALID", "The path has an encoded slash.")
    return text


def _name(segments: list[str]) -> str:
    name = "/".join(segments)
    if not is_repository_name(name):
        raise Fault("NAME_INVALID", f"`{name[:256]}` can't name a repository.")
    return name
