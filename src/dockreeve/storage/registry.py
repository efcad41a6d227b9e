"""The port of the registry's rows: repositories, images with their tags, layers, uploads, registry settings.

Everything belongs to an account and a region. A digest is known to a repository only by its own rows: a layer of one
repository can't be read through another.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from dockreeve.oci import Digest

REFERRERS_BYTES: Final = 4 * 1024 * 1024  # of one answer: what OCI asks every registry to take as one manifest


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository and its settings; `id` is the adapter's own key for the rows below it."""

    account: str
    region: str
    name: str
    created: datetime
    mutability: str = "MUTABLE"
    exclusion_filters: Sequence[str] = ()
    scan_on_push: bool = False
    encryption: Mapping[str, str] = field(default_factory=lambda: {"encryptionType": "AES256"})
    policy: str | None = None  # repository policy document as given
    policy_ids: Mapping[str, str] = field(default_factory=dict)  # principal ARN in the policy -> unique id
    tags: Mapping[str, str] = field(default_factory=dict)
    id: int = 0
    revision: int = 0

    @property
    def arn(self) -> str:
        """`arn:aws:ecr:REGION:ACCOUNT:repository/NAME`."""
        return f"arn:aws:ecr:{self.region}:{self.account}:repository/{self.name}"


@dataclass(frozen=True, slots=True)
class RegistryPolicy:
    """The registry policy of one account and region."""

    text: str
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer:
    """Bytes that a repository knows by digest (a layer or a config)."""

    digest: Digest
    size: int  # bytes
    key: str  # storage key


@dataclass(frozen=True, slots=True)
class NewImage:
    """A manifest to be stored, with what it names."""

    digest: Digest
    media_type: str
    body: bytes
    size: int  # bytes of config and layers (of an index: its largest image)
    pushed: datetime
    layers: Sequence[Digest] = ()  # config included; foreign (URL-only) layers left out
    children: Sequence[Digest] = ()
    subject: Digest | None = None
    artifact_type: str = ""  # manifest's artifactType, else its config media type
    config_media_type: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """A stored manifest. `body` is empty in listings."""

    digest: Digest
    media_type: str
    body: bytes
    size: int
    pushed: datetime
    tags: Sequence[str] = ()
    subject: Digest | None = None
    artifact_type: str = ""
    config_media_type: str = ""
    last_pull: datetime | None = None


@dataclass(frozen=True, slots=True)
class Referrer:
    """What the referrers list says of one image."""

    digest: Digest
    media_type: str
    size: int  # bytes of the manifest
    artifact_type: str
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UploadSession:
    """An upload that isn't complete."""

    id: str
    repository_id: int
    key: str  # storage key
    offset: int  # bytes acknowledged
    opened: datetime
    touched: datetime
    last_part: int = 0  # bytes of the part that was acknowledged last


class Registry(Protocol):
    """The registry's rows. A repository's rows are reached by its `id`."""

    # repositories
    async def add_repository(self, repository: Repository) -> Repository:
        """Return it with its `id`. Raise `Taken`."""

    async def find_repository(self, account: str, region: str, name: str) -> Repository | None: ...

    async def repositories(
        self, account: str, region: str, *, after: str = "", limit: int = 100
    ) -> Sequence[Repository]:
        """In order of name."""

    async def save_repository(self, repository: Repository) -> None:
        """Write settings, policy and tags. Raise `Stale`, `Missing`."""

    async def remove_repository(self, repository_id: int, *, force: bool) -> Sequence[str]:
        """Remove it with its uploads and, with `force`, its images; the storage keys of its open uploads.
        Raise `Missing`, or `InUse` by "images"."""

    # the registry of an account and region
    async def registry_policy(self, account: str, region: str) -> RegistryPolicy | None: ...

    async def set_registry_policy(self, account: str, region: str, policy: RegistryPolicy | None) -> None: ...

    async def settings(self, account: str, region: str) -> Mapping[str, Any]:
        """Account settings (BLOB_MOUNTING, REGISTRY_POLICY_SCOPE, ...) that were put; JSON values."""

    async def put_setting(self, account: str, region: str, name: str, value: Any) -> None: ...

    # layers
    async def add_layer(self, repository_id: int, layer: Layer, upload_id: str | None, at: datetime) -> Layer:
        """Link durable bytes to the repository and end the upload, in one transaction. When the digest is stored
        already the older key stays and is returned: the caller then discards its own bytes. Raise `Missing`
        ("repository", or "upload" when somebody else ended it: its bytes are theirs to discard)."""

    async def find_layer(self, repository_id: int, digest: Digest) -> Layer | None: ...

    async def find_layers(self, repository_id: int, digests: Sequence[Digest]) -> Sequence[Layer]:
        """Those that are there, in the order asked for. An answer "it exists" renews the link against garbage
        collection (touches it, at most once an hour, without making the caller wait for it)."""

    async def mount_layer(self, repository_id: int, source_id: int, digest: Digest, at: datetime) -> Layer | None:
        """Link a layer of another repository; None when the source doesn't have it. Raise `Missing`."""

    async def layer_in_image(self, repository_id: int, digest: Digest) -> bool:
        """Whether an image of the repository names this layer (ECR's GetDownloadUrlForLayer asks that)."""

    # images
    async def put_image(
        self, repository_id: int, image: NewImage, tag: str | None, *, immutable: bool, again_is_error: bool
    ) -> None:
        """Store manifest, links, children, subject and tag in one transaction. A tag moves, unless `immutable` and it
        names another image (`TagFixed`). Raise `LayersMissing`, `ChildrenMissing`, `Missing` (repository gone);
        with `again_is_error` raise `AlreadyThere` when nothing would change."""

    async def find_image(self, repository_id: int, reference: Digest | str) -> Image | None:
        """By digest or by tag, body included."""

    async def images(
        self, repository_id: int, *, tagged: bool | None = None, after: str = "", limit: int = 100
    ) -> Sequence[Image]:
        """In order of digest text, without bodies, with all tags; `after` is the last digest seen."""

    async def image_lines(
        self, repository_id: int, *, tagged: bool | None = None, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> Sequence[tuple[Digest, str]]:
        """Digest and tag, one for each tag, and one with "" for each image without; in order of digest text and of
        tag. `after` is the last one seen."""

    async def tags(self, repository_id: int, *, after: str = "", limit: int = 100) -> Sequence[str]:
        """In byte order."""

    async def remove_tag(self, repository_id: int, tag: str, at: datetime) -> Digest | None:
        """Take the tag off; the image goes with its last tag (unless an index names it or something refers to it
        by digest as a child: then only the tag goes). The digest it named; None if there was no such tag."""

    async def remove_image(self, repository_id: int, digest: Digest, at: datetime) -> Sequence[str] | None:
        """Remove the image and its tags, and return those tags; None if it isn't there. Raise `InUse` by
        "children" when an index names it."""

    async def referrers(
        self, repository_id: int, subject: Digest, *, kinds: Collection[str] = (), after: str = "", limit: int = 100
    ) -> tuple[Sequence[Referrer], bool]:
        """In order of digest text, and whether there are more: of these artifact types where any are given, `after`
        the last digest seen. Beyond the first, they are at most `limit` and of `REFERRERS_BYTES` of manifests, which
        hold the annotations. Empty when there are none (the subject itself need not exist)."""

    async def note_pulls(self, pulls: Mapping[tuple[int, Digest], datetime]) -> None:
        """Keep when images were last pulled, in one transaction."""

    # uploads: each step outlives the process at once, a power cut only once something of a layer or image followed
    async def open_upload(self, upload: UploadSession) -> None:
        """Raise `Missing` when the repository is gone."""

    async def find_upload(self, repository_id: int, upload_id: str) -> UploadSession | None: ...

    async def lease_upload(self, upload_id: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take (or renew) the right to append, and touch it; False while another holder's lease runs."""

    async def advance_upload(self, upload_id: str, old: int, new: int, at: datetime) -> bool:
        """Compare-and-swap the offset and give the lease back; False when it isn't at `old`."""

    async def release_upload(self, upload_id: str, holder: str) -> None:
        """Give the lease back without moving the offset."""

    async def remove_upload(self, upload_id: str) -> bool:
        """Whether it was there. Only who was told so may discard the bytes: a layer may have taken them over."""

    async def idle_uploads(self, before: datetime, limit: int = 100) -> Sequence[UploadSession]:
        """Uploads nobody touched since `before`."""
