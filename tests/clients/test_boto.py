"""boto3 against a real server: images seen through both doors, paginators, waiters, and errors by their class."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import WaiterError

from .documents import allowing, trusting
from .home import Home
from .layout import MANIFEST, Layout
from .server import Sdk
from .verbs import Client

Images = Callable[..., Layout]
PART = 5 << 20  # bytes: the least of a part that is not the last

ACCOUNT = "123456789012"


@pytest.fixture
def ecr(home: Home) -> Any:
    """boto3's ECR as dev."""
    return home.sdk.client("ecr")


def fetched(url: str) -> tuple[int, bytes]:
    """What a GET without any credentials gives."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_what_skopeo_pushes_is_described_listed_and_got_through_the_api(
    ecr: Any, home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    made = image(sizes=[30_000, 70_000])
    for tag in ("1", "latest"):
        logged_in("skopeo").push(made, home.name(tag))
    (detail,) = ecr.describe_images(repositoryName="app")["imageDetails"]
    assert (detail["imageDigest"], sorted(detail["imageTags"])) == (made.manifest, ["1", "latest"])
    assert detail["imageManifestMediaType"] == MANIFEST
    parts = (made.config, *made.layers)
    assert detail["imageSizeInBytes"] == sum(len(made.blob(digest)) for digest in parts)
    listed = ecr.list_images(repositoryName="app")["imageIds"]
    assert {(one["imageTag"], one["imageDigest"]) for one in listed} == {
        ("1", made.manifest),
        ("latest", made.manifest),
    }
    wanted = [{"imageTag": "1"}, {"imageTag": "absent"}]
    got = ecr.batch_get_image(repositoryName="app", imageIds=wanted)
    assert [one["imageManifest"].encode() for one in got["images"]] == [made.blob(made.manifest)]
    assert [one["failureCode"] for one in got["failures"]] == ["ImageNotFound"]


def test_the_download_url_of_a_layer_needs_no_credentials_and_gives_its_bytes(
    ecr: Any, home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    made = image(sizes=[200_000])
    logged_in("skopeo").push(made, home.name("1"))
    said = ecr.get_download_url_for_layer(repositoryName="app", layerDigest=made.layers[0])
    assert said["layerDigest"] == made.layers[0]
    assert fetched(said["downloadUrl"]) == (200, made.blob(made.layers[0]))
    altered = said["downloadUrl"][:-2] + ("AA" if said["downloadUrl"][-2:] != "AA" else "BB")
    status, body = fetched(altered)
    assert 400 <= status < 500
    assert made.blob(made.layers[0]) not in body


def uploaded(ecr: Any, content: bytes) -> str:
    """Upload a layer in parts through the API; its digest as the server counted it."""
    upload = ecr.initiate_layer_upload(repositoryName="app")["uploadId"]
    for first in range(0, len(content), PART):
        part = content[first : first + PART]
        last = first + len(part) - 1
        ecr.upload_layer_part(
            repositoryName="app", uploadId=upload, partFirstByte=first, partLastByte=last, layerPartBlob=part
        )
    digest = f"sha256:{sha256(content).hexdigest()}"
    done = ecr.complete_layer_upload(repositoryName="app", uploadId=upload, layerDigests=[digest])
    return str(done["layerDigest"])


def test_an_image_uploaded_in_parts_through_the_api_is_pulled_by_skopeo(
    ecr: Any, home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    made = image(sizes=[12 << 20])  # three parts
    before = ecr.batch_check_layer_availability(repositoryName="app", layerDigests=[made.config, *made.layers])
    assert "AVAILABLE" not in [one["layerAvailability"] for one in before["layers"]]
    for digest in (made.config, *made.layers):
        assert uploaded(ecr, made.blob(digest)) == digest
    after = ecr.batch_check_layer_availability(repositoryName="app", layerDigests=[made.config, *made.layers])
    assert [one["layerAvailability"] for one in after["layers"]] == ["AVAILABLE"] * 2
    put = ecr.put_image(repositoryName="app", imageManifest=made.blob(made.manifest).decode(), imageTag="1")
    assert put["image"]["imageId"] == {"imageDigest": made.manifest, "imageTag": "1"}
    logged_in("skopeo").pull(home.name("1"))
    assert home.digest("1") == made.manifest


def test_an_image_deleted_through_the_api_is_gone_from_the_registry(
    ecr: Any, home: Home, logged_in: Callable[[str], Client], image: Images
) -> None:
    skopeo, made = logged_in("skopeo"), image()
    skopeo.push(made, home.name("1"))
    said = ecr.batch_delete_image(repositoryName="app", imageIds=[{"imageTag": "1"}])
    assert said["imageIds"] == [{"imageTag": "1", "imageDigest": made.manifest}]
    gone = skopeo.pull(home.name("1"), check=False)
    assert gone.code, gone
    assert "Requested image not found" in gone.stderr
    assert home.get("app/manifests/1")[0] == 404


def test_paginators_give_every_item_once(
    root: Sdk, home: Home, image: Images, logged_in: Callable[[str], Client]
) -> None:
    iam, document = root.client("iam"), allowing("ecr:ListImages")
    names = [f"policy-{number:03}" for number in range(25)]
    for name in names:
        iam.create_policy(PolicyName=name, PolicyDocument=document)
    pages = iam.get_paginator("list_policies").paginate(Scope="Local", PaginationConfig={"PageSize": 10})
    shown = [[one["PolicyName"] for one in page["Policies"]] for page in pages]
    assert [len(page) for page in shown] == [10, 10, 5]
    assert sorted(name for page in shown for name in page) == names

    skopeo, made = logged_in("skopeo"), image()
    for number in range(5):
        skopeo.push(made, home.name(f"t{number}"))
    ecr = home.sdk.client("ecr")
    pages = ecr.get_paginator("list_images").paginate(repositoryName="app", PaginationConfig={"PageSize": 2})
    assert sorted(one["imageTag"] for page in pages for one in page["imageIds"]) == [f"t{n}" for n in range(5)]
    pages = ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 1})
    assert [[one["repositoryName"] for one in page["repositories"]] for page in pages] == [["app"], ["other"]]


@pytest.mark.parametrize(
    ("waiter", "names", "make", "said"),
    [
        ("role_exists", {"RoleName": "R"}, "create_role", {"AssumeRolePolicyDocument": trusting(ACCOUNT)}),
        ("user_exists", {"UserName": "U"}, "create_user", {}),
        ("instance_profile_exists", {"InstanceProfileName": "P"}, "create_instance_profile", {}),
    ],
)
def test_a_waiter_waits_until_the_thing_is_there(
    root: Sdk, waiter: str, names: dict[str, str], make: str, said: dict[str, str]
) -> None:
    iam = root.client("iam")
    with pytest.raises(WaiterError):
        iam.get_waiter(waiter).wait(**names, WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    with ThreadPoolExecutor(1) as elsewhere:
        waiting = elsewhere.submit(iam.get_waiter(waiter).wait, **names, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
        getattr(iam, make)(**names, **said)
        waiting.result(30)


def test_the_waiter_for_a_policy_ends_when_it_is_there(root: Sdk) -> None:
    iam = root.client("iam")
    arn = iam.create_policy(PolicyName="P", PolicyDocument=allowing("ecr:*"))["Policy"]["Arn"]
    iam.get_waiter("policy_exists").wait(PolicyArn=arn, WaiterConfig={"Delay": 0, "MaxAttempts": 1})


def test_errors_are_raised_as_the_classes_that_the_sdk_names(root: Sdk, ecr: Any) -> None:
    iam = root.client("iam")
    document = allowing("ecr:*")
    iam.create_policy(PolicyName="P", PolicyDocument=document)
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_policy(PolicyName="P", PolicyDocument=document)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="absent")
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_policy(PolicyName="Q", PolicyDocument="{}")
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=trusting(ACCOUNT))
    iam.attach_role_policy(RoleName="R", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/P")
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_role(RoleName="R")
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.list_images(repositoryName="absent")
    with pytest.raises(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName="app")
    upload = ecr.initiate_layer_upload(repositoryName="app")["uploadId"]
    with pytest.raises(ecr.exceptions.InvalidLayerPartException):
        ecr.upload_layer_part(
            repositoryName="app", uploadId=upload, partFirstByte=7, partLastByte=9, layerPartBlob=b"abc"
        )
    with pytest.raises(ecr.exceptions.ImageNotFoundException):
        ecr.describe_images(repositoryName="app", imageIds=[{"imageTag": "absent"}])


def test_a_manifest_whose_layers_are_not_there_is_refused(ecr: Any, image: Images) -> None:
    made = image()
    with pytest.raises(ecr.exceptions.LayersNotFoundException):
        ecr.put_image(repositoryName="app", imageManifest=made.blob(made.manifest).decode(), imageTag="1")
    assert ecr.list_images(repositoryName="app")["imageIds"] == []
