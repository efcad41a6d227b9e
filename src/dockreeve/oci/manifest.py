"""What a manifest says: read strictly where two readers could disagree, tolerantly everywhere else."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from dockreeve.oci.digest import Digest, DigestError

LONGEST = 4_194_304  # bytes of a manifest, in the OCI distribution specification as in Amazon ECR
MOST_DESCRIPTORS = 10_000  # layers or children of one manifest
LARGEST = 2**48  # bytes a descriptor may speak of: no sum over one manifest outgrows 64 bits

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"

_IMAGES = frozenset({DOCKER_MANIFEST, OCI_MANIFEST})
_INDEXES = frozenset({DOCKER_LIST, OCI_INDEX})
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+"

# RFC 6838, 4.2: what a media type's two halves may look like.
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}", re.ASCII)
_SCHEMA_VERSION = 2


class ManifestError(ValueError):
    """The bytes are no manifest that a registry stores. `str` gives the sentence for the caller."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What one part of a manifest is (OCI image specification, descriptor.md)."""

    media_type: str
    digest: Digest
    size: int  # bytes
    urls: tuple[str, ...] = ()

    @property
    def is_foreign(self) -> bool:
        """Whether the bytes may live elsewhere, so that no registry need have them."""
        return bool(self.urls) or "foreign" in self.media_type or "nondistributable" in self.media_type


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image (config and layers) or an index (children). Absent parts are empty."""

    media_type: str
    config: Descriptor | None = None
    layers: tuple[Descriptor, ...] = ()
    children: tuple[Descriptor, ...] = ()
    subject: Descriptor | None = None
    artifact_type: str = ""  # as written: it doesn't fall back to the config's media type
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_index(self) -> bool:
        """Whether it lists manifests rather than layers."""
        return self.media_type in _INDEXES

    @property
    def required_layers(self) -> tuple[Digest, ...]:
        """Config and layers that must be in the repository, each once."""
        return tuple(dict.fromkeys(part.digest for part in self._parts() if not part.is_foreign))

    @property
    def foreign_layers(self) -> tuple[Digest, ...]:
        """Layers that may be in the repository, each once."""
        needed = frozenset(self.required_layers)
        return tuple(dict.fromkeys(part.digest for part in self._parts() if part.digest not in needed))

    @property
    def size(self) -> int:
        """Bytes of config and layers, foreign ones left out."""
        return sum(part.size for part in self._parts() if not part.is_foreign)

    def _parts(self) -> Iterator[Descriptor]:
        if self.config is not None:
            yield self.config
        yield from self.layers


def parse_manifest(body: bytes, media_type: str | None = None) -> Manifest:
    """Read a Docker schema 2 manifest or list, or an OCI image manifest or index.

    `media_type` is what the client called it (parameters are ignored); without it the body's own word counts, then
    its shape. Raise `ManifestError`. Docker's schema 1 is refused: its digest isn't that of the bytes received.
    """
    if not 1 <= len(body) <= LONGEST:
        raise ManifestError(f"a manifest has 1 to {LONGEST} bytes, not {len(body)}")
    members = _object(_json(body), "a manifest")
    kind = _kind(members, media_type)
    if members.get("schemaVersion") != _SCHEMA_VERSION or isinstance(members["schemaVersion"], bool):
        raise ManifestError("`schemaVersion` must be 2")
    subject = members.get("subject")
    common: dict[str, Any] = {
        "media_type": kind,
        "subject": None if subject is None else _descriptor(subject, "subject"),
        "artifact_type": _media_type(members, "artifactType", "the manifest", required=False),
        "annotations": _annotations(members.get("annotations")),
    }
    if kind in _INDEXES:
        _forbid(members, "config", "layers")
        return Manifest(children=_descriptors(members, "manifests"), **common)
    _forbid(members, "manifests")
    if members.get("config") is None:
        raise ManifestError("an image manifest needs `config`")
    return Manifest(config=_descriptor(members["config"], "config"), layers=_descriptors(members, "layers"), **common)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as deep:
        raise ManifestError("the manifest is nested too deeply") from deep
    except ManifestError:
        raise
    except ValueError as bad:  # not UTF-8, not JSON, or a number of thousands of digits
        raise ManifestError("Invalid JSON syntax") from bad


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):  # readers differ on which of the two counts
        raise ManifestError("the manifest names a member twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ManifestError(f"`{name}` is not JSON")


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"{what} must be a JSON object")
    return value


def _kind(members: Mapping[str, Any], named: str | None) -> str:
    """The media type, on which header, body and shape must agree."""
    said = (named or "").split(";", 1)[0].strip().lower()
    if said.startswith(_SCHEMA_1) or members.get("schemaVersion") == 1:
        raise ManifestError("Docker image manifests of schema 1 are not supported")
    own = _media_type(members, "mediaType", "the manifest", required=False)
    if said and own and said != own:
        raise ManifestError(f"the manifest says that it is `{own}`, the request `{said[:160]}`")
    kind = said or own or (OCI_INDEX if "manifests" in members else OCI_MANIFEST)
    if kind not in _IMAGES | _INDEXES:
        raise ManifestError(f"`{kind[:160]}` is not a kind of manifest that this registry stores")
    return kind


def _forbid(members: Mapping[str, Any], *names: str) -> None:
    # A document that is an image to one reader and an index to another hides one of the two (CVE-2021-41190).
    for name in names:
        if members.get(name) is not None:
            raise ManifestError(f"this kind of manifest can't have `{name}`")


def _descriptors(members: Mapping[str, Any], name: str) -> tuple[Descriptor, ...]:
    if name not in members:
        raise ManifestError(f"this kind of manifest needs `{name}`")
    listed = members[name]
    if listed is None:  # what Go writes for an empty list
        return ()
    if not isinstance(listed, list):
        raise ManifestError(f"`{name}` must be a list")
    if len(listed) > MOST_DESCRIPTORS:
        raise ManifestError(f"`{name}` has {len(listed)} entries; {MOST_DESCRIPTORS} are allowed")
    return tuple(_descriptor(item, f"{name}[{index}]") for index, item in enumerate(listed))


def _descriptor(value: Any, where: str) -> Descriptor:
    members = _object(value, f"`{where}`")
    size, urls = members.get("size"), members.get("urls")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= LARGEST:
        raise ManifestError(f"`{where}.size` must be a whole number of bytes from 0 to {LARGEST}")
    if urls is not None and not (isinstance(urls, list) and all(isinstance(url, str) for url in urls)):
        raise ManifestError(f"`{where}.urls` must be a list of strings")
    if not isinstance(members.get("digest"), str):
        raise ManifestError(f"`{where}.digest` must be a string")
    try:
        digest = Digest.parse(members["digest"])
    except DigestError as bad:
        raise ManifestError(f"`{where}.digest`: {bad}") from bad
    return Descriptor(_media_type(members, "mediaType", where, required=True), digest, size, tuple(urls or ()))


def _media_type(members: Mapping[str, Any], name: str, where: str, *, required: bool) -> str:
    value = members.get(name)
    if value in (None, "") and not required:
        return ""
    if not isinstance(value, str) or not _MEDIA_TYPE.fullmatch(value):
        raise ManifestError(f"`{name}` of {where} must be a media type")
    return value


def _annotations(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    annotations = _object(value, "`annotations`")
    if not all(isinstance(text, str) and _is_text(name + text) for name, text in annotations.items()):
        raise ManifestError("`annotations` must be strings")
    return annotations


def _is_text(value: str) -> bool:
    """Whether it can be written as UTF-8: JSON can spell halves of surrogate pairs, which no store keeps."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
