"""AWS's own policies: the catalogue that is shipped, and the names of things."""

import json
import re

import pytest

from dockreeve.policy import aws_managed, parse
from dockreeve.services.iam import names

READ = [
    "GetAuthorizationToken",
    "BatchCheckLayerAvailability",
    "GetDownloadUrlForLayer",
    "GetRepositoryPolicy",
    "DescribeRepositories",
    "ListImages",
    "DescribeImages",
    "BatchGetImage",
    "GetLifecyclePolicy",
    "GetLifecyclePolicyPreview",
    "ListTagsForResource",
    "DescribeImageScanFindings",
]
WRITE = ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"]
PULL = ["GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer", "BatchImportUpstreamImage"]
RUN = ["GetAuthorizationToken", "BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage"]


@pytest.mark.parametrize(
    ("name", "actions", "further"),
    [
        ("AmazonEC2ContainerRegistryPullOnly", PULL, []),
        ("AmazonEC2ContainerRegistryReadOnly", READ, []),
        ("AmazonEC2ContainerRegistryPowerUser", READ + WRITE, []),
        (
            "service-role/AmazonECSTaskExecutionRolePolicy",
            RUN,
            ["logs:CreateLogStream", "logs:PutLogEvents"],
        ),
        ("AmazonEC2ContainerRegistryFullAccess", ["*"], ["cloudtrail:LookupEvents"]),
    ],
)
def test_the_registrys_policies_say_what_aws_says(name: str, actions: list[str], further: list[str]) -> None:
    text = aws_managed.text(f"arn:aws:iam::aws:policy/{name}")
    assert text is not None
    first, *rest = json.loads(text)["Statement"]
    assert first["Action"] == [f"ecr:{action}" for action in actions] + further
    assert (first["Effect"], first["Resource"]) == ("Allow", "*")
    assert bool(rest) == name.endswith("FullAccess")


def test_every_document_parses_and_every_arn_is_one() -> None:
    for arn, policy in aws_managed.policies().items():
        parse(policy.text)
        assert names.policy_name(arn) == ("aws", policy.path, policy.name)
        assert re.fullmatch(r"ANPA[A-Z2-7]{17}", policy.unique_id)
        assert policy.created.tzinfo is not None
    assert len({policy.unique_id for policy in aws_managed.policies().values()}) == len(aws_managed.policies())


def test_the_catalogue_is_in_order_of_name_and_has_what_people_attach() -> None:
    shipped = [policy.name for policy in aws_managed.policies().values()]
    assert shipped == sorted(shipped, key=str.lower)
    assert {"AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit", "IAMFullAccess"} <= set(
        shipped
    )


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/None", "arn:aws:iam::123456789012:policy/AdministratorAccess"]
)
def test_there_is_no_text_for_what_is_not_shipped(arn: str) -> None:
    assert aws_managed.text(arn) is None


def test_ids_and_secrets_have_the_form_of_aws_and_differ() -> None:
    ids = {names.unique_id(names.ROLE) for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"AROA[A-Z0-9]{17}", one) for one in ids)
    assert re.fullmatch(r"AKIA[A-Z0-9]{16}", names.access_key_id())
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", names.secret_access_key())
