"""GetCallerIdentity and GetSessionToken: who one is, and oneself for a while."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dockreeve.faults import Fault

from .conftest import ACCOUNT, ALICE, NOW, ROOT, World, without_key


async def test_a_user_is_named_by_its_id_and_arn(world: World) -> None:
    assert await world.run("GetCallerIdentity") == {
        "UserId": ALICE.unique_id,
        "Account": ACCOUNT,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
    }


async def test_root_is_named_by_its_account(world: World) -> None:
    assert await world.run("GetCallerIdentity", ROOT) == {
        "UserId": ACCOUNT,
        "Account": ACCOUNT,
        "Arn": f"arn:aws:iam::{ACCOUNT}:root",
    }


async def test_a_role_session_is_named_by_role_and_session(world: World) -> None:
    assert await world.run("GetCallerIdentity", await world.assume()) == {
        "UserId": "AROA00000000000000001:build-7",
        "Account": ACCOUNT,
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/build-7",
    }


async def test_a_session_token_is_the_user_for_twelve_hours(world: World) -> None:
    result = await world.run("GetSessionToken")
    bearer = world.bearer(result)
    assert without_key(replace(bearer, session=None)) == without_key(ALICE)
    assert bearer.access_key_id.startswith("ASIA")
    assert bearer.session is not None
    assert bearer.session.expires - NOW.replace(microsecond=0) == timedelta(hours=12)
    assert result["Credentials"]["Expiration"] == bearer.session.expires
    assert (await world.run("GetCallerIdentity", bearer))["UserId"] == ALICE.unique_id


async def test_a_session_token_lasts_as_long_as_asked_for(world: World) -> None:
    session = world.bearer(await world.run("GetSessionToken", duration_seconds=900)).session
    assert session is not None
    assert session.expires - NOW.replace(microsecond=0) == timedelta(minutes=15)


async def test_roots_session_token_lasts_an_hour_at_most(world: World) -> None:
    session = world.bearer(await world.run("GetSessionToken", ROOT, duration_seconds=129_600)).session
    assert session is not None
    assert session.expires - NOW.replace(microsecond=0) == timedelta(hours=1)


async def test_a_session_cannot_renew_itself(world: World) -> None:
    for caller in (await world.assume(), world.bearer(await world.run("GetSessionToken"))):
        with pytest.raises(Fault) as caught:
            await world.needs("GetSessionToken", caller)
        assert caught.value.code == "AccessDenied"
        assert caught.value.message == "Cannot call GetSessionToken with session credentials"


async def test_a_session_token_for_a_code_that_nothing_can_check_is_refused(world: World) -> None:
    with pytest.raises(Fault) as caught:
        await world.run("GetSessionToken", serial_number="GAHT12345678", token_code="123456")
    assert caught.value.code == "AccessDenied"


async def test_a_user_with_a_session_token_may_assume_a_role_without_it_being_a_chain(world: World) -> None:
    bearer = world.bearer(await world.run("GetSessionToken"))
    session = (await world.assume(bearer, duration_seconds=7200)).session
    assert session is not None
    assert not session.chained
