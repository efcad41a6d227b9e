"""The tutorial "Create IAM Roles for ECR Access" with the real aws CLI, boto3 and container tools."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import ClientError

from dockreeve.cli import tutorial

from .layout import Layout
from .server import REGION, Keys, Server, dockreeve
from .tools import Done, Tool, aws_cli
from .verbs import Client

INSTANCE = "i-0123456789abcdef0"
SESSION = f"arn:aws:sts::{tutorial.ACCOUNT}:assumed-role/{tutorial.ROLE}/{INSTANCE}"
REPOSITORY = f"arn:aws:ecr:{REGION}:{tutorial.ACCOUNT}:repository/{tutorial.REPOSITORY}"
READ, WRITE = (f"arn:aws:iam::{tutorial.ACCOUNT}:policy/{name}" for name in (tutorial.READ, tutorial.WRITE))
ROLE = f"arn:aws:iam::{tutorial.ACCOUNT}:role/{tutorial.ROLE}"

# A client looks whether a layer, or the manifest, is there before it asks to put one.
REFUSED_PUSH = [
    f"refused: ecr:{name}" for name in ("BatchCheckLayerAvailability", "InitiateLayerUpload", "BatchGetImage")
]

Clients = Callable[[str], Client]


@dataclass(frozen=True, slots=True)
class Town:
    """Where the tutorial has been followed: a server, its operator (root), and a workload that has only its role."""

    server: Server
    metadata: str  # the URL of the workload's metadata service
    operator: Tool
    workload: Tool

    def password(self) -> str:
        return self.workload("ecr", "get-login-password").stdout.strip()

    def why(self, *arguments: str) -> Done:
        """`dockreeve why` as the operator."""
        return replace(self.operator, path=dockreeve())("why", *arguments)

    def image_name(self, tag: str) -> str:
        return f"{self.server.host}/{tutorial.REPOSITORY}:{tag}"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("tutorial"), options=["--account", tutorial.ACCOUNT, "--region", REGION])
    yield server.start()
    server.kill()


@pytest.fixture(scope="module")
def town(shared_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    operator = aws_cli(shared_server.url, shared_server.root_keys, folder / "operator")
    follow_the_console(operator, folder)
    with (folder / "metadata").open("wb") as out:
        of_role = ["--instance-profile", tutorial.ROLE, "--instance-id", INSTANCE]
        command = [dockreeve(), "metadata", *of_role, "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=out, env=dict(operator.environment))
    try:
        metadata = exported(folder / "metadata", "AWS_EC2_METADATA_SERVICE_ENDPOINT", process)
        workload = instance_cli(shared_server.url, metadata, folder / "workload")
        yield Town(shared_server, metadata, operator, workload)
    finally:
        process.terminate()
        assert process.wait(10) == 0


def follow_the_console(aws: Tool, folder: Path) -> None:
    """The tutorial's clicks as calls of the aws CLI, with the instance profile that the console makes silently."""
    for name, description, document in (
        (tutorial.READ, tutorial.READ_DESCRIPTION, tutorial.READ_DOCUMENT),
        (tutorial.WRITE, tutorial.WRITE_DESCRIPTION, tutorial.WRITE_DOCUMENT),
    ):
        text = written(folder / f"{name}.json", document)
        aws("iam", "create-policy", "--policy-name", name, "--description", description, "--policy-document", text)
    trust = written(folder / "trust.json", tutorial.TRUST_DOCUMENT)
    role = ("--role-name", tutorial.ROLE)
    about = ("--description", tutorial.ROLE_DESCRIPTION)
    aws("iam", "create-role", *role, *about, "--assume-role-policy-document", trust)
    for arn in (READ, WRITE):
        aws("iam", "attach-role-policy", *role, "--policy-arn", arn)
    aws("iam", "create-instance-profile", "--instance-profile-name", tutorial.ROLE)
    aws("iam", "add-role-to-instance-profile", "--instance-profile-name", tutorial.ROLE, *role)
    aws("ecr", "create-repository", "--repository-name", tutorial.REPOSITORY)


def written(file: Path, document: dict[str, Any]) -> str:
    file.write_text(json.dumps(document))
    return f"file://{file}"


def exported(file: Path, name: str, process: subprocess.Popen[bytes]) -> str:
    """The value that `process` prints as `export NAME=VALUE`, once it does."""
    deadline = time.monotonic() + 15
    while not (found := re.search(rf"^export {name}=(\S+)$", file.read_text(), re.MULTILINE)):
        assert process.poll() is None, f"dockreeve metadata ended (exit {process.returncode})"
        assert time.monotonic() < deadline, "dockreeve metadata printed no address"
        time.sleep(0.02)
    return found[1]


def instance_cli(url: str, metadata: str, folder: Path) -> Tool:
    """The aws CLI as on an EC2 instance: its only credentials are those of the metadata service."""
    bare = aws_cli(url, Keys("", ""), folder)
    kept = {name: value for name, value in bare.environment.items() if value or name == "AWS_PAGER"}
    on_ec2 = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata}
    return replace(bare, environment=kept | on_ec2)


@pytest.fixture
def as_left(town: Town) -> Iterator[Town]:
    """The town for a test that changes the role; afterwards the role is again as the tutorial leaves it."""
    yield town
    iam = town.server.sdk().client("iam")
    iam.set_default_policy_version(PolicyArn=READ, VersionId="v1")
    for version in iam.list_policy_versions(PolicyArn=READ)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=READ, VersionId=version["VersionId"])
    for arn in (READ, WRITE):
        iam.attach_role_policy(RoleName=tutorial.ROLE, PolicyArn=arn)


def refusal(action: str, resource: str = REPOSITORY) -> str:
    """AWS's sentence for the workload."""
    return (
        f"User: {SESSION} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def test_the_role_holds_both_policies_and_trusts_only_ec2(town: Town) -> None:
    role = town.operator("iam", "get-role", "--role-name", tutorial.ROLE).json()["Role"]
    assert (role["Arn"], role["Description"]) == (ROLE, tutorial.ROLE_DESCRIPTION)
    assert role["AssumeRolePolicyDocument"] == tutorial.TRUST_DOCUMENT
    held = town.operator("iam", "list-attached-role-policies", "--role-name", tutorial.ROLE).json()
    assert {one["PolicyArn"] for one in held["AttachedPolicies"]} == {READ, WRITE}
    profile = town.operator("iam", "get-instance-profile", "--instance-profile-name", tutorial.ROLE).json()
    assert [one["Arn"] for one in profile["InstanceProfile"]["Roles"]] == [ROLE]


def test_the_filter_customer_managed_shows_the_two_policies_alone(town: Town) -> None:
    listed = town.operator("iam", "list-policies", "--scope", "Local").json()["Policies"]
    assert {(one["PolicyName"], one["AttachmentCount"]) for one in listed} == {(tutorial.READ, 1), (tutorial.WRITE, 1)}


def test_neither_an_administrator_nor_root_may_assume_the_role(town: Town, tmp_path: Path) -> None:
    assume = ("sts", "assume-role", "--role-arn", ROLE, "--role-session-name", "me")
    town.operator("iam", "create-user", "--user-name", "ann")
    everything = ("--policy-arn", "arn:aws:iam::aws:policy/AdministratorAccess")
    town.operator("iam", "attach-user-policy", "--user-name", "ann", *everything)
    keys = Keys.of(town.operator("iam", "create-access-key", "--user-name", "ann").json())
    refused = aws_cli(town.server.url, keys, tmp_path / "ann")(*assume, check=False)
    assert refused.code, refused
    assert refused.stderr.strip() == (
        "An error occurred (AccessDenied) when calling the AssumeRole operation: User: "
        f"arn:aws:iam::{tutorial.ACCOUNT}:user/ann is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    )
    refused = town.operator(*assume, check=False)
    assert refused.code, refused
    assert "(AccessDenied)" in refused.stderr
    assert "Roles may not be assumed by root accounts." in refused.stderr


def test_the_aws_cli_and_boto3_are_the_role_through_the_metadata_service(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = town.workload("sts", "get-caller-identity").json()
    assert said["Arn"] == SESSION
    assert re.fullmatch(rf"AROA[A-Z0-9]+:{INSTANCE}", said["UserId"])
    session = session_on_the_instance(town, monkeypatch)
    assert session.get_credentials().method == "iam-role"
    assert session.client("sts", endpoint_url=town.server.url).get_caller_identity()["Arn"] == SESSION


def session_on_the_instance(town: Town, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in town.workload.environment.items():
        monkeypatch.setenv(name, value)
    return boto3.Session(region_name=REGION)


def test_the_role_may_not_create_a_repository(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = refusal("ecr:CreateRepository", REPOSITORY.replace("repository/app", "repository/mine"))
    refused = town.workload("ecr", "create-repository", "--repository-name", "mine", check=False)
    assert refused.code, refused
    said = "An error occurred (AccessDeniedException) when calling the CreateRepository operation: "
    assert refused.stderr.strip().splitlines() == [said + sentence]
    ecr = session_on_the_instance(town, monkeypatch).client("ecr", endpoint_url=town.server.url)
    with pytest.raises(ClientError) as caught:
        ecr.create_repository(repositoryName="mine")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["Error"] == {"Code": "AccessDeniedException", "Message": sentence}


def test_the_role_may_list_what_is_there(town: Town) -> None:
    ecr = ("ecr", "describe-repositories", "--repository-names", tutorial.REPOSITORY)
    assert town.workload(*ecr).json()["repositories"][0]["repositoryArn"] == REPOSITORY
    assert "imageIds" in town.workload("ecr", "list-images", "--repository-name", tutorial.REPOSITORY).json()


def test_the_role_may_not_delete_an_image_though_the_description_says_so(
    town: Town, image: Callable[..., Layout], client: Clients
) -> None:
    skopeo, name, made = client("skopeo"), town.image_name("kept"), image()
    skopeo.login(town.server.host, town.password())
    skopeo.push(made, name)
    of_app = ("--repository-name", tutorial.REPOSITORY)
    delete = ("ecr", "batch-delete-image", *of_app, "--image-ids", "imageTag=kept")
    refused = town.workload(*delete, check=False)
    assert refused.code, refused
    assert refusal("ecr:BatchDeleteImage") in refused.stderr
    refused = skopeo.tool("delete", f"docker://{name}", check=False)
    assert refused.code, refused
    assert "ecr:BatchDeleteImage" in refused.stderr
    kept = town.operator("ecr", "list-images", *of_app).json()["imageIds"]
    assert {"imageTag": "kept", "imageDigest": made.manifest} in kept


def fetched(town: Town, password: str, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """A GET of docker's protocol: skopeo and podman lose the text that a refused blob comes with."""
    connection = http.client.HTTPConnection(town.server.host, timeout=10)
    login = base64.b64encode(f"AWS:{password}".encode()).decode()
    connection.request("GET", f"/v2/{tutorial.REPOSITORY}/{path}", headers={"Authorization": f"Basic {login}"})
    answer = connection.getresponse()
    try:
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_the_refused_layer_says_which_action_is_missing_and_why_explains_it(
    town: Town, image: Callable[..., Layout], client: Clients
) -> None:
    skopeo, password, made = client("skopeo"), town.password(), image()
    skopeo.login(town.server.host, password)
    skopeo.push(made, town.image_name("said"))
    assert fetched(town, password, "manifests/said")[0] == 200
    status, headers, body = fetched(town, password, f"blobs/{made.layers[0]}")
    (error,) = json.loads(body)["errors"]
    assert (status, error["code"]) == (403, "DENIED")
    found = re.fullmatch(re.escape(refusal(tutorial.MISSING_ACTION)) + r" \[why: ([a-z0-9]{25})\]", error["message"])
    assert found, error
    assert headers["X-Authorization-Id"] == found[1]
    by_id = town.why(found[1]).stdout
    assert f"id: {found[1]}" in by_id
    for told in (by_id, town.why("--last", "--principal", tutorial.ROLE).stdout, town.why(error["message"]).stdout):
        assert told.splitlines()[0] == f"refused: {tutorial.MISSING_ACTION}"
        assert f"by: {SESSION}" in told
        assert READ in told
        assert WRITE in told
        assert f'+ "{tutorial.MISSING_ACTION}"  in the Action of VisualEditor0 of {READ}' in told


@pytest.mark.parametrize("name", ["skopeo", "podman", "buildah", "docker"])
def test_the_pull_is_refused_until_the_action_is_added_and_again_after_the_policy_is_detached(
    as_left: Town, name: str, client: Clients, image: Callable[..., Layout], tmp_path: Path
) -> None:
    town, tool, app = as_left, client(name), as_left.image_name(name)
    tool.login(town.server.host, town.password())
    tool.push(image(sizes=[70_000]), app)

    refused = tool.pull(app, check=False)
    assert refused.code, refused
    # docker prints the registry's words; the others lose those that come with a refused blob.
    assert refusal(tutorial.MISSING_ACTION) in refused.stderr or (name != "docker" and "403" in refused.stderr), refused
    assert tutorial.MISSING_ACTION in town.why("--last", "--principal", tutorial.ROLE).stdout.splitlines()[0]

    mended = written(tmp_path / "mended.json", tutorial.MENDED_READ_DOCUMENT)
    version = ("--policy-arn", READ, "--policy-document", mended, "--set-as-default")
    town.operator("iam", "create-policy-version", *version)
    tool.pull(app)

    detach = ("iam", "detach-role-policy", "--role-name", tutorial.ROLE, "--policy-arn")
    town.operator(*detach, READ)
    refused = tool.pull(app, check=False)
    assert refused.code, refused
    assert refusal("ecr:BatchGetImage") in refused.stderr, refused
    town.operator(*detach, WRITE)
    assert tool.push(image(), app, check=False).code
    assert town.why("--last", "--principal", tutorial.ROLE).stdout.splitlines()[0] in REFUSED_PUSH


def test_a_command_of_containerd_shows_the_missing_action_in_the_status_line(
    town: Town, client: Clients, image: Callable[..., Layout], dockerd: Any
) -> None:
    password = town.password()
    skopeo = client("skopeo")
    skopeo.login(town.server.host, password)
    skopeo.push(image(seed=1002), town.image_name("ctr"))  # containerd keeps layers, so one that it never saw
    pull = ("image", "pull", "--plain-http", "--user", f"AWS:{password}", town.image_name("ctr"))
    refused = dockerd.ctr()(*pull, check=False)
    assert refused.code, refused
    assert tutorial.MISSING_ACTION in refused.stderr + refused.stdout, refused
