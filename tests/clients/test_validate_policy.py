"""access-analyzer:ValidatePolicy, asked of a real server by the aws CLI and boto3: the tutorial's own misspellings."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from dockreeve.cli import tutorial

from .server import Keys, Sdk, Server
from .tools import Done

Aws = Callable[..., Done]

AS_PRINTED = json.dumps(tutorial.READ_DOCUMENT, indent=4).replace('"ecr:DescribeImages"', '"ecr:DescribeImage"')


def test_the_cli_finds_what_the_tutorial_misspells(aws: Aws) -> None:
    answer = aws(
        "accessanalyzer", "validate-policy", "--policy-document", AS_PRINTED, "--policy-type", "IDENTITY_POLICY"
    ).json()  # fmt: skip
    found = {one["issueCode"]: one for one in answer["findings"]}
    assert set(found) == {"INVALID_ACTION", "REGISTRY_PULL_INCOMPLETE"}
    assert "Did you mean `ecr:DescribeImages`?" in found["INVALID_ACTION"]["findingDetails"]
    assert found["INVALID_ACTION"]["locations"][0]["span"]["start"]["line"] == 9


def test_the_cli_pages_by_itself(aws: Aws) -> None:
    actions = [f"ecr:NoSuchThing{number}" for number in range(130)]
    text = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
    ask = ["accessanalyzer", "validate-policy", "--policy-document", text, "--policy-type", "IDENTITY_POLICY"]
    assert len(aws(*ask, "--page-size", "50").json()["findings"]) == 130
    assert len(aws(*ask, "--max-items", "60").json()["findings"]) == 60


def test_the_cli_prints_what_is_wrong_with_the_request(aws: Aws) -> None:
    refused = aws(
        "accessanalyzer", "validate-policy", "--policy-document", "{}", "--policy-type", "FOREIGN_POLICY", check=False
    )  # fmt: skip
    assert "(ValidationException) when calling the ValidatePolicy operation: 1 validation error" in refused.stderr


def test_boto_has_the_classes_of_the_errors_and_their_members(server: Server, root: Sdk) -> None:
    analyzer = root.client("accessanalyzer")
    with pytest.raises(analyzer.exceptions.ValidationException) as refused:
        analyzer.validate_policy(
            policyDocument="{}", policyType="IDENTITY_POLICY", validatePolicyResourceType="AWS::S3::Bucket"
        )
    assert refused.value.response["reason"] == "fieldValidationFailed"
    assert refused.value.response["fieldList"][0]["name"] == "validatePolicyResourceType"
    iam = root.client("iam")
    iam.create_user(UserName="carl")
    carl = server.sdk(Keys.of(iam.create_access_key(UserName="carl"))).client("accessanalyzer")
    with pytest.raises(carl.exceptions.AccessDeniedException, match="not authorized to perform: access-analyzer:Valid"):
        carl.validate_policy(policyDocument="{}", policyType="IDENTITY_POLICY")


def test_botos_paginator_reads_every_finding(root: Sdk) -> None:
    actions = [f"ecr:NoSuchThing{number}" for number in range(230)]
    text = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
    pages = root.client("accessanalyzer").get_paginator("validate_policy")
    listed = [page["findings"] for page in pages.paginate(policyDocument=text, policyType="IDENTITY_POLICY")]
    assert [len(page) for page in listed] == [100, 100, 30]
