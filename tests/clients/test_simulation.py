"""The policy simulator, asked of a real server by the aws CLI and boto3: the trap, found before a pull."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dockreeve.cli import tutorial

from .server import Keys, Sdk, Server
from .tools import Done

Aws = Callable[..., Done]

APP = f"arn:aws:ecr:us-east-1:{tutorial.ACCOUNT}:repository/app"
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


@pytest.fixture
def role(root: Sdk) -> str:
    """The tutorial's role with its reading policy; its ARN."""
    iam = root.client("iam")
    made = iam.create_role(RoleName=tutorial.ROLE, AssumeRolePolicyDocument=json.dumps(tutorial.TRUST_DOCUMENT))
    read = iam.create_policy(PolicyName=tutorial.READ, PolicyDocument=json.dumps(tutorial.READ_DOCUMENT, indent=4))
    iam.attach_role_policy(RoleName=tutorial.ROLE, PolicyArn=read["Policy"]["Arn"])
    arn: str = made["Role"]["Arn"]
    return arn


def test_the_cli_finds_the_action_that_the_tutorials_role_lacks(aws: Aws, role: str) -> None:
    answer = aws(
        "iam", "simulate-principal-policy", "--policy-source-arn", role, "--action-names", *PULL, "--resource-arns", APP
    ).json()  # fmt: skip
    found = {one["EvalActionName"]: one for one in answer["EvaluationResults"]}
    assert {name: one["EvalDecision"] for name, one in found.items()} == {PULL[0]: "allowed", PULL[1]: "implicitDeny"}
    (matched,) = found[PULL[0]]["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == (tutorial.READ, "user-managed")
    assert matched["StartPosition"] == {"Line": 4, "Column": 9}


def test_the_cli_simulates_documents_with_a_typed_context(aws: Aws) -> None:
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "ecr:*",
                "Resource": "*",
                "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2018-08-16T12:00:00Z"}},
            },
        }
    )
    ask = ["iam", "simulate-custom-policy", "--policy-input-list", text, "--action-names", "ecr:PutImage"]
    (missing,) = aws(*ask).json()["EvaluationResults"]
    assert (missing["EvalDecision"], missing["MissingContextValues"]) == ("implicitDeny", ["aws:CurrentTime"])
    now = "ContextKeyName=aws:CurrentTime,ContextKeyValues=2019-04-25T11:00:00Z,ContextKeyType=date"
    (result,) = aws(*ask, "--context-entries", now).json()["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])
    keys = aws("iam", "get-context-keys-for-custom-policy", "--policy-input-list", text).json()
    assert keys == {"ContextKeyNames": ["aws:CurrentTime"]}


def test_botos_paginator_reads_every_result(root: Sdk) -> None:
    actions = [f"ecr:Action{number}" for number in range(250)]
    text = json.dumps(tutorial.READ_DOCUMENT)
    pages = root.client("iam").get_paginator("simulate_custom_policy")
    found = pages.paginate(PolicyInputList=[text], ActionNames=actions, PaginationConfig={"PageSize": 100})
    listed = [page["EvaluationResults"] for page in found]
    assert [len(page) for page in listed] == [100, 100, 50]
    assert [one["EvalActionName"] for page in listed for one in page] == actions


def test_boto_reads_boundary_and_organization_and_the_details_across_accounts(root: Sdk) -> None:
    everything = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    (result,) = root.client("iam").simulate_custom_policy(
        PolicyInputList=[everything],
        PermissionsBoundaryPolicyInputList=[everything],
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [everything]}] * 2,
        CallerArn=f"arn:aws:iam::{tutorial.ACCOUNT}:user/ann",
        ResourceArns=[APP.replace(tutorial.ACCOUNT, "210987654321")],
        ActionNames=["ecr:PutImage"],
    )["EvaluationResults"]
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    details = {"IAM Policy": "allowed", "Permissions Boundary Policy": "allowed", "Resource Policy": "implicitDeny"}
    assert result["EvalDecisionDetails"] == details
    (specific,) = result["ResourceSpecificResults"]
    assert (specific["EvalResourceDecision"], specific["EvalDecisionDetails"]) == ("implicitDeny", details)


def test_errors_have_their_classes(root: Sdk, role: str) -> None:
    iam = root.client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.simulate_principal_policy(PolicySourceArn=role + "x", ActionNames=PULL)
    with pytest.raises(iam.exceptions.InvalidInputException, match="ARN format: app"):
        iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=PULL, ResourceArns=["app"])


def test_a_simulation_of_others_needs_the_right_to_it(server: Server, root: Sdk, role: str) -> None:
    iam = root.client("iam")
    iam.create_user(UserName="carl")
    carl: Any = server.sdk(Keys.of(iam.create_access_key(UserName="carl"))).client("iam")
    with pytest.raises(carl.exceptions.ClientError, match=f"iam:SimulatePrincipalPolicy on resource: {role}"):
        carl.simulate_principal_policy(PolicySourceArn=role, ActionNames=PULL)
