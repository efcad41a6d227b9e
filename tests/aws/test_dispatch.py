"""Which service and operation a request is for."""

from datetime import UTC, datetime

import pytest

from dockreeve.aws.dispatch import Addressed, service_of
from dockreeve.aws.sigv4 import Kind, Signature, Unverified
from dockreeve.faults import Fault

ECR = "AmazonEC2ContainerRegistry_V20150921"


def scoped(service: str) -> Signature:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    return Signature("AKID", "20260102", "eu-west-1", service, "aws4_request", ("host",), "0", when, None, False)


def target(name: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"localhost"), (b"X-Amz-Target", name.encode())]


def test_the_scope_tells_the_service() -> None:
    form = [("Action", "GetRole"), ("Version", "2010-05-08"), ("RoleName", "r")]
    assert service_of(scoped("iam"), [], form) == Addressed("iam", "GetRole", "2010-05-08")
    assert service_of(scoped("sts"), [], form) == Addressed("sts", "GetRole", "2010-05-08")
    assert service_of(scoped("ecr"), target(f"{ECR}.ListImages"), []) == Addressed("ecr", "ListImages")


def test_a_target_of_another_service_names_no_operation() -> None:
    assert service_of(scoped("ecr"), target("DynamoDB_20120810.ListTables"), []) == Addressed("ecr", "")
    assert service_of(scoped("ecr"), target("ListImages"), []) == Addressed("ecr", "")
    assert service_of(scoped("ecr"), [], [("Action", "ListImages")]) == Addressed("ecr", "")
    assert service_of(scoped("iam"), target(f"{ECR}.ListImages"), []) == Addressed("iam", "")


def test_an_unsigned_request_is_told_by_what_it_asks() -> None:
    web = [("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15")]
    assert service_of(None, [], web) == Addressed("sts", "AssumeRoleWithWebIdentity", "2011-06-15")
    assert service_of(None, [], [("Version", "2010-05-08")]).service == "iam"
    assert service_of(None, target(f"{ECR}.ListImages"), []) == Addressed("ecr", "ListImages")
    assert service_of(None, [], []) == Addressed("sts", "")


@pytest.mark.parametrize("service", ["s3", "ec2", "", "IAM", "../iam"])
def test_another_service_is_a_bad_scope(service: str) -> None:
    with pytest.raises(Unverified) as refused:
        service_of(scoped(service), [], [])
    assert refused.value.kind is Kind.BAD_SCOPE


@pytest.mark.parametrize("name", ["Action", "Version"])
def test_an_action_named_twice_is_refused(name: str) -> None:
    with pytest.raises(Fault) as refused:
        service_of(scoped("iam"), [], [(name, "GetRole"), (name, "GetUser")])
    assert refused.value.code == "MalformedInput"
