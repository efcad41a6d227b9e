"""An image made from nothing: an OCI layout that every container tool can read."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass(frozen=True, slots=True)
class Layout:
    """An OCI layout in `folder` holding one image; digests are `sha256:<hex>`."""

    folder: Path
    tag: str
    manifest: str
    config: str
    layers: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The name by which skopeo, podman and buildah take the image."""
        return f"oci:{self.folder}:{self.tag}"

    def blob(self, digest: str) -> bytes:
        return self._path(digest).read_bytes()

    def _path(self, digest: str) -> Path:
        return self.folder / "blobs" / digest.replace(":", "/")


def write_layout(
    folder: Path,
    *,
    layers: Sequence[Mapping[str, bytes]] = (),
    sizes: Sequence[int] = (),
    tag: str = "latest",
    seed: int = 0,
) -> Layout:
    """Write an image whose layers hold the given files, and one more layer of random bytes for each of `sizes`.

    Without either, the image has one small layer. The same arguments make the same bytes, another `seed` others.
    """
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    source = random.Random(seed)
    contents = [*layers, *({f"random-{n}": source.randbytes(size)} for n, size in enumerate(sizes))]
    tars = [tar_of(files) for files in contents or [{"hello.txt": f"hello {seed}\n".encode()}]]
    described = [_write(blobs, LAYER, gzip.compress(tar, compresslevel=1, mtime=0)) for tar in tars]
    config = _write(blobs, CONFIG, _json(_config(tars)))
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": described}
    entry = _write(blobs, MANIFEST, _json(manifest))
    named = {**entry, "annotations": {"org.opencontainers.image.ref.name": tag}}
    (folder / "index.json").write_bytes(_json({"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}))
    (folder / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    return Layout(folder, tag, entry["digest"], config["digest"], tuple(layer["digest"] for layer in described))


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """A tar of these files with no trace of when and by whom it was made."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _config(tars: Sequence[bytes]) -> dict[str, Any]:
    diffs = [f"sha256:{sha256(tar).hexdigest()}" for tar in tars]
    return {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": diffs}}


def _write(blobs: Path, media_type: str, content: bytes) -> dict[str, Any]:
    digest = sha256(content).hexdigest()
    (blobs / digest).write_bytes(content)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
