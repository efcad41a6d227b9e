"""`--friendly-refusals`: a push is refused where its client shows why, and nobody learns or may do more than before."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from botocore.credentials import Credentials

from dockreeve.storage import DecisionFilter
from rights.wire import ACCOUNT, REGION, Reply
from rights.world import World, allow, deny, world

AVAILABLE = "ecr:BatchCheckLayerAvailability"
ABSENT = "sha256:" + "0" * 64
LAYER = b"layer"
UPLOADS = "/v2/app/blobs/uploads/"


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world(friendly=True) as made:
        await furnish(made)
        yield made


async def furnish(server: World) -> None:
    """The repositories `app` and `other`."""
    for name in ("app", "other"):
        await server.do("ecr:CreateRepository", repositoryName=name)


async def stored_layer(server: World, repository: str = "app") -> str:
    """Push a layer as root; its digest."""
    digest = f"sha256:{sha256(LAYER).hexdigest()}"
    path = f"/v2/{repository}/blobs/uploads/?digest={digest}"
    reply = await server.registry("POST", path, body=LAYER, headers={"content-length": str(len(LAYER))})
    assert reply.status == 201, reply.body
    return digest


async def pusher(server: World, *denied: str) -> Credentials:
    """A user who may do everything but this."""
    return await server.user("dev", allow("ecr:*"), deny(*denied))


def message(reply: Reply) -> str:
    """The message of the one error."""
    [error] = json.loads(reply.body)["errors"]
    assert (reply.status, error["code"]) == (403, "DENIED")
    return str(error["message"])


async def refusals(server: World) -> list[str]:
    """The actions of the refusals on record, oldest first."""
    found = await server.journal.latest(ACCOUNT, DecisionFilter(limit=100))
    return [one.action for one in reversed(found) if one.verdict != "Allowed"]


async def test_a_refused_head_answers_404_and_is_on_record_as_refused(server: World) -> None:
    dev = await pusher(server, AVAILABLE)
    reply = await server.registry("HEAD", f"/v2/app/blobs/{ABSENT}", dev)
    assert reply.status == 404
    assert (await server.refused(reply))["action"] == AVAILABLE
    assert await refusals(server) == [AVAILABLE]


async def test_a_refused_head_looks_the_same_whether_the_layer_or_the_repository_is_there(server: World) -> None:
    stored, dev = await stored_layer(server), await pusher(server, AVAILABLE)
    seen = []
    for repository, digest in (("app", stored), ("app", ABSENT), ("none", ABSENT), ("app", "sha256:short")):
        reply = await server.registry("HEAD", f"/v2/{repository}/blobs/{digest}", dev)
        for name in ("x-amzn-requestid", "x-authorization-id"):
            assert reply.headers.pop(name)
        seen.append((reply.status, reply.headers, reply.body))
    assert seen == [seen[0]] * 4


async def test_the_upload_after_it_is_refused_with_the_sentence_for_the_layers_question(server: World) -> None:
    reply = await server.registry("POST", UPLOADS, await pusher(server, AVAILABLE))
    assert message(reply) == (
        f"User: arn:aws:iam::{ACCOUNT}:user/dev is not authorized to perform: {AVAILABLE} on resource: "
        f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app with an explicit deny in an identity-based policy "
        f"[why: {reply.headers['x-authorization-id']}]"
    )


async def test_the_upload_names_all_that_a_push_lacks_and_records_only_what_was_asked(server: World) -> None:
    reader = await server.user("reader", allow("ecr:GetAuthorizationToken", "ecr:PutImage"))
    said = message(await server.registry("POST", UPLOADS, reader))
    assert "is not authorized to perform: ecr:InitiateLayerUpload on resource: " in said
    assert said.endswith(f"] (also missing: {AVAILABLE}, ecr:UploadLayerPart, ecr:CompleteLayerUpload)")
    assert len(said) < 400
    assert await refusals(server) == ["ecr:InitiateLayerUpload"]


@pytest.mark.parametrize("action", ["ecr:UploadLayerPart", "ecr:CompleteLayerUpload"])
async def test_an_upload_that_could_not_be_finished_is_not_begun(server: World, action: str) -> None:
    dev = await pusher(server, action, "ecr:PutImage")
    said = message(await server.registry("POST", UPLOADS, dev))
    assert f"perform: {action} on" in said
    assert said.endswith("] (also missing: ecr:PutImage)")


async def test_an_upload_without_the_right_to_put_an_image_is_begun(server: World) -> None:
    assert (await server.registry("POST", UPLOADS, await pusher(server, "ecr:PutImage"))).status == 202


@pytest.mark.parametrize("query", ["", f"?mount={ABSENT}&from=other", f"?digest={ABSENT}"])
async def test_every_way_to_begin_an_upload_asks_for_the_right_to_ask(server: World, query: str) -> None:
    dev = await pusher(server, AVAILABLE)
    assert f"perform: {AVAILABLE} on" in message(await server.registry("POST", UPLOADS + query, dev))


async def test_a_mount_still_needs_the_right_to_read_the_source(server: World) -> None:
    stored = await stored_layer(server, "other")
    dev = await pusher(server, "ecr:GetDownloadUrlForLayer")
    reply = await server.registry("POST", f"{UPLOADS}?mount={stored}&from=other", dev)
    assert reply.status == 202
    assert (await server.registry("HEAD", f"/v2/app/blobs/{stored}", dev)).status == 404


async def test_who_may_push_is_told_what_is_there(server: World) -> None:
    stored, dev = await stored_layer(server), await server.user("dev", allow("ecr:*"))
    assert (await server.registry("HEAD", f"/v2/app/blobs/{stored}", dev)).status == 200
    assert (await server.registry("HEAD", f"/v2/app/blobs/{ABSENT}", dev)).status == 404
    assert (await server.registry("POST", UPLOADS, dev)).status == 202
    assert await refusals(server) == []


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", f"/v2/app/blobs/{ABSENT}", "ecr:GetDownloadUrlForLayer"),
        ("HEAD", "/v2/app/manifests/1", "ecr:BatchGetImage"),
        ("GET", "/v2/app/tags/list", "ecr:ListImages"),
        ("PUT", "/v2/app/manifests/1", "ecr:PutImage"),
    ],
)
async def test_every_other_refusal_is_as_ever(server: World, method: str, path: str, action: str) -> None:
    dev = await pusher(server, action)
    reply = await server.registry(method, path, dev)
    assert reply.status == 403
    assert (await server.refused(reply))["action"] == action


async def test_a_caller_who_is_not_known_is_401_and_one_who_is_gone_403(server: World) -> None:
    dev = await pusher(server, AVAILABLE)
    await server.login(dev)
    await server.do("iam:DeleteAccessKey", UserName="dev", AccessKeyId=dev.access_key)
    assert (await server.registry("HEAD", f"/v2/app/blobs/{ABSENT}", dev)).status == 403
    server.logins[dev.access_key] = "Basic eDp5"
    assert (await server.registry("HEAD", f"/v2/app/blobs/{ABSENT}", dev)).status == 401


async def test_log_only_lets_all_of_it_through(server: World) -> None:
    async with world(friendly=True, log_only=True) as lenient:
        await furnish(lenient)
        stored, dev = await stored_layer(lenient), await pusher(lenient, AVAILABLE)
        assert (await lenient.registry("HEAD", f"/v2/app/blobs/{stored}", dev)).status == 200
        assert (await lenient.registry("POST", UPLOADS, dev)).status == 202
        assert await refusals(lenient) == [AVAILABLE, AVAILABLE]


async def test_without_it_the_head_is_403_and_the_upload_asks_for_its_own_right_only() -> None:
    async with world() as plain:
        await furnish(plain)
        dev = await pusher(plain, AVAILABLE)
        assert (await plain.registry("HEAD", f"/v2/app/blobs/{ABSENT}", dev)).status == 403
        assert (await plain.registry("POST", UPLOADS, dev)).status == 202
