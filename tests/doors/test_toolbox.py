"""IAM Toolbox's operations, read by botocore: a refusal's details, and its policies as they were."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from botocore.credentials import Credentials
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

from rights.wire import ACCOUNT, OTHER_ACCOUNT, Asking, signed
from rights.world import World, allow, deny, document, world

MODEL = ServiceModel(Loader().load_service_model("iam-toolbox", "service-2"))


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def details(server: World, operation: str, path: str, keys: Credentials | None = None) -> dict[str, Any]:
    """What botocore reads of the answer."""
    reply = await server.send(signed(Asking("GET", path), keys or server.root, "iam"))
    response = {"status_code": reply.status, "headers": dict(reply.headers), "body": reply.body}
    shape = MODEL.operation_model(operation).output_shape
    parsed: dict[str, Any] = create_parser("rest-json").parse(response, shape)
    return parsed


async def read(server: World, one: str, keys: Credentials | None = None) -> dict[str, Any]:
    return await details(server, "GetRequestAuthorizationDetails", f"/authorization-details/{one}", keys)


async def policy(server: World, one: str, uri: str, keys: Credentials | None = None) -> dict[str, Any]:
    path = f"/authorization-details/{one}/policy?policyUri={quote(uri, safe='')}"
    return await details(server, "GetRequestAuthorizationPolicy", path, keys)


async def denied(server: World) -> tuple[Credentials, str]:
    """A user denied ecr:ListImages by its own policy, and the refusal's id."""
    keys = await server.user("dev", allow("ecr:*"), {**deny("ecr:ListImages"), "Sid": "No"})
    await server.do("ecr:CreateRepository", repositoryName="app")
    reply = await server.ask("ecr:ListImages", keys, repositoryName="app")
    return keys, reply.headers["x-authorization-id"]


async def test_a_refusal_is_told_in_awss_words(server: World) -> None:
    _, one = await denied(server)
    found = await read(server, one)
    assert found["requestContext"]["aws:principalarn"] == f"arn:aws:iam::{ACCOUNT}:user/dev"
    [evaluation] = found["evaluations"]
    assert (evaluation["action"], evaluation["evaluatedEffect"]) == ("ecr:ListImages", "EXPLICIT_DENY")
    [check] = [one for one in evaluation["checks"] if one["checkType"] == "PRINCIPAL"]
    assert check["evaluatedEffect"] == "EXPLICIT_DENY"
    [matched] = check["matchedPolicies"]
    assert {"sid": "No", "evaluatedEffect": "DENY"} in matched["matchedStatements"]
    [held] = found["policies"]
    assert (held["type"], held["inline"], held["uri"]) == ("IDENTITY_BASED_POLICY", True, matched["uri"])
    assert held["attachedTo"] == [{"arn": f"arn:aws:iam::{ACCOUNT}:user/dev"}]


async def test_a_policy_is_told_as_it_was(server: World) -> None:
    _, one = await denied(server)
    [held] = (await read(server, one))["policies"]
    await server.do("iam:PutUserPolicy", UserName="dev", PolicyName="own", PolicyDocument=document(allow("s3:*")))
    found = (await policy(server, one, held["uri"]))["policyDocument"]
    assert [statement["Effect"] for statement in found["Statement"]] == ["Allow", "Deny"]
    assert (await policy(server, one, "nothing"))["Error"]["Code"] == "ResourceNotFoundException"
    assert (await policy(server, one, ""))["Error"]["Code"] == "ValidationException"


async def test_only_the_account_and_whom_a_policy_lets_see_it(server: World) -> None:
    keys, one = await denied(server)
    [held] = (await read(server, one))["policies"]
    other = await server.account(OTHER_ACCOUNT)
    for answer in (await read(server, one, other), await policy(server, one, held["uri"], other)):
        assert answer["Error"]["Code"] == "ResourceNotFoundException"
    for answer in (await read(server, one, keys), await policy(server, one, held["uri"], keys)):
        assert answer["Error"]["Code"] == "AccessDeniedException"
        assert "is not authorized to perform: iam:GetRequestAuthorization" in answer["Error"]["Message"]
    helper = await server.user("helper", allow("iam:GetRequestAuthorizationDetails"))
    assert (await read(server, one, helper))["evaluations"]


@pytest.mark.parametrize("path", ["UPPER", "a/b", "", "a" * 257, "a/policy/x"])
async def test_what_is_no_id_is_refused(server: World, path: str) -> None:
    assert (await read(server, path))["Error"]["Code"] == "ValidationException"


async def test_unknown_unsigned_and_signed_for_another_service(server: World) -> None:
    assert (await read(server, "a" * 25))["Error"]["Code"] == "ResourceNotFoundException"
    path = f"/authorization-details/{'a' * 25}"
    for asking in (Asking("GET", path), signed(Asking("GET", path), server.root, "ecr")):
        reply = await server.send(asking)
        assert (reply.status, reply.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
