"""Apply, for each kind of policy that can take the smallest change: one click, and the same request goes through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.credentials import Credentials
from playwright.sync_api import Page, expect

from cli.commands import Serving, serving

from .browser import Watched, assert_sound

ACCOUNT, PARTNER = "123456789012", "210987654321"
HELD, LACKING = "ecr:ListImages", "ecr:DescribeImages"


@dataclass(frozen=True)
class Server:
    """A real server with two accounts."""

    of: Serving
    partner: Credentials  # the other account's root

    def done(self, name: str, keys: Credentials | None = None, /, **params: Any) -> Any:
        reply = self.of.ask(name, keys, **params)
        assert reply.status == 200, reply.body
        return reply.parsed

    def user(self, name: str, *actions: str, root: Credentials | None = None) -> Credentials:
        """A user who may do this on everything, of ours or of the account of `root`."""
        self.done("iam:CreateUser", root, UserName=name)
        text = document(allow(*actions))
        self.done("iam:PutUserPolicy", root, UserName=name, PolicyName="own", PolicyDocument=text)
        made = self.done("iam:CreateAccessKey", root, UserName=name)["AccessKey"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def role(self, name: str) -> Credentials:
        """A session of a new role that holds no policy."""
        user = self.user(f"{name}-worker", "sts:AssumeRole")
        trust = document(allow("sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        self.done("iam:CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        issued = self.done("sts:AssumeRole", user, RoleArn=arn, RoleSessionName="here")["Credentials"]
        return Credentials(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])

    def policy(self, name: str) -> str:
        """A managed policy that allows little; its ARN."""
        made = self.done("iam:CreatePolicy", PolicyName=name, PolicyDocument=document(allow(HELD)))
        return str(made["Policy"]["Arn"])


@dataclass(frozen=True)
class Refusal:
    """A request that one policy refuses: by which check, and what that policy says (asked before and after)."""

    asks: Credentials
    check: str
    actions: Callable[[], list[str]]
    call: str = LACKING
    params: dict[str, str] = field(default_factory=lambda: {"repositoryName": "apply/app"})
    mends: Credentials | None = None


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("apply") / "data"
    with serving(data, "--account", PARTNER) as first:
        partner = first.root
        assert first.stop() == 0
    (data / "root-credentials").unlink()  # or the folder would be that account's for good
    with serving(data) as made:
        found = Server(made, partner)
        found.done("ecr:CreateRepository", repositoryName="apply/app")
        yield found


@pytest.fixture
def server(both: Server) -> Serving:
    return both.of


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), **(more or {"Resource": "*"})}


def actions_of(text: str) -> list[str]:
    found = [statement["Action"] for statement in json.loads(unquote(text))["Statement"]]
    return [action for each in found for action in ([each] if isinstance(each, str) else each)]


def default_of(server: Server, arn: str) -> list[str]:
    version = server.done("iam:GetPolicy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = server.done("iam:GetPolicyVersion", PolicyArn=arn, VersionId=version)["PolicyVersion"]
    return actions_of(found["Document"])


def inline_of_a_user(server: Server) -> Refusal:
    named = {"UserName": "apply-user", "PolicyName": "own"}
    return Refusal(
        server.user("apply-user", HELD),
        "Identity-based policies",
        lambda: actions_of(server.done("iam:GetUserPolicy", **named)["PolicyDocument"]),
    )


def inline_of_a_role(server: Server) -> Refusal:
    keys, named = server.role("ApplyInline"), {"RoleName": "ApplyInline", "PolicyName": "own"}
    server.done("iam:PutRolePolicy", **named, PolicyDocument=document(allow(HELD)))
    return Refusal(
        keys,
        "Identity-based policies",
        lambda: actions_of(server.done("iam:GetRolePolicy", **named)["PolicyDocument"]),
    )


def managed_of_a_role(server: Server) -> Refusal:
    keys, arn = server.role("ApplyManaged"), server.policy("ApplyManaged")
    server.done("iam:AttachRolePolicy", RoleName="ApplyManaged", PolicyArn=arn)
    return Refusal(keys, "Identity-based policies", lambda: default_of(server, arn))


def new_for_a_role(server: Server) -> Refusal:
    def attached() -> list[str]:
        held = server.done("iam:ListAttachedRolePolicies", RoleName="ApplyNew")["AttachedPolicies"]
        return [action for one in held for action in default_of(server, one["PolicyArn"])]

    return Refusal(server.role("ApplyNew"), "Identity-based policies", attached)


def boundary_of_a_user(server: Server) -> Refusal:
    keys, arn = server.user("apply-bounded", "ecr:*"), server.policy("ApplyBoundary")
    server.done("iam:PutUserPermissionsBoundary", UserName="apply-bounded", PermissionsBoundary=arn)
    return Refusal(keys, "Permissions boundary", lambda: default_of(server, arn))


def trust_of_a_role(server: Server) -> Refusal:
    asks = server.user("apply-trusted", "sts:AssumeRole")
    ec2 = document(allow("sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"}))
    server.done("iam:CreateRole", RoleName="ApplyTrust", AssumeRolePolicyDocument=ec2)

    def trusted() -> list[str]:
        found = server.done("iam:GetRole", RoleName="ApplyTrust")["Role"]["AssumeRolePolicyDocument"]
        users = [one["Principal"].get("AWS", "") for one in json.loads(unquote(found))["Statement"]]
        return ["sts:AssumeRole" for user in users if user.endswith(":user/apply-trusted")]

    params = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/ApplyTrust", "RoleSessionName": "here"}
    return Refusal(asks, "Role trust policy", trusted, "sts:AssumeRole", params)


def repository_of_another_account(server: Server) -> Refusal:
    """Who may set the policy of somebody else's repository mends it there, not in a repository of the same name."""
    keys = server.user("apply-partner", "*", root=server.partner)
    partner = {"AWS": f"arn:aws:iam::{PARTNER}:user/apply-partner"}
    granted = document(allow("ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy", HELD, Principal=partner))
    server.done("ecr:CreateRepository", server.partner, repositoryName="apply/app")
    server.done("ecr:SetRepositoryPolicy", repositoryName="apply/app", policyText=granted)

    def shared() -> list[str]:
        reply = server.of.ask("ecr:GetRepositoryPolicy", server.partner, repositoryName="apply/app")
        assert reply.error[1] == "RepositoryPolicyNotFoundException"
        return actions_of(server.done("ecr:GetRepositoryPolicy", repositoryName="apply/app")["policyText"])

    params = {"repositoryName": "apply/app", "registryId": ACCOUNT}
    return Refusal(keys, "Resource-based policies", shared, LACKING, params, mends=keys)


@pytest.mark.parametrize(
    "made",
    [
        inline_of_a_user,
        inline_of_a_role,
        managed_of_a_role,
        new_for_a_role,
        boundary_of_a_user,
        trust_of_a_role,
        repository_of_another_account,
    ],
)
def test_one_click_mends_the_policy_that_refused(
    page: Page, both: Server, sign_in: Callable[..., None], watched: Watched, made: Callable[[Server], Refusal]
) -> None:
    refusal = made(both)
    refused = both.of.ask(refusal.call, refusal.asks, **refusal.params)
    assert refused.status in (400, 403), refused.body
    assert refusal.call not in refusal.actions()
    sign_in(f"/access/why?id={refused.headers['x-authorization-id']}", refusal.mends)
    decided = page.get_by_role("listitem").filter(has_text=refusal.check)
    expect(decided).to_contain_text("decided here")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("Decided again: it is allowed now")).to_be_visible()
    assert refusal.call in refusal.actions()
    both.done(refusal.call, refusal.asks, **refusal.params)
    watched.forget("400")  # to decide again it asks for policies of the repository and the registry
    assert_sound(watched)
