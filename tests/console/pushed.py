"""Images, indexes and artifacts as a client of AWS's API pushes them: layer by layer, then the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gzip import compress
from hashlib import sha256
from typing import Any

import boto3  # type: ignore[import-untyped]

from cli.commands import Serving
from clients.layout import CONFIG, INDEX, LAYER, MANIFEST, tar_of

REGION = "us-east-1"
EMPTY = "application/vnd.oci.empty.v1+json"
HELLO: Mapping[str, Any] = {
    "architecture": "amd64",
    "os": "linux",
    "created": "2026-01-02T03:04:05Z",
    "config": {
        "Env": ["PATH=/usr/bin:/bin", "GREETING=hello"],
        "Entrypoint": ["/bin/hello"],
        "Cmd": ["--name", "the world"],
        "WorkingDir": "/srv",
        "Labels": {"org.opencontainers.image.title": "hello"},
        "ExposedPorts": {"8080/tcp": {}},
    },
    "history": [
        {"created_by": "COPY hello /bin/hello # buildkit"},
        {"created_by": "ENV GREETING=hello", "empty_layer": True},
    ],
}


def ecr_of(server: Serving) -> Any:
    """boto3 for ECR as root."""
    session = boto3.Session(server.root.access_key, server.root.secret_key, region_name=REGION)
    return session.client("ecr", endpoint_url=server.url)


@dataclass(frozen=True, slots=True)
class Pusher:
    """Pushes to one repository."""

    ecr: Any
    repository: str

    def image(
        self, tag: str | None = None, *, files: Mapping[str, bytes] | None = None, config: Mapping[str, Any] = HELLO
    ) -> str:
        """An image of one layer; its digest."""
        layer = self.blob(LAYER, compress(tar_of(files or {"hello": b"hello"}), mtime=0))
        whole = {**config, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
        described = self.blob(CONFIG, _json(whole))
        return self.manifest({"mediaType": MANIFEST, "config": described, "layers": [layer]}, tag)

    def artifact(self, subject: str, artifact_type: str) -> str:
        """Something without a tag that refers to the image `subject`; its digest."""
        empty = self.blob(EMPTY, b"{}")
        layer = self.blob("application/json", _json({"of": subject, "is": artifact_type}))
        refers = {"mediaType": MANIFEST, "digest": subject, "size": 1}
        found = {"mediaType": MANIFEST, "artifactType": artifact_type, "config": empty, "layers": [layer]}
        return self.manifest({**found, "subject": refers}, None)

    def index(self, tag: str, platforms: Mapping[str, str]) -> str:
        """An index of images that are there, by platform (`linux/arm64`); its digest."""
        manifests = []
        for platform, digest in platforms.items():
            system, architecture = platform.split("/")
            named = {"os": system, "architecture": architecture}
            manifests.append(
                {"mediaType": MANIFEST, "digest": digest, "size": len(self.text(digest).encode()), "platform": named}
            )
        return self.manifest({"mediaType": INDEX, "manifests": manifests}, tag)

    def text(self, digest: str) -> str:
        """A manifest that is there."""
        found = self.ecr.batch_get_image(repositoryName=self.repository, imageIds=[{"imageDigest": digest}])
        text: str = found["images"][0]["imageManifest"]
        return text

    def manifest(self, content: Mapping[str, Any], tag: str | None) -> str:
        text = json.dumps({"schemaVersion": 2, **content})
        tagged = {} if tag is None else {"imageTag": tag}
        made = self.ecr.put_image(repositoryName=self.repository, imageManifest=text, **tagged)
        digest: str = made["image"]["imageId"]["imageDigest"]
        return digest

    def blob(self, media_type: str, content: bytes) -> dict[str, Any]:
        """A layer's or a configuration's descriptor, once it is there."""
        digest = f"sha256:{sha256(content).hexdigest()}"
        described = {"mediaType": media_type, "digest": digest, "size": len(content)}
        asked = {"repositoryName": self.repository, "layerDigests": [digest]}
        if self.ecr.batch_check_layer_availability(**asked)["layers"][0]["layerAvailability"] == "AVAILABLE":
            return described
        upload = self.ecr.initiate_layer_upload(repositoryName=self.repository)["uploadId"]
        part = {"partFirstByte": 0, "partLastByte": len(content) - 1, "layerPartBlob": content}
        self.ecr.upload_layer_part(repositoryName=self.repository, uploadId=upload, **part)
        self.ecr.complete_layer_upload(uploadId=upload, **asked)
        return described


def created(server: Serving, name: str, **settings: Any) -> Pusher:
    """A new repository, ready to be pushed to."""
    ecr = ecr_of(server)
    ecr.create_repository(repositoryName=name, **settings)
    return Pusher(ecr, name)


def tags_of(ecr: Any, repository: str) -> Sequence[str]:
    """The repository's tags, sorted."""
    listed = ecr.get_paginator("list_images").paginate(repositoryName=repository)
    return sorted(line["imageTag"] for page in listed for line in page["imageIds"] if "imageTag" in line)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
