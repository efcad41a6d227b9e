"""The verbs of the matrix as each client says them; None where it has no such verb."""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from ..dockerd import Dockerd
from ..layout import Layout
from ..server import bare_environment
from ..tools import Done, Tool, container_tool
from ..verbs import Client

_VERSION = re.compile(r"\d+\.\d+[^\s,]*")


class Hands:
    """One person with one client. Names are `127.0.0.1:PORT/REPOSITORY:TAG`. No verb raises when it is refused."""

    def __init__(self, name: str, tool: Tool, folder: Path) -> None:
        self.name = name
        self.tool = tool
        self.folder = folder
        self._client = Client(name, tool, folder / "rooms")

    def version(self) -> str:
        """The version of what talks to the registry."""
        return _first_version(self.tool("--version").stdout)

    def login(self, host: str, password: str) -> Done:
        """Log in, and ask for what follows with this password."""
        return self._client.login(host, password, check=False)

    def pull(self, name: str) -> Done:
        """Fetch the image, every blob of it."""
        return self._client.pull(name, check=False)

    def look(self, name: str) -> Done:
        """The verb that asks for no more than the manifest's head, if there is one; else a pull."""
        return self.pull(name)

    def push(self, image: Layout, name: str) -> Done:
        """Send an image that was never sent before."""
        return self._client.push(image, name, check=False)

    def fetch(self, name: str) -> None:
        """What `copy` has to have here first, or (skopeo) to have seen there, or it would mount nothing."""
        self._client.pull(name)

    def copy(self, source: str, target: str) -> Done:
        """Send what was fetched from `source` to another repository."""
        return self.tool("push", source, f"docker://{target}", check=False)

    def tags(self, name: str) -> Done | None:
        """List the tags of the name's repository, or take them all."""
        return self.tool("pull", "--all-tags", _untagged(name), check=False)

    def delete(self, name: str) -> Done | None:
        return None


class Docker(Hands):
    """docker's command; its daemon does the asking."""

    def version(self) -> str:
        return self.tool("version", "--format", "{{.Server.Version}}").stdout.strip()

    def copy(self, source: str, target: str) -> Done:
        self.tool("tag", source, target)
        return self.tool("push", target, check=False)


class Podman(Hands):
    def tags(self, name: str) -> Done:
        return self.tool("search", "--list-tags", _untagged(name), check=False)


class Skopeo(Hands):
    def copy(self, source: str, target: str) -> Done:
        return self.tool("copy", f"docker://{source}", f"docker://{target}", check=False)

    def tags(self, name: str) -> Done:
        return self.tool("list-tags", f"docker://{_untagged(name)}", check=False)

    def delete(self, name: str) -> Done:
        return self.tool("delete", f"docker://{name}", check=False)


class Ctr(Hands):
    """containerd's own command, which takes the password with each verb."""

    _login: Sequence[str] = ()

    def login(self, host: str, password: str) -> Done:
        """It has no such verb: the first request with a new password is a pull."""
        self._login = ("--plain-http", "--user", f"AWS:{password}")
        return self.pull(f"{host}/app:1")

    def pull(self, name: str) -> Done:
        """What is here already would not be asked for."""
        if stored := self.tool("image", "list", "--quiet").stdout.split():
            self.tool("image", "remove", "--sync", *stored)
        return self.tool("image", "pull", *self._login, name, check=False)

    def push(self, image: Layout, name: str) -> Done:
        packed = self._client.room()
        with tarfile.open(packed, "w") as tar:
            tar.add(image.folder, arcname="")
        self.tool("image", "import", "--base-name", _untagged(name), str(packed))
        return self.tool("image", "push", *self._login, f"{_untagged(name)}:{image.tag}", check=False)

    def fetch(self, name: str) -> None:
        done = self.pull(name)
        assert not done.code, done

    def copy(self, source: str, target: str) -> Done:
        self.tool("image", "tag", source, target)
        return self.tool("image", "push", *self._login, target, check=False)

    def tags(self, name: str) -> None:
        return None


class Crane(Hands):
    def version(self) -> str:
        """As the program's own file is named where it was built from a module's folder: then it doesn't know itself."""
        return _first_version(Path(self.tool.path).resolve().name + " " + self.tool("version").stdout)

    def login(self, host: str, password: str) -> Done:
        return self.tool("auth", "login", host, "-u", "AWS", "--password-stdin", check=False, stdin=password)

    def pull(self, name: str) -> Done:
        return self.tool("pull", name, str(self._client.room()), check=False)

    def look(self, name: str) -> Done:
        return self.tool("digest", name, check=False)

    def push(self, image: Layout, name: str) -> Done:
        return self.tool("push", str(image.folder), name, check=False)

    def fetch(self, name: str) -> None:
        """It copies from registry to registry."""

    def copy(self, source: str, target: str) -> Done:
        return self.tool("copy", source, target, check=False)

    def tags(self, name: str) -> Done:
        return self.tool("ls", _untagged(name), check=False)

    def delete(self, name: str) -> Done:
        return self.tool("delete", name, check=False)


def every(folder: Path, dockerd: Dockerd) -> list[Hands]:
    """All clients that are installed, each with settings and storage of its own below `folder`."""
    own = {"HOME": str(folder), "DOCKER_CONFIG": str(folder / "crane")}
    beside = str(Path(sys.executable).parent)  # where scripts/clients puts what it builds
    crane = shutil.which("crane", path=beside) or shutil.which("crane")
    tools = {
        Docker: ("docker", dockerd.docker(folder / "docker")),
        Podman: ("podman", container_tool("podman", folder / "podman")),
        Hands: ("buildah", container_tool("buildah", folder / "buildah")),
        Skopeo: ("skopeo", container_tool("skopeo", folder / "skopeo")),
        Ctr: ("ctr", dockerd.ctr()),
        Crane: ("crane", Tool(crane, {**bare_environment(), **own}) if crane else None),
    }
    made = []
    for kind, (name, tool) in tools.items():
        if tool is not None:
            room = folder / name
            room.mkdir(parents=True, exist_ok=True)
            made.append(kind(name, tool, room))
    return made


def _untagged(name: str) -> str:
    return name.rpartition(":")[0]


def _first_version(said: str) -> str:
    found = _VERSION.search(said)
    assert found, said
    return found[0].partition("~")[0]
