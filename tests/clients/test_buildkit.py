"""BuildKit's own push: with no docker engine between, for several architectures at once, with provenance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .buildkitd import Buildkitd
from .home import Home
from .layout import INDEX, MANIFEST
from .tools import Tool
from .verbs import Client


@pytest.fixture
def buildctl(home: Home, person: Callable[[str, str], Tool]) -> Tool:
    """buildctl as dev; it has no login of its own and reads docker's, which crane writes too."""
    person("builder", "crane").login(home.server.host, home.password)
    return person("builder", "buildctl")


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "motd").write_text(str(tmp_path))  # another image in each test
    (folder / "Dockerfile").write_text("FROM scratch\nARG TARGETARCH\nCOPY motd /${TARGETARCH}\n")
    return folder


def test_an_image_that_buildkit_pushes_is_pulled_by_others(
    home: Home, buildkitd: Buildkitd, buildctl: Tool, context: Path, logged_in: Callable[[str], Client]
) -> None:
    said = buildkitd.push(buildctl, context, home.name("1"))
    assert f"pushing manifest for {home.name('1')}@{home.digest('1')}" in said.stderr
    for name in ("skopeo", "podman", "docker"):
        logged_in(name).pull(home.name("1"))


def test_an_index_of_two_architectures_is_pushed_with_its_provenance(
    home: Home, buildkitd: Buildkitd, buildctl: Tool, context: Path, logged_in: Callable[[str], Client]
) -> None:
    options = ("--opt", "platform=linux/amd64,linux/arm64", "--opt", "attest:provenance=mode=min")
    buildkitd.push(buildctl, context, home.name("many"), *options)
    index = home.manifest("many")
    assert index["mediaType"] == INDEX
    shown = [(entry["platform"]["architecture"], entry["mediaType"]) for entry in index["manifests"]]
    # Provenance is one more image for each architecture, of no architecture of its own.
    assert sorted(shown) == [("amd64", MANIFEST), ("arm64", MANIFEST), ("unknown", MANIFEST), ("unknown", MANIFEST)]
    for name in ("skopeo", "podman", "docker"):
        logged_in(name).pull(home.name("many"))
