"""What can be done, what is missing, on what it depends; and the verbs beside the registry's routes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from prove_policies import ACCOUNT, BEGINNING, ROLE, allow, deny, held, policies

from dockreeve.doors.registry.paths import BLOB, MANIFEST, TAGS, UPLOAD, UPLOADS
from dockreeve.doors.registry.routes import BY_PATTERN
from dockreeve.policy import Held, Kind, Layer, Policy, PolicySet, Verdict, parse
from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.prove import VERBS, Answer, NoSuchName, On, Outcome, Place, Subject, can

LOGIN = allow("ecr:GetAuthorizationToken")


def ask(verb: str, repository: str, policies: Held, **more: Any) -> Answer:
    place = Place(ACCOUNT, "us-east-1", repository, more.pop("source", ""))
    return can(VERBS[verb], place, Subject(more.pop("principal", ROLE), policies, **more))


def missing(answer: Answer) -> list[str]:
    return [one.need.action for one in answer.missing]


def repository_policy(*statements: dict[str, Any]) -> PolicySet:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return PolicySet([Policy(parse(text, Kind.REPOSITORY), "repository policy", inline=True)])


def test_a_pull_that_is_one_action_short_is_told_which_one() -> None:
    answer = ask("pull", "app", held([LOGIN, allow("ecr:BatchGetImage", BEGINNING + "*")]))
    assert answer.outcome is Outcome.NO
    assert missing(answer) == ["ecr:GetDownloadUrlForLayer"]
    (addition,) = answer.additions or ()
    assert addition.layer is Layer.IDENTITY
    assert addition.statement == {
        "Effect": "Allow",
        "Action": "ecr:GetDownloadUrlForLayer",
        "Resource": BEGINNING + "app",
    }


def test_what_is_missing_on_everything_gets_a_statement_of_its_own() -> None:
    answer = ask("pull", "app", held([]))
    assert [one.statement["Resource"] for one in answer.additions or ()] == ["*", BEGINNING + "app"]
    assert [one.statement["Action"] for one in answer.additions or ()] == [
        "ecr:GetAuthorizationToken",
        ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    ]


def test_login_on_a_repository_is_none() -> None:
    answer = ask("login", "*", held([allow("ecr:*", BEGINNING + "*")]))
    assert missing(answer) == ["ecr:GetAuthorizationToken"]


def test_the_deny_that_decides_is_named() -> None:
    answer = ask("pull", "app", held([allow("*"), deny("ecr:Batch*", BEGINNING + "app")]))
    (one,) = answer.missing
    assert one.decision.verdict is Verdict.EXPLICIT_DENY
    assert one.decision.deciding[0][1].index == 1
    assert answer.additions is None


def test_a_pattern_is_answered_with_a_name_of_each_kind() -> None:
    answer = ask("pull", "team/*", held([LOGIN, allow("ecr:*", BEGINNING + "team/a*")]))
    assert answer.outcome is Outcome.SOME
    assert not answer
    by_outcome = {case.outcome: case.name for case in answer.cases}
    assert by_outcome[Outcome.YES].startswith("team/a")
    assert not by_outcome[Outcome.NO].startswith("team/a")


def test_yes_for_a_pattern_means_every_name() -> None:
    everything = [BEGINNING + f"team/{first}*" for first in "abcdefghijklmnopqrstuvwxyz0123456789"]
    assert ask("pull", "team/*", held([LOGIN, allow("ecr:*", everything)]))
    assert not ask("pull", "team/*", held([LOGIN, allow("ecr:*", everything[1:])]))


def test_capitals_name_nothing() -> None:
    with pytest.raises(NoSuchName):
        ask("pull", "Team/*", held([]))


def test_what_depends_on_a_key_names_it_and_when() -> None:
    on_network = held([LOGIN, allow("ecr:*", "*", IpAddress={"aws:SourceIp": "10.0.0.0/8"})])
    answer = ask("pull", "app", on_network)
    assert (answer.outcome, answer.keys) == (Outcome.DEPENDS, ("aws:sourceip",))
    assert answer.cases[0].when == {"aws:sourceip": "10.0.0.0"}
    assert ask("pull", "app", on_network, context={"aws:SourceIp": "10.1.2.3"})
    assert ask("pull", "app", on_network, context={"aws:SourceIp": "192.0.2.1"}).outcome is Outcome.NO
    assert ask("pull", "app", on_network, absent=("aws:SourceIp",)).outcome is Outcome.NO


def test_a_key_that_decides_nothing_is_not_named() -> None:
    both = held([LOGIN, allow("ecr:*"), allow("ecr:Get*", "*", IpAddress={"aws:SourceIp": "10.0.0.0/8"})])
    assert ask("pull", "app", both).outcome is Outcome.YES


def test_a_variable_is_a_key_that_it_depends_on() -> None:
    own = held([LOGIN, allow("ecr:*", BEGINNING + "${aws:username}/*")])
    assert ask("pull", "ann/app", own).keys == ("aws:username",)
    assert ask("pull", "ann/app", own, context={"aws:username": "ann"})
    assert ask("pull", "ann", own).outcome is Outcome.NO


def test_conditions_that_exclude_each_other_allow_nothing() -> None:
    never = held(
        [
            LOGIN,
            allow("ecr:BatchGetImage", "*", StringEquals={"aws:username": "ann"}),
            allow("ecr:GetDownloadUrlForLayer", "*", StringEquals={"aws:username": "bob"}),
        ]
    )
    answer = ask("pull", "app", never)
    assert (answer.outcome, answer.missing, answer.keys) == (Outcome.NO, (), ("aws:username",))


def test_with_the_statement_added_a_condition_may_be_left() -> None:
    half = held([LOGIN, allow("ecr:BatchGetImage", "*", StringEquals={"aws:username": "ann"})])
    answer = ask("pull", "app", half)
    assert missing(answer) == ["ecr:GetDownloadUrlForLayer"]
    assert answer.afterwards == ("aws:username",)


def test_a_boundary_needs_its_own_statement() -> None:
    answer = ask("login", "*", held([], [allow("s3:*")]))
    assert {one.layer for one in answer.additions or ()} == {Layer.IDENTITY, Layer.BOUNDARY}


def test_a_repository_policy_allows_and_denies_but_not_the_login() -> None:
    on_repository = repository_policy({"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "ecr:*"})
    assert missing(ask("pull", "app", Held(resource=on_repository))) == ["ecr:GetAuthorizationToken"]
    assert ask("pull", "app", Held(identity=policies([LOGIN]), resource=on_repository))
    against = repository_policy({"Effect": "Deny", "Principal": "*", "Action": "ecr:*"})
    answer = ask("pull", "app", Held(identity=policies([allow("*")]), resource=against))
    assert missing(answer) == ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert {one.decision.layer for one in answer.missing} == {Layer.RESOURCE}


def test_a_copy_reads_from_its_source() -> None:
    push = allow([need.action for need in VERBS["push-containerd"].needs], BEGINNING + "target")
    pull = allow([need.action for need in VERBS["pull"].needs], BEGINNING + "source")
    assert ask("copy", "target", held([LOGIN, push, pull]), source="source")
    answer = ask("copy", "target", held([LOGIN, push]), source="source")
    assert [one.decision.ask.resource for one in answer.missing] == [BEGINNING + "source"] * 2
    answer = ask("copy", "source", held([LOGIN, push, pull]), source="target")
    assert {one.need.on for one in answer.missing} == {On.SOURCE, On.REPOSITORY}


def test_pathological_patterns_are_undecided() -> None:
    many = [BEGINNING + "*" + f"{letter}*" * 12 for letter in "abcdefgh"]
    answer = ask("pull", "*", held([LOGIN, allow("ecr:*", many)]))
    assert answer.outcome is Outcome.UNDECIDED
    assert answer.cases[0].reason
    assert not answer


def test_every_action_of_a_verb_exists_and_is_asked_for_where_it_may_be() -> None:
    for verb in VERBS.values():
        for need in verb.needs:
            action = catalogue().action(need.action)
            assert action is not None, need
            assert action.name == need.action
            assert bool(action.resource_types) == (need.on is not On.EVERYTHING), need


# What real clients send for each verb (clients.md).
SENT = {
    "pull": [("HEAD", MANIFEST), ("GET", MANIFEST), ("GET", BLOB)],
    "push": [("HEAD", BLOB), ("POST", UPLOADS), ("PATCH", UPLOAD), ("PUT", UPLOAD), ("PUT", MANIFEST)],
    "push-containerd": [
        ("HEAD", MANIFEST),
        ("HEAD", BLOB),
        ("POST", UPLOADS),
        ("PATCH", UPLOAD),
        ("PUT", UPLOAD),
        ("PUT", MANIFEST),
    ],
    "delete": [("DELETE", MANIFEST)],
    "list": [("GET", TAGS)],
    "tag": [("GET", MANIFEST), ("PUT", MANIFEST)],
}


@pytest.mark.parametrize("verb", SENT)
def test_a_verb_needs_what_the_routes_of_its_requests_need(verb: str) -> None:
    asked = {action.name for method, pattern in SENT[verb] for action in BY_PATTERN[pattern][method].actions}
    needed = {need.action for need in VERBS[verb].needs if need.on is On.REPOSITORY}
    assert asked == needed


TAGGED = {"StringEquals": {"aws:ResourceTag/team": "docks"}}


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        (None, Outcome.DEPENDS),
        ({"team": "docks"}, Outcome.YES),
        ({"Team": "docks", "other": "x"}, Outcome.YES),
        ({"team": "Docks"}, Outcome.NO),
        ({"other": "docks"}, Outcome.NO),
        ({}, Outcome.NO),
    ],
)
@pytest.mark.parametrize("prefix", ["aws", "ecr"])
def test_a_repositorys_tags_decide_where_they_are_known(
    prefix: str, tags: dict[str, str] | None, outcome: Outcome
) -> None:
    tagged = {"StringEquals": {f"{prefix}:ResourceTag/team": "docks"}}
    policies = held([LOGIN, allow("ecr:ListImages", "*", **tagged)])
    assert ask("list", "app", policies, tags=tags).outcome is outcome


def test_a_tag_in_a_resource_is_put_in() -> None:
    policies = held([LOGIN, allow("ecr:ListImages", BEGINNING + "${aws:ResourceTag/team}/*")])
    assert ask("list", "docks/app", policies, tags={"team": "docks"}).outcome is Outcome.YES
    assert ask("list", "docks/app", policies, tags={"team": "other"}).outcome is Outcome.NO
    assert ask("list", "docks/app", policies, tags={}).outcome is Outcome.NO
    assert ask("list", "docks/app", policies).outcome is Outcome.DEPENDS


def test_what_is_asked_for_on_everything_has_no_tags() -> None:
    policies = held([allow("ecr:*", "*", **TAGGED)])
    answer = ask("list", "app", policies, tags={"team": "docks"})
    assert (answer.outcome, missing(answer)) == (Outcome.NO, ["ecr:GetAuthorizationToken"])
    untagged = {"Null": {"aws:ResourceTag/team": "true"}}
    assert ask("login", "*", held([allow("ecr:*", "*", **untagged)]), tags={"team": "docks"}).outcome is Outcome.YES


def test_each_repository_of_a_copy_has_its_own_tags() -> None:
    policies = held([LOGIN, allow("ecr:*", BEGINNING + "*", **TAGGED)])
    for tags, source_tags, outcome in (
        ({"team": "docks"}, {"team": "docks"}, Outcome.YES),
        ({"team": "docks"}, {}, Outcome.NO),
        ({}, {"team": "docks"}, Outcome.NO),
        ({"team": "docks"}, None, Outcome.DEPENDS),
        (None, {"team": "docks"}, Outcome.DEPENDS),
    ):
        answer = ask("copy", "to", policies, source="from", tags=tags, **{"source_tags": source_tags})
        assert answer.outcome is outcome, (tags, source_tags)


def test_what_is_said_of_a_tag_counts_more_than_the_tag() -> None:
    policies = held([LOGIN, allow("ecr:ListImages", "*", **TAGGED)])
    said = {"aws:ResourceTag/team": "docks"}
    assert ask("list", "app", policies, tags={}, context=said).outcome is Outcome.YES
