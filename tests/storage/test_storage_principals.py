"""Accounts, users and roles: the promises of the port, for every adapter."""

import dataclasses
from collections.abc import Awaitable, Callable

import pytest

from dockreeve.storage import (
    Holdings,
    InlinePolicy,
    InUse,
    Kind,
    Missing,
    QuotaReached,
    Records,
    Stale,
    Taken,
)

from .making import ACCOUNT, AT, AWS_POLICY, LATER, OTHER, key, policy, profile, role, user


async def test_an_account_is_made_once(records: Records) -> None:
    assert await records.identity.account_created(ACCOUNT) is None
    await records.identity.ensure_account(ACCOUNT, AT)
    await records.identity.ensure_account(ACCOUNT, LATER)
    assert await records.identity.account_created(ACCOUNT) == AT


async def test_a_principal_comes_back_with_every_field(records: Records) -> None:
    await records.identity.add_policy(policy("Edge"), limit=9)
    made = role(
        path="/ops/",
        tags={"b": "2", "a": "ä"},
        boundary=policy("Edge").arn,
        description="pulls",
        trust='{"Statement": []}',
        trusted_ids={"arn:aws:iam::123456789012:user/Ann": "AIDAANN"},
        max_session=7200,
        sessions_valid_after=AT,
        last_used=LATER,
        last_used_region="eu-west-1",
    )
    await records.identity.add_principal(made, limit=9)
    assert await records.identity.principal_by_id(made.unique_id) == made
    assert list((await records.identity.principal_by_id(made.unique_id)).tags) == ["b", "a"]


async def test_a_name_is_found_and_taken_regardless_of_case(records: Records) -> None:
    await records.identity.add_principal(user("Ann"), limit=9)
    assert await records.identity.find_principal(ACCOUNT, Kind.USER, "aNN") == user("Ann")
    with pytest.raises(Taken):
        await records.identity.add_principal(user("ANN", unique_id="AIDA2", path="/else/"), limit=9)


async def test_a_name_is_free_for_the_other_kind_and_the_other_account(records: Records) -> None:
    await records.identity.add_principal(user("Ann"), limit=9)
    await records.identity.add_principal(role("Ann"), limit=9)
    await records.identity.add_principal(user("Ann", account=OTHER, unique_id="AIDA2"), limit=9)
    assert await records.identity.find_principal(OTHER, Kind.ROLE, "Ann") is None


async def test_the_limit_counts_one_kind_of_one_account(records: Records) -> None:
    await records.identity.add_principal(role("A"), limit=1)
    await records.identity.add_principal(user("A"), limit=1)
    await records.identity.add_principal(user("A", account=OTHER, unique_id="AIDA2"), limit=1)
    with pytest.raises(QuotaReached) as full:
        await records.identity.add_principal(user("B"), limit=1)
    assert full.value.limit == 1
    with pytest.raises(Taken):  # the better answer comes first
        await records.identity.add_principal(user("a", unique_id="AIDA3"), limit=1)


async def test_principals_page_by_the_lower_cased_name(records: Records) -> None:
    for name in ("b", "A", "C", "d"):
        await records.identity.add_principal(user(name, path="/x/" if name != "d" else "/y/"), limit=9)

    async def names(**where: object) -> list[str]:
        return [one.name for one in await records.identity.principals(ACCOUNT, Kind.USER, **where)]

    assert await names() == ["A", "b", "C", "d"]
    assert await names(after="a", limit=2) == ["b", "C"]
    assert await names(path_prefix="/x/") == ["A", "b", "C"]
    assert await names(path_prefix="/_/") == []  # no wildcards
    assert await names(path_prefix="/X/") == []


async def test_a_saved_principal_has_a_new_revision_and_a_stale_copy_is_refused(records: Records) -> None:
    await records.identity.add_principal(user("Ann"), limit=9)
    first = await records.identity.find_principal(ACCOUNT, Kind.USER, "Ann")
    await records.identity.save_principal(dataclasses.replace(first, name="Bea", path="/new/", tags={"k": "v"}))
    saved = await records.identity.find_principal(ACCOUNT, Kind.USER, "bea")
    assert (saved.path, saved.tags, saved.unique_id) == ("/new/", {"k": "v"}, "AIDAANN")
    assert saved.revision > first.revision
    with pytest.raises(Stale):
        await records.identity.save_principal(dataclasses.replace(first, description="lost update"))
    assert await records.identity.find_principal(ACCOUNT, Kind.USER, "Ann") is None


async def test_a_name_can_change_its_case_but_not_to_one_in_use(records: Records) -> None:
    await records.identity.add_principal(user("Ann"), limit=9)
    await records.identity.add_principal(user("Bea"), limit=9)
    with pytest.raises(Taken):
        await records.identity.save_principal(dataclasses.replace(user("Ann"), name="BEA"))
    await records.identity.save_principal(dataclasses.replace(user("Ann"), name="ANN"))


async def test_a_missing_principal_cannot_be_saved_or_removed(records: Records) -> None:
    with pytest.raises(Missing):
        await records.identity.save_principal(user())
    with pytest.raises(Missing):
        await records.identity.remove_principal("AIDANOBODY")


@pytest.mark.parametrize("boundary", [f"arn:aws:iam::{ACCOUNT}:policy/Gone", f"arn:aws:iam::{OTHER}:policy/Theirs"])
async def test_a_boundary_is_a_policy_of_the_account_or_of_aws(records: Records, boundary: str) -> None:
    await records.identity.add_policy(policy("Theirs", account=OTHER), limit=9)
    await records.identity.add_principal(user("Ok", boundary=AWS_POLICY), limit=9)
    with pytest.raises(Missing) as missing:
        await records.identity.add_principal(user("Bad", boundary=boundary), limit=9)
    assert missing.value.kind == "policy"
    with pytest.raises(Missing):
        await records.identity.save_principal(user("Ok", boundary=boundary))
    assert (await records.identity.find_principal(ACCOUNT, Kind.USER, "Ok")).boundary == AWS_POLICY


async def test_a_principal_in_use_stays_and_the_uses_are_named_in_order(records: Records) -> None:
    identity = records.identity
    await identity.add_principal(role(), limit=9)
    unique_id = role().unique_id
    await identity.attach(unique_id, AWS_POLICY, limit=9)
    await identity.put_inline(unique_id, InlinePolicy("p", "{}"), limit=99)
    await identity.add_key(key(owner=unique_id), limit=9)
    await identity.add_profile(profile(), limit=9)
    await identity.put_role(profile().unique_id, unique_id)
    undo = {
        "policies": identity.detach(unique_id, AWS_POLICY),
        "inline": identity.remove_inline(unique_id, "p"),
        "keys": identity.remove_key("AKIA1"),
        "profiles": identity.take_role(profile().unique_id, unique_id),
    }
    for word, removal in undo.items():
        with pytest.raises(InUse) as used:
            await identity.remove_principal(unique_id)
        assert used.value.by == word
        await removal
    await identity.remove_principal(unique_id)
    assert await identity.principal_by_id(unique_id) is None


async def test_the_last_use_of_a_role_is_kept_and_a_save_does_not_undo_it(records: Records) -> None:
    await records.identity.add_principal(role(), limit=9)
    read = await records.identity.principal_by_id(role().unique_id)
    version = await records.identity.version(ACCOUNT)
    await records.identity.note_role_used(read.unique_id, LATER, "eu-west-1")
    await records.identity.note_role_used(read.unique_id, AT, "older")
    assert await records.identity.version(ACCOUNT) == version
    await records.identity.save_principal(dataclasses.replace(read, description="new"))
    saved = await records.identity.principal_by_id(read.unique_id)
    assert (saved.description, saved.last_used, saved.last_used_region) == ("new", LATER, "eu-west-1")


async def test_holdings_are_all_that_decides(records: Records) -> None:
    identity = records.identity
    await identity.add_policy(policy("Zoo"), limit=9)
    await identity.add_policy(policy("edge"), limit=9)
    await identity.add_principal(role(boundary=policy("edge").arn), limit=9)
    unique_id = role().unique_id
    await identity.attach(unique_id, policy("Zoo").arn, limit=9)
    await identity.attach(unique_id, AWS_POLICY, limit=9)
    await identity.add_version(policy("Zoo").arn, '{"v":2}', LATER, default=True, limit=5)
    await identity.put_inline(unique_id, InlinePolicy("b", "{}"), limit=99)
    await identity.put_inline(unique_id, InlinePolicy("A", "[]"), limit=99)
    assert await identity.holdings(unique_id) == Holdings(
        principal=await identity.principal_by_id(unique_id),
        managed=((AWS_POLICY, None), (policy("Zoo").arn, '{"v":2}')),
        inline=(InlinePolicy("A", "[]"), InlinePolicy("b", "{}")),
        boundary=(policy("edge").arn, '{"v":1}'),
    )
    assert await identity.holdings("AROANOBODY") is None


async def test_holdings_without_anything_are_empty(records: Records) -> None:
    await records.identity.add_principal(user(), limit=9)
    assert await records.identity.holdings(user().unique_id) == Holdings(user(), (), (), None)


async def test_the_counts_are_of_one_account(records: Records) -> None:
    words = ("users", "roles", "policies", "policy_versions", "instance_profiles")
    assert await records.identity.counts(ACCOUNT) == dict.fromkeys(words, 0)
    await records.identity.add_principal(user(), limit=9)
    await records.identity.add_principal(role(), limit=9)
    await records.identity.add_principal(role("Two"), limit=9)
    await records.identity.add_policy(policy(), limit=9)
    await records.identity.add_version(policy().arn, "{}", AT, default=False, limit=5)
    await records.identity.add_profile(profile(), limit=9)
    assert await records.identity.counts(ACCOUNT) == dict(zip(words, (1, 2, 1, 2, 1), strict=True))
    assert await records.identity.counts(OTHER) == dict.fromkeys(words, 0)


async def test_every_write_moves_the_accounts_version_and_no_other(records: Records) -> None:
    identity = records.identity
    arn, unique_id, box = policy().arn, role().unique_id, profile().unique_id
    writes: list[Callable[[], Awaitable[object]]] = [
        lambda: identity.ensure_account(ACCOUNT, AT),
        lambda: identity.add_principal(role(), limit=9),
        lambda: identity.save_principal(role()),
        lambda: identity.add_policy(policy(), limit=9),
        lambda: identity.save_policy(policy()),
        lambda: identity.add_version(arn, "{}", AT, default=False, limit=5),
        lambda: identity.set_default_version(arn, 2, AT),
        lambda: identity.remove_version(arn, 1),
        lambda: identity.attach(unique_id, arn, limit=9),
        lambda: identity.detach(unique_id, arn),
        lambda: identity.put_inline(unique_id, InlinePolicy("p", "{}"), limit=9),
        lambda: identity.remove_inline(unique_id, "p"),
        lambda: identity.add_profile(profile(), limit=9),
        lambda: identity.save_profile(profile()),
        lambda: identity.put_role(box, unique_id),
        lambda: identity.take_role(box, unique_id),
        lambda: identity.remove_profile(box),
        lambda: identity.add_key(key(owner=unique_id), limit=9),
        lambda: identity.set_key_active("AKIA1", False),
        lambda: identity.remove_key("AKIA1"),
        lambda: identity.remove_policy(arn),
        lambda: identity.remove_principal(unique_id),
    ]
    seen = await identity.version(ACCOUNT)
    for number, write in enumerate(writes):
        await write()
        now = await identity.version(ACCOUNT)
        assert now > seen, f"write {number}"
        seen = now
    assert await identity.version(OTHER) == 0


async def test_a_refused_write_does_not_move_the_version(records: Records) -> None:
    await records.identity.add_principal(user(), limit=9)
    seen = await records.identity.version(ACCOUNT)
    with pytest.raises(Taken):
        await records.identity.add_principal(user(unique_id="AIDA2"), limit=9)
    assert await records.identity.version(ACCOUNT) == seen
