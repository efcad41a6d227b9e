"""The resource's side: repository and registry policies, other accounts, and who may take a role."""

from typing import Any

import pytest
from botocore.credentials import Credentials

from rights.wire import ACCOUNT, OTHER_ACCOUNT, REGION
from rights.world import ADMINISTRATOR, World, allow, deny, document, granting, trusting

APP = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app"
DEV, PARTNER = f"arn:aws:iam::{ACCOUNT}:user/dev", f"arn:aws:iam::{OTHER_ACCOUNT}:user/partner"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/R"


@pytest.fixture(autouse=True)
async def repository(server: World) -> None:
    await server.do("ecr:CreateRepository", repositoryName="app")


async def shared(server: World, *statements: dict[str, object]) -> None:
    """Set the repository's policy."""
    await server.do("ecr:SetRepositoryPolicy", repositoryName="app", policyText=document(*statements))


async def listed(server: World, keys: Credentials) -> str:
    """List the images of our repository: "" when that is allowed, else the reason."""
    reply = await server.ask("ecr:ListImages", keys, repositoryName="app", registryId=ACCOUNT)
    return "" if reply.status == 200 else reply.error[2].partition(f"{APP} ")[2]


SILENT_IDENTITY = "because no identity-based policy allows the ecr:ListImages action"
SILENT_RESOURCE = "because no resource-based policy allows the ecr:ListImages action"

# one account


async def test_a_repository_policy_that_names_the_user_is_enough(server: World) -> None:
    dev = await server.user("dev")
    assert await listed(server, dev) == SILENT_IDENTITY
    await shared(server, granting({"AWS": DEV}, "ecr:ListImages"))
    assert await listed(server, dev) == ""


async def test_a_repository_policy_for_the_account_only_delegates(server: World) -> None:
    dev = await server.user("dev")
    await shared(server, granting({"AWS": ACCOUNT}, "ecr:ListImages"))
    assert await listed(server, dev) == SILENT_IDENTITY


async def test_a_repository_policy_for_everybody_is_enough(server: World) -> None:
    dev = await server.user("dev")
    await shared(server, granting("*", "ecr:ListImages"))
    assert await listed(server, dev) == ""


async def test_a_repository_policy_denies_whom_an_identity_policy_allows(server: World) -> None:
    dev = await server.user("dev", allow("*"))
    await shared(server, granting("*", "ecr:ListImages", effect="Deny"))
    assert await listed(server, dev) == "with an explicit deny in a resource-based policy"
    assert await listed(server, server.root) == "with an explicit deny in a resource-based policy"


async def test_an_identity_policy_denies_whom_a_repository_policy_allows(server: World) -> None:
    dev = await server.user("dev", deny("ecr:*"))
    await shared(server, granting({"AWS": DEV}, "ecr:ListImages"))
    assert await listed(server, dev) == "with an explicit deny in an identity-based policy"


async def test_a_repository_policy_is_of_its_repository_only(server: World) -> None:
    dev = await server.user("dev")
    await server.do("ecr:CreateRepository", repositoryName="app2")
    await shared(server, granting({"AWS": DEV}, "ecr:*"))
    assert (await server.ask("ecr:ListImages", dev, repositoryName="app2")).status == 400


async def test_a_login_must_come_from_an_identity_policy(server: World) -> None:
    dev = await server.user("dev")
    await shared(server, granting({"AWS": DEV}, "ecr:*"))
    assert "no identity-based policy" in await server.refusal("ecr:GetAuthorizationToken", dev)


async def test_a_user_made_anew_does_not_inherit_the_repository_policy_of_its_name(server: World) -> None:
    dev = await server.user("dev")
    await shared(server, granting({"AWS": DEV}, "ecr:ListImages"))
    await server.do("iam:DeleteAccessKey", UserName="dev", AccessKeyId=dev.access_key)
    await server.do("iam:DeleteUser", UserName="dev")
    assert await listed(server, await server.user("dev")) == SILENT_IDENTITY


# two accounts


@pytest.mark.parametrize(
    ("owner_allows", "caller_allows", "reason"),
    [
        (True, True, ""),
        (False, True, SILENT_RESOURCE),
        (True, False, SILENT_IDENTITY),
        (False, False, SILENT_RESOURCE),
    ],
)
async def test_across_accounts_both_sides_must_allow(
    server: World, owner_allows: bool, caller_allows: bool, reason: str
) -> None:
    other = await server.account(OTHER_ACCOUNT)
    partner = await server.user("partner", *([allow("ecr:*")] if caller_allows else []), by=other)
    if owner_allows:
        await shared(server, granting({"AWS": PARTNER}, "ecr:ListImages"))
    assert await listed(server, partner) == reason


@pytest.mark.parametrize("principal", [OTHER_ACCOUNT, f"arn:aws:iam::{OTHER_ACCOUNT}:root"])
async def test_a_repository_shared_with_an_account_is_open_to_whom_that_account_allows(
    server: World, principal: str
) -> None:
    other = await server.account(OTHER_ACCOUNT)
    await shared(server, granting({"AWS": principal}, "ecr:ListImages"))
    assert await listed(server, other) == ""
    assert await listed(server, await server.user("partner", allow("ecr:ListImages"), by=other)) == ""
    assert await listed(server, await server.user("intern", by=other)) == SILENT_IDENTITY


async def test_an_administrator_of_another_account_is_nobody_here(server: World) -> None:
    other = await server.account(OTHER_ACCOUNT)
    admin = await server.user("admin", by=other, arns=(ADMINISTRATOR,))
    assert await listed(server, admin) == SILENT_RESOURCE
    assert await listed(server, other) == SILENT_RESOURCE
    refused = await server.refusal("sts:AssumeRole", admin, RoleArn=ROLE, RoleSessionName="session")
    assert refused == f"User: arn:aws:iam::{OTHER_ACCOUNT}:user/admin is not authorized to perform: " + (
        f"sts:AssumeRole on resource: {ROLE}"
    )


async def test_the_login_of_another_account_pulls_what_is_shared_with_it(server: World) -> None:
    other = await server.account(OTHER_ACCOUNT)
    partner = await server.user("partner", allow("ecr:*"), by=other)
    assert (await server.registry("GET", "/v2/app/tags/list", partner)).status == 403
    await shared(server, granting({"AWS": PARTNER}, "ecr:ListImages"))
    assert (await server.registry("GET", "/v2/app/tags/list", partner)).status == 200


# the registry's policy


async def scoped(server: World, *statements: dict[str, object], scope: str = "V2") -> None:
    await server.do("ecr:PutAccountSetting", name="REGISTRY_POLICY_SCOPE", value=scope)
    await server.do("ecr:PutRegistryPolicy", policyText=document(*statements))


async def test_a_registry_policy_of_scope_v2_counts_for_every_action(server: World) -> None:
    dev = await server.user("dev")
    await scoped(server, granting({"AWS": DEV}, "ecr:ListImages", Resource=APP))
    assert await listed(server, dev) == ""
    await scoped(server, granting({"AWS": DEV}, "ecr:ListImages", effect="Deny", Resource=APP))
    assert await listed(server, dev) == "with an explicit deny in a resource-based policy"


async def test_a_registry_policy_of_scope_v1_counts_for_replication_and_creation_only(server: World) -> None:
    dev = await server.user("dev", allow("ecr:*"))
    rest = f"{APP.removesuffix('app')}*"
    await scoped(server, granting({"AWS": DEV}, "ecr:*", effect="Deny", Resource=rest), scope="V1")
    assert await listed(server, dev) == ""
    refused = await server.refusal("ecr:CreateRepository", dev, repositoryName="new")
    assert refused.endswith("with an explicit deny in a resource-based policy")


async def test_registry_and_repository_policy_count_together(server: World) -> None:
    dev = await server.user("dev")
    await shared(server, granting({"AWS": DEV}, "ecr:ListImages"))
    await scoped(server, granting({"AWS": DEV}, "ecr:ListImages", effect="Deny", Resource=APP))
    assert await listed(server, dev) == "with an explicit deny in a resource-based policy"


async def test_a_registry_policy_is_of_its_region_only(server: World) -> None:
    dev = await server.user("dev", allow("ecr:*"))
    await scoped(server, granting({"AWS": DEV}, "ecr:ListImages", effect="Deny", Resource="*"))
    reply = await server.ask("ecr:ListImages", dev, region="eu-west-1", repositoryName="app")
    assert reply.error[1] == "RepositoryNotFoundException"


# roles


async def takes(server: World, keys: Credentials, **more: Any) -> bool:
    return (await server.ask("sts:AssumeRole", keys, RoleArn=ROLE, RoleSessionName="session", **more)).status == 200


async def test_a_trust_policy_that_names_the_user_is_enough(server: World) -> None:
    dev, other = await server.user("dev"), await server.user("other", allow("sts:*"))
    await server.role("R", trusting(DEV))
    assert await takes(server, dev)
    assert not await takes(server, other)  # whatever it may do: the role isn't for it


async def test_a_trust_policy_for_the_account_needs_the_users_own_policy_too(server: World) -> None:
    dev, other = await server.user("dev", allow("sts:AssumeRole", on=ROLE)), await server.user("other")
    await server.role("R", trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    assert await takes(server, dev)
    assert not await takes(server, other)


async def test_an_identity_policy_denies_whom_a_trust_policy_names(server: World) -> None:
    dev = await server.user("dev", deny("sts:*"))
    await server.role("R", trusting(DEV))
    assert not await takes(server, dev)


async def test_a_trust_policy_denies_whom_it_allows_elsewhere(server: World) -> None:
    dev = await server.user("dev", allow("*"))
    trust = document(
        granting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sts:AssumeRole"),
        granting({"AWS": DEV}, "sts:AssumeRole", effect="Deny"),
    )
    await server.role("R", trust)
    assert not await takes(server, dev)


async def test_a_role_for_instances_is_for_no_user(server: World) -> None:
    admin = await server.user("admin", arns=(ADMINISTRATOR,))
    await server.role("R", document(granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")))
    assert not await takes(server, admin)
    root = (await server.ask("sts:AssumeRole", RoleArn=ROLE, RoleSessionName="session")).error
    assert root == (403, "AccessDenied", "Roles may not be assumed by root accounts.")


async def test_across_accounts_trust_and_the_callers_policy_must_both_allow(server: World) -> None:
    other = await server.account(OTHER_ACCOUNT)
    partner, intern = await server.user("partner", allow("sts:*"), by=other), await server.user("intern", by=other)
    await server.role("R", trusting(f"arn:aws:iam::{OTHER_ACCOUNT}:user/intern", PARTNER))
    assert await takes(server, partner)
    assert not await takes(server, intern)


async def test_an_external_id_that_the_trust_policy_wants_must_be_given(server: World) -> None:
    dev = await server.user("dev")
    await server.role("R", trusting(DEV, Condition={"StringEquals": {"sts:ExternalId": "ticket-7"}}))
    assert await takes(server, dev, ExternalId="ticket-7")
    assert not await takes(server, dev, ExternalId="ticket-8")
    assert not await takes(server, dev)


async def test_a_user_made_anew_does_not_inherit_the_trust_in_its_name(server: World) -> None:
    dev = await server.user("dev")
    await server.role("R", trusting(DEV))
    await server.do("iam:DeleteAccessKey", UserName="dev", AccessKeyId=dev.access_key)
    await server.do("iam:DeleteUser", UserName="dev")
    assert not await takes(server, await server.user("dev"))


async def test_a_role_that_does_not_exist_is_refused_like_one_that_is_not_for_us(server: World) -> None:
    dev = await server.user("dev", allow("*"))
    absent = await server.refusal("sts:AssumeRole", dev, RoleArn=ROLE, RoleSessionName="session")
    await server.role("R", document(granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")))
    assert await server.refusal("sts:AssumeRole", dev, RoleArn=ROLE, RoleSessionName="session") == absent


async def test_a_role_under_another_path_is_another_arn(server: World) -> None:
    dev = await server.user("dev")
    await server.role("R", trusting(DEV), Path="/team/")
    reply = await server.ask("sts:AssumeRole", dev, RoleArn=ROLE, RoleSessionName="session")
    assert (await server.refused(reply))["decidedBy"] == "ROLE_TRUST"  # refused by the gate, not by what comes after
    await server.assume(f"arn:aws:iam::{ACCOUNT}:role/team/R", dev)
