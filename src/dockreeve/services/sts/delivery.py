"""Handing a role to an instance: what EC2 does for an instance profile, for workloads that only bear an instance id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from dockreeve.aws.operation import Need, Touched
from dockreeve.faults import Fault
from dockreeve.policy import Held, Kind, Policy, PolicySet, Request, evaluate, parse
from dockreeve.services.call import Call
from dockreeve.services.sts.sessions import Credentials, caller_of_role, issue, session_lasting
from dockreeve.storage import InstanceProfile, Principal

SERVICE = "ec2.amazonaws.com"
LONGEST = timedelta(hours=6)
SHORTEST = timedelta(minutes=15)

_INSTANCE_ID = re.compile(r"i-(?:[0-9a-f]{8}|[0-9a-f]{17})")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A session for an instance, with the names that its metadata service shows."""

    credentials: Credentials
    profile_arn: str
    profile_id: str
    role_name: str
    account: str
    region: str

    def described(self) -> dict[str, Any]:
        """The JSON answer of `POST /api/instance-sessions`; the expiration as `2026-01-02T03:04:05Z`."""
        expiration = self.credentials.expiration.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "Credentials": self.credentials.described() | {"Expiration": expiration},
            "InstanceProfileArn": self.profile_arn,
            "InstanceProfileId": self.profile_id,
            "RoleName": self.role_name,
            "Account": self.account,
            "Region": self.region,
        }


async def delivery_needs(call: Call, profile_name: str) -> list[Need]:
    """The right to hand the profile's role to EC2: iam:PassRole.

    Without such a profile, or a role in it, on every role: who may pass none doesn't learn which profiles there are.
    """
    profile = await call.records.identity.find_profile(call.account, profile_name)
    role = profile.role if profile else None
    touched = Touched(role.arn, tags=role.tags) if role else Touched(f"arn:aws:iam::{call.account}:role/*")
    return [Need("iam:PassRole", touched, {"iam:PassedToService": SERVICE})]


async def deliver_role(call: Call, profile_name: str, instance_id: str, duration: timedelta = LONGEST) -> Delivered:
    """A session of the profile's role under the instance's name, for 15 minutes to 6 hours.

    INVARIANT: every need of `delivery_needs` was admitted. Raise `Fault`: NoSuchEntity (404) when there is no such
    profile, InstanceProfileWithoutRole (409) when it is empty, AssumeRoleUnauthorizedAccess (403) when the role does
    not trust EC2, ValidationError for an instance id of another form. Where the profile is known, the fault's members
    name it and its role. A role's MaxSessionDuration doesn't bind sessions that a service hands over (IAM User Guide,
    "Update the maximum session duration for a role").
    """
    if not _INSTANCE_ID.fullmatch(instance_id):
        raise Fault("ValidationError", f"Invalid id: `{instance_id[:64]}`. An instance id is i- and 17 hex digits.")
    profile, role = await _profile(call, profile_name)
    instance_arn = f"arn:aws:ec2:{call.region}:{call.account}:instance/{instance_id}"
    if not _trusts_ec2(call, role, instance_arn):
        raise Fault(
            "AssumeRoleUnauthorizedAccess",
            f"EC2 cannot assume the role {role.name}. Its trust policy does not allow {SERVICE} "
            "to perform sts:AssumeRole.",
            status=403,
            members={**_names(profile), "RoleName": role.name},
        )
    session = session_lasting(
        call.now,
        min(max(duration, SHORTEST), LONGEST),
        name=instance_id,
        context={"ec2:RoleDelivery": "2.0", "ec2:SourceInstanceARN": instance_arn},
    )
    credentials = issue(call.vault, caller_of_role(role, session))
    await call.records.identity.note_role_used(role.unique_id, call.now, call.region)
    return Delivered(credentials, profile.arn, profile.unique_id, role.name, role.account, call.region)


async def _profile(call: Call, name: str) -> tuple[InstanceProfile, Principal]:
    profile = await call.records.identity.find_profile(call.account, name)
    if profile is None:
        raise Fault("NoSuchEntity", f"Instance Profile {name[:128]} cannot be found.", status=404)
    if profile.role is None:
        raise Fault(
            "InstanceProfileWithoutRole",
            f"Instance Profile {profile.name} does not contain a role.",
            status=409,
            members=_names(profile),
        )
    return profile, profile.role


def _names(profile: InstanceProfile) -> Mapping[str, str]:
    return {"InstanceProfileArn": profile.arn, "InstanceProfileId": profile.unique_id}


def _trusts_ec2(call: Call, role: Principal, instance_arn: str) -> bool:
    """Whether the trust policy alone lets EC2 assume the role: a service has no identity policies of its own."""
    trust = Policy(parse(role.trust, Kind.TRUST), "role trust policy", inline=True, attached_to=role.arn)
    ask = Request(
        principal=SERVICE,
        action="sts:AssumeRole",
        resource=role.arn,
        context={
            "aws:CurrentTime": call.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "aws:EpochTime": str(int(call.now.timestamp())),
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": SERVICE,
            "aws:RequestedRegion": call.region,
            "aws:SourceAccount": call.account,
            "aws:SourceArn": instance_arn,
            "sts:RoleSessionName": instance_arn.rpartition("/")[2],
        },
        resource_account=role.account,
    )
    return bool(evaluate(ask, Held(trust=PolicySet([trust]))))
