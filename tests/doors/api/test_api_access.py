"""/api/can, matrix, who, verdict and lint: what policies grant, told to whom a policy lets know it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.credentials import Credentials

from dockreeve.cli import tutorial
from rights.wire import ACCOUNT, OTHER_ACCOUNT
from rights.world import AWS_POLICY, World, allow, deny, document, granting, trusting

READ, WRITE = json.dumps(tutorial.READ_DOCUMENT), json.dumps(tutorial.WRITE_DOCUMENT)
PULL_ONLY = f"{AWS_POLICY}AmazonEC2ContainerRegistryPullOnly"
POWER = f"{AWS_POLICY}AmazonEC2ContainerRegistryPowerUser"


async def post(server: World, path: str, body: Any, keys: Credentials | None = None) -> Any:
    reply = await server.api("POST", path, keys, body=body)
    assert reply.status == 200, reply.body
    return reply.json


async def problem(server: World, path: str, body: Any, keys: Credentials | None = None) -> tuple[int, str, str]:
    return (await server.api("POST", path, keys, body=body)).problem


async def furnished(server: World) -> None:
    """A role that pulls and one that may do nothing, a user who pushes, and two repositories, one with a policy."""
    await server.role("puller", trusting(f"arn:aws:iam::{ACCOUNT}:root"), arns=(PULL_ONLY,), Path="/team/")
    await server.role("idle", trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    await server.user("pusher", arns=(POWER,))
    for name in ("app", "shared"):
        await server.do("ecr:CreateRepository", repositoryName=name)
    policy = document(granting("*", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"))
    await server.do("ecr:SetRepositoryPolicy", repositoryName="shared", policyText=policy)


# the verdict


async def test_the_tutorials_mistake_is_said_in_container_verbs(server: World) -> None:
    said = await post(server, "/api/verdict", {"document": READ})
    assert said["error"] is None
    assert [(one["verb"], one["answer"]) for one in said["verbs"]] == [("login", "yes"), ("pull", "no"), ("push", "no")]
    pull = said["verbs"][1]
    assert (pull["missing"], pull["denied"]) == (["ecr:GetDownloadUrlForLayer"], [])
    [statement] = pull["add"]
    mended = json.loads(READ)
    mended["Statement"].append(statement)
    again = await post(server, "/api/verdict", {"document": json.dumps(mended), "verbs": ["pull"]})
    assert again["verbs"][0]["answer"] == "yes"


async def test_a_deny_is_told_apart_from_what_is_missing(server: World) -> None:
    text = document(allow("ecr:*"), deny("ecr:BatchGetImage"))
    [pull] = (await post(server, "/api/verdict", {"document": text, "verbs": ["pull"]}))["verbs"]
    assert (pull["answer"], pull["denied"], pull["missing"], pull["add"]) == ("no", ["ecr:BatchGetImage"], [], None)


async def test_a_condition_makes_it_depend(server: World) -> None:
    text = document(allow("ecr:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    [pull] = (await post(server, "/api/verdict", {"document": text, "verbs": ["pull"]}))["verbs"]
    assert (pull["answer"], pull["dependsOn"]) == ("depends", ["aws:SecureTransport"])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"Version": "2012-10-17"}', '{"Statement": [{}]}', "\x00", "[" * 9000]
)
async def test_a_document_that_is_being_typed_is_no_error(server: World, text: str) -> None:
    said = await post(server, "/api/verdict", {"document": text})
    assert said["verbs"] == []
    assert said["error"]["message"]
    assert (await post(server, "/api/lint", {"document": text}))["findings"]


async def test_with_a_principal_its_other_policies_count_too(server: World) -> None:
    await server.do("iam:CreatePolicy", PolicyName="W", PolicyDocument=WRITE)
    made = await server.do("iam:CreatePolicy", PolicyName="R", PolicyDocument=READ)
    arns = (f"arn:aws:iam::{ACCOUNT}:policy/W", made["Policy"]["Arn"])
    await server.role("R", trusting(f"arn:aws:iam::{ACCOUNT}:root"), arns=arns)
    asked = {"document": READ, "principal": "role/R", "policyArn": made["Policy"]["Arn"], "verbs": ["push", "pull"]}
    assert [one["answer"] for one in (await post(server, "/api/verdict", asked))["verbs"]] == ["yes", "no"]
    asked["document"] = document(allow("ecr:*"))
    assert [one["answer"] for one in (await post(server, "/api/verdict", asked))["verbs"]] == ["yes", "yes"]
    asked["document"] = document(allow("ecr:GetAuthorizationToken"))  # what the draft takes away is away
    [push, _] = (await post(server, "/api/verdict", asked))["verbs"]
    assert push["answer"] == "yes"


@pytest.mark.slow
async def test_the_card_is_drawn_while_one_types(server: World) -> None:
    times = []
    for number in range(20):
        text = document(allow("ecr:*", on=f"arn:aws:ecr:*:{ACCOUNT}:repository/team-{number}/*"), *_many(number))
        begun = time.process_time()  # the machine may be busy with others
        await post(server, "/api/verdict", {"document": text})
        times.append(time.process_time() - begun)
    assert sorted(times)[10] < 0.05


def _many(number: int) -> list[dict[str, Any]]:
    return [allow("ecr:BatchGetImage", on=f"arn:aws:ecr:*:{ACCOUNT}:repository/r{number}-{one}") for one in range(10)]


# can


async def test_a_principal_is_asked_about_with_repositories_as_they_are(server: World) -> None:
    await furnished(server)
    asked = {"principal": "role/puller", "verbs": ["pull", "push"], "repositories": ["app"]}
    [pull, push] = (await post(server, "/api/can", asked))["answers"]
    assert (pull["answer"], push["answer"]) == ("yes", "no")
    assert pull["principal"] == f"arn:aws:iam::{ACCOUNT}:role/team/puller"
    assert push["missing"][0]["action"] == "ecr:BatchCheckLayerAvailability"
    assert push["add"][0]["to"] == "identity"
    login = {**asked, "principal": "role/idle", "verbs": ["pull"], "repositories": ["shared", "app"]}
    [shared, app] = (await post(server, "/api/can", login))["answers"]
    assert [one["action"] for one in shared["missing"]] == ["ecr:GetAuthorizationToken"]
    assert len(app["missing"]) == 3


async def test_a_draft_is_tried_without_being_stored(server: World) -> None:
    await furnished(server)
    asked = {"principal": "role/idle", "verbs": ["pull"], "repositories": ["app"]}
    draft = {"document": document(allow("ecr:*"))}
    assert (await post(server, "/api/can", {**asked, "draft": draft}))["answers"][0]["answer"] == "yes"
    assert (await post(server, "/api/can", asked))["answers"][0]["answer"] == "no"


async def test_policies_are_looked_at_without_any_principal(server: World) -> None:
    given = {"policies": [READ, WRITE], "verbs": ["login", "pull", "push"]}
    found = [one["answer"] for one in (await post(server, "/api/can", given))["answers"]]
    assert found == ["yes", "no", "yes"]
    bounded = {**given, "boundary": document(allow("ecr:GetAuthorizationToken"))}
    found = [one["answer"] for one in (await post(server, "/api/can", bounded))["answers"]]
    assert found == ["yes", "no", "no"]


async def test_policies_may_be_as_long_as_iam_takes_them(server: World) -> None:
    text = document(*(allow("ecr:BatchGetImage", on=f"arn:aws:ecr:*:{ACCOUNT}:repository/r{n}") for n in range(60)))
    assert len(text) > 6144
    given = {"policies": [text], "verbs": ["login"], "repositories": ["r1"]}
    assert (await post(server, "/api/can", given))["answers"][0]["answer"] == "no"
    assert (await problem(server, "/api/can", {**given, "policies": [text + " " * 20_480]}))[1] == "ValidationError"


async def test_a_context_settles_what_it_depends_on(server: World) -> None:
    text = document(allow("ecr:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    given = {"policies": [text], "verbs": ["pull"]}
    assert (await post(server, "/api/can", given))["answers"][0]["answer"] == "depends"
    given["context"] = {"aws:SecureTransport": "true"}
    assert (await post(server, "/api/can", given))["answers"][0]["answer"] == "yes"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "give principal, or policies"),
        ({"principal": "role/R", "policies": [READ]}, "give principal, or policies"),
        ({"policies": [READ], "verbs": ["fly"]}, "verbs must be one of"),
        ({"policies": [READ], "verbs": "pull"}, "verbs must be a list"),
        ({"policies": [READ], "repositories": ["UPPER"]}, "can't name a repository"),
        ({"policies": [READ], "repositories": []}, "repositories must be a list of 1 to 20"),
        ({"policies": [READ] * 21}, "policies must be a list of 0 to 20"),
        ({"policies": [READ], "context": {"a": 1}}, "context must be"),
        ({"policies": [READ], "context": [1]}, "context must be an object"),
        ({"policies": [READ], "more": 1}, "'more' is no member"),
        ({"principal": "group/x"}, "is not role/NAME"),
        ({"principal": f"arn:aws:iam::{OTHER_ACCOUNT}:role/R"}, "is not role/NAME"),
        pytest.param(
            {"policies": [READ], "repositories": [f"r{number}" for number in range(20)], "verbs": ["pull"] * 10},
            "",
            marks=pytest.mark.slow,
        ),
    ],
)
async def test_what_can_not_be_asked_is_refused_in_a_sentence(server: World, body: Any, sentence: str) -> None:
    reply = await server.api("POST", "/api/can", body=body)
    if not sentence:
        assert reply.status == 200
        return
    status, code, message = reply.problem
    assert (status, code) == (400, "ValidationError")
    assert sentence in message


async def test_a_malformed_policy_is_told_as_iam_does(server: World) -> None:
    status, code, _ = await problem(server, "/api/can", {"policies": ["{"]})
    assert (status, code) == (400, "MalformedPolicyDocument")


# the matrix, and who


async def test_the_matrix_has_everybody_and_every_repository(server: World) -> None:
    await furnished(server)
    table = await post(server, "/api/matrix", {"verbs": ["pull", "push"]})
    assert (table["repositories"], table["more"]) == (["app", "shared"], False)
    assert {row["name"]: row["cells"]["app"] for row in table["rows"]} == {
        "role idle": {"pull": "no", "push": "no"},
        "role puller": {"pull": "yes", "push": "no"},
        "user pusher": {"pull": "yes", "push": "yes"},
    }
    some = await post(
        server, "/api/matrix", {"principals": ["user/pusher"], "repositories": ["x/*"], "verbs": ["pull"]}
    )
    assert [row["cells"] for row in some["rows"]] == [{"x/*": {"pull": "yes"}}]


@pytest.mark.slow
async def test_a_matrix_that_is_too_large_is_cut_and_says_so(server: World) -> None:
    await furnished(server)
    names = [f"r{number}" for number in range(50)]
    verbs = ["pull", "push"]
    table = await post(server, "/api/matrix", {"repositories": names, "verbs": verbs})
    assert (len(table["rows"]), table["more"]) == (2, True)
    named = {"principals": ["role/idle", "role/puller", "user/pusher"], "repositories": names, "verbs": verbs}
    assert (await problem(server, "/api/matrix", named))[1] == "ValidationError"


async def test_who_can_is_told_with_the_statements_that_let_them(server: World) -> None:
    await furnished(server)
    found = await post(server, "/api/who", {"verb": "pull", "repository": "shared"})
    assert [one["name"] for one in found["principals"]] == ["role puller", "user pusher"]
    by = {(one["action"], one["layer"], one["policy"]) for one in found["principals"][0]["by"]}
    assert ("ecr:GetAuthorizationToken", "identity", PULL_ONLY) in by
    assert {action for action, _, _ in by} == {
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    }
    assert any(policy == "repository policy" for _, _, policy in by)
    assert (await problem(server, "/api/who", {"verb": "pull", "repository": "app*"}))[1] == "ValidationError"


# lint


async def test_lint_finds_what_access_analyzer_would(server: World) -> None:
    text = document(allow("ecr:DescribeImage"))
    found = await post(server, "/api/lint", {"document": text})
    assert "INVALID_ACTION" in [one["issueCode"] for one in found["findings"]]
    promise = {"document": READ, "description": "Lets its holder pull images"}
    described = (await post(server, "/api/lint", promise))["findings"]
    assert len(described) > len((await post(server, "/api/lint", {"document": READ}))["findings"])
    trust = {"document": json.dumps(tutorial.TRUST_DOCUMENT), "kind": "trust"}
    assert (await post(server, "/api/lint", trust))["findings"] == []


# who may ask


async def test_each_question_needs_its_right(server: World) -> None:
    await furnished(server)
    nobody = await server.user("nobody")
    for path, body, action in (
        ("/api/can", {"policies": [READ]}, "dockreeve:GetAccess on resource: *"),
        ("/api/can", {"principal": "role/puller"}, f"GetAccess on resource: arn:aws:iam::{ACCOUNT}:role/team/puller"),
        ("/api/can", {"principal": "role/gone"}, f"GetAccess on resource: arn:aws:iam::{ACCOUNT}:role/gone"),
        ("/api/matrix", {}, "dockreeve:GetAccess on resource: *"),
        ("/api/who", {"verb": "pull", "repository": "app"}, "dockreeve:GetAccess on resource: *"),
        ("/api/verdict", {"document": READ}, "dockreeve:GetVerdict on resource: *"),
        ("/api/lint", {"document": READ}, "dockreeve:LintPolicy on resource: *"),
    ):
        status, code, message = await problem(server, path, body, nobody)
        assert (status, code) == (403, "AccessDenied"), path
        assert action in message


async def test_a_right_about_one_principal_is_none_about_another(server: World) -> None:
    await furnished(server)
    mine = f"arn:aws:iam::{ACCOUNT}:role/idle"
    keys = await server.user("helper", allow("dockreeve:GetAccess", on=mine), allow("dockreeve:GetVerdict"))
    ask = {"verbs": ["pull"], "repositories": ["app"]}
    await post(server, "/api/can", {"principal": "role/idle", **ask}, keys)
    for other in ("role/puller", "role/idle/puller", f"{mine}/../puller", "user/pusher"):
        status, _, _ = await problem(server, "/api/can", {"principal": other, **ask}, keys)
        assert status in (400, 403, 404), other
    status, _, _ = await problem(server, "/api/verdict", {"document": READ, "principal": "role/puller"}, keys)
    assert status == 403


async def test_another_account_sees_its_own_only(server: World) -> None:
    await furnished(server)
    other = await server.account(OTHER_ACCOUNT)
    assert (await post(server, "/api/matrix", {}, other))["rows"] == []
    assert (await post(server, "/api/who", {"verb": "pull", "repository": "shared"}, other))["principals"] == []
    absent = await problem(server, "/api/can", {"principal": "role/puller"}, other)
    assert absent == (404, "NoSuchEntity", "The role with name puller cannot be found.")
