"""/api/openapi.json: a valid description, and answers are as it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_schema import must_fit
from openapi_spec_validator import validate

from dockreeve.cli import tutorial
from dockreeve.doors.api import ENDPOINTS
from dockreeve.doors.api.openapi import document
from rights.wire import ACCOUNT, Asking
from rights.world import World, trusting


async def test_the_description_is_valid_and_open_to_all(server: World) -> None:
    reply = await server.send(Asking("GET", "/api/openapi.json"))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    validate(reply.json)
    assert (await server.send(Asking("POST", "/api/openapi.json"))).status == 405
    names = [one["operationId"] for methods in reply.json["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names)) == len(ENDPOINTS) + 2


def test_every_request_that_is_shown_is_one_that_is_taken() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.example:
            must_fit(endpoint.example, document()["components"]["schemas"][endpoint.asks.__name__])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
async def test_every_endpoints_answer_is_as_it_says(server: World, endpoint: Any) -> None:
    await server.role(tutorial.ROLE, json.dumps(tutorial.TRUST_DOCUMENT))
    await server.role("other", trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    await server.do("iam:CreateInstanceProfile", InstanceProfileName=tutorial.ROLE)
    await server.do("iam:AddRoleToInstanceProfile", InstanceProfileName=tutorial.ROLE, RoleName=tutorial.ROLE)
    await server.do("ecr:CreateRepository", repositoryName="app")
    refused = await server.ask("ecr:ListImages", await server.user("dev"), repositoryName="app")
    found = refused.headers["x-authorization-id"]
    path = endpoint.path.replace("{id}", "ecr" if "/services/" in endpoint.path else found)
    query = {"wait": "0"} if path.endswith("/follow") else None
    body = None if endpoint.method == "GET" else json.loads(json.dumps(endpoint.example).replace(25 * "a", found))
    reply = await server.api(endpoint.method, path, query=query, body=body)
    assert reply.status == 200, reply.body  # and the fixture held it against the description


async def test_a_refusal_is_as_it_says(server: World) -> None:
    error = document()["components"]["schemas"]["Error"]
    must_fit((await server.api("GET", "/api/decisions", await server.user("dev"))).json, error)
    must_fit((await server.api("GET", "/api/nothing")).json, error)
    asking = Asking("POST", "/api/sign-in", b"{}", {"content-type": "application/json"})
    must_fit((await server.send(asking)).json, document()["components"]["schemas"]["SignInError"])
