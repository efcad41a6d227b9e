"""Differences between policies, one by one: what is new, what is lost, what can't be told."""

from __future__ import annotations

import time
from typing import Any

import pytest
from prove_policies import ACCOUNT, BEGINNING, allow, deny, held, policies

from dockreeve.policy import Held
from dockreeve.policy.prove import Change, Difference, Undecided, Way, diff


def one_change(difference: Difference) -> Change:
    assert not difference.undecided
    (change,) = difference.changes
    return change


def one_gap(difference: Difference) -> Undecided:
    assert not difference.changes
    (gap,) = difference.undecided
    return gap


def test_a_wider_pattern_is_new_access_where_it_is_wider() -> None:
    change = one_change(
        diff(held([allow("ecr:PutImage", BEGINNING + "team/*")]), held([allow("ecr:PutImage", BEGINNING + "team*")]))
    )
    assert (change.way, change.actions) == (Way.NEW, ("ecr:PutImage",))
    assert change.witness.ask.resource == BEGINNING + "team"
    assert not change.witness.before
    assert change.witness.after


def test_the_same_access_said_otherwise_is_no_change() -> None:
    old = [allow(["ecr:PutImage", "ecr:BatchGetImage"], BEGINNING + "*")]
    new = [allow("ecr:PutImage", BEGINNING + "*"), allow("ecr:batchgetimage", [BEGINNING + "?*", BEGINNING + "x*"])]
    assert not diff(held(old), held(new))


def test_networks_are_sets() -> None:
    old = [allow("ecr:PutImage", "*", IpAddress={"aws:SourceIp": "10.0.0.0/8"})]
    halves = [allow("ecr:PutImage", "*", IpAddress={"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]})]
    assert not diff(held(old), held(halves))
    wider = [allow("ecr:PutImage", "*", IpAddress={"aws:SourceIp": ["10.0.0.0/8", "11.0.0.0/8"]})]
    assert one_change(diff(held(old), held(wider))).witness.ask.context == {"aws:sourceip": "11.0.0.0"}


def test_dates_and_numbers_are_sets() -> None:
    old = [allow("ecr:PutImage", "*", DateLessThan={"aws:CurrentTime": "2030-01-01"})]
    new = [allow("ecr:PutImage", "*", DateLessThan={"aws:CurrentTime": "2031-01-01T00:00:00Z"})]
    change = one_change(diff(held(old), held(new)))
    assert change.way is Way.NEW
    assert change.witness.ask.context == {"aws:currenttime": "2030-01-01T00:00:00Z"}
    assert one_change(diff(held(new), held(old))).way is Way.LOST


def test_a_boundary_takes_away_and_names_each_kind_of_action() -> None:
    difference = diff(held([allow("ecr:*")]), held([allow("ecr:*")], [allow(["ecr:Get*", "ecr:BatchGetImage"])]))
    assert not difference.new
    lost = {action for change in difference.lost for action in change.actions}
    assert "ecr:PutImage" in lost
    assert not lost & {"ecr:BatchGetImage", "ecr:GetAuthorizationToken"}


def test_an_empty_boundary_is_not_none() -> None:
    assert diff(held([allow("ecr:PutImage")]), held([allow("ecr:PutImage")], [])).lost


def test_a_deny_is_lost_access_and_its_removal_new() -> None:
    open_, closed = held([allow("*")]), held([allow("*"), deny("ecr:DeleteRepository", BEGINNING + "prod/*")])
    lost = one_change(diff(open_, closed))
    assert (lost.way, lost.actions) == (Way.LOST, ("ecr:DeleteRepository",))
    assert one_change(diff(closed, open_)).way is Way.NEW


def test_an_action_without_resource_types_needs_a_star() -> None:
    old, on_arn = held([]), held([allow("ecr:GetAuthorizationToken", BEGINNING + "*")])
    assert not diff(old, on_arn)
    assert diff(old, held([allow("ecr:GetAuthorizationToken")])).new


def test_services_that_nobody_mentions_are_represented_by_one() -> None:
    difference = diff(held([]), held([{"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}]))
    named = {action.partition(":")[0] for change in difference.new for action in change.actions}
    assert "ecr" in named
    assert not named & {"iam", "sts"}
    assert any(change.stands_for_others for change in difference.new)


def test_an_action_that_nobody_knows_counts_as_written() -> None:
    assert one_change(diff(held([]), held([allow("ecr:SomethingNew", BEGINNING + "a")]))).actions == (
        "ecr:somethingnew",
    )
    assert diff(held([]), held([allow("own:*")])).new


def test_wildcards_in_the_service_tell_services_apart() -> None:
    new = diff(held([]), held([allow("ec?:Put*")])).new
    assert {action.partition(":")[0] for change in new for action in change.actions} >= {"ecr"}
    assert not any(change.stands_for_others for change in new)


def test_a_variable_is_shown_with_a_value_where_that_proves_something() -> None:
    new = diff(held([]), held([allow("ecr:PutImage", BEGINNING + "${aws:username}/*")]))
    change = one_change(new)
    assert change.witness.ask.context["aws:username"] in change.witness.ask.resource


def test_what_depends_on_a_variable_is_undecided_and_says_on_which() -> None:
    old, new = [BEGINNING + "${aws:username}/*"], [BEGINNING + "${aws:username}/a*"]
    gap = [
        one
        for one in diff(held([allow("ecr:PutImage", old)]), held([allow("ecr:PutImage", new)])).undecided
        if one.way is Way.NEW
    ]
    assert [one.keys for one in gap] == [("aws:username",)]


def test_a_variable_that_is_known_is_put_in() -> None:
    old, new = allow("ecr:PutImage", BEGINNING + "${aws:username}/*"), allow("ecr:PutImage", BEGINNING + "ann/*")
    assert not diff(held([old]), held([new]), context={"aws:UserName": "ann"})
    assert diff(held([old]), held([new]), context={"aws:UserName": "bob"}).new


def test_what_shows_on_one_resource_need_not_show_on_another_where_a_variable_is() -> None:
    when: dict[str, Any] = {"Bool": {"aws:SecureTransport": "false"}}
    new = [
        allow(["ecr:PutImage", "ecr:BatchGetImage"], BEGINNING + "a${aws:username, 'b'}"),
        deny("ecr:BatchGetImage", BEGINNING + "ab", **when),
        deny("ecr:PutImage", BEGINNING + "ac", **when),
    ]
    for change in diff(held([]), held(new)).new:
        name = change.witness.ask.resource.removeprefix(BEGINNING)
        assert name == f"a{change.witness.ask.context.get('aws:username', 'b')}"


def test_equal_conditions_with_variables_are_met_together() -> None:
    line: dict[str, Any] = {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}
    old = [allow("ecr:PutImage", BEGINNING + "a*", StringEquals=line)]
    new = [allow("ecr:PutImage", BEGINNING + "ab*", StringEquals=line)]
    assert not diff(held(old), held(new)).new
    assert not [gap for gap in diff(held(old), held(new)).undecided if gap.way is Way.NEW]


def test_a_key_compared_as_two_types_is_shown_or_undecided() -> None:
    old = [allow("ecr:PutImage", "*", StringEquals={"my:key": "7"})]
    new = [allow("ecr:PutImage", "*", NumericEquals={"my:key": "7.0"}, StringEquals={"my:key": "7"})]
    assert one_gap_or_none(diff(held(old), held(new)), Way.NEW) == ("my:key",)


def one_gap_or_none(difference: Difference, way: Way) -> tuple[str, ...] | None:
    assert not [change for change in difference.changes if change.way is way]
    return next((gap.keys for gap in difference.undecided if gap.way is way), None)


def test_resources_of_another_account_count_unless_one_is_given() -> None:
    elsewhere = held([allow("ecr:PutImage", "arn:aws:ecr:us-east-1:210987654321:repository/*")])
    change = one_change(diff(held([]), elsewhere))
    assert "210987654321" in change.witness.ask.principal
    assert not diff(held([]), elsewhere, account=ACCOUNT)


def test_pathological_patterns_are_undecided_in_time() -> None:
    def many(last: str) -> list[str]:
        return [BEGINNING + "*" + f"{letter}*" * 12 + last for letter in "abcdefgh"]

    begun = time.process_time()
    difference = diff(held([allow("ecr:PutImage", many(""))]), held([allow("ecr:PutImage", many("z"))]))
    assert time.process_time() - begun < 10
    assert {gap.reason for gap in difference.undecided} == {"more patterns at once than can be compared"}


def test_too_many_conditions_are_undecided_and_named() -> None:
    lines = [f"my:key{number}" for number in range(13)]
    old = [allow("ecr:PutImage", "*", StringEquals=dict.fromkeys(lines, "a"))]
    new = [allow("ecr:PutImage", "*", StringLike=dict.fromkeys(lines, "a*"))]
    gap = next(one for one in diff(held(old), held(new)).undecided if one.way is Way.NEW)
    assert set(gap.keys) == set(lines)


def test_too_many_conditions_beside_a_variable_name_the_variable() -> None:
    lines = {f"my:key{number}": "a" for number in range(13)}
    old = [allow("ecr:PutImage", BEGINNING + "${aws:username}/*", StringEquals=lines)]
    new = [allow("ecr:PutImage", BEGINNING + "${aws:username}/*", StringLike=lines)]
    gap = next(one for one in diff(held(old), held(new)).undecided if one.way is Way.NEW)
    assert set(gap.keys) == {*lines, "aws:username"}


@pytest.mark.slow
def test_two_sets_of_24_statements_are_compared_in_a_tenth_of_a_second() -> None:
    old = [
        allow(
            ["ecr:PutImage", "ecr:BatchGetImage", f"s3:Get*{number}"],
            [f"{BEGINNING}team{number}/*", f"{BEGINNING}x{number}*y"],
            IpAddress={"aws:SourceIp": f"10.{number}.0.0/16"},
        )
        for number in range(24)
    ]
    new = [*old[:-1], allow("ecr:*", BEGINNING + "team*")]
    assert diff(held(old), held(new)).new
    best = min(_seconds(old, new) for _ in range(3))
    assert best < 0.1


def _seconds(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> float:
    begun = time.process_time()
    diff(held(old), held(new))
    return time.process_time() - begun


@pytest.mark.parametrize(
    "resource",
    ["arn:*:s3:::logs", "arn:aws:s3:*"]
    + [
        pytest.param(one, marks=pytest.mark.slow)
        for one in ("arn:aws:s3*", "arn:aws:?3:::logs", "arn:aws:s*:::logs", "arn:*3*")
    ],
)
def test_a_service_that_only_a_resource_names_by_a_pattern_is_looked_at(resource: str) -> None:
    difference = diff(held([]), held([allow("*", resource)]))
    assert not difference.undecided
    assert "s3:CreateBucket" in {action for change in difference.new for action in change.actions}


def test_services_that_no_resource_tells_apart_have_one_to_stand_for_them() -> None:
    for resource in ("*", "arn:*", "arn:aws:*", "arn:aws:*:us-east-1:*:*", "arn:*:*:*:*:a*"):
        changes = diff(held([]), held([allow("*", resource)])).new
        assert any(change.stands_for_others for change in changes), resource
        assert len(changes) < 6, resource


def test_a_resource_policy_gives_nothing_on_everything() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}
    given = {
        action
        for change in diff(Held(), Held(resource=policies([statement]))).new
        for action in change.actions
        if change.witness.ask.resource == "*"
    }
    assert not given
