"""Repository and registry policies: set, read, deleted."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ecr_world import ACCOUNT, OTHER, World

from dockreeve.storage import Kind, Principal

REFUSAL = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid {} policy provided'"


def statement(effect: str = "Allow", principal: Any = "*", action: Any = "ecr:BatchGetImage", **more: Any) -> str:
    one = {"Effect": effect, "Principal": principal, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [one]}, indent=1)


def registry_statement(**more: Any) -> str:
    return statement(Resource=f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/*", **more)


async def add_role(world: World, name: str, unique_id: str) -> str:
    identity = world.call.records.identity
    await identity.ensure_account(ACCOUNT, datetime(2026, 1, 1, tzinfo=UTC))
    role = Principal(ACCOUNT, Kind.ROLE, name, "/", unique_id, datetime(2026, 1, 1, tzinfo=UTC))
    await identity.add_principal(role, limit=100)
    return role.arn


async def test_a_repository_policy_is_returned_as_given(world: World) -> None:
    await world.repository()
    text = statement()
    answer = {"registryId": ACCOUNT, "repositoryName": "app", "policyText": text}
    assert await world.ask("SetRepositoryPolicy", repositoryName="app", policyText=text) == answer
    assert await world.ask("GetRepositoryPolicy", repositoryName="app") == answer
    assert await world.ask("DeleteRepositoryPolicy", repositoryName="app") == answer
    for name in ("GetRepositoryPolicy", "DeleteRepositoryPolicy"):
        fault = await world.refused(name, repositoryName="app")
        assert fault.code == "RepositoryPolicyNotFoundException"
        assert fault.message == (
            f"Repository policy does not exist for the repository with name 'app' in the registry with id '{ACCOUNT}'"
        )


async def test_a_registry_policy_is_returned_as_given(world: World) -> None:
    text = registry_statement()
    answer = {"registryId": ACCOUNT, "policyText": text}
    assert await world.ask("PutRegistryPolicy", policyText=text) == answer
    assert await world.ask("GetRegistryPolicy") == answer
    assert await world.ask("DeleteRegistryPolicy") == answer
    for name in ("GetRegistryPolicy", "DeleteRegistryPolicy"):
        fault = await world.refused(name)
        assert fault.code == "RegistryPolicyNotFoundException"
        assert fault.message == f"Registry policy does not exist in the registry with id '{ACCOUNT}'"


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", statement("Maybe"), json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})],
)
async def test_a_malformed_policy_changes_nothing(world: World, text: str) -> None:
    await world.repository()
    for name, word, params in (
        ("SetRepositoryPolicy", "repository", {"repositoryName": "app"}),
        ("PutRegistryPolicy", "registry", {}),
    ):
        fault = await world.refused(name, policyText=text, **params)
        assert fault.code == "InvalidParameterException"
        assert fault.message.startswith(REFUSAL.format(word))
    assert (await world.refused("GetRegistryPolicy")).code == "RegistryPolicyNotFoundException"
    fault = await world.refused("GetRepositoryPolicy", repositoryName="app")
    assert fault.code == "RepositoryPolicyNotFoundException"


async def test_a_policy_has_ten_thousand_characters_at_most(world: World) -> None:
    await world.repository()
    fault = await world.refused("SetRepositoryPolicy", repositoryName="app", policyText=statement() + " " * 10_240)
    assert fault.code == "InvalidParameterException"


async def test_an_unknown_principal_gets_the_sentence_that_terraform_waits_for(world: World) -> None:
    await add_role(world, "Known", "AROAKNOWN000000000001")
    await world.repository()
    text = statement(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/Unknown"})
    fault = await world.refused("SetRepositoryPolicy", repositoryName="app", policyText=text)
    assert (fault.code, fault.message) == ("InvalidParameterException", REFUSAL.format("repository"))


async def test_a_known_principal_is_kept_by_its_unique_id(world: World) -> None:
    unique_id = "AROAKNOWN000000000001"
    arn = await add_role(world, "Known", unique_id)
    await world.repository()
    text = statement(principal={"AWS": [arn, OTHER]})
    await world.ask("SetRepositoryPolicy", repositoryName="app", policyText=text)
    assert (await world.repository()).policy_ids == {arn: unique_id}
    assert (await world.ask("GetRepositoryPolicy", repositoryName="app"))["policyText"] == text
    await world.call.records.identity.remove_principal(unique_id)
    shown = (await world.ask("GetRepositoryPolicy", repositoryName="app"))["policyText"]
    assert unique_id in shown
    assert arn not in shown


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "*"}, {"AWS": ACCOUNT}],
)
async def test_a_policy_that_locks_the_caller_out_needs_force(world: World, principal: Any) -> None:
    await world.repository()
    text = statement("Deny", principal, "ecr:Set*")
    fault = await world.refused("SetRepositoryPolicy", repositoryName="app", policyText=text)
    assert fault.code == "InvalidParameterException"
    assert "force" in fault.message
    assert (await world.repository()).policy is None
    await world.ask("SetRepositoryPolicy", repositoryName="app", policyText=text, force=True)
    assert (await world.repository()).policy == text


@pytest.mark.parametrize(
    "text",
    [
        statement("Deny", {"AWS": OTHER}, "ecr:*"),
        statement("Deny", "*", "ecr:BatchGetImage"),
        statement("Deny", "*", "ecr:*", Condition={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}),
        statement("Allow", "*", "ecr:*"),
    ],
)
async def test_a_policy_that_denies_others_needs_no_force(world: World, text: str) -> None:
    await world.repository()
    await world.ask("SetRepositoryPolicy", repositoryName="app", policyText=text)
    assert (await world.repository()).policy == text


async def test_a_policy_for_an_absent_repository_is_refused(world: World) -> None:
    fault = await world.refused("SetRepositoryPolicy", repositoryName="app", policyText=statement())
    assert fault.code == "RepositoryNotFoundException"
