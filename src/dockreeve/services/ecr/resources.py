"""Which repository a request is about, for the gate."""

import re
from collections.abc import Mapping
from typing import Any

from dockreeve.aws.operation import Touched
from dockreeve.oci import is_repository_name
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter

_ARN = re.compile(r"arn:aws:ecr:(?P<region>[^:]+):(?P<account>[0-9]{12}):repository/(?P<name>.+)", re.ASCII)


def repository_arn(call: Call, name: str, registry_id: str | None = None) -> str:
    """`arn:aws:ecr:REGION:ACCOUNT:repository/NAME`, for a repository that need not exist."""
    return f"arn:aws:ecr:{call.region}:{registry_id or call.account}:repository/{name}"


def read_arn(call: Call, arn: str) -> tuple[str, str]:
    """Account and name of a repository ARN of this region. Raise `Fault` InvalidParameterException."""
    parts = _ARN.fullmatch(arn)
    if parts is None or parts["region"] != call.region or not is_repository_name(parts["name"]):
        raise invalid_parameter("resourceArn", "Invalid ARN")
    return parts["account"], parts["name"]


async def the_repository(call: Call, params: Mapping[str, Any]) -> Touched:
    """The repository that `repository_name` and `registry_id` name."""
    return Touched(repository_arn(call, params["repository_name"], params.get("registry_id")))


async def named_or_all_repositories(call: Call, params: Mapping[str, Any]) -> list[Touched]:
    """Each repository of `repository_names`; without names, all of the registry."""
    names = params.get("repository_names") or ["*"]
    return [Touched(repository_arn(call, name, params.get("registry_id"))) for name in dict.fromkeys(names)]


async def the_arn(call: Call, params: Mapping[str, Any]) -> Touched:
    """The repository whose ARN is `resource_arn`."""
    account, name = read_arn(call, params["resource_arn"])
    return Touched(repository_arn(call, name, account))
