"""What one account, key or reader has can't be reached, or undone, through another."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dockreeve.storage import (
    AccessKey,
    InstanceProfile,
    Kind,
    ManagedPolicy,
    Missing,
    PolicyVersion,
    Principal,
    Records,
    Vault,
)
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.vault import BrokenSeal

MINE, THEIRS = "123456789012", "210987654321"
AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def role(name: str, at: datetime, account: str = MINE, kind: Kind = Kind.ROLE) -> Principal:
    return Principal(account, kind, name, "/", f"AROA{account}{name}", at)


@pytest.fixture
async def their_policy(records: Records, at: datetime) -> str:
    """The ARN of a policy of the other account."""
    made = ManagedPolicy(THEIRS, "Theirs", "/", "ANPATHEIRS", at, at, PolicyVersion(1, "{}", at))
    await records.identity.add_policy(made, limit=9)
    return made.arn


async def test_a_policy_of_another_account_is_no_boundary(records: Records, at: datetime, their_policy: str) -> None:
    with pytest.raises(Missing) as missing:
        await records.identity.add_principal(replace(role("A", at), boundary=their_policy), limit=9)
    assert missing.value.kind == "policy"
    await records.identity.add_principal(role("A", at), limit=9)
    with pytest.raises(Missing):
        await records.identity.save_principal(replace(role("A", at), boundary=their_policy))
    stored = await records.identity.find_principal(MINE, Kind.ROLE, "A")
    assert stored is not None
    assert stored.boundary is None


@pytest.mark.parametrize("arn", ["aws", "arn:aws:iam::AWS:policy/ReadOnlyAccess"])
async def test_only_awss_own_arns_are_attached_without_a_row(records: Records, at: datetime, arn: str) -> None:
    await records.identity.add_principal(role("A", at), limit=9)
    with pytest.raises(Missing):
        await records.identity.attach(role("A", at).unique_id, arn, limit=9)


async def test_a_policy_of_another_account_is_not_attached(records: Records, at: datetime, their_policy: str) -> None:
    await records.identity.add_principal(role("A", at), limit=9)
    with pytest.raises(Missing) as missing:
        await records.identity.attach(role("A", at).unique_id, their_policy, limit=9)
    assert missing.value.kind == "policy"


async def test_a_profile_takes_only_roles_of_its_account(records: Records, at: datetime) -> None:
    identity = records.identity
    await identity.add_profile(InstanceProfile(MINE, "Box", "/", "AIPABOX", at), limit=9)
    strangers = [role("Far", at, THEIRS), role("Ann", at, kind=Kind.USER)]
    for stranger in strangers:
        await identity.add_principal(stranger, limit=9)
    for unique_id in (*(stranger.unique_id for stranger in strangers), "AROANOBODY"):
        with pytest.raises(Missing) as missing:
            await identity.put_role("AIPABOX", unique_id)
        assert missing.value.kind == "role"


async def test_entities_of_one_account_leave_out_the_others(records: Records, at: datetime) -> None:
    for account in (MINE, THEIRS):
        await records.identity.add_principal(role("A", at, account), limit=9)
        await records.identity.attach(role("A", at, account).unique_id, AWS_POLICY, limit=9)
    found = await records.identity.entities(AWS_POLICY, account=MINE)
    assert [one.principal.account for one in found] == [MINE]
    assert len(await records.identity.entities(AWS_POLICY)) == 2


async def test_a_save_does_not_undo_a_use_noted_meanwhile(records: Records, at: datetime) -> None:
    await records.identity.add_principal(role("A", at), limit=9)
    used = at + timedelta(hours=1)
    await records.identity.note_role_used(role("A", at).unique_id, used, "eu-west-1")
    await records.identity.save_principal(replace(role("A", at), description="read before the use"))
    stored = await records.identity.principal_by_id(role("A", at).unique_id)
    assert stored is not None
    assert (stored.description, stored.last_used) == ("read before the use", used)


async def test_a_secret_moved_to_another_key_cannot_be_read(tmp_path: Path, vault: Vault, at: datetime) -> None:
    path = tmp_path / "moved.sqlite"
    records = SqliteRecords.open(path, vault)
    for key_id in ("AKIA1", "AKIA2"):
        await records.identity.add_key(AccessKey(key_id, MINE, MINE, f"secret of {key_id}", at), limit=9)
    await records.close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE access_key SET secret = (SELECT secret FROM access_key WHERE id = 'AKIA2')")
    reopened = SqliteRecords.open(path, vault)
    with pytest.raises(BrokenSeal):
        await reopened.identity.find_key("AKIA1")
    untouched = await reopened.identity.find_key("AKIA2")
    assert untouched is not None
    assert untouched.secret == "secret of AKIA2"
    await reopened.close()
