"""/api/services: the catalogue for an editor of policies, told to whom a policy lets know it."""

from __future__ import annotations

from typing import Any

from rights.world import World


async def got(server: World, path: str) -> Any:
    reply = await server.api("GET", path)
    assert reply.status == 200, reply.body
    return reply.json


async def test_every_service_is_listed_with_the_source_of_the_data(server: World) -> None:
    said = await got(server, "/api/services")
    assert {"ecr", "iam", "sts", "s3"} <= set(said["services"])
    assert said["services"] == sorted(said["services"])
    assert all(said["source"].values())


async def test_a_services_actions_have_level_resources_and_keys(server: World) -> None:
    said = await got(server, "/api/services/ecr")
    actions = {one["name"]: one for one in said["actions"]}
    assert actions["ecr:GetAuthorizationToken"]["resourceTypes"] == []
    image = actions["ecr:BatchGetImage"]
    assert (image["level"], image["requiredTypes"]) == ("Read", ["repository"])
    assert "ecr:ResourceTag/${TagKey}" in image["conditionKeys"]
    [repository] = [one for one in said["resourceTypes"] if one["name"] == "repository"]
    assert repository["arns"] == ["arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}"]
    keys = {one["name"]: one for one in said["conditionKeys"]}
    assert keys["ecr:ResourceTag/${TagKey}"] == {
        "name": "ecr:ResourceTag/${TagKey}",
        "type": "String",
        "multivalued": False,
    }
    assert {"aws:SourceIp", "aws:TagKeys"} <= {one["name"] for one in said["globalConditionKeys"]}


async def test_a_prefix_is_found_in_any_case_and_an_unknown_one_is_not(server: World) -> None:
    assert (await got(server, "/api/services/ECR"))["service"] == "ecr"
    status, code, sentence = (await server.api("GET", "/api/services/nothing")).problem
    assert (status, code, sentence) == (404, "NotFound", "There is no service with the prefix `nothing`.")


async def test_who_may_not_read_it_is_refused(server: World) -> None:
    keys = await server.user("dev")
    for path, action in (("/api/services", "ListServices"), ("/api/services/ecr", "GetService")):
        status, code, sentence = (await server.api("GET", path, keys)).problem
        assert (status, code) == (403, "AccessDenied")
        assert f"dockreeve:{action}" in sentence
