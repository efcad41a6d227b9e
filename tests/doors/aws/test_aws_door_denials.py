"""What a refusal says, word for word (denials.md), and what no answer and no log line ever says."""

import logging
import re

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from rights.wire import ACCOUNT, OTHER_ACCOUNT, REGION, Asking, Reply, aws_request, presigned, signed
from rights.world import World, allow, deny, document, granting, trusting, world

DEV = f"arn:aws:iam::{ACCOUNT}:user/dev"


def told(reply: Reply) -> str:
    """What botocore's user reads."""
    return str(ClientError(reply.parsed, reply.operation))


async def role_session(server: World) -> Credentials:
    keys = await server.user("dev")
    return await server.assume(await server.role("R", trusting(DEV)), keys)


async def test_a_role_that_may_not_log_in_is_told_so(server: World) -> None:
    """Example 1."""
    reply = await server.ask("ecr:GetAuthorizationToken", await role_session(server))
    assert reply.status == 400
    assert told(reply) == (
        "An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: "
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/R/session is not authorized to perform: "
        "ecr:GetAuthorizationToken on resource: * "
        "because no identity-based policy allows the ecr:GetAuthorizationToken action"
    )
    assert "Message" in reply.json  # with a capital, as ECR writes this one


async def test_a_role_that_may_not_create_a_repository_is_told_which(server: World) -> None:
    """Example 2."""
    reply = await server.ask("ecr:CreateRepository", await role_session(server), repositoryName="app")
    assert reply.status == 400
    assert told(reply) == (
        "An error occurred (AccessDeniedException) when calling the CreateRepository operation: "
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/R/session is not authorized to perform: ecr:CreateRepository on "
        f"resource: arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app "
        "because no identity-based policy allows the ecr:CreateRepository action"
    )


async def test_another_account_is_told_that_the_resources_side_lacks_it(server: World) -> None:
    """Example 3, on the API."""
    partner = await server.user("partner", allow("*"), by=await server.account(OTHER_ACCOUNT))
    asked = {"repositoryName": "app", "registryId": ACCOUNT, "region": "us-west-2"}
    refused = await server.refusal("ecr:InitiateLayerUpload", partner, **asked)
    assert refused == (
        f"User: arn:aws:iam::{OTHER_ACCOUNT}:user/partner is not authorized to perform: ecr:InitiateLayerUpload on "
        f"resource: arn:aws:ecr:us-west-2:{ACCOUNT}:repository/app "
        "because no resource-based policy allows the ecr:InitiateLayerUpload action"
    )


async def test_iams_refusal_names_the_role_and_ends_with_the_id_of_the_authorization(server: World) -> None:
    """Example 5."""
    await server.role("build", trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    reply = await server.ask("iam:ListAttachedRolePolicies", await server.user("dev"), RoleName="build")
    decision = reply.headers["x-authorization-id"]
    assert reply.status == 403
    assert re.fullmatch("[a-z0-9]{24,25}", decision)
    assert told(reply) == (
        "An error occurred (AccessDenied) when calling the ListAttachedRolePolicies operation: "
        f"User: {DEV} is not authorized to perform: iam:ListAttachedRolePolicies on resource: role build because no "
        "identity-based policy allows the iam:ListAttachedRolePolicies action. "
        f"Go to http://127.0.0.1:5150/console/?region={REGION}#/authorization-details/{decision} for complete "
        "details, or call the GetRequestAuthorizationDetails API with the following authorization id: "
        f"{decision}"
    )
    assert (await server.refused(reply))["action"] == "iam:ListAttachedRolePolicies"


@pytest.mark.parametrize(
    ("name", "params", "resource"),
    [
        ("iam:GetRole", {"RoleName": "absent"}, "role absent"),
        ("iam:GetUser", {"UserName": "absent"}, "user absent"),
        ("iam:CreatePolicy", {"PolicyName": "new", "PolicyDocument": document(allow("*"))}, "policy new"),
        ("iam:ListInstanceProfiles", {}, f"arn:aws:iam::{ACCOUNT}:instance-profile/"),
        ("iam:ListRoles", {}, f"arn:aws:iam::{ACCOUNT}:role/"),
        ("iam:GetPolicy", {"PolicyArn": "arn:aws:iam::aws:policy/No"}, "arn:aws:iam::aws:policy/No"),
        ("ecr:DescribeRepositories", {}, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*"),
        ("ecr:ListImages", {"repositoryName": "absent"}, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/absent"),
    ],
)
async def test_a_refusal_comes_before_the_look_whether_it_exists_and_names_it(
    server: World, name: str, params: dict[str, str], resource: str
) -> None:
    refused = await server.refusal(name, await server.user("dev"), **params)
    assert f" on resource: {resource} because " in refused


async def test_a_user_that_may_not_take_a_role_is_told_no_reason(server: World) -> None:
    """Example 6."""
    arn = await server.role("R", document(granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")))
    reply = await server.ask("sts:AssumeRole", await server.user("dev"), RoleArn=arn, RoleSessionName="session")
    assert reply.status == 403
    assert told(reply) == (
        "An error occurred (AccessDenied) when calling the AssumeRole operation: "
        f"User: {DEV} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::{ACCOUNT}:role/R"
    )


async def test_an_explicit_deny_of_a_managed_policy_names_the_policy(server: World) -> None:
    text = document(allow("*"), deny("ecr:DescribeRegistry"))
    arn = (await server.do("iam:CreatePolicy", PolicyName="P", PolicyDocument=text))["Policy"]["Arn"]
    refused = await server.refusal("ecr:DescribeRegistry", await server.user("dev", arns=(arn,)))
    assert refused.endswith(f" with an explicit deny in an identity-based policy: {arn}")


async def test_an_explicit_deny_of_an_inline_policy_names_none(server: World) -> None:
    refused = await server.refusal("ecr:DescribeRegistry", await server.user("dev", deny("ecr:*")))
    assert refused.endswith(" with an explicit deny in an identity-based policy")


async def test_a_session_policy_that_lacks_it_is_named(server: World) -> None:
    arn = await server.role("R", trusting(DEV).replace(DEV, f"arn:aws:iam::{ACCOUNT}:root"), allow("*"))
    keys = await server.user("dev", allow("sts:*"))
    narrowed = await server.assume(arn, keys, Policy=document(allow("iam:*")))
    refused = await server.refusal("ecr:DescribeRegistry", narrowed)
    assert refused.endswith("because no session policy allows the ecr:DescribeRegistry action")


@pytest.mark.parametrize(
    ("explain", "iam", "ecr"), [("none", False, False), ("registry", True, False), ("all", True, True)]
)
async def test_the_message_carries_the_id_where_the_setting_says_so_the_header_always(
    explain: str, iam: bool, ecr: bool
) -> None:
    async with world(explain=explain) as server:
        dev = await server.user("dev")
        for name, expected in (("iam:ListUsers", iam), ("ecr:DescribeRegistry", ecr)):
            reply = await server.ask(name, dev)
            decision = reply.headers["x-authorization-id"]
            assert await server.journal.find(ACCOUNT, decision) is not None
            assert (decision in reply.error[2]) is expected


async def test_no_secret_and_no_token_is_in_an_answer_twice_or_in_the_log_ever(
    server: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    dev = await server.user("dev", allow("*"))
    session = await server.own_session(dev)
    await server.lend_login(dev)
    assert session.token is not None
    replies = [
        await server.ask("iam:ListAccessKeys", dev, UserName="dev"),
        await server.ask("iam:GetAccessKeyLastUsed", dev, AccessKeyId=dev.access_key),
        await server.ask("iam:GetUser", session),
    ]
    for keys in (Credentials(dev.access_key, "wrong"), Credentials(session.access_key, "wrong", session.token)):
        replies += [
            await server.ask("iam:ListUsers", keys),
            await server.ask("ecr:DescribeRegistry", keys),
            await server.api("GET", "/api/decisions", keys),
        ]
    replies.append(await server.send(presigned("/?Action=GetUser&Version=2010-05-08", session, "iam"), service="iam"))
    wrong = presigned("/?Action=GetUser&Version=2010-05-08", Credentials(session.access_key, "w", session.token), "iam")
    replies.append(await server.send(wrong))

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(server.records.identity, "find_principal", broken)
    replies += [await server.ask("iam:GetUser", keys, UserName="dev") for keys in (dev, session)]
    login = server.logins[dev.access_key].removeprefix("Basic ")
    for header in (f"Basic {login}x", f"Bearer {login}"):
        replies.append(await server.send(Asking("GET", "/v2/", headers={"authorization": header})))
    assert sum(reply.status >= 400 for reply in replies) == 11
    # All but what botocore says of its own work: it is the client here.
    logged = "\n".join(caplog.handler.format(one) for one in caplog.records if not one.name.startswith("botocore"))
    assert "signed something else" in logged and "broken" in logged
    for secret in (dev.secret_key, session.secret_key, session.token, login):
        for form in (secret, secret.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")):
            assert form not in logged
            assert not any(form.encode() in reply.body for reply in replies)


async def test_a_signature_that_does_not_match_shows_what_we_computed_in_the_log_only(
    server: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dockreeve.signature")
    wrong = Credentials(server.root.access_key, "wrong")
    reply = await server.send(signed(aws_request("iam", "ListUsers", {}), wrong, "iam"), service="iam")
    assert reply.error[1] == "SignatureDoesNotMatch"
    assert "AWS4-HMAC-SHA256" in caplog.text and "content-type;host" in caplog.text
    assert b"AWS4-HMAC" not in reply.body
