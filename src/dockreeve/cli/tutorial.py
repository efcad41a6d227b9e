"""The tutorial "Create IAM Roles for ECR Access" as data: its documents, its names, and the smallest image to push."""

import gzip
import hashlib
import io
import json
import tarfile
from typing import Any, NamedTuple

ACCOUNT = "123456789012"
ROLE = "CustomRWECRRole"
ROLE_DESCRIPTION = "Custom Read and Write role for ECS"
READ, READ_DESCRIPTION = "ReadECRRepositoryContent", "Allow pull images, describe repositories"
WRITE, WRITE_DESCRIPTION = "WriteECRRepositoryContent", "Allow push and delete images"
REPOSITORY = "app"
MISSING_ACTION = "ecr:GetDownloadUrlForLayer"

_REPOSITORIES = f"arn:aws:ecr:*:{ACCOUNT}:repository/*"


def _document(on_repositories: list[str], on_anything: str | list[str]) -> dict[str, Any]:
    """As AWS's visual editor writes it: actions without resource types in a statement of their own."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "VisualEditor0",
                "Effect": "Allow",
                "Action": [f"ecr:{name}" for name in on_repositories],
                "Resource": _REPOSITORIES,
            },
            {"Sid": "VisualEditor1", "Effect": "Allow", "Action": on_anything, "Resource": "*"},
        ],
    }


READ_DOCUMENT = _document(
    ["BatchGetImage", "DescribeImages", "DescribeRepositories", "ListImages"],
    ["ecr:DescribeRegistry", "ecr:GetAccountSetting", "ecr:GetAuthorizationToken"],
)
WRITE_DOCUMENT = _document(
    ["BatchCheckLayerAvailability", "CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"],
    "ecr:GetAuthorizationToken",
)
TRUST_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": ["ec2.amazonaws.com"]}},
    ],
}
# What mends the trap: the reading policy with the action that a pull needs for the layers.
MENDED_READ_DOCUMENT = _document(
    ["BatchGetImage", "DescribeImages", "DescribeRepositories", "GetDownloadUrlForLayer", "ListImages"],
    ["ecr:DescribeRegistry", "ecr:GetAccountSetting", "ecr:GetAuthorizationToken"],
)


class Blob(NamedTuple):
    """Bytes with their descriptor (OCI image specification, descriptor.md)."""

    data: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """`sha256:HEX`."""
        return f"sha256:{hashlib.sha256(self.data).hexdigest()}"

    @property
    def descriptor(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.data)}


class Image(NamedTuple):
    """A whole image of one layer."""

    manifest: Blob
    config: Blob
    layer: Blob


def image() -> Image:
    """An image with one file, the same bytes every time."""
    text = b"Pushed by CustomRWECRRole.\n"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("hello.txt")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    layer = Blob(gzip.compress(packed.getvalue(), mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
    diff_id = f"sha256:{hashlib.sha256(packed.getvalue()).hexdigest()}"
    config = _json(
        {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [diff_id]}},
        "application/vnd.oci.image.config.v1+json",
    )
    media_type = "application/vnd.oci.image.manifest.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": config.descriptor,
        "layers": [layer.descriptor],
    }
    return Image(_json(manifest, media_type), config, layer)


def _json(value: Any, media_type: str) -> Blob:
    return Blob(json.dumps(value, separators=(",", ":")).encode(), media_type)
