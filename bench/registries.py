"""The registries that are compared: ours with authorization on, Debian's docker-registry, and nginx as a yardstick."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.clients.server import Keys, Sdk, Server

import dockreeve

from .debian import program
from .process import Peer, free_port, started

REPOSITORY = "bench/app"
READ = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:DescribeRepositories", "ecr:GetAuthorizationToken"]
LIST = ["ecr:DescribeImages", "ecr:ListImages"]
WRITE = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
# Its access log would be most of what it does in the small requests.
REGISTRY = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {folder}/layers}}
  cache: {{blobdescriptor: inmemory}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}"}}
"""
NGINX = """\
daemon off; user {user}; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@contextmanager
def ours(
    folder: Path,
    *,
    loaded: Callable[[Path], None] | None = None,
    options: Sequence[str] = (),
    name: str = "dockreeve",
) -> Iterator[tuple[Peer, Keys]]:
    """Dockreeve, and the keys of a user whose two managed policies are all that its requests are allowed by.

    `loaded` is given the database's path while the server doesn't run; `options` are further ones of `serve`.
    """
    folder.mkdir(parents=True)
    server = Server(folder, options=("--log-level", "warning", *options))
    server.start()
    try:
        keys = allowed_user(server.sdk())
        server.sdk().client("ecr").create_repository(repositoryName=REPOSITORY)
        if loaded is not None:
            server.stop()
            loaded(server.data / "records.sqlite")
            server.start(within=60)
        (answer,) = server.sdk(keys).client("ecr").get_authorization_token()["authorizationData"]
        headers = {"Authorization": f"Basic {answer['authorizationToken']}"}
        port = int(server.host.rpartition(":")[2])
        yield Peer(name, f"dockreeve {dockreeve.__version__}", port, server.pid, headers), keys
    finally:
        server.kill()


def allowed_user(root: Sdk) -> Keys:
    """Make the user `bench`, allowed by one policy to read and by another to write, and the role `bench` to look at."""
    iam = root.client("iam")
    iam.create_user(UserName="bench")
    for name, actions in (("BenchRead", [*READ, *LIST, "iam:GetRole"]), ("BenchWrite", WRITE)):
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]
        iam.attach_user_policy(UserName="bench", PolicyArn=policy["Arn"])
    iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))
    return Keys.of(iam.create_access_key(UserName="bench"))


@contextmanager
def docker_registry(folder: Path) -> Iterator[Peer | None]:
    """Debian's docker-registry with the filesystem driver, without authorization; None where it can't be had."""
    found = program("docker-registry")
    if found is None:
        yield None
        return
    folder.mkdir()
    port = free_port()
    (folder / "config.yml").write_text(registry_config(folder, port))
    command = [found.path, "serve", str(folder / "config.yml")]
    version = f"docker-registry {found.version}"
    with started("docker-registry", version, command, port=port, folder=folder, environment=found.environment) as peer:
        yield peer


def registry_config(folder: Path, port: int) -> str:
    """docker-registry's configuration, all it keeps in `folder`."""
    return REGISTRY.format(folder=folder, port=port)


@contextmanager
def nginx(folder: Path) -> Iterator[Peer | None]:
    """nginx with one worker and sendfile over `folder`/files: how fast this machine hands out a file at all."""
    found = program("nginx")
    if found is None:
        yield None
        return
    (folder / "files").mkdir(parents=True)
    folder.chmod(0o755)
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=getpass.getuser()))
    command = [found.path, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    environment = found.environment
    version = f"nginx {found.version}"
    with started("nginx", version, command, port=port, folder=folder, environment=environment) as peer:
        yield peer
