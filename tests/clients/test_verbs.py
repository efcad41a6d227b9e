"""What each docker verb of a real client asks the gate for: the sets that `can pull` and the documentation promise."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dockreeve.policy.verbs import VERBS, On

from .buildkitd import Buildkitd
from .dockerd import Dockerd
from .home import Home
from .layout import Layout
from .tools import Done, Tool
from .verbs import Client

LOOK = {"ecr:BatchGetImage"}


def needs(verb: str, on: On = On.REPOSITORY) -> set[str]:
    """What `can` says of the verb. With less it is refused; with more, the set would promise too little to the next."""
    return {need.action for need in VERBS[verb].needs if need.on is on}


PULL, PUSH, LIST = needs("pull"), needs("push"), needs("list")
PUSH_AFTER_A_LOOK = needs("push-containerd")

Images = Callable[..., Layout]


def asked_by(home: Home, verb: Callable[[], object]) -> set[str]:
    """The actions that the gate was asked for while `verb` ran, all of them on `app`."""
    began = datetime.now(UTC)
    verb()
    asked = home.decided(since=began)
    assert {repository for _, repository in asked} <= {"app"}
    return {action for action, _ in asked}


@pytest.mark.parametrize("name", ["skopeo", "podman", "buildah", "docker", "crane", "oras"])
@pytest.mark.rule(28)
def test_login_push_and_pull_ask_for_the_documented_actions(
    name: str, home: Home, client: Callable[[str], Client], image: Images
) -> None:
    tool = client(name)
    assert asked_by(home, lambda: tool.login(home.server.host, home.password)) == set()
    wanted = PUSH_AFTER_A_LOOK if name in ("crane", "oras") else PUSH
    assert asked_by(home, lambda: tool.push(image(sizes=[5000]), home.name("1"))) == wanted
    assert asked_by(home, lambda: tool.pull(home.name("1"))) == PULL


def test_containerd_also_asks_for_the_manifest_before_it_pushes_it(
    home: Home, dockerd: Dockerd, image: Images, tmp_path: Path
) -> None:
    made, name = image(sizes=[5000], seed=1001), home.name("latest")
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.add(made.folder, arcname="")
    ctr, user = dockerd.ctr(), ("--plain-http", "--user", f"AWS:{home.password}")
    ctr("image", "import", "--base-name", f"{home.server.host}/app", str(tmp_path / "image.tar"))
    assert asked_by(home, lambda: ctr("image", "push", *user, name)) == PUSH_AFTER_A_LOOK
    ctr("image", "remove", "--sync", name)  # and, as nothing else holds them, its layers
    assert asked_by(home, lambda: ctr("image", "pull", *user, name)) == PULL


def test_buildkit_also_asks_for_the_manifest_before_it_pushes_it(
    home: Home, buildkitd: Buildkitd, person: Callable[[str, str], Tool], tmp_path: Path
) -> None:
    person("builder", "crane").login(home.server.host, home.password)
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /verbs\n")
    buildctl = person("builder", "buildctl")
    assert asked_by(home, lambda: buildkitd.push(buildctl, tmp_path, home.name("1"))) == PUSH_AFTER_A_LOOK


def test_helm_asks_as_oras_does_and_for_the_tags_when_it_needs_the_newest_version(
    home: Home, person: Callable[[str, str], Tool], tmp_path: Path
) -> None:
    helm, chart = person("me", "helm"), tmp_path / "app"  # a chart lies in the repository of its own name
    chart.mkdir()
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: app\nversion: 1.0.0\n")
    helm("package", str(chart), "--destination", str(tmp_path))
    place = f"oci://{home.server.host}"
    assert asked_by(home, lambda: helm.login(home.server.host, home.password)) == set()
    push = ("push", "--plain-http", str(tmp_path / "app-1.0.0.tgz"), place)
    assert asked_by(home, lambda: helm(*push)) == PUSH_AFTER_A_LOOK
    pull = ("pull", "--plain-http", f"{place}/app", "--destination", str(tmp_path))
    assert asked_by(home, lambda: helm(*pull, "--version", "1.0.0")) == PULL
    assert asked_by(home, lambda: helm(*pull)) == PULL | LIST


def test_what_looks_for_referrers_asks_for_the_right_to_get_images(
    home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    oras, made = logged_in("oras"), image()
    oras.push(made, home.name("1"))
    assert asked_by(home, lambda: oras.tool("discover", "--plain-http", home.name("1"))) == LOOK


def test_inspect_list_and_delete_ask_for_the_documented_actions(
    home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    skopeo = logged_in("skopeo")
    skopeo.push(image(), home.name("1"))

    def asked(verb: str, name: str) -> set[str]:
        return asked_by(home, lambda: skopeo.tool(verb, f"docker://{name}"))

    assert asked("list-tags", f"{home.server.host}/app") == LIST
    assert asked("inspect", home.name("1")) == PULL | LIST
    # It takes a tag, and looks what that names; a digest is deleted without.
    assert asked("delete", home.name("1")) == needs("delete") | LOOK


def test_crane_gives_tags_copies_and_deletes_with_the_documented_actions(
    home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    crane, made = logged_in("crane"), image(sizes=[5000])
    crane.push(made, home.name("1"))
    assert asked_by(home, lambda: crane.tool("tag", home.name("1"), "2")) == needs("tag")
    assert asked_by(home, lambda: crane.tool("ls", f"{home.server.host}/app")) == LIST
    began = datetime.now(UTC)
    crane.tool("copy", home.name("1"), home.name("1", "other"))
    asked = home.decided(since=began)
    mine = {action for action, repository in asked if repository == "other"}
    assert {action for action, repository in asked if repository == "app"} == needs("copy", On.SOURCE)
    assert needs("copy") - mine <= {"ecr:UploadLayerPart", "ecr:CompleteLayerUpload"}  # layers that it could mount
    assert mine <= needs("copy")
    gone = f"{home.server.host}/app@{made.manifest}"
    assert asked_by(home, lambda: crane.tool("delete", gone)) == needs("delete")


def test_a_password_for_any_tool_asks_for_get_authorization_token(home: Home, aws: Callable[..., Done]) -> None:
    began = datetime.now(UTC)
    aws("ecr", "get-login-password", keys=home.keys)
    assert home.decided(since=began) == {("ecr:GetAuthorizationToken", "*"): 1}
