"""Endpoints that hand out sessions: a role for an instance, and the code that opens the console."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TypedDict

from dockreeve.aws.operation import ANYTHING, Need
from dockreeve.doors.api.endpoint import Answer, Behind, Endpoint, Nothing
from dockreeve.doors.api.shapes import asked
from dockreeve.services.call import Call
from dockreeve.services.sts.delivery import deliver_role, delivery_needs


@dataclass(frozen=True, slots=True)
class InstanceSessionRequest:
    """For which instance a session is wanted."""

    instance_profile_name: str = asked(
        "The profile whose role the instance gets.", name="InstanceProfileName", low=1, high=128
    )
    instance_id: str = asked("i- and 17 hex digits.", name="InstanceId", low=1, high=64)


class InstanceCredentials(TypedDict):
    """Temporary credentials of a role."""

    AccessKeyId: str
    SecretAccessKey: str
    SessionToken: str
    Expiration: str


class InstanceSession(TypedDict):
    """A session as an instance's metadata service shows it."""

    Credentials: InstanceCredentials
    InstanceProfileArn: str
    InstanceProfileId: str
    RoleName: str
    Account: str
    Region: str


class ConsoleCode(TypedDict):
    """A code that opens the console as the caller, once."""

    code: str
    expiration: str


async def _delivery_needs(call: Call, asks: InstanceSessionRequest) -> Sequence[Need]:
    return await delivery_needs(call, asks.instance_profile_name)


async def _deliver(behind: Behind, call: Call, asks: InstanceSessionRequest) -> Answer:
    delivered = await deliver_role(call, asks.instance_profile_name, asks.instance_id)
    return delivered.described()


async def _code_needs(call: Call, asks: Nothing) -> Sequence[Need]:
    return [Need("dockreeve:CreateConsoleCode", ANYTHING)]


async def _make_code(behind: Behind, call: Call, asks: Nothing) -> Answer:
    code, expires = behind.codes.issue(call.caller, call.now)
    return ConsoleCode(code=code, expiration=expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/instance-sessions",
        "Hand a role's session to an instance, as EC2 does",
        InstanceSessionRequest,
        InstanceSession,
        ("iam:PassRole",),
        _delivery_needs,
        _deliver,
        {"InstanceProfileName": "CustomRWECRRole", "InstanceId": "i-0123456789abcdef0"},
    ),
    Endpoint(
        "POST",
        "/api/console-code",
        "Make a code that opens the console as the caller, once and within a minute",
        Nothing,
        ConsoleCode,
        ("dockreeve:CreateConsoleCode",),
        _code_needs,
        _make_code,
    ),
)
