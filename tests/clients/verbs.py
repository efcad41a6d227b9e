"""The docker verbs (login, push, pull, delete, list) as each tool says them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from .layout import Layout
from .tools import Done, Tool

_NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Client:
    """One person with one tool; `name` is `127.0.0.1:PORT/REPOSITORY:TAG`, or `...@DIGEST` for a pull."""

    name: str
    tool: Tool
    folder: Path

    def login(self, registry: str, password: str, *, check: bool = True) -> Done:
        """Log in as AWS; the password goes through standard input, as `aws ecr get-login-password |` gives it."""
        return self.tool.login(registry, password, check=check)

    def push(self, image: Layout, name: str, *, check: bool = True) -> Done:
        """Push `image`; skopeo, crane and oras keep its bytes, the others compress the layers anew."""
        return self._engine.push(self, image, name, check)

    def pull(self, name: str, *, check: bool = True) -> Done:
        """Pull every blob from the registry: what was stored here is thrown away first."""
        return self._engine.pull(self, name, check)

    @property
    def _engine(self) -> Engine:
        return ENGINES[self.name]

    def room(self) -> Path:
        """A path that nobody used yet."""
        self.folder.mkdir(exist_ok=True)
        return self.folder / f"{self.name}-{next(_NUMBERS)}"


@dataclass(frozen=True, slots=True)
class Engine:
    """How one tool says the verbs."""

    push: Callable[[Client, Layout, str, bool], Done]
    pull: Callable[[Client, str, bool], Done]


def _skopeo_push(client: Client, image: Layout, name: str, check: bool) -> Done:
    return client.tool("copy", image.reference, f"docker://{name}", check=check)


def _skopeo_pull(client: Client, name: str, check: bool) -> Done:
    return client.tool("copy", f"docker://{name}", f"dir:{client.room()}", check=check)


def _stored_push(client: Client, image: Layout, name: str, check: bool) -> Done:
    client.tool("pull", image.reference)
    return client.tool("push", image.config.removeprefix("sha256:"), f"docker://{name}", check=check)


def _stored_pull(client: Client, name: str, check: bool) -> Done:
    client.tool("rmi", "--all", "--force")
    return client.tool("pull", name, check=check)


def _docker_push(client: Client, image: Layout, name: str, check: bool) -> Done:
    context = client.room()
    context.mkdir()
    for number, digest in enumerate(image.layers):
        (context / f"{number}.tar.gz").write_bytes(image.blob(digest))
    added = "".join(f"ADD {number}.tar.gz /\n" for number in range(len(image.layers)))
    (context / "Dockerfile").write_text(f"FROM scratch\n{added}")
    client.tool("build", "--network", "none", "--tag", name, str(context))
    return client.tool("push", name, check=check)


def _docker_pull(client: Client, name: str, check: bool) -> Done:
    if stored := client.tool("images", "--all", "--quiet").stdout.split():
        client.tool("rmi", "--force", *dict.fromkeys(stored))
    return client.tool("pull", name, check=check)


def _crane_push(client: Client, image: Layout, name: str, check: bool) -> Done:
    return client.tool("push", str(image.folder), name, check=check)


def _crane_pull(client: Client, name: str, check: bool) -> Done:
    return client.tool("pull", "--format", "oci", name, str(client.room()), check=check)


def _oras_push(client: Client, image: Layout, name: str, check: bool) -> Done:
    source = f"{image.folder}:{image.tag}"
    return client.tool("copy", "--from-oci-layout", source, "--to-plain-http", name, check=check)


def _oras_pull(client: Client, name: str, check: bool) -> Done:
    place = f"{client.room()}:pulled"
    return client.tool("copy", "--from-plain-http", name, "--to-oci-layout", place, check=check)


ENGINES = {
    "skopeo": Engine(_skopeo_push, _skopeo_pull),
    "podman": Engine(_stored_push, _stored_pull),
    "buildah": Engine(_stored_push, _stored_pull),
    "docker": Engine(_docker_push, _docker_pull),
    "crane": Engine(_crane_push, _crane_pull),
    "oras": Engine(_oras_push, _oras_pull),
}
