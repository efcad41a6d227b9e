"""`dockreeve tour`: the tutorial "Create IAM Roles for ECR Access", in seconds, on a throw-away server."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from dockreeve.cli import tutorial
from dockreeve.cli.client import Keys, ask, root_keys
from dockreeve.cli.outcome import Stopped
from dockreeve.cli.printed import say, visible
from dockreeve.cli.why import explained

_SECONDS = 20  # for a server to listen
_LISTENS = re.compile(r"listening on (http://[^\s]+)")
_WHY = re.compile(r"\[why: (\w+)\]")


@click.command()
def command() -> None:
    """Follow the ECR roles tutorial in a few seconds, refused pull and all.

    It starts a server of its own and stops it again; no docker is needed, and nothing of yours is touched.
    """
    began = time.monotonic()
    _forget_settings()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dockreeve-tour-")))
        url = stack.enter_context(
            _started(["serve", "--data", str(folder), "--listen", "127.0.0.1:0"], ["--account", tutorial.ACCOUNT])
        )
        keys = root_keys(folder)
        _say("a server of our own", url)
        _make_policies_and_role(url, keys)
        metadata = stack.enter_context(
            _started(
                ["metadata", "--listen", "127.0.0.1:0", "--server", url, "--data", str(folder)],
                ["--instance-profile", tutorial.ROLE],
            )
        )
        _as_the_instance(url, keys, metadata)
    say("", f"The tour took {time.monotonic() - began:.1f} s. Your own server: dockreeve serve")


def _forget_settings() -> None:
    """Keys, profiles and endpoints of the user must not lead the tour anywhere else."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "DOCKREEVE_"))]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def _make_policies_and_role(url: str, keys: Keys) -> None:
    iam, ecr = _client("iam", url, keys), _client("ecr", url, keys)
    arns = []
    for name, description, document in (
        (tutorial.READ, tutorial.READ_DESCRIPTION, tutorial.READ_DOCUMENT),
        (tutorial.WRITE, tutorial.WRITE_DESCRIPTION, tutorial.WRITE_DOCUMENT),
    ):
        made = iam.create_policy(PolicyName=name, Description=description, PolicyDocument=json.dumps(document))
        arns.append(made["Policy"]["Arn"])
        _say(f"policy {name}", f'"{description}"')
    iam.create_role(
        RoleName=tutorial.ROLE,
        Description=tutorial.ROLE_DESCRIPTION,
        AssumeRolePolicyDocument=json.dumps(tutorial.TRUST_DOCUMENT),
    )
    for arn in arns:
        iam.attach_role_policy(RoleName=tutorial.ROLE, PolicyArn=arn)
    iam.create_instance_profile(InstanceProfileName=tutorial.ROLE)
    iam.add_role_to_instance_profile(InstanceProfileName=tutorial.ROLE, RoleName=tutorial.ROLE)
    _say(f"role {tutorial.ROLE}", "trusts EC2, holds both policies, has its instance profile")
    ecr.create_repository(repositoryName=tutorial.REPOSITORY)
    _say(f"repository {tutorial.REPOSITORY}", "made by the root user")


def _as_the_instance(url: str, root: Keys, metadata: str) -> None:
    role = _instance_keys(metadata)
    _say("credentials", f"as an instance gets them; we are {_client('sts', url, role).get_caller_identity()['Arn']}")
    login = _client("ecr", url, role).get_authorization_token()["authorizationData"][0]["authorizationToken"]
    _say("login", "allowed")
    registry = _Registry(url, login)
    _push(registry)
    _say("push", "allowed")
    status, said = _pull(registry)
    if status != http.client.FORBIDDEN:
        raise Stopped(f"the pull should have been refused, and came to {status}")
    _say("pull", "REFUSED, though the policy's description promises it:")
    say(*(f"      {line}" for line in textwrap.wrap(visible(said), 96, break_on_hyphens=False)))
    found = _WHY.search(said)
    if found is None:
        raise Stopped("the refusal carries no id")
    say("", f"  $ dockreeve why {found[1]}")
    record = ask(url, root, "GET", f"/api/decisions/{found[1]}")
    say(*(f"    {line}" if line else "" for line in explained(record)), "")
    iam = _client("iam", url, root)
    iam.create_policy_version(
        PolicyArn=f"arn:aws:iam::{tutorial.ACCOUNT}:policy/{tutorial.READ}",
        PolicyDocument=json.dumps(tutorial.MENDED_READ_DOCUMENT),
        SetAsDefault=True,
    )
    _say("version v2", f"of {tutorial.READ}, with {tutorial.MISSING_ACTION}")
    status, said = _pull(registry)
    if status != http.client.OK:
        raise Stopped(f"the pull should have worked now, and came to {status}: {said}")
    _say("the same pull", "allowed, with the same login: a change holds for the next request")


class _Registry:
    """The few requests of docker's protocol that a push and a pull are."""

    def __init__(self, url: str, login: str) -> None:
        self._address = urlsplit(url).netloc
        self._login = login

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
        """Status, headers and body of one request."""
        connection = http.client.HTTPConnection(self._address, timeout=_SECONDS)
        try:
            connection.request(method, path, body, {"Authorization": f"Basic {self._login}", **(headers or {})})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


def _push(registry: _Registry) -> None:
    pushed = tutorial.image()
    for blob in (pushed.layer, pushed.config):
        _, headers, _ = _expect(registry.ask("POST", f"/v2/{tutorial.REPOSITORY}/blobs/uploads/"), 202)
        target = urlsplit(headers["Location"])
        _expect(registry.ask("PUT", f"{target.path}?digest={blob.digest}", blob.data), 201)
    manifest = pushed.manifest
    path = f"/v2/{tutorial.REPOSITORY}/manifests/1"
    _expect(registry.ask("PUT", path, manifest.data, {"Content-Type": manifest.media_type}), 201)


def _pull(registry: _Registry) -> tuple[int, str]:
    """Fetch the manifest and the layer; the layer's status, and what a refusal says."""
    wanted = tutorial.image()
    path = f"/v2/{tutorial.REPOSITORY}"
    _expect(registry.ask("GET", f"{path}/manifests/1", headers={"Accept": wanted.manifest.media_type}), 200)
    status, _, body = registry.ask("GET", f"{path}/blobs/{wanted.layer.digest}")
    if status != http.client.OK:
        return status, json.loads(body)["errors"][0]["message"]
    if body != wanted.layer.data:
        raise Stopped("the layer that came back is not the one that was pushed")
    return status, ""


def _expect(answer: Any, status: int) -> Any:
    if answer[0] != status:
        raise Stopped(f"the registry answered {answer[0]} instead of {status}: {answer[2].decode(errors='replace')}")
    return answer


def _instance_keys(metadata: str) -> Keys:
    from botocore.utils import InstanceMetadataFetcher  # noqa: PLC0415 (slow to import)

    found = InstanceMetadataFetcher(base_url=metadata, env={}).retrieve_iam_role_credentials()
    if not found:
        raise Stopped("the metadata service handed out no credentials")
    return Keys(found["access_key"], found["secret_key"], found["token"])


def _client(service: str, url: str, keys: Keys) -> Any:
    from botocore.session import get_session  # noqa: PLC0415 (slow to import)

    return get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
    )


@contextmanager
def _started(command_line: list[str], further: list[str]) -> Iterator[str]:
    """One of our own servers as a process, and the URL it listens on; it is stopped when the block ends."""
    process = subprocess.Popen(  # noqa: S603 (our own program, our own arguments)
        [sys.executable, "-m", "dockreeve", *command_line, *further],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if found := _LISTENS.search(line):
                break
        else:
            raise Stopped(f"`dockreeve {command_line[0]}` did not start: {''.join(lines[-1:]).strip()}")
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=_SECONDS)


def _say(what: str, how: str) -> None:
    say(f"  {what:<34} {how}")
