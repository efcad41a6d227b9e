"""A change holds for the very next request: nothing that the gate remembers is ever out of date."""

from collections.abc import Awaitable, Callable

import pytest
from botocore.credentials import Credentials

from rights.wire import ACCOUNT, REGION
from rights.world import World, allow, deny, document, granting, trusting

APP = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app"
DEV = f"arn:aws:iam::{ACCOUNT}:user/dev"
LIST = document(allow("ecr:ListImages"))


@pytest.fixture(autouse=True)
async def repository(server: World) -> None:
    await server.do("ecr:CreateRepository", repositoryName="app", tags=[{"Key": "team", "Value": "a"}])


async def may(server: World, keys: Credentials) -> bool:
    """Whether it may list the images: asked twice, for the second answer comes from what the gate remembers."""
    first = (await server.ask("ecr:ListImages", keys, repositoryName="app")).status
    assert (await server.ask("ecr:ListImages", keys, repositoryName="app")).status == first
    by_login = (await server.registry("GET", "/v2/app/tags/list", keys)).status
    assert (first == 200) == (by_login == 200), (first, by_login)
    return first == 200


async def user(server: World, *statements: dict[str, object]) -> Credentials:
    keys = await server.user("dev", *statements)
    await server.lend_login(keys)
    return keys


async def test_attaching_a_policy_and_a_new_version_and_detaching_it(server: World) -> None:
    keys = await user(server)
    arn = (await server.do("iam:CreatePolicy", PolicyName="P", PolicyDocument=LIST))["Policy"]["Arn"]
    assert not await may(server, keys)
    await server.do("iam:AttachUserPolicy", UserName="dev", PolicyArn=arn)
    assert await may(server, keys)
    await server.do(
        "iam:CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document(allow("ecr:PutImage")), SetAsDefault=True
    )
    assert not await may(server, keys)
    await server.do("iam:SetDefaultPolicyVersion", PolicyArn=arn, VersionId="v1")
    assert await may(server, keys)
    await server.do("iam:DetachUserPolicy", UserName="dev", PolicyArn=arn)
    assert not await may(server, keys)


async def test_a_version_that_is_not_the_default_changes_nothing(server: World) -> None:
    keys = await user(server)
    arn = (await server.do("iam:CreatePolicy", PolicyName="P", PolicyDocument=LIST))["Policy"]["Arn"]
    await server.do("iam:AttachUserPolicy", UserName="dev", PolicyArn=arn)
    await server.do("iam:CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document(deny("*")))
    assert await may(server, keys)


async def test_an_inline_policy_put_replaced_and_deleted(server: World) -> None:
    keys = await user(server, allow("ecr:ListImages"))
    assert await may(server, keys)
    text = document(allow("ecr:ListImages"), deny("ecr:List*"))
    await server.do("iam:PutUserPolicy", UserName="dev", PolicyName="own", PolicyDocument=text)
    assert not await may(server, keys)
    await server.do("iam:PutUserPolicy", UserName="dev", PolicyName="own", PolicyDocument=LIST)
    assert await may(server, keys)
    await server.do("iam:DeleteUserPolicy", UserName="dev", PolicyName="own")
    assert not await may(server, keys)


async def test_a_boundary_set_and_taken_away(server: World) -> None:
    keys = await user(server, allow("ecr:*"))
    arn = (await server.do("iam:CreatePolicy", PolicyName="B", PolicyDocument=document(allow("iam:*"))))["Policy"][
        "Arn"
    ]
    assert await may(server, keys)
    await server.do("iam:PutUserPermissionsBoundary", UserName="dev", PermissionsBoundary=arn)
    assert not await may(server, keys)
    assert (await server.refusal("ecr:ListImages", keys, repositoryName="app")).endswith(
        "because no permissions boundary allows the ecr:ListImages action"
    )
    await server.do("iam:DeleteUserPermissionsBoundary", UserName="dev")
    assert await may(server, keys)


async def test_a_roles_policy_changes_its_living_sessions(server: World) -> None:
    keys = await user(server)
    session = await server.assume(await server.role("R", trusting(DEV)), keys)
    await server.lend_login(session)
    assert not await may(server, session)
    await server.do("iam:PutRolePolicy", RoleName="R", PolicyName="own", PolicyDocument=LIST)
    assert await may(server, session)
    await server.do("iam:UpdateAssumeRolePolicy", RoleName="R", PolicyDocument=trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    assert await may(server, session)  # who may take the role is another question than what its sessions may do


async def test_a_repository_policy_set_and_deleted(server: World) -> None:
    keys = await user(server)
    text = document(granting({"AWS": DEV}, "ecr:ListImages"))
    assert not await may(server, keys)
    await server.do("ecr:SetRepositoryPolicy", repositoryName="app", policyText=text)
    assert await may(server, keys)
    await server.do("ecr:DeleteRepositoryPolicy", repositoryName="app")
    assert not await may(server, keys)


async def test_a_registry_policy_put_and_deleted(server: World) -> None:
    keys = await user(server, allow("ecr:*"))
    text = document(granting({"AWS": DEV}, "ecr:ListImages", effect="Deny", Resource=APP))
    assert await may(server, keys)
    await server.do("ecr:PutRegistryPolicy", policyText=text)
    assert not await may(server, keys)
    await server.do("ecr:DeleteRegistryPolicy")
    assert await may(server, keys)


@pytest.mark.parametrize("whose", ["user", "repository"])
async def test_a_tag_changed(server: World, whose: str) -> None:
    same = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    keys = await user(server, allow("ecr:ListImages", Condition=same))
    assert not await may(server, keys)
    tag = [{"Key": "team", "Value": "a"}]
    await server.do("iam:TagUser", UserName="dev", Tags=tag)
    assert await may(server, keys)
    change: dict[str, Callable[[], Awaitable[object]]] = {
        "user": lambda: server.do("iam:UntagUser", UserName="dev", TagKeys=["team"]),
        "repository": lambda: server.do("ecr:TagResource", resourceArn=APP, tags=[{"Key": "team", "Value": "b"}]),
    }
    await change[whose]()
    assert not await may(server, keys)


async def test_a_managed_session_policy_that_was_deleted_grants_nothing(server: World) -> None:
    keys = await user(server)
    arn = await server.role("R", trusting(DEV), allow("ecr:*"))
    policy = (await server.do("iam:CreatePolicy", PolicyName="S", PolicyDocument=LIST))["Policy"]["Arn"]
    session = await server.assume(arn, keys, PolicyArns=[{"arn": policy}])
    await server.lend_login(session)
    assert await may(server, session)
    await server.do("iam:DeletePolicy", PolicyArn=policy)
    assert not await may(server, session)


async def test_a_deleted_and_remade_repository_has_not_its_old_policy(server: World) -> None:
    keys = await user(server)
    text = document(granting({"AWS": DEV}, "ecr:ListImages"))
    await server.do("ecr:SetRepositoryPolicy", repositoryName="app", policyText=text)
    assert await may(server, keys)
    await server.do("ecr:DeleteRepository", repositoryName="app")
    await server.do("ecr:CreateRepository", repositoryName="app")
    assert not await may(server, keys)
