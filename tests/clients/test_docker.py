"""docker and containerd beyond push and pull: an image that runs, one that BuildKit built, and indexes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .dockerd import CannotRun, Dockerd
from .home import Home
from .layout import Layout
from .tools import Tool
from .verbs import Client

SAYS = "hello from the registry"


@pytest.fixture
def context(tmp_path: Path) -> str:
    """A folder to build an image from, of one program that needs nothing beside it."""
    busybox = shutil.which("busybox")
    if busybox is None:
        pytest.skip("busybox is not installed: run scripts/clients.")
    folder = tmp_path / "context"
    folder.mkdir()
    shutil.copy(busybox, folder / "busybox")
    (folder / "Dockerfile").write_text(f'FROM scratch\nCOPY busybox /busybox\nCMD ["/busybox", "echo", "{SAYS}"]\n')
    return str(folder)


@pytest.fixture
def builder(dockerd: Dockerd, tmp_path: Path) -> Tool:
    """docker with the daemon's own BuildKit."""
    try:
        return dockerd.builder(tmp_path / "builder")
    except CannotRun as reason:
        pytest.skip(str(reason))


def test_an_image_that_was_pulled_runs_without_a_network(
    home: Home, logged_in: Callable[[str], Client], context: str
) -> None:
    docker = logged_in("docker")
    docker.tool("build", "--network", "none", "--tag", home.name("1"), context)
    docker.tool("push", home.name("1"))
    docker.tool("rmi", "--force", home.name("1"))
    said = docker.tool("run", "--rm", "--network", "none", "--pull", "always", home.name("1"))
    assert said.stdout == f"{SAYS}\n"


def test_what_the_daemons_own_buildkit_builds_is_pushed_and_runs(home: Home, builder: Tool, context: str) -> None:
    builder.login(home.server.host, home.password)
    said = builder("build", "--progress", "plain", "--tag", home.name("1"), context)
    assert "[internal] load build definition" in said.stdout + said.stderr  # BuildKit's words, not the older builder's
    builder("push", home.name("1"))
    builder("rmi", "--force", home.name("1"))
    assert builder("run", "--rm", "--network", "none", home.name("1")).stdout == f"{SAYS}\n"


def test_docker_takes_its_own_architecture_of_an_index_that_crane_made(
    home: Home, logged_in: Callable[[str], Client], image: Callable[..., Layout]
) -> None:
    crane, docker, made = logged_in("crane"), logged_in("docker"), image(sizes=[3000])
    crane.push(made, home.name("one"))
    crane.tool("index", "append", "--manifest", home.name("one"), "--tag", home.name("both"))
    docker.pull(home.name("both"))
    (seen,) = docker.tool("image", "inspect", home.name("both")).json()
    assert seen["RepoDigests"] == [f"{home.server.host}/app@{home.digest('both')}"]


def test_ctr_pushes_and_pulls_an_index_with_all_of_its_architectures(
    home: Home, dockerd: Dockerd, logged_in: Callable[[str], Client], image: Callable[..., Layout]
) -> None:
    crane, ctr, user = logged_in("crane"), dockerd.ctr(), ("--plain-http", "--user", f"AWS:{home.password}")
    for tag in ("one", "two"):
        crane.push(image(sizes=[3000]), home.name(tag))
    parts = [word for tag in ("one", "two") for word in ("--manifest", home.name(tag))]
    crane.tool("index", "append", *parts, "--tag", home.name("both"))
    ctr("content", "fetch", "--all-platforms", *user, home.name("both"))
    ctr("image", "tag", home.name("both"), home.name("both", "other"))
    ctr("image", "push", *user, home.name("both", "other"))
    assert home.digest("both", "other") == home.digest("both")
    for entry in home.manifest("both")["manifests"]:
        assert home.digest(entry["digest"], "other") == entry["digest"]
