"""GetAuthorizationToken and the token it gives."""

import random
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
from ecr_world import ACCOUNT, NOON, OTHER, REGION, World, user

from dockreeve.services.call import Caller, CallerKind, Session
from dockreeve.services.ecr.authorization import LIFETIME, open_registry_token, registry_token
from dockreeve.storage import Vault
from dockreeve.storage.vault import BrokenSeal

ROLE = Caller(
    CallerKind.ROLE,
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/Push/ci",
    f"arn:aws:iam::{ACCOUNT}:role/Push",
    "AROAEXAMPLEEXAMPLE123",
    "Push",
    "ASIAIOSFODNN7EXAMPLE",
    Session(NOON, NOON + timedelta(hours=1), name="ci", tags={"team": "blue"}),
)


async def test_the_token_is_the_login_of_whoever_asked(world: World) -> None:
    world.call = replace(world.call, caller=ROLE)
    [data] = (await world.ask("GetAuthorizationToken"))["authorizationData"]
    assert data["proxyEndpoint"] == "https://registry.example:5150"
    assert data["expiresAt"] == (NOON + timedelta(hours=12)).timestamp()
    name, password = b64decode(data["authorizationToken"]).decode().split(":")
    assert name == "AWS"
    claims = open_registry_token(world.call.vault, password)
    assert (claims.caller, claims.issued, claims.region) == (ROLE, NOON, REGION)
    assert claims.expires - claims.issued == LIFETIME


async def test_there_is_one_token_for_each_registry_asked_for(world: World) -> None:
    answer = await world.ask("GetAuthorizationToken", registryIds=[ACCOUNT, OTHER])
    assert len(answer["authorizationData"]) == 2


async def test_an_aws_shaped_host_names_the_registry_asked_for(world: World) -> None:
    world.call = replace(world.call, public_url=f"https://{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com")
    [data] = (await world.ask("GetAuthorizationToken", registryIds=[OTHER]))["authorizationData"]
    assert data["proxyEndpoint"] == f"https://{OTHER}.dkr.ecr.us-east-1.amazonaws.com"
    made = await world.ask("CreateRepository", repositoryName="app", registryId=OTHER)
    assert made["repository"]["repositoryUri"] == f"{OTHER}.dkr.ecr.us-east-1.amazonaws.com/app"


async def test_it_needs_the_right_on_everything(world: World) -> None:
    [need] = await world.needs("GetAuthorizationToken")
    assert (need.action, need.touched.arn) == ("ecr:GetAuthorizationToken", "*")


def test_a_session_with_a_policy_stays_below_four_kibibytes() -> None:
    noise = random.Random(1)
    policy = "".join(noise.choice('abcdefghijklmnopqrstuvwxyz*:{}"') for _ in range(2048))
    assert ROLE.session is not None
    caller = replace(ROLE, session=replace(ROLE.session, policies=(policy,)))
    password = registry_token(Vault(bytes(32)), caller, NOON, REGION)
    assert len(password) < 4096
    assert ":" not in password


@pytest.mark.parametrize("password", ["", "x", "password", "A" * 200, "é"])
def test_any_other_text_is_no_token(password: str) -> None:
    with pytest.raises(BrokenSeal):
        open_registry_token(Vault(bytes(32)), password)


def test_a_token_is_good_for_its_purpose_and_its_server_only() -> None:
    ours, theirs = Vault(bytes(32)), Vault(b"k" * 32)
    good = registry_token(ours, user(), NOON, REGION)
    assert open_registry_token(ours, good).caller == user()
    flipped = good[:40] + ("A" if good[40] != "A" else "B") + good[41:]
    for vault, password in (
        (theirs, good),
        (ours, flipped),
        (ours, ours.seal({"c": {}, "i": 0, "r": REGION}, "session-token")),
        (ours, ours.seal({"c": {}, "i": 0, "r": REGION}, "registry-token")),
    ):
        with pytest.raises(BrokenSeal):
            open_registry_token(vault, password)
