"""The policies of a role, read from a server as any client of IAM would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dockreeve.cli.outcome import NOT_AUTHORIZED, Stopped
from dockreeve.cli.policy_input import Source
from dockreeve.cli.sdk import asked, client
from dockreeve.policy.document import Kind
from dockreeve.policy.positions import Unreadable, read


def role_policies(name: str, server: str | None, data: Path | None) -> list[Source]:
    """The role's trust policy, then its attached and its inline policies. Raise `Stopped`."""
    return list(asked(lambda: list(_read(client("iam", server, data), name))))


def repositories_of(server: str | None, data: Path | None) -> tuple[str, frozenset[str]] | None:
    """The account and the names of its repositories; None where the caller may not list them. Raise `Stopped`."""
    ecr = client("ecr", server, data)
    try:
        pages = asked(lambda: list(ecr.get_paginator("describe_repositories").paginate()))
        account = asked(lambda: client("sts", server, data).get_caller_identity())["Account"]
    except Stopped as stopped:
        if stopped.status == NOT_AUTHORIZED:
            return None
        raise
    return account, frozenset(one["repositoryName"] for page in pages for one in page["repositories"])


def _read(iam: Any, name: str) -> Iterator[Source]:
    role = iam.get_role(RoleName=name)["Role"]
    description = role.get("Description", "")
    yield _source(f"role {name}", role["AssumeRolePolicyDocument"], Kind.TRUST, "trust policy", description)
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for attached in page["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            policy = iam.get_policy(PolicyArn=arn)["Policy"]
            version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
            yield _source(
                f"role {name}",
                version["Document"],
                Kind.IDENTITY,
                attached["PolicyName"],
                policy.get("Description", ""),
            )
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for inline in page["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=inline)["PolicyDocument"]
            yield _source(f"role {name}", document, Kind.IDENTITY, inline, "")


def _source(file: str, written: str, kind: Kind, place: str, description: str) -> Source:
    text = unquote(written)
    try:
        return Source(file, text, read(text), kind, place, description)
    except Unreadable:
        return Source(file, text, None, kind, place, description)
