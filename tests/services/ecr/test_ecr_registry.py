"""The registry itself and its settings; and what every ECR operation is declared to touch."""

import pytest
from ecr_world import ACCOUNT, World, digest_of

from dockreeve.aws.operation import ANYTHING, declared

REGISTRY_WIDE = {
    "DescribeRegistry",
    "GetAccountSetting",
    "PutAccountSetting",
    "GetAuthorizationToken",
    "GetRegistryPolicy",
    "PutRegistryPolicy",
    "DeleteRegistryPolicy",
}


async def test_the_registry_is_described(world: World) -> None:
    assert await world.ask("DescribeRegistry") == {
        "registryId": ACCOUNT,
        "replicationConfiguration": {"rules": []},
    }


@pytest.mark.parametrize(
    ("name", "default", "other"),
    [
        ("BASIC_SCAN_TYPE_VERSION", "AWS_NATIVE", "CLAIR"),
        ("BLOB_MOUNTING", "ENABLED", "DISABLED"),
        ("REGISTRY_POLICY_SCOPE", "V2", "V1"),
    ],
)
async def test_a_setting_holds_once_it_is_put(world: World, name: str, default: str, other: str) -> None:
    assert await world.ask("GetAccountSetting", name=name) == {"name": name, "value": default}
    assert await world.ask("PutAccountSetting", name=name, value=other) == {"name": name, "value": other}
    assert await world.ask("GetAccountSetting", name=name) == {"name": name, "value": other}


async def test_unknown_settings_and_values_are_refused(world: World) -> None:
    assert (await world.refused("GetAccountSetting", name="COLOUR")).code == "InvalidParameterException"
    fault = await world.refused("PutAccountSetting", name="BLOB_MOUNTING", value="MAYBE")
    assert "[ENABLED, DISABLED]" in fault.message
    assert await world.ask("GetAccountSetting", name="BLOB_MOUNTING") == {
        "name": "BLOB_MOUNTING",
        "value": "ENABLED",
    }


async def test_the_settings_name_is_a_condition_key(world: World) -> None:
    for name, params in (("GetAccountSetting", {}), ("PutAccountSetting", {"value": "V1"})):
        [need] = await world.needs(name, name="REGISTRY_POLICY_SCOPE", **params)
        assert need.context == {"ecr:AccountSetting": "REGISTRY_POLICY_SCOPE"}
        assert need.touched == ANYTHING


def test_only_registry_wide_operations_touch_no_repository() -> None:
    found = {operation.name for operation in declared().values() if operation.service == "ecr"}
    wide = {
        operation.name
        for operation in declared().values()
        if operation.service == "ecr" and operation.touches == ANYTHING
    }
    assert wide == REGISTRY_WIDE
    assert len(found) == 28


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("DeleteRepository", {}),
        ("PutImageTagMutability", {"imageTagMutability": "MUTABLE"}),
        ("GetRepositoryPolicy", {}),
        ("DeleteRepositoryPolicy", {}),
        ("InitiateLayerUpload", {}),
        ("PutImage", {"imageManifest": "{}"}),
        ("BatchGetImage", {"imageIds": [{"imageTag": "a"}]}),
        ("BatchDeleteImage", {"imageIds": [{"imageTag": "a"}]}),
        ("BatchCheckLayerAvailability", {"layerDigests": ["a"]}),
        ("GetDownloadUrlForLayer", {"layerDigest": digest_of("x")}),
        ("DescribeImages", {}),
        ("ListImages", {}),
        ("ListImageReferrers", {"subjectId": {"imageDigest": digest_of("x")}}),
    ],
)
async def test_every_operation_names_the_repository_that_is_absent(
    world: World, name: str, params: dict[str, object]
) -> None:
    [need] = await world.needs(name, repositoryName="app", **params)
    assert need.touched.arn == f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app"
    fault = await world.refused(name, repositoryName="app", **params)
    assert fault.code == "RepositoryNotFoundException"
    assert fault.message == f"The repository with name 'app' does not exist in the registry with id '{ACCOUNT}'"
