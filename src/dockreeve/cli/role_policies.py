"""The policies of a role, read from a server as any client of IAM would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dockreeve.cli.client import data_folder, endpoint, own_keys
from dockreeve.cli.outcome import FAILED, NOT_AUTHORIZED, NOT_FOUND, UNREACHABLE, Stopped
from dockreeve.cli.policy_input import Source
from dockreeve.policy.document import Kind
from dockreeve.policy.positions import Unreadable, read
from dockreeve.settings import BY_NAME

_STATUS = {"NoSuchEntity": NOT_FOUND, "AccessDenied": NOT_AUTHORIZED, "AccessDeniedException": NOT_AUTHORIZED}


def role_policies(name: str, server: str | None, data: Path | None) -> list[Source]:
    """The role's trust policy, then its attached and its inline policies. Raise `Stopped`."""
    return list(_asked(lambda: list(_read(_client("iam", server, data), name))))


def repositories_of(server: str | None, data: Path | None) -> tuple[str, frozenset[str]] | None:
    """The account and the names of its repositories; None where the caller may not list them. Raise `Stopped`."""
    client = _client("ecr", server, data)
    try:
        pages = _asked(lambda: list(client.get_paginator("describe_repositories").paginate()))
        account = _asked(lambda: _client("sts", server, data).get_caller_identity())["Account"]
    except Stopped as stopped:
        if stopped.status == NOT_AUTHORIZED:
            return None
        raise
    return account, frozenset(one["repositoryName"] for page in pages for one in page["repositories"])


def _client(service: str, server: str | None, data: Path | None) -> Any:
    from botocore.config import Config  # noqa: PLC0415 (slow to import)
    from botocore.handlers import json_decode_policies  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    folder = data_folder(data)
    keys = own_keys(folder)
    session = Session()
    # Without it documents come as text, so that the places of what is found are those of the text.
    session.unregister("after-call.iam", json_decode_policies)
    return session.create_client(
        service,
        region_name=session.get_config_variable("region") or BY_NAME["region"].default,
        endpoint_url=endpoint(server, folder),
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30),
    )


def _asked(call: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        return call()
    except ClientError as error:
        said = error.response.get("Error", {})
        status = _STATUS.get(said.get("Code", ""), FAILED)
        raise Stopped(said.get("Message") or str(error), status=status) from None
    except BotoCoreError as error:
        raise Stopped(str(error), "start `dockreeve serve`, or give --server", status=UNREACHABLE) from None


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
