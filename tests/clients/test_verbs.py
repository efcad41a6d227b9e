"""What each docker verb of a real client asks the gate for: the sets that `can pull` and the documentation promise."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .dockerd import Dockerd
from .home import Home
from .layout import Layout
from .tools import Done
from .verbs import Client

# data-plane.md, section 3.1. With less a verb is refused; with more, the set would promise too little to the next one.
PULL = {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
PUSH = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
}
LIST = {"ecr:ListImages"}
INSPECT = PULL | LIST
DELETE = {"ecr:BatchGetImage", "ecr:BatchDeleteImage"}

Images = Callable[..., Layout]


def asked_by(home: Home, verb: Callable[[], object]) -> set[str]:
    """The actions that the gate was asked for while `verb` ran, all of them on `app`."""
    began = datetime.now(UTC)
    verb()
    asked = home.decided(since=began)
    assert {repository for _, repository in asked} <= {"app"}
    return {action for action, _ in asked}


@pytest.mark.parametrize("name", ["skopeo", "podman", "buildah", "docker", "crane", "oras"])
def test_login_push_and_pull_ask_for_the_documented_actions(
    name: str, home: Home, client: Callable[[str], Client], image: Images
) -> None:
    tool = client(name)
    assert asked_by(home, lambda: tool.login(home.server.host, home.password)) == set()
    assert asked_by(home, lambda: tool.push(image(sizes=[5000]), home.name("1"))) == PUSH
    assert asked_by(home, lambda: tool.pull(home.name("1"))) == PULL


def test_containerd_also_asks_for_the_manifest_before_it_pushes_it(
    home: Home, dockerd: Dockerd, image: Images, tmp_path: Path
) -> None:
    made, name = image(sizes=[5000], seed=1001), home.name("latest")
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.add(made.folder, arcname="")
    ctr, user = dockerd.ctr(), ("--plain-http", "--user", f"AWS:{home.password}")
    ctr("image", "import", "--base-name", f"{home.server.host}/app", str(tmp_path / "image.tar"))
    assert asked_by(home, lambda: ctr("image", "push", *user, name)) == PUSH | {"ecr:BatchGetImage"}
    ctr("image", "remove", "--sync", name)  # and, as nothing else holds them, its layers
    assert asked_by(home, lambda: ctr("image", "pull", *user, name)) == PULL


def test_inspect_list_and_delete_ask_for_the_documented_actions(
    home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    skopeo = logged_in("skopeo")
    skopeo.push(image(), home.name("1"))

    def asked(verb: str, name: str) -> set[str]:
        return asked_by(home, lambda: skopeo.tool(verb, f"docker://{name}"))

    assert asked("list-tags", f"{home.server.host}/app") == LIST
    assert asked("inspect", home.name("1")) == INSPECT
    assert asked("delete", home.name("1")) == DELETE


def test_a_password_for_any_tool_asks_for_get_authorization_token(home: Home, aws: Callable[..., Done]) -> None:
    began = datetime.now(UTC)
    aws("ecr", "get-login-password", keys=home.keys)
    assert home.decided(since=began) == {("ecr:GetAuthorizationToken", "*"): 1}
