"""The real tools, each run with settings of its own, so that nothing of the machine's leaks in or out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .server import REGION, Keys, bare_environment

STORAGE = """\
[storage]
driver = "vfs"
graphroot = "{folder}/graph"
runroot = "{folder}/run"
"""
# A prefix without a port covers every port: a server's is only known once it runs.
REGISTRIES = """\
unqualified-search-registries = []
[[registry]]
prefix = "127.0.0.1"
location = "127.0.0.1"
insecure = true
"""
# Without systemd there is neither a journal nor a systemd cgroup to use.
CONTAINERS = """\
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
POLICY = {"default": [{"type": "insecureAcceptAnything"}]}


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed and how it ended."""

    command: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        return json.loads(self.stdout)

    def __str__(self) -> str:
        return f"$ {' '.join(self.command)}\n{self.stdout}{self.stderr}(exit {self.code})"


class ToolError(AssertionError):
    """A command that had to work did not; the message is all that it said."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A command with its environment; call it with arguments."""

    path: str
    environment: Mapping[str, str]
    login_words: tuple[str, ...] = ("login",)

    def __call__(
        self,
        *arguments: str,
        check: bool = True,
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
        within: float = 120,
        folder: Path | None = None,
    ) -> Done:
        """Run to the end and return what was said; raise `ToolError` on a non-zero exit unless `check` is false."""
        command = (self.path, *arguments)
        ended = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
            cwd=folder,
            env={**self.environment, **(environment or {})},
        )
        done = Done(command, ended.returncode, ended.stdout, ended.stderr)
        if check and done.code:
            raise ToolError(str(done))
        return done

    def login(self, registry: str, password: str, *, user: str = "AWS", check: bool = True) -> Done:
        """Log in to `registry` (all say the same options); the password is kept in the tool's own file."""
        return self(*self.login_words, "--username", user, "--password-stdin", registry, check=check, stdin=password)


def container_tool(name: str, folder: Path) -> Tool | None:
    """skopeo, podman or buildah with its storage, settings and logins below `folder`; None where it isn't installed.

    Tools that share a folder share images and logins, as those of one person do.
    """
    path = shutil.which(name)
    if path is None:
        return None
    settings = folder / ".config" / "containers"
    settings.mkdir(parents=True, exist_ok=True)
    (folder / "runtime").mkdir(mode=0o700, exist_ok=True)
    (folder / "tmp").mkdir(exist_ok=True)
    (settings / "storage.conf").write_text(STORAGE.format(folder=folder))
    (settings / "registries.conf").write_text(REGISTRIES)
    (settings / "containers.conf").write_text(CONTAINERS)
    (settings / "policy.json").write_text(json.dumps(POLICY))
    logins = folder / "auth.json"
    if not logins.exists():  # podman refuses to start without the file that REGISTRY_AUTH_FILE names
        logins.write_text("{}")
    own = {
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "CONTAINERS_STORAGE_CONF": str(settings / "storage.conf"),
        "CONTAINERS_REGISTRIES_CONF": str(settings / "registries.conf"),
        "CONTAINERS_CONF": str(settings / "containers.conf"),
        "REGISTRY_AUTH_FILE": str(logins),
        # As root these tools need no user namespace of their own, and in a container they may not make one.
        "BUILDAH_ISOLATION": "chroot",
    }
    return Tool(path, {**bare_environment(), **own})


# The clients that scripts/clients builds, and how each says "login".
BUILT = {
    "crane": ("auth", "login"),
    "oras": ("login", "--plain-http"),
    "helm": ("registry", "login", "--plain-http"),
    "buildctl": (),
}


def built_tool(name: str, folder: Path) -> Tool | None:
    """A client that stands beside this Python, with its settings and logins below `folder`; None where it wasn't built.

    crane, oras and BuildKit read the logins of docker's own configuration.
    """
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    own = {"HOME": str(folder), "DOCKER_CONFIG": str(folder / "docker"), "HELM_NO_PLUGINS": "1"}
    kept = {key: value for key, value in bare_environment().items() if not key.startswith(("HELM_", "XDG_", "ORAS_"))}
    return Tool(str(path), {**kept, **own}, BUILT[name])


def aws_cli(url: str, keys: Keys, folder: Path) -> Tool:
    """The aws CLI installed beside this Python, pointed at `url` with `keys`; settings below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        "HOME": str(folder),
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_DEFAULT_OUTPUT": "json",
        "AWS_PAGER": "",
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        **keys.environment(),
    }
    return Tool(str(Path(sys.executable).with_name("aws")), {**bare_environment(), **own})
