"""IAM's operations as the door runs them, with answers as boto3 reads them; and the documents that tests use."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

import dockreeve.services.iam
from dockreeve.aws import query
from dockreeve.aws.operation import Need, find
from dockreeve.faults import Fault
from dockreeve.services.call import Call, Caller, CallerKind, Session

ACCOUNT = "123456789012"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

assert dockreeve.services.iam.__all__  # importing it declared the operations


def document(*actions: str, **more: Any) -> str:
    """An identity policy that allows the actions on everything."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusting(**principal: str | Sequence[str]) -> str:
    """A trust policy for this Principal element, with white space that must survive."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


ALLOW_ECR = document("ecr:*")
TRUST_EC2 = trusting(Service="ec2.amazonaws.com")


def decoded(encoded: str) -> str:
    """A document of an answer, as SDKs read it."""
    return unquote(encoded)


def root(account: str = ACCOUNT) -> Caller:
    arn = f"arn:aws:iam::{account}:root"
    return Caller(CallerKind.ROOT, account, arn, arn, account, "", "AKIAROOT")


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("iam", "service-2"))


@dataclass
class Iam:
    """The operations, called by name: `await iam("CreateRole", role_name=...)`."""

    call: Call

    async def __call__(self, name: str, **params: Any) -> dict[str, Any]:
        """Ask for the rights as the gate does, do it, write the answer and read it with botocore."""
        operation = find("iam", name)
        assert operation is not None, name
        assert await operation.needs(self.call, params)
        answer = query.serialise(operation.model, await operation.run(self.call, params), "id")
        response = {"body": answer, "headers": {}, "status_code": 200}
        parsed: dict[str, Any] = create_parser("query").parse(response, _model().operation_model(name).output_shape)
        parsed.pop("ResponseMetadata")
        return parsed

    async def fault(self, name: str, **params: Any) -> tuple[str, str]:
        """Code and sentence of the refusal, which must come."""
        with pytest.raises(Fault) as refused:
            await self(name, **params)
        return refused.value.code, refused.value.message

    async def needs(self, name: str, **params: Any) -> list[Need]:
        """The rights that this request would need."""
        operation = find("iam", name)
        assert operation is not None
        return await operation.needs(self.call, params)

    async def pages(self, name: str, member: str, **params: Any) -> list[Any]:
        """Every item of a list, fetched one by one as a paginator does."""
        items: list[Any] = []
        marker: dict[str, str] = {}
        for _ in range(1000):
            page = await self(name, max_items=1, **params, **marker)
            assert len(page[member]) <= 1
            items += page[member]
            if not page["IsTruncated"]:
                assert "Marker" not in page
                return items
            marker = {"marker": page["Marker"]}
        raise AssertionError("the list has no end")

    def by(self, caller: Caller) -> "Iam":
        """The same server, asked by someone else."""
        return Iam(replace(self.call, caller=caller))

    async def policy(self, name: str = "P", text: str = ALLOW_ECR, **more: Any) -> str:
        """Make a managed policy; its ARN."""
        made = await self("CreatePolicy", policy_name=name, policy_document=text, **more)
        arn: str = made["Policy"]["Arn"]
        return arn

    async def role(self, name: str = "R", trust: str = TRUST_EC2, **more: Any) -> dict[str, Any]:
        """Make a role."""
        made = await self("CreateRole", role_name=name, assume_role_policy_document=trust, **more)
        role: dict[str, Any] = made["Role"]
        return role

    async def user(self, name: str = "U", **more: Any) -> dict[str, Any]:
        """Make a user."""
        made = await self("CreateUser", user_name=name, **more)
        user: dict[str, Any] = made["User"]
        return user


def as_user(user: dict[str, Any]) -> Caller:
    arn, account = user["Arn"], user["Arn"].split(":")[4]
    return Caller(CallerKind.USER, account, arn, arn, user["UserId"], user["UserName"], "AKIAUSER")


def as_session(role: dict[str, Any]) -> Caller:
    account = role["Arn"].split(":")[4]
    arn = f"arn:aws:sts::{account}:assumed-role/{role['RoleName']}/s"
    session = Session(issued=NOW, expires=NOW.replace(hour=5), name="s")
    return Caller(CallerKind.ROLE, account, arn, role["Arn"], role["RoleId"], role["RoleName"], "ASIA", session)
