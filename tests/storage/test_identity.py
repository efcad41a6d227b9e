"""What the port Identity promises, for every adapter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dockreeve.storage import (
    AccessKey,
    Attachment,
    InlinePolicy,
    InstanceProfile,
    InUse,
    Kind,
    LoginProfile,
    ManagedPolicy,
    Missing,
    PasswordPolicy,
    PolicyVersion,
    Principal,
    QuotaReached,
    Records,
    Stale,
    Taken,
)

ACCOUNT, OTHER = "123456789012", "210987654321"
AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def user(name: str, at: datetime, **further: object) -> Principal:
    return Principal(ACCOUNT, Kind.USER, name, "/", f"AIDA{name.upper()}", at, **further)  # type: ignore[arg-type]


def role(name: str, at: datetime, **further: object) -> Principal:
    return Principal(ACCOUNT, Kind.ROLE, name, "/", f"AROA{name.upper()}", at, **further)  # type: ignore[arg-type]


def profile(name: str, at: datetime, path: str = "/") -> InstanceProfile:
    return InstanceProfile(ACCOUNT, name, path, f"AIPA{name.upper()}", at)


def policy(name: str, at: datetime, path: str = "/") -> ManagedPolicy:
    return ManagedPolicy(ACCOUNT, name, path, f"ANPA{name.upper()}", at, at, PolicyVersion(1, "{}", at))


async def added(records: Records, *rows: Principal | ManagedPolicy | InstanceProfile) -> None:
    for row in rows:
        if isinstance(row, Principal):
            await records.identity.add_principal(row, limit=100)
        elif isinstance(row, ManagedPolicy):
            await records.identity.add_policy(row, limit=100)
        else:
            await records.identity.add_profile(row, limit=100)


async def test_an_account_is_made_once(records: Records, at: datetime) -> None:
    assert await records.identity.account_created(ACCOUNT) is None
    await records.identity.ensure_account(ACCOUNT, at)
    await records.identity.ensure_account(ACCOUNT, at + timedelta(days=1))
    assert await records.identity.account_created(ACCOUNT) == at


async def test_a_principal_comes_back_as_it_was_stored(records: Records, at: datetime) -> None:
    stored = role(
        "Deploy",
        at,
        tags={"team": "a", "Team ": ""},
        boundary=AWS_POLICY,
        description="what for",
        trust='{"Version": "2012-10-17"}',
        trusted_ids={"arn:aws:iam::123456789012:user/ann": "AIDAANN"},
        max_session=7200,
        sessions_valid_after=at,
        last_used=at,
        last_used_region="eu-west-1",
    )
    await added(records, stored)
    assert await records.identity.find_principal(ACCOUNT, Kind.ROLE, "Deploy") == stored
    assert await records.identity.principal_by_id("AROADEPLOY") == stored


async def test_names_are_found_in_any_case_and_keep_their_own(records: Records, at: datetime) -> None:
    await added(records, user("Ann", at))
    found = await records.identity.find_principal(ACCOUNT, Kind.USER, "aNN")
    assert found is not None
    assert found.name == "Ann"
    with pytest.raises(Taken):
        await records.identity.add_principal(replace(user("ANN", at), unique_id="AIDA2"), limit=100)


async def test_a_name_is_taken_only_within_its_account_and_kind(records: Records, at: datetime) -> None:
    other = replace(user("ann", at), account=OTHER, unique_id="AIDA2")
    await added(records, user("ann", at), role("ann", at), other)
    assert await records.identity.find_principal(OTHER, Kind.USER, "ann") == other


async def test_a_quota_counts_one_kind_of_one_account(records: Records, at: datetime) -> None:
    await added(records, user("a", at), role("b", at))
    with pytest.raises(QuotaReached) as full:
        await records.identity.add_principal(user("c", at), limit=1)
    assert full.value.limit == 1
    await records.identity.add_principal(role("c", at), limit=2)


async def test_principals_are_paged_by_lower_cased_name_and_path(records: Records, at: datetime) -> None:
    rows = [replace(user(name, at), path=path) for name, path in (("b", "/x/"), ("A", "/"), ("c", "/x/y/"))]
    await added(records, *rows)
    everyone = await records.identity.principals(ACCOUNT, Kind.USER)
    assert [one.name for one in everyone] == ["A", "b", "c"]
    assert [one.name for one in await records.identity.principals(ACCOUNT, Kind.USER, after="a", limit=1)] == ["b"]
    assert [one.name for one in await records.identity.principals(ACCOUNT, Kind.USER, path_prefix="/x/")] == ["b", "c"]
    assert await records.identity.principals(OTHER, Kind.USER) == []


@pytest.mark.parametrize("prefix", ["/x%/", "/x_/", "/X/"])
async def test_a_path_prefix_is_no_pattern(records: Records, at: datetime, prefix: str) -> None:
    await added(records, replace(user("a", at), path="/xy/"))
    assert await records.identity.principals(ACCOUNT, Kind.USER, path_prefix=prefix) == []


async def test_saving_writes_every_field_and_moves_the_revision(records: Records, at: datetime) -> None:
    await added(records, user("ann", at))
    changed = replace(user("Bea", at), unique_id="AIDAANN", path="/p/", tags={"a": "b"}, boundary=AWS_POLICY)
    await records.identity.save_principal(changed)
    assert await records.identity.find_principal(ACCOUNT, Kind.USER, "ann") is None
    found = await records.identity.find_principal(ACCOUNT, Kind.USER, "bea")
    assert found == replace(changed, revision=1)


async def test_an_older_copy_is_not_saved_over_a_newer_one(records: Records, at: datetime) -> None:
    await added(records, user("ann", at), user("bea", at))
    await records.identity.save_principal(replace(user("ann", at), description="1"))
    with pytest.raises(Stale):
        await records.identity.save_principal(replace(user("ann", at), description="2"))
    with pytest.raises(Taken):
        await records.identity.save_principal(replace(user("ann", at), name="BEA", revision=1))
    with pytest.raises(Missing) as gone:
        await records.identity.save_principal(user("nobody", at))
    assert gone.value.kind == "principal"


async def test_a_principal_stays_while_others_need_it(records: Records, at: datetime) -> None:
    await added(records, role("r", at), policy("p", at), profile("i", at))
    identity = records.identity
    await identity.attach("AROAR", policy("p", at).arn, limit=10)
    await identity.put_inline("AROAR", InlinePolicy("in", "{}"), limit=100)
    await identity.put_role("AIPAI", "AROAR")
    for by, gone in (
        ("policies", lambda: identity.detach("AROAR", policy("p", at).arn)),
        ("inline", lambda: identity.remove_inline("AROAR", "in")),
        ("profiles", lambda: identity.take_role("AIPAI", "AROAR")),
    ):
        with pytest.raises(InUse) as needed:
            await identity.remove_principal("AROAR")
        assert needed.value.by == by
        await gone()
    await identity.remove_principal("AROAR")
    assert await identity.principal_by_id("AROAR") is None
    with pytest.raises(Missing):
        await identity.remove_principal("AROAR")


async def test_a_user_stays_while_it_has_keys_and_inline_policies_are_told_first(
    records: Records, at: datetime
) -> None:
    await added(records, user("ann", at))
    await records.identity.add_key(AccessKey("AKIA1", ACCOUNT, "AIDAANN", "s", at), limit=2)
    await records.identity.add_login(LoginProfile("AIDAANN", ACCOUNT, "h", at, at))
    await records.identity.put_inline("AIDAANN", InlinePolicy("in", "{}"), limit=9)
    for by, free in (
        ("inline", records.identity.remove_inline("AIDAANN", "in")),
        ("keys", records.identity.remove_key("AKIA1")),
        ("login", records.identity.remove_login("AIDAANN")),
    ):
        with pytest.raises(InUse) as needed:
            await records.identity.remove_principal("AIDAANN")
        assert needed.value.by == by
        await free
    await records.identity.remove_principal("AIDAANN")


async def test_a_refused_write_leaves_nothing_behind(records: Records, at: datetime) -> None:
    await added(records, user("ann", at))
    before = await records.identity.version(ACCOUNT)
    for refused in (
        records.identity.add_principal(user("bea", at, boundary=policy("none", at).arn), limit=9),
        records.identity.save_principal(user("ann", at, boundary=policy("none", at).arn)),
        records.identity.attach("AIDAANN", policy("none", at).arn, limit=9),
        records.identity.set_default_version(policy("none", at).arn, 1, at),
        records.identity.save_policy(policy("none", at)),
    ):
        with pytest.raises(Missing) as gone:
            await refused
        assert gone.value.kind == "policy"
    assert await records.identity.principals(ACCOUNT, Kind.USER) == [user("ann", at)]
    assert await records.identity.version(ACCOUNT) == before


async def test_holdings_are_all_that_decides(records: Records, at: datetime) -> None:
    await added(records, policy("p", at), policy("q", at), user("ann", at, boundary=policy("p", at).arn))
    identity = records.identity
    await identity.attach("AIDAANN", policy("q", at).arn, limit=10)
    await identity.attach("AIDAANN", AWS_POLICY, limit=10)
    await identity.put_inline("AIDAANN", InlinePolicy("in", '{"a": 1}'), limit=100)
    await identity.add_version(policy("q", at).arn, '{"v": 2}', at, default=True, limit=5)
    held = await identity.holdings("AIDAANN")
    assert held is not None
    assert held.principal.name == "ann"
    assert dict(held.managed) == {policy("q", at).arn: '{"v": 2}', AWS_POLICY: None}
    assert list(held.inline) == [InlinePolicy("in", '{"a": 1}')]
    assert held.boundary == (policy("p", at).arn, "{}")
    assert await identity.holdings("AIDANOBODY") is None


async def test_every_write_moves_the_version(records: Records, at: datetime) -> None:
    identity, arn = records.identity, policy("p", at).arn
    before = await identity.version(ACCOUNT)

    async def moved() -> bool:
        nonlocal before
        now = await identity.version(ACCOUNT)
        grown, before = now > before, now
        return grown

    for number, write in enumerate(
        (
            lambda: identity.ensure_account(ACCOUNT, at),
            lambda: identity.add_principal(user("ann", at), limit=9),
            lambda: identity.add_principal(role("r", at), limit=9),
            lambda: identity.add_policy(policy("p", at), limit=9),
            lambda: identity.attach("AIDAANN", arn, limit=9),
            lambda: identity.put_inline("AIDAANN", InlinePolicy("in", "{}"), limit=99),
            lambda: identity.save_principal(user("ann", at, tags={"a": "b"})),
            lambda: identity.save_policy(policy("p", at)),
            lambda: identity.add_version(arn, "{}", at, default=False, limit=5),
            lambda: identity.set_default_version(arn, 2, at),
            lambda: identity.remove_version(arn, 1),
            lambda: identity.add_profile(profile("i", at), limit=9),
            lambda: identity.save_profile(profile("i", at)),
            lambda: identity.put_role("AIPAI", "AROAR"),
            lambda: identity.take_role("AIPAI", "AROAR"),
            lambda: identity.remove_profile("AIPAI"),
            lambda: identity.add_key(AccessKey("AKIA1", ACCOUNT, "AIDAANN", "s", at), limit=2),
            lambda: identity.set_key_active("AKIA1", False),
            lambda: identity.remove_key("AKIA1"),
            lambda: identity.add_login(LoginProfile("AIDAANN", ACCOUNT, "h", at, at)),
            lambda: identity.save_login(LoginProfile("AIDAANN", ACCOUNT, "i", at, at)),
            lambda: identity.remove_login("AIDAANN"),
            lambda: identity.put_password_policy(ACCOUNT, PasswordPolicy()),
            lambda: identity.remove_password_policy(ACCOUNT),
            lambda: identity.remove_inline("AIDAANN", "in"),
            lambda: identity.detach("AIDAANN", arn),
            lambda: identity.remove_policy(arn),
            lambda: identity.remove_principal("AIDAANN"),
        )
    ):
        await write()
        assert await moved(), number


async def test_notes_of_use_do_not_move_the_version(records: Records, at: datetime) -> None:
    await added(records, user("ann", at), role("r", at))
    await records.identity.add_key(AccessKey("AKIA1", ACCOUNT, "AIDAANN", "s", at), limit=2)
    before = await records.identity.version(ACCOUNT)
    await records.identity.note_role_used("AROAR", at, "eu-west-1")
    await records.identity.note_keys_used({"AKIA1": (at, "eu-west-1", "ecr"), "AKIANONE": (at, "x", "y")})
    assert await records.identity.version(ACCOUNT) == before
    used = await records.identity.principal_by_id("AROAR")
    assert used is not None
    assert (used.last_used, used.last_used_region) == (at, "eu-west-1")
    key = await records.identity.find_key("AKIA1")
    assert key is not None
    assert (key.last_used, key.last_used_region, key.last_used_service) == (at, "eu-west-1", "ecr")


async def test_a_policy_comes_back_with_its_default_version(records: Records, at: datetime) -> None:
    stored = replace(policy("Read", at, "/team/"), description="d", tags={"a": "b"})
    await added(records, stored)
    assert await records.identity.find_policy("arn:aws:iam::123456789012:policy/team/Read") == stored
    assert await records.identity.find_policy("arn:aws:iam::123456789012:policy/team/read") is None
    with pytest.raises(Taken):
        await records.identity.add_policy(replace(policy("READ", at), unique_id="ANPA2"), limit=100)
    with pytest.raises(QuotaReached):
        await records.identity.add_policy(policy("other", at), limit=1)


async def test_saving_a_policy_writes_its_tags_alone(records: Records, at: datetime) -> None:
    await added(records, policy("p", at))
    await records.identity.save_policy(replace(policy("p", at), tags={"a": "b"}, description="never kept"))
    found = await records.identity.find_policy(policy("p", at).arn)
    assert found == replace(policy("p", at), tags={"a": "b"}, revision=1)
    with pytest.raises(Stale):
        await records.identity.save_policy(policy("p", at))


async def test_version_numbers_are_never_used_again(records: Records, at: datetime) -> None:
    await added(records, policy("p", at))
    identity, arn = records.identity, policy("p", at).arn
    second = await identity.add_version(arn, "2", at, default=False, limit=5)
    assert second.number == 2
    await identity.remove_version(arn, 2)
    third = await identity.add_version(arn, "3", at, default=True, limit=5)
    assert third.number == 3
    assert [version.number for version in await identity.versions(arn)] == [3, 1]
    found = await identity.find_policy(arn)
    assert found is not None
    assert found.default == PolicyVersion(3, "3", at)
    await identity.set_default_version(arn, 1, at + timedelta(days=1))
    found = await identity.find_policy(arn)
    assert found is not None
    assert (found.default.number, found.updated) == (1, at + timedelta(days=1))


async def test_versions_are_bounded_and_the_default_one_stays(records: Records, at: datetime) -> None:
    await added(records, policy("p", at))
    identity, arn = records.identity, policy("p", at).arn
    await identity.add_version(arn, "2", at, default=False, limit=2)
    with pytest.raises(QuotaReached):
        await identity.add_version(arn, "3", at, default=False, limit=2)
    with pytest.raises(InUse) as needed:
        await identity.remove_version(arn, 1)
    assert needed.value.by == "default"
    for missing in (identity.remove_version(arn, 9), identity.set_default_version(arn, 9, at)):
        with pytest.raises(Missing) as gone:
            await missing
        assert gone.value.kind == "version"
    with pytest.raises(Missing):
        await identity.add_version("arn:aws:iam::123456789012:policy/none", "", at, default=False, limit=5)
    assert await identity.versions("arn:aws:iam::123456789012:policy/none") == []


async def test_a_policy_stays_while_it_is_attached_or_has_further_versions(records: Records, at: datetime) -> None:
    await added(records, policy("p", at), role("r", at), user("b", at, boundary=policy("p", at).arn))
    identity, arn = records.identity, policy("p", at).arn
    await identity.attach("AROAR", arn, limit=10)
    await identity.add_version(arn, "2", at, default=False, limit=5)
    found = await identity.find_policy(arn)
    assert found is not None
    assert (found.attachments, found.boundaries) == (1, 1)
    for by, free in (
        ("attachments", lambda: identity.detach("AROAR", arn)),
        ("attachments", lambda: identity.save_principal(user("b", at))),
        ("versions", lambda: identity.remove_version(arn, 2)),
    ):
        with pytest.raises(InUse) as needed:
            await identity.remove_policy(arn)
        assert needed.value.by == by
        await free()
    await identity.remove_policy(arn)
    with pytest.raises(Missing):
        await identity.remove_policy(arn)


async def test_attaching_twice_is_silent_and_detaching_twice_is_not(records: Records, at: datetime) -> None:
    await added(records, role("r", at), policy("b", at), policy("A", at))
    identity = records.identity
    for name in ("b", "A", "b"):
        await identity.attach("AROAR", policy(name, at).arn, limit=2)
    assert await identity.attached("AROAR") == [policy("A", at).arn, policy("b", at).arn]
    with pytest.raises(QuotaReached):
        await identity.attach("AROAR", AWS_POLICY, limit=2)
    await identity.detach("AROAR", policy("b", at).arn)
    with pytest.raises(Missing):
        await identity.detach("AROAR", policy("b", at).arn)
    for unique_id, arn, kind in (
        ("AROANONE", policy("A", at).arn, "principal"),
        ("AROAR", "arn:aws:iam::123456789012:policy/none", "policy"),
    ):
        with pytest.raises(Missing) as gone:
            await identity.attach(unique_id, arn, limit=10)
        assert gone.value.kind == kind


async def test_entities_are_told_by_use(records: Records, at: datetime) -> None:
    arn = policy("p", at).arn
    bounded = user("b", at, boundary=arn)
    holders = [role("R", at), role("s", at), user("A", at)]
    await added(records, policy("p", at), bounded, *reversed(holders))
    for holder in holders:
        await records.identity.attach(holder.unique_id, arn, limit=10)
    assert await records.identity.entities(arn) == [Attachment(arn, holder) for holder in holders]
    assert await records.identity.entities(arn, usage="PermissionsBoundary") == [Attachment(arn, bounded)]


async def test_policies_are_listed_by_path_and_use(records: Records, at: datetime) -> None:
    await added(records, policy("a", at, "/x/"), policy("B", at), policy("c", at), role("r", at))
    identity = records.identity
    await identity.attach("AROAR", policy("c", at).arn, limit=10)
    await added(records, user("u", at, boundary=policy("B", at).arn))

    async def names(**how: object) -> list[str]:
        return [one.name for one in await identity.policies(ACCOUNT, **how)]  # type: ignore[arg-type]

    assert await names() == ["a", "B", "c"]
    assert await names(after="a", limit=1) == ["B"]
    assert await names(path_prefix="/x/") == ["a"]
    assert await names(attached=True) == ["B", "c"]
    assert await names(attached=True, usage="PermissionsPolicy") == ["c"]
    assert await names(attached=True, usage="PermissionsBoundary") == ["B"]


async def test_uses_of_aws_policies_are_counted(records: Records, at: datetime) -> None:
    await added(records, role("r", at), user("u", at, boundary=AWS_POLICY))
    await records.identity.attach("AROAR", AWS_POLICY, limit=10)
    assert await records.identity.aws_policy_uses(ACCOUNT) == {AWS_POLICY: (1, 1)}
    assert await records.identity.aws_policy_uses(OTHER) == {}


async def test_inline_policies_are_bounded_together_without_white_space(records: Records, at: datetime) -> None:
    await added(records, role("r", at))
    identity = records.identity
    await identity.put_inline("AROAR", InlinePolicy("b", "x" * 6 + " \n\t" * 50), limit=10)
    await identity.put_inline("AROAR", InlinePolicy("a", "y" * 4), limit=10)
    with pytest.raises(QuotaReached):
        await identity.put_inline("AROAR", InlinePolicy("c", "z"), limit=10)
    await identity.put_inline("AROAR", InlinePolicy("b", "z"), limit=10)  # in the place of the old one
    assert [one.name for one in await identity.inline("AROAR")] == ["a", "b"]
    with pytest.raises(Missing):
        await identity.remove_inline("AROAR", "none")


async def test_a_profile_holds_one_role(records: Records, at: datetime) -> None:
    web = replace(profile("Web", at, "/x/"), tags={"a": "b"})
    await added(records, role("r", at), role("s", at), web)
    identity = records.identity
    assert await identity.find_profile(ACCOUNT, "wEB") == web
    await identity.put_role("AIPAWEB", "AROAR")
    with pytest.raises(QuotaReached):
        await identity.put_role("AIPAWEB", "AROAS")
    with pytest.raises(Missing):
        await identity.take_role("AIPAWEB", "AROAS")
    with pytest.raises(InUse) as needed:
        await identity.remove_profile("AIPAWEB")
    assert needed.value.by == "roles"
    assert [one.name for one in await identity.profiles(ACCOUNT, role="AROAR")] == ["Web"]
    assert await identity.profiles(ACCOUNT, role="AROAS") == []
    await identity.take_role("AIPAWEB", "AROAR")
    await identity.remove_profile("AIPAWEB")
    assert await identity.find_profile(ACCOUNT, "Web") is None
    for unknown in (identity.put_role("AIPAWEB", "AROAR"), identity.remove_profile("AIPAWEB")):
        with pytest.raises(Missing):
            await unknown


async def test_profiles_are_paged_named_and_bounded_as_principals_are(records: Records, at: datetime) -> None:
    await added(records, profile("b", at, "/x/"), profile("A", at), profile("c", at, "/x/"))
    identity = records.identity
    assert [one.name for one in await identity.profiles(ACCOUNT)] == ["A", "b", "c"]
    assert [one.name for one in await identity.profiles(ACCOUNT, after="a", limit=1)] == ["b"]
    assert [one.name for one in await identity.profiles(ACCOUNT, path_prefix="/x/")] == ["b", "c"]
    with pytest.raises(Taken):
        await identity.add_profile(replace(profile("B", at), unique_id="AIPA2"), limit=9)
    with pytest.raises(QuotaReached):
        await identity.add_profile(profile("d", at), limit=3)


async def test_saving_a_profile_writes_its_tags_and_no_older_copy(records: Records, at: datetime) -> None:
    await added(records, profile("i", at))
    await records.identity.save_profile(replace(profile("i", at), tags={"a": "b"}))
    assert await records.identity.find_profile(ACCOUNT, "i") == replace(profile("i", at), tags={"a": "b"}, revision=1)
    with pytest.raises(Stale):
        await records.identity.save_profile(profile("i", at))
    with pytest.raises(Missing):
        await records.identity.save_profile(profile("none", at))


async def test_the_root_user_has_keys_without_a_row_and_others_do_not(records: Records, at: datetime) -> None:
    root = AccessKey("AKIA1", ACCOUNT, ACCOUNT, "s", at)
    await records.identity.add_key(root, limit=1)
    assert await records.identity.find_key("AKIA1") == root
    with pytest.raises(Missing):
        await records.identity.add_key(replace(root, id="AKIA2", owner="AIDAGONE"), limit=9)


async def test_keys_belong_to_an_owner_and_lists_hold_no_secret(records: Records, at: datetime) -> None:
    await added(records, user("ann", at))
    first = AccessKey("AKIA2", ACCOUNT, "AIDAANN", "first secret", at)
    second = AccessKey("AKIA1", ACCOUNT, "AIDAANN", "second secret", at + timedelta(seconds=1))
    identity = records.identity
    for key in (first, second):
        await identity.add_key(key, limit=2)
    with pytest.raises(QuotaReached):
        await identity.add_key(replace(first, id="AKIA3"), limit=2)
    assert await identity.find_key("AKIA2") == first
    assert await identity.keys("AIDAANN") == [replace(first, secret=""), replace(second, secret="")]
    await identity.set_key_active("AKIA2", False)
    assert await identity.find_key("AKIA2") == replace(first, active=False)
    await identity.remove_key("AKIA2")
    assert await identity.find_key("AKIA2") is None
    for unknown in (identity.set_key_active("AKIA2", True), identity.remove_key("AKIA2")):
        with pytest.raises(Missing):
            await unknown


async def test_counts_are_of_one_account(records: Records, at: datetime) -> None:
    await added(records, user("a", at), role("b", at), role("c", at), policy("p", at))
    await records.identity.add_version(policy("p", at).arn, "", at, default=False, limit=5)
    counts = await records.identity.counts(ACCOUNT)
    assert counts == {"users": 1, "roles": 2, "policies": 1, "policy_versions": 2, "instance_profiles": 0}
    assert set((await records.identity.counts(OTHER)).values()) == {0}


async def test_a_user_has_one_password_which_changes_only_from_what_was_read(records: Records, at: datetime) -> None:
    identity = records.identity
    await added(records, user("ann", at))
    first = LoginProfile("AIDAANN", ACCOUNT, "hash", at, at, reset_required=True)
    await identity.add_login(first)
    assert await identity.find_login("AIDAANN") == first
    with pytest.raises(Taken):
        await identity.add_login(replace(first, hash="another"))
    later = replace(first, hash="new", earlier=("hash",), changed=at + timedelta(days=1), reset_required=False)
    await identity.save_login(later)
    assert await identity.find_login("AIDAANN") == replace(later, revision=1)
    with pytest.raises(Stale):
        await identity.save_login(replace(later, hash="too late"))
    await identity.remove_login("AIDAANN")
    assert await identity.find_login("AIDAANN") is None
    for gone in (identity.save_login(later), identity.remove_login("AIDAANN"), identity.add_login(_of_nobody(at))):
        with pytest.raises(Missing):
            await gone


def _of_nobody(at: datetime) -> LoginProfile:
    return LoginProfile("AIDAGONE", ACCOUNT, "hash", at, at)


async def test_an_account_has_one_password_policy_or_none(records: Records, at: datetime) -> None:
    identity = records.identity
    assert await identity.password_policy(ACCOUNT) is None
    policy = PasswordPolicy(12, numbers=True, users_may_change=True, max_age=90, reuse_prevention=3)
    for one in (policy, PasswordPolicy()):
        await identity.put_password_policy(ACCOUNT, one)
        assert await identity.password_policy(ACCOUNT) == one
    assert await identity.password_policy(OTHER) is None
    await identity.remove_password_policy(ACCOUNT)
    assert await identity.password_policy(ACCOUNT) is None
    with pytest.raises(Missing):
        await identity.remove_password_policy(ACCOUNT)
