"""Instance profiles and access keys: the promises of the port, for every adapter."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest

from dockreeve.storage import InUse, Missing, QuotaReached, Records, Stale, Taken, Vault
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.vault import BrokenSeal

from .making import ACCOUNT, AT, LATER, OTHER, key, profile, role, user


async def test_a_profile_comes_back_with_its_role(records: Records) -> None:
    identity = records.identity
    made = profile(path="/x/", tags={"k": "v"})
    await identity.add_profile(made, limit=9)
    assert await identity.find_profile(ACCOUNT, "bOX") == made
    await identity.add_principal(role(), limit=9)
    await identity.put_role(made.unique_id, role().unique_id)
    assert (await identity.find_profile(ACCOUNT, "Box")).role == role()
    await identity.take_role(made.unique_id, role().unique_id)
    assert (await identity.find_profile(ACCOUNT, "Box")).role is None


async def test_a_profiles_name_is_unique_and_their_number_limited(records: Records) -> None:
    await records.identity.add_profile(profile(), limit=1)
    with pytest.raises(Taken):
        await records.identity.add_profile(profile("BOX", unique_id="AIPA2"), limit=1)
    with pytest.raises(QuotaReached):
        await records.identity.add_profile(profile("Two"), limit=1)


async def test_a_profile_holds_one_role_of_its_account(records: Records) -> None:
    identity = records.identity
    await identity.add_profile(profile(), limit=9)
    for one in (role("A"), role("B"), user("U"), role("Far", account=OTHER)):
        await identity.add_principal(one, limit=9)
    for stranger in (user("U"), role("Far"), role("Nobody")):
        with pytest.raises(Missing) as missing:
            await identity.put_role(profile().unique_id, stranger.unique_id)
        assert missing.value.kind == "role"
    await identity.put_role(profile().unique_id, role("A").unique_id)
    with pytest.raises(QuotaReached):
        await identity.put_role(profile().unique_id, role("B").unique_id)
    with pytest.raises(Missing):
        await identity.take_role(profile().unique_id, role("B").unique_id)
    for refused in (identity.put_role("AIPANONE", role("A").unique_id), identity.remove_profile("AIPANONE")):
        with pytest.raises(Missing) as missing:
            await refused
        assert missing.value.kind == "profile"


async def test_a_profile_with_a_role_stays(records: Records) -> None:
    identity = records.identity
    await identity.add_profile(profile(), limit=9)
    await identity.add_principal(role(), limit=9)
    await identity.put_role(profile().unique_id, role().unique_id)
    with pytest.raises(InUse) as used:
        await identity.remove_profile(profile().unique_id)
    assert used.value.by == "roles"
    await identity.take_role(profile().unique_id, role().unique_id)
    await identity.remove_profile(profile().unique_id)
    assert await identity.find_profile(ACCOUNT, "Box") is None


async def test_profiles_page_by_name_path_and_role(records: Records) -> None:
    identity = records.identity
    await identity.add_principal(role(), limit=9)
    for name in ("b", "A", "c"):
        await identity.add_profile(profile(name, path="/x/" if name == "c" else "/"), limit=9)
    await identity.put_role(profile("b").unique_id, role().unique_id)

    async def names(**where: object) -> list[str]:
        return [one.name for one in await identity.profiles(ACCOUNT, **where)]

    assert await names() == ["A", "b", "c"]
    assert await names(after="a", limit=1) == ["b"]
    assert await names(path_prefix="/x/") == ["c"]
    assert await names(role=role().unique_id) == ["b"]


async def test_saving_a_profile_writes_its_tags_and_refuses_a_stale_copy(records: Records) -> None:
    await records.identity.add_profile(profile(), limit=9)
    await records.identity.save_profile(dataclasses.replace(profile(), tags={"k": "v"}))
    assert (await records.identity.find_profile(ACCOUNT, "Box")).tags == {"k": "v"}
    with pytest.raises(Stale):
        await records.identity.save_profile(profile())
    with pytest.raises(Missing):
        await records.identity.save_profile(profile("Gone"))


async def test_a_key_comes_back_with_its_secret_and_a_list_without(records: Records) -> None:
    made = key(active=False, last_used=LATER, last_used_region="r", last_used_service="ecr")
    await records.identity.add_key(made, limit=2)
    await records.identity.add_key(key("AKIA0", created=LATER), limit=2)
    assert await records.identity.find_key("AKIA1") == made
    assert await records.identity.find_key("AKIANONE") is None
    listed = await records.identity.keys(ACCOUNT)
    assert [(one.id, one.secret) for one in listed] == [("AKIA1", ""), ("AKIA0", "")]


async def test_keys_have_a_limit_and_an_owner(records: Records) -> None:
    await records.identity.add_key(key(), limit=1)
    with pytest.raises(QuotaReached):
        await records.identity.add_key(key("AKIA2"), limit=1)
    with pytest.raises(Missing):
        await records.identity.add_key(key("AKIA3", owner="AIDANOBODY"), limit=1)


async def test_a_key_is_switched_used_and_removed(records: Records) -> None:
    identity = records.identity
    await identity.add_key(key(), limit=1)
    await identity.set_key_active("AKIA1", False)
    assert not (await identity.find_key("AKIA1")).active
    version = await identity.version(ACCOUNT)
    await identity.note_keys_used({"AKIA1": (LATER, "r", "iam"), "AKIANONE": (LATER, "r", "iam")})
    await identity.note_keys_used({"AKIA1": (AT, "old", "old")})
    used = await identity.find_key("AKIA1")
    assert (used.last_used, used.last_used_region, used.last_used_service) == (LATER, "r", "iam")
    assert await identity.version(ACCOUNT) == version
    await identity.remove_key("AKIA1")
    for refused in (identity.remove_key("AKIA1"), identity.set_key_active("AKIA1", True)):
        with pytest.raises(Missing):
            await refused


async def test_a_secret_is_encrypted_and_bound_to_its_key(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "d.db"
    records = SqliteRecords.open(path, vault)
    await records.identity.add_key(key("AKIA1", secret="first-secret"), limit=9)
    await records.identity.add_key(key("AKIA2", secret="second-secret"), limit=9)
    await records.close()
    assert b"first-secret" not in path.read_bytes()
    with sqlite3.connect(path) as raw:  # somebody puts their own secret under another's key
        raw.execute("UPDATE access_key SET secret = (SELECT secret FROM access_key WHERE id = 'AKIA2')")
    reopened = SqliteRecords.open(path, vault)
    with pytest.raises(BrokenSeal):
        await reopened.identity.find_key("AKIA1")
    assert (await reopened.identity.find_key("AKIA2")).secret == "second-secret"
    await reopened.close()
