"""A change made through one worker holds for the very next request, whichever worker takes that."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.credentials import Credentials

from .several import Pinned, Several, fresh, pinned

pytestmark = pytest.mark.slow

ROUNDS = 12
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/app"
READ = "ecr:DescribeImages"


@dataclass(frozen=True, slots=True)
class Case:
    """Something that lets `keys` describe the images of `app`, how it is taken away, and how it is given back."""

    keys: Credentials
    off: Callable[[Pinned], Any]
    on: Callable[[Pinned], Any]

    def allows(self, by: Pinned) -> bool:
        status = by.aws(READ, self.keys, repositoryName="app").status
        assert status in (200, 400, 403), status
        return status == 200


def of(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def document(effect: str = "Allow", **more: Any) -> str:
    return of({"Effect": effect, "Action": [READ, "ecr:GetAuthorizationToken"], "Resource": "*", **more})


def user(root: Pinned, *, policy: str | None = None) -> Credentials:
    root.aws("iam:CreateUser", UserName="dev")
    if policy:
        root.aws("iam:PutUserPolicy", UserName="dev", PolicyName="own", PolicyDocument=policy)
    made = root.aws("iam:CreateAccessKey", UserName="dev").parsed["AccessKey"]
    return Credentials(made["AccessKeyId"], made["SecretAccessKey"])


def role(root: Pinned, *, policy: str) -> Credentials:
    """A session of it."""
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    dev = user(root, policy=of(assume | {"Resource": "*"}))
    trust = of(assume | {"Principal": {"AWS": "arn:aws:iam::123456789012:user/dev"}})
    root.aws("iam:CreateRole", RoleName="reader", AssumeRolePolicyDocument=trust)
    root.aws("iam:PutRolePolicy", RoleName="reader", PolicyName="own", PolicyDocument=policy)
    arn = "arn:aws:iam::123456789012:role/reader"
    assumed = root.aws("sts:AssumeRole", dev, RoleArn=arn, RoleSessionName="session")
    assert assumed.status == 200, assumed.body
    made = assumed.parsed["Credentials"]
    return Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def a_policy_of_the_user(root: Pinned) -> Case:
    own = {"UserName": "dev", "PolicyName": "own"}
    return Case(
        user(root, policy=document()),
        lambda by: by.aws("iam:DeleteUserPolicy", **own),
        lambda by: by.aws("iam:PutUserPolicy", **own, PolicyDocument=document()),
    )


def the_default_version_of_a_managed_policy(root: Pinned) -> Case:
    keys = user(root)
    arn = root.aws("iam:CreatePolicy", PolicyName="p", PolicyDocument=document()).parsed["Policy"]["Arn"]
    root.aws("iam:CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document("Deny"))
    root.aws("iam:AttachUserPolicy", UserName="dev", PolicyArn=arn)
    return Case(
        keys,
        lambda by: by.aws("iam:SetDefaultPolicyVersion", PolicyArn=arn, VersionId="v2"),
        lambda by: by.aws("iam:SetDefaultPolicyVersion", PolicyArn=arn, VersionId="v1"),
    )


def the_status_of_the_key(root: Pinned) -> Case:
    keys = user(root, policy=document())
    key = {"UserName": "dev", "AccessKeyId": keys.access_key}
    return Case(
        keys,
        lambda by: by.aws("iam:UpdateAccessKey", **key, Status="Inactive"),
        lambda by: by.aws("iam:UpdateAccessKey", **key, Status="Active"),
    )


def the_sessions_of_a_role(root: Pinned) -> Case:
    """As the console of AWS revokes them: by a policy that denies what was issued before."""
    keys = role(root, policy=document())
    time.sleep(1.1)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    older = document("Deny", Condition={"DateLessThan": {"aws:TokenIssueTime": now}})
    revoking = {"RoleName": "reader", "PolicyName": "AWSRevokeOlderSessions"}
    return Case(
        keys,
        lambda by: by.aws("iam:PutRolePolicy", **revoking, PolicyDocument=older),
        lambda by: by.aws("iam:DeleteRolePolicy", **revoking),
    )


def a_tag_of_the_role(root: Pinned) -> Case:
    keys = role(root, policy=document(Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}}))
    root.aws("iam:TagRole", RoleName="reader", Tags=[{"Key": "team", "Value": "blue"}])
    return Case(
        keys,
        lambda by: by.aws("iam:UntagRole", RoleName="reader", TagKeys=["team"]),
        lambda by: by.aws("iam:TagRole", RoleName="reader", Tags=[{"Key": "team", "Value": "blue"}]),
    )


def the_policy_of_the_repository(root: Pinned) -> Case:
    deny = of({"Effect": "Deny", "Principal": "*", "Action": READ})
    return Case(
        user(root, policy=document()),
        lambda by: by.aws("ecr:SetRepositoryPolicy", repositoryName="app", policyText=deny, force=True),
        lambda by: by.aws("ecr:DeleteRepositoryPolicy", repositoryName="app"),
    )


def a_tag_of_the_repository(root: Pinned) -> Case:
    blue = [{"Key": "team", "Value": "blue"}]
    keys = user(root, policy=document(Condition={"StringEquals": {"aws:ResourceTag/team": "blue"}}))
    root.aws("ecr:TagResource", resourceArn=REPOSITORY, tags=blue)
    return Case(
        keys,
        lambda by: by.aws("ecr:UntagResource", resourceArn=REPOSITORY, tagKeys=["team"]),
        lambda by: by.aws("ecr:TagResource", resourceArn=REPOSITORY, tags=blue),
    )


CASES = (
    a_policy_of_the_user,
    the_default_version_of_a_managed_policy,
    the_status_of_the_key,
    the_sessions_of_a_role,
    a_tag_of_the_role,
    the_policy_of_the_repository,
    a_tag_of_the_repository,
)


@pytest.mark.parametrize("made", CASES)
def test_a_change_through_one_worker_holds_for_the_next_request_of_every_worker(
    made: Callable[[Pinned], Case], server: Several
) -> None:
    with pinned(server) as (one, other):
        one.aws("ecr:CreateRepository", repositoryName="app")
        case = made(one)
        assert case.allows(one)
        assert case.allows(other)
        for number in range(ROUNDS):
            first, second = (one, other) if number % 2 else (other, one)
            case.off(first)
            assert [case.allows(by) for by in (second, first, second)] == [False] * 3, f"round {number}"
            case.on(second if number % 3 else first)
            assert [case.allows(by) for by in (first, second, first)] == [True] * 3, f"round {number}"


def test_hundreds_of_requests_over_new_connections_see_every_change_of_a_login_policy_at_once(server: Several) -> None:
    with pinned(server) as (one, _):
        one.aws("ecr:CreateRepository", repositoryName="app")
        case = a_policy_of_the_user(one)
        login = one.login(case.keys)
        assert one.registry("GET", "/v2/app/tags/list", login).status == 403
    listing = of({"Effect": "Allow", "Action": "ecr:ListImages", "Resource": "*"})
    asked = {True: 0, False: 0}
    for number in range(100):
        allowed = number % 2 == 0
        with fresh(server) as by:
            if allowed:
                by.aws("iam:PutUserPolicy", UserName="dev", PolicyName="list", PolicyDocument=listing)
            else:
                by.aws("iam:DeleteUserPolicy", UserName="dev", PolicyName="list")
        for _ in range(3):
            with fresh(server) as by:
                status = by.registry("GET", "/v2/app/tags/list", login).status
            assert status == (200 if allowed else 403), f"round {number}"
            asked[allowed] += 1
    assert asked == {True: 150, False: 150}
