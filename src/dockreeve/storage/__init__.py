"""What may be kept and where: the ports. Beside this file stands one module per adapter.

Every method of a port is one atomic transaction: it happens whole or not at all, and it is durable before it
returns. No operation holds a transaction open. All adapters pass the same suite (tests/storage).
"""

from typing import Protocol

from dockreeve.storage.blobs import Blobs, BlobWriter
from dockreeve.storage.decisions import DecisionFilter, Decisions, StoredDecision
from dockreeve.storage.faults import (
    AlreadyThere,
    BytesBusy,
    BytesMissing,
    ChildrenMissing,
    InUse,
    LayersMissing,
    Missing,
    NoRoom,
    QuotaReached,
    Stale,
    TagFixed,
    Taken,
)
from dockreeve.storage.identity import (
    AccessKey,
    Attachment,
    Holdings,
    Identity,
    InlinePolicy,
    InstanceProfile,
    Kind,
    LoginProfile,
    ManagedPolicy,
    PasswordPolicy,
    PolicyVersion,
    Principal,
)
from dockreeve.storage.registry import (
    Image,
    Layer,
    NewImage,
    Referrer,
    Registry,
    RegistryPolicy,
    Repository,
    UploadSession,
)
from dockreeve.storage.vault import Vault


class Records(Protocol):
    """Everything that is kept as rows."""

    @property
    def identity(self) -> Identity:
        """IAM's rows."""

    @property
    def registry(self) -> Registry:
        """ECR's rows."""

    @property
    def decisions(self) -> Decisions:
        """The refusals."""

    @property
    def commits(self) -> int:
        """Groups of writes that were made durable since the store was opened."""

    @property
    def queued(self) -> int:
        """Writes that wait for their turn."""

    async def ready(self) -> None:
        """Return when the store has been read and written; raise `OSError` when it can't be."""

    async def close(self) -> None:
        """Finish what was accepted, then let go of every file and connection."""


__all__ = [
    "AccessKey",
    "AlreadyThere",
    "Attachment",
    "BlobWriter",
    "Blobs",
    "BytesBusy",
    "BytesMissing",
    "ChildrenMissing",
    "DecisionFilter",
    "Decisions",
    "Holdings",
    "Identity",
    "Image",
    "InUse",
    "InlinePolicy",
    "InstanceProfile",
    "Kind",
    "Layer",
    "LayersMissing",
    "LoginProfile",
    "ManagedPolicy",
    "Missing",
    "NewImage",
    "NoRoom",
    "PasswordPolicy",
    "PolicyVersion",
    "Principal",
    "QuotaReached",
    "Records",
    "Referrer",
    "Registry",
    "RegistryPolicy",
    "Repository",
    "Stale",
    "StoredDecision",
    "TagFixed",
    "Taken",
    "UploadSession",
    "Vault",
]
