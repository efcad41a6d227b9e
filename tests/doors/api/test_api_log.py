"""The log of decisions: filters, pages, what comes next, and a pasted error."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from botocore.credentials import Credentials

from dockreeve.gate import journal as module
from rights.wire import ACCOUNT, OTHER_ACCOUNT, Reply
from rights.world import World, allow


async def get(server: World, path: str = "/api/decisions", keys: Credentials | None = None, **query: str) -> Any:
    reply = await server.api("GET", path, keys, query=query)
    assert reply.status == 200, reply.body
    return reply.json


async def follow(server: World, cursor: str = "", wait: int = 5, **query: str) -> Any:
    return await get(server, "/api/decisions/follow", **{"cursor": cursor, "wait": str(wait), **query})


async def mixed(server: World) -> Credentials:
    """A user who may list the images of `app` and did so twice, and was refused those of `web` twice."""
    app = f"arn:aws:ecr:*:{ACCOUNT}:repository/app"
    dev = await server.user("dev", allow("ecr:ListImages", on=app))
    for name in ("app", "web"):
        await server.do("ecr:CreateRepository", repositoryName=name)
    for name in ("app", "web", "app", "web"):
        await listed(server, dev, name)
    return dev


async def listed(server: World, keys: Credentials, name: str, agent: str = "docker/1") -> Reply:
    return await server.ask("ecr:ListImages", keys, headers={"user-agent": agent}, repositoryName=name)


async def test_allowed_and_denied_ones_are_told_apart(server: World) -> None:
    await mixed(server)
    dev = {"principal": "dev", "action": "ecr:ListImages"}
    assert len((await get(server, **dev))["decisions"]) == 4
    for decision, verdict, name in (("allowed", "Allowed", "app"), ("denied", "ImplicitlyDenied", "web")):
        found = (await get(server, decision=decision, **dev))["decisions"]
        assert [(one["verdict"], one["resource"].rpartition("/")[2]) for one in found] == [(verdict, name)] * 2
        assert all(bool(one["id"]) is (decision == "denied") for one in found)
    assert len((await get(server, repository="app", **dev))["decisions"]) == 2


async def test_times_bound_the_list(server: World) -> None:
    await mixed(server)
    dev = {"principal": "dev", "action": "ecr:ListImages"}
    times = [one["at"] for one in (await get(server, **dev))["decisions"]]
    assert [one["at"] for one in (await get(server, since=times[1], **dev))["decisions"]] == times[:2]
    assert [one["at"] for one in (await get(server, until=times[1], **dev))["decisions"]] == times[1:]


@pytest.mark.parametrize("limit", ["1", "2", "3"])
async def test_pages_hold_each_decision_once(server: World, limit: str) -> None:
    await mixed(server)
    dev = {"principal": "dev", "action": "ecr:ListImages"}
    whole = [one["at"] for one in (await get(server, **dev))["decisions"]]
    found: list[str] = []
    page = await get(server, limit=limit, **dev)
    for _ in range(10):
        found += [one["at"] for one in page["decisions"]]
        if page["next"] is None:
            break
        page = await get(server, limit=limit, next=page["next"], **dev)
    assert found == whole


async def test_requests_of_one_command_are_of_one_group(server: World) -> None:
    dev = await mixed(server)
    await listed(server, dev, "app", "podman/5")
    found = (await get(server, principal="dev", action="ecr:ListImages"))["decisions"]
    groups = [one["group"] for one in found]
    assert groups[1] == groups[3] and groups[2] == groups[4]
    assert len(set(groups)) == 3


async def test_whoever_follows_is_told_what_comes(server: World) -> None:
    dev = await mixed(server)
    begun = await follow(server, wait=0)
    assert (begun["decisions"], begun["gap"]) == ([], False)
    waiting = asyncio.create_task(follow(server, begun["cursor"]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await listed(server, dev, "web")
    await listed(server, dev, "app")
    news = await waiting
    assert [one["verdict"] for one in news["decisions"]] == ["Allowed", "ImplicitlyDenied"]
    assert (await follow(server, news["cursor"], wait=0))["decisions"] == []
    again = await follow(server, begun["cursor"], decision="denied", principal="dev")
    assert [one["verdict"] for one in again["decisions"]] == ["ImplicitlyDenied"]
    assert (await get(server, f"/api/decisions/{again['decisions'][0]['id']}"))["action"] == "ecr:ListImages"


async def test_to_look_is_no_news(server: World) -> None:
    begun = await follow(server, wait=0)
    await get(server)
    assert (await follow(server, begun["cursor"], wait=0))["decisions"] == []


@pytest.mark.slow
async def test_what_does_not_fit_is_waited_past(server: World) -> None:
    dev = await mixed(server)
    begun = await follow(server, wait=0)
    waiting = asyncio.create_task(follow(server, begun["cursor"], repository="web"))
    await asyncio.sleep(0.05)
    await listed(server, dev, "app")
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await listed(server, dev, "web")
    assert [one["resource"].rpartition("/")[2] for one in (await waiting)["decisions"]] == ["web"]


async def test_a_cursor_of_another_life_begins_anew_and_says_so(server: World) -> None:
    for cursor in ("dead.1", "x", "a.b", "9" * 60):
        news = await follow(server, cursor)
        assert (news["decisions"], news["gap"]) == ([], True)
        assert news["cursor"] != cursor


async def test_more_than_is_remembered_or_wanted_is_a_gap(server: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dev = await mixed(server)
    begun = await follow(server, wait=0)
    for _ in range(3):
        await listed(server, dev, "app")
    few = await follow(server, begun["cursor"], limit="2", action="ecr:ListImages")
    assert (len(few["decisions"]), few["gap"]) == (2, True)
    monkeypatch.setattr(module, "_RECENT", len(server.journal._recent))
    assert (await follow(server, begun["cursor"], wait=0))["gap"] is (server.journal._recent[0].number > 1)


@pytest.mark.slow
async def test_only_so_many_may_follow(server: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FOLLOWERS", 2)
    waiting = [asyncio.create_task(follow(server, wait=1)) for _ in range(2)]
    await asyncio.sleep(0.1)
    reply = await server.api("GET", "/api/decisions/follow")
    assert reply.problem[:2] == (429, "Throttling")
    await asyncio.gather(*waiting)
    assert (await follow(server, wait=0))["gap"] is False


async def test_nobody_follows_another_account(server: World) -> None:
    dev = await mixed(server)
    other = await server.account(OTHER_ACCOUNT)
    begun = await get(server, "/api/decisions/follow", other, wait="0")
    await listed(server, dev, "web")
    assert (await get(server, "/api/decisions/follow", other, wait="0", cursor=begun["cursor"]))["decisions"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "x"},
        {"decision": "maybe"},
        {"since": "yesterday"},
        {"until": "9999-99-99"},
        {"next": "1"},
        {"next": "999999999999999999-1"},
        {"next": "1-999"},
        {"repository": "a", "resource": "b"},
        {"colour": "red"},
    ],
)
async def test_a_list_that_can_not_be_is_refused(server: World, query: dict[str, str]) -> None:
    assert (await server.api("GET", "/api/decisions", query=query)).problem[:2] == (400, "ValidationError")


# a pasted error


async def test_a_pasted_error_is_explained_by_its_id_or_its_sentence(server: World) -> None:
    dev = await mixed(server)
    sentence = (await listed(server, dev, "web")).error[2]
    newest = (await get(server, decision="denied", principal="dev"))["decisions"][0]
    for text in (f"denied: {sentence} [why: {newest['id']}]", f"Error response from daemon: {sentence}"):
        reply = await server.api("POST", "/api/why", body={"text": text})
        assert (reply.status, reply.json["id"]) == (200, newest["id"])
    assert (await server.api("POST", "/api/why", body={"text": "it doesn't work"})).problem[0] == 400
    assert (await server.api("POST", "/api/why", body={"text": "a" * 25})).problem[0] == 404
    unknown = sentence.replace("ListImages", "PutImage")
    assert (await server.api("POST", "/api/why", body={"text": unknown})).problem[0] == 404
    other = await server.account(OTHER_ACCOUNT)
    assert (await server.api("POST", "/api/why", other, body={"text": sentence})).problem[0] == 404


async def test_an_explanation_needs_its_right(server: World) -> None:
    dev = await mixed(server)
    for text, action in (("a" * 25, "dockreeve:GetDecision"), ("nothing", "dockreeve:ListDecisions")):
        status, _, message = (await server.api("POST", "/api/why", dev, body={"text": text})).problem
        assert (status, action in message) == (403, True)
