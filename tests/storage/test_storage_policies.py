"""Managed policies, attachments and inline policies: the promises of the port, for every adapter."""

import dataclasses

import pytest

from dockreeve.storage import (
    Attachment,
    InlinePolicy,
    InUse,
    Missing,
    PolicyVersion,
    QuotaReached,
    Records,
    Stale,
    Taken,
)

from .making import ACCOUNT, AT, AWS_POLICY, LATER, OTHER, policy, role, user


async def test_a_policy_comes_back_with_every_field(records: Records) -> None:
    made = policy(path="/team/", description="d", tags={"k": "v"}, default=PolicyVersion(1, '{ "Statement": [] }', AT))
    await records.identity.add_policy(made, limit=9)
    assert await records.identity.find_policy(made.arn) == made
    assert await records.identity.find_policy(made.arn.upper()) is None


async def test_a_policys_name_is_taken_regardless_of_case_and_path(records: Records) -> None:
    await records.identity.add_policy(policy("Pull"), limit=9)
    with pytest.raises(Taken):
        await records.identity.add_policy(policy("PULL", path="/x/", unique_id="ANPA2"), limit=9)
    await records.identity.add_policy(policy("Pull", account=OTHER, unique_id="ANPA3"), limit=9)


async def test_policies_have_a_limit(records: Records) -> None:
    await records.identity.add_policy(policy("A"), limit=1)
    with pytest.raises(QuotaReached):
        await records.identity.add_policy(policy("B"), limit=1)


async def test_policies_page_by_use_path_and_name(records: Records) -> None:
    identity = records.identity
    for name in ("b", "A", "c"):
        await identity.add_policy(policy(name, path="/x/" if name == "c" else "/"), limit=9)
    await identity.add_principal(role(boundary=policy("A").arn), limit=9)
    await identity.attach(role().unique_id, policy("b").arn, limit=9)

    async def names(**where: object) -> list[str]:
        return [one.name for one in await identity.policies(ACCOUNT, **where)]

    assert await names() == ["A", "b", "c"]
    assert await names(after="a", limit=1) == ["b"]
    assert await names(path_prefix="/x/") == ["c"]
    assert await names(attached=True) == ["A", "b"]
    assert await names(attached=True, usage="PermissionsPolicy") == ["b"]
    assert await names(attached=True, usage="PermissionsBoundary") == ["A"]
    a, b, c = await identity.policies(ACCOUNT)
    assert [(one.attachments, one.boundaries) for one in (a, b, c)] == [(0, 1), (1, 0), (0, 0)]


async def test_saving_a_policy_writes_its_tags_and_refuses_a_stale_copy(records: Records) -> None:
    await records.identity.add_policy(policy(), limit=9)
    await records.identity.save_policy(dataclasses.replace(policy(), tags={"k": "v"}))
    assert (await records.identity.find_policy(policy().arn)).tags == {"k": "v"}
    with pytest.raises(Stale):
        await records.identity.save_policy(dataclasses.replace(policy(), tags={}))
    with pytest.raises(Missing):
        await records.identity.save_policy(policy("Gone"))


async def test_version_numbers_are_never_reused(records: Records) -> None:
    identity, arn = records.identity, policy().arn
    await identity.add_policy(policy(), limit=9)
    second = await identity.add_version(arn, "{2}", LATER, default=False, limit=5)
    assert second == PolicyVersion(2, "{2}", LATER)
    await identity.remove_version(arn, 2)
    third = await identity.add_version(arn, "{3}", LATER, default=True, limit=5)
    assert third.number == 3
    assert [one.number for one in await identity.versions(arn)] == [3, 1]
    stored = await identity.find_policy(arn)
    assert (stored.default, stored.updated) == (third, LATER)
    assert await identity.versions("arn:aws:iam::1:policy/None") == []


async def test_versions_have_a_limit_and_a_policy_to_belong_to(records: Records) -> None:
    await records.identity.add_policy(policy(), limit=9)
    with pytest.raises(QuotaReached):
        await records.identity.add_version(policy().arn, "{}", AT, default=False, limit=1)
    with pytest.raises(Missing):
        await records.identity.add_version(policy("Gone").arn, "{}", AT, default=False, limit=5)


async def test_the_default_version_is_chosen_and_cannot_be_removed(records: Records) -> None:
    identity, arn = records.identity, policy().arn
    await identity.add_policy(policy(), limit=9)
    await identity.add_version(arn, "{2}", AT, default=False, limit=5)
    await identity.set_default_version(arn, 2, LATER)
    assert (await identity.find_policy(arn)).default.text == "{2}"
    with pytest.raises(InUse) as used:
        await identity.remove_version(arn, 2)
    assert used.value.by == "default"
    for refused, kind in (
        (identity.set_default_version(arn, 7, AT), "version"),
        (identity.set_default_version(policy("Gone").arn, 1, AT), "policy"),
        (identity.remove_version(arn, 7), "version"),
        (identity.remove_version(policy("Gone").arn, 1), "policy"),
    ):
        with pytest.raises(Missing) as missing:
            await refused
        assert missing.value.kind == kind


async def test_a_policy_in_use_stays(records: Records) -> None:
    identity, arn = records.identity, policy().arn
    await identity.add_policy(policy(), limit=9)
    await identity.add_version(arn, "{2}", AT, default=False, limit=5)
    await identity.add_principal(role(boundary=arn), limit=9)
    await identity.add_principal(user(), limit=9)
    await identity.attach(user().unique_id, arn, limit=9)
    await identity.save_principal(role())  # boundary taken off
    with pytest.raises(InUse) as used:
        await identity.remove_policy(arn)
    assert used.value.by == "attachments"
    await identity.detach(user().unique_id, arn)
    with pytest.raises(InUse) as used:
        await identity.remove_policy(arn)
    assert used.value.by == "versions"
    await identity.remove_version(arn, 2)
    await identity.remove_policy(arn)
    assert await identity.find_policy(arn) is None
    with pytest.raises(Missing):
        await identity.remove_policy(arn)


async def test_a_boundary_keeps_its_policy(records: Records) -> None:
    await records.identity.add_policy(policy(), limit=9)
    await records.identity.add_principal(role(boundary=policy().arn), limit=9)
    with pytest.raises(InUse) as used:
        await records.identity.remove_policy(policy().arn)
    assert used.value.by == "attachments"


async def test_attaching_twice_is_silent_and_beyond_the_limit_refused(records: Records) -> None:
    identity, holder = records.identity, role().unique_id
    await identity.add_principal(role(), limit=9)
    for name in ("b", "A"):
        await identity.add_policy(policy(name), limit=9)
    await identity.attach(holder, policy("b").arn, limit=1)
    await identity.attach(holder, policy("b").arn, limit=1)
    with pytest.raises(QuotaReached):
        await identity.attach(holder, policy("A").arn, limit=1)
    await identity.attach(holder, policy("A").arn, limit=3)
    await identity.attach(holder, AWS_POLICY, limit=3)
    assert await identity.attached(holder) == [policy("A").arn, policy("b").arn, AWS_POLICY]


@pytest.mark.parametrize(
    ("holder", "arn", "kind"),
    [
        ("AROANOBODY", AWS_POLICY, "principal"),
        (role().unique_id, policy("Gone").arn, "policy"),
        (role().unique_id, policy("Theirs", account=OTHER).arn, "policy"),
        (role().unique_id, "aws", "policy"),
    ],
)
async def test_only_what_is_there_can_be_attached(records: Records, holder: str, arn: str, kind: str) -> None:
    await records.identity.add_principal(role(), limit=9)
    await records.identity.add_policy(policy("Theirs", account=OTHER), limit=9)
    with pytest.raises(Missing) as missing:
        await records.identity.attach(holder, arn, limit=9)
    assert missing.value.kind == kind


async def test_detaching_what_is_not_attached_is_refused(records: Records) -> None:
    await records.identity.add_principal(role(), limit=9)
    with pytest.raises(Missing):
        await records.identity.detach(role().unique_id, AWS_POLICY)


async def test_entities_are_in_order_of_kind_and_name(records: Records) -> None:
    identity = records.identity
    holders = [user("b"), role("Z"), user("A"), user("far", account=OTHER)]
    for one in holders:
        await identity.add_principal(one, limit=9)
        await identity.attach(one.unique_id, AWS_POLICY, limit=9)
    await identity.add_principal(role("Edge", boundary=AWS_POLICY), limit=9)

    async def names(**where: str) -> list[str]:
        return [one.principal.name for one in await identity.entities(AWS_POLICY, **where)]

    assert await names() == ["Z", "A", "b", "far"]
    assert await names(account=ACCOUNT) == ["Z", "A", "b"]
    assert await names(usage="PermissionsBoundary") == ["Edge"]
    assert (await identity.entities(AWS_POLICY))[0] == Attachment(AWS_POLICY, role("Z"))


async def test_the_uses_of_awss_own_policies_are_counted_for_one_account(records: Records) -> None:
    identity = records.identity
    await identity.add_policy(policy(), limit=9)
    other = "arn:aws:iam::aws:policy/Other"
    await identity.add_principal(user(boundary=other), limit=9)
    await identity.add_principal(user("far", account=OTHER), limit=9)
    for holder, arn in ((user(), AWS_POLICY), (user("far"), AWS_POLICY), (user(), policy().arn)):
        await identity.attach(holder.unique_id, arn, limit=9)
    assert await identity.aws_policy_uses(ACCOUNT) == {other: (0, 1), AWS_POLICY: (1, 0)}


async def test_inline_policies_share_a_limit_that_does_not_count_white_space(records: Records) -> None:
    identity, holder = records.identity, user().unique_id
    await identity.add_principal(user(), limit=9)
    await identity.put_inline(holder, InlinePolicy("b", "12345"), limit=10)
    await identity.put_inline(holder, InlinePolicy("a", "1 2\n3 4\t5"), limit=10)
    with pytest.raises(QuotaReached):
        await identity.put_inline(holder, InlinePolicy("c", "1"), limit=10)
    await identity.put_inline(holder, InlinePolicy("b", "54321"), limit=10)  # replaced, not added
    assert await identity.inline(holder) == [InlinePolicy("a", "1 2\n3 4\t5"), InlinePolicy("b", "54321")]
    await identity.remove_inline(holder, "a")
    assert [one.name for one in await identity.inline(holder)] == ["b"]
    for refused in (
        identity.remove_inline(holder, "a"),
        identity.put_inline("AIDANOBODY", InlinePolicy("a", "{}"), limit=10),
    ):
        with pytest.raises(Missing):
            await refused
