"""The AWS APIs that are compared: moto's server and MiniStack, both with authentication on, set up as ours is."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from tests.clients.server import Keys, Sdk

from .process import Peer, free_port, started
from .rate import Ask
from .registries import REPOSITORY, allowed_user

VENV = Path(".venv-bench").resolve()
PACKAGES = ("moto[server]", "ministack", "cedarpy")


@dataclass(frozen=True, slots=True)
class Api:
    """A server of the AWS APIs with the user `bench` made in it; `refuses` says what was seen to be enforced."""

    peer: Peer
    keys: Keys
    refuses: str


def install() -> None:
    """Put the peers from PyPI into .venv-bench, newest versions; their versions go into the report."""
    if not (VENV / "bin/ministack").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run([VENV / "bin/pip", "install", "--quiet", "--upgrade", *PACKAGES], check=True)


@contextmanager
def moto(folder: Path) -> Iterator[Api]:
    """moto_server; authentication is switched on once the user is made."""
    folder.mkdir()
    port = free_port()
    command = [str(VENV / "bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with started("moto", f"moto {version('moto')}", command, port=port, folder=folder) as peer:
        keys = _prepared(Sdk(peer.url, Keys("AKIAIOSFODNN7EXAMPLE", "any")))
        # With urllib's own content type the body would be taken for a form, and be empty.
        plain = {"Content-Type": "text/plain"}
        switch = urllib.request.Request(f"{peer.url}/moto-api/reset-auth", data=b"0", headers=plain)
        urllib.request.urlopen(switch).read()
        yield Api(peer, keys, seen_to_refuse(Sdk(peer.url, keys)))


@contextmanager
def ministack(folder: Path) -> Iterator[Api]:
    """MiniStack with AUTH=true, which checks the signature of a user's key, though not of its root's."""
    folder.mkdir()
    port = free_port()
    environment = {
        "AUTH": "true",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        "S3_DATA_DIR": str(folder),
        "TMPDIR": str(folder),
    }
    named = f"ministack {version('ministack')}"
    command = [str(VENV / "bin/ministack")]
    with started("ministack", named, command, port=port, folder=folder, environment=environment) as peer:
        keys = _prepared(Sdk(peer.url, Keys("test", "test")))
        yield Api(peer, keys, seen_to_refuse(Sdk(peer.url, keys)))


def seen_to_refuse(user: Sdk) -> str:
    """Ask with a wrong secret and for an action that isn't allowed, and say which of the two was refused."""
    forged = Sdk(user.url, Keys(user.keys.access_key_id, "wrong" + user.keys.secret_access_key))
    tried = {
        "a wrong signature": lambda: forged.client("iam").get_role(RoleName="bench"),
        "an action not allowed": lambda: user.client("iam").list_users(),
    }
    return ", ".join(name for name, call in tried.items() if _is_refused(call)) or "nothing"


def signed(user: Sdk, service: str, method: str, **parameters: Any) -> Ask:
    """The request that boto3 would send for this call, signed now (good for about five minutes on AWS)."""
    caught: list[Any] = []

    def keep(request: Any, **_: Any) -> AWSResponse:
        caught.append(request)
        return AWSResponse(request.url, 200, {}, _Empty())

    client = user.client(service)
    client.meta.events.register_last(f"before-send.{service}", keep)
    getattr(client, method)(**parameters)
    (request,) = caught
    names = (
        (name, value.decode() if isinstance(value, bytes) else str(value)) for name, value in request.headers.items()
    )
    headers = {name: value for name, value in names if name.lower() != "content-length"}  # wrk sets it itself
    body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
    return Ask(urlsplit(request.url).path or "/", request.method, headers, body)


def _prepared(root: Sdk) -> Keys:
    keys = allowed_user(root)
    root.client("ecr").create_repository(repositoryName=REPOSITORY)
    return keys


def _is_refused(call: Any) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False


def version(package: str) -> str:
    """Of a package that `install` put there."""
    (folder,) = (VENV / "lib").glob("python3*/site-packages")
    (found,) = importlib.metadata.distributions(name=package, path=[str(folder)])
    return found.version


class _Empty:
    """The body of an answer that was never asked for."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield b"<r><GetRoleResult/></r>"
