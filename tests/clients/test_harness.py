"""The harness itself: the image it makes is one that real tools accept, and a tool's failure is told whole."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from .layout import Layout
from .tools import Tool, ToolError


def test_skopeo_reads_the_image_as_it_was_made(image: Callable[..., Layout], skopeo: Tool) -> None:
    made = image(layers=[{"etc/motd": b"hello\n"}], sizes=[10_000])
    seen = skopeo("inspect", made.reference).json()
    assert seen["Digest"] == made.manifest
    assert seen["Layers"] == list(made.layers)
    assert len(made.layers) == 2


def test_podman_and_buildah_unpack_the_image(image: Callable[..., Layout], podman: Tool, buildah: Tool) -> None:
    made = image(sizes=[10_000])
    podman("pull", made.reference)
    (seen,) = podman("image", "inspect", made.config.removeprefix("sha256:")).json()
    assert seen["Id"] == made.config.removeprefix("sha256:")
    # One person's tools share a storage.
    assert made.config.removeprefix("sha256:")[:12] in buildah("images").stdout


def test_the_same_seed_makes_the_same_image_and_another_seed_another(image: Callable[..., Layout]) -> None:
    assert image(sizes=[5000], seed=1).manifest == image(sizes=[5000], seed=1).manifest
    assert image(sizes=[5000], seed=1).manifest != image(sizes=[5000], seed=2).manifest


def test_the_layout_names_each_blob_by_its_content(image: Callable[..., Layout]) -> None:
    made = image(sizes=[5000, 1000])
    manifest = json.loads(made.blob(made.manifest))
    assert [layer["digest"] for layer in manifest["layers"]] == list(made.layers)
    assert [layer["size"] for layer in manifest["layers"]] == [len(made.blob(digest)) for digest in made.layers]


def test_a_tool_that_fails_says_all_it_printed(skopeo: Tool) -> None:
    with pytest.raises(ToolError, match=r"(?s)inspect.*nothing.*exit 1"):
        skopeo("inspect", "oci:/nothing:latest")
    assert skopeo("inspect", "oci:/nothing:latest", check=False).code == 1
