"""What a port says when it can't do what was asked. Services turn these into AWS's or OCI's own errors."""

from collections.abc import Sequence

from dockreeve.oci import Digest


class Missing(LookupError):
    """The row that was named isn't there. `kind` is a word: "user", "role", "policy", "version", "repository", ..."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Taken(ValueError):
    """The name is in use (names compare regardless of case where AWS's do)."""


class Stale(RuntimeError):
    """The row changed since it was read: the caller's copy has an older `revision`."""


class InUse(RuntimeError):
    """The row can't go while others need it. `by` says which: "policies", "inline", "keys", "login", "profiles",
    "roles", "attachments", "versions", "default", "images", "children" (an index names the image)."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class QuotaReached(RuntimeError):
    """One more would pass the limit that the caller gave."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class LayersMissing(LookupError):
    """The manifest names layers (or a config) that the repository doesn't have."""

    def __init__(self, digests: Sequence[Digest]) -> None:
        super().__init__(", ".join(map(str, digests)))
        self.digests = tuple(digests)


class ChildrenMissing(LookupError):
    """The index names manifests that the repository doesn't have."""

    def __init__(self, digests: Sequence[Digest]) -> None:
        super().__init__(", ".join(map(str, digests)))
        self.digests = tuple(digests)


class TagFixed(ValueError):
    """The tag is immutable and names another image."""


class AlreadyThere(ValueError):
    """Just this image with just this tag (or untagged) is there already."""


class BytesMissing(LookupError):
    """The store has no bytes under this key, or fewer than the row says."""


class BytesBusy(RuntimeError):
    """Another writer has this upload open."""


class NoRoom(OSError):
    """The disk (or the object store's quota) is full; nothing of this write is kept."""
