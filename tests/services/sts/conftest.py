"""A server's records with a few principals, and calls as the gate would admit them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dockreeve.aws.operation import Need, find
from dockreeve.services import sts
from dockreeve.services.call import Call, Caller, CallerKind
from dockreeve.services.sts.sessions import open_token
from dockreeve.storage import InstanceProfile, Kind, ManagedPolicy, PolicyVersion, Principal, Records, Vault
from dockreeve.storage.memory import MemoryBlobs, memory_records

assert sts  # importing it declares the operations

ACCOUNT = "123456789012"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/Deployer"


def trusting(**principal: str) -> str:
    """A trust policy for one principal."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(name: str, number: int, **further: Any) -> Principal:
    return Principal(ACCOUNT, Kind.ROLE, name, further.pop("path", "/"), f"AROA{number:017}", NOW, **further)


ALICE = Caller(
    CallerKind.USER,
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:user/alice",
    f"arn:aws:iam::{ACCOUNT}:user/alice",
    "AIDA" + "A" * 17,
    "alice",
    "AKIA" + "A" * 16,
)
ROOT = Caller(
    CallerKind.ROOT,
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:root",
    f"arn:aws:iam::{ACCOUNT}:root",
    ACCOUNT,
    "",
    "AKIA" + "R" * 16,
)


@dataclass(frozen=True)
class World:
    """Operations on one set of records."""

    records: Records
    vault: Vault

    def call(self, caller: Caller = ALICE) -> Call:
        return Call(
            caller=caller,
            region="eu-west-1",
            now=NOW,
            request_id="r-1",
            public_url="http://127.0.0.1:5150",
            records=self.records,
            blobs=MemoryBlobs(),
            vault=self.vault,
        )

    async def needs(self, name: str, caller: Caller = ALICE, **params: Any) -> list[Need]:
        operation = find("sts", name)
        assert operation is not None
        return await operation.needs(self.call(caller), params)

    async def run(self, name: str, caller: Caller = ALICE, **params: Any) -> dict[str, Any]:
        """The operation as the door runs it: its rights are asked for first."""
        operation = find("sts", name)
        assert operation is not None
        await operation.needs(self.call(caller), params)
        return dict(await operation.run(self.call(caller), params))

    async def assume(self, caller: Caller = ALICE, **params: Any) -> Caller:
        """Who signs with the credentials that AssumeRole gives."""
        given = await self.run("AssumeRole", caller, **{"role_arn": ROLE, "role_session_name": "build-7", **params})
        return self.bearer(given)

    def bearer(self, result: dict[str, Any]) -> Caller:
        return open_token(self.vault, result["Credentials"]["SessionToken"])[0]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    vault = Vault(bytes(range(32)))
    records = memory_records(vault)
    identity = records.identity
    await identity.ensure_account(ACCOUNT, NOW)
    deployer = role("Deployer", 1, path="/team/", trust=trusting(AWS=ACCOUNT), max_session=7200)
    instance = role("CustomRWECRRole", 2, trust=trusting(Service="ec2.amazonaws.com"))
    for principal in (deployer, instance, role("Next", 3, trust=trusting(AWS=ROLE), max_session=43_200)):
        await identity.add_principal(principal, limit=100)
    for name, number, held in (("Instance", 1, instance), ("Empty", 2, None), ("Untrusted", 3, deployer)):
        profile = InstanceProfile(ACCOUNT, name, "/", f"AIPA{number:017}", NOW)
        await identity.add_profile(profile, limit=100)
        if held is not None:
            await identity.put_role(profile.unique_id, held.unique_id)
    text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}}'
    policy = ManagedPolicy(ACCOUNT, "Narrow", "/", "ANPA" + "N" * 17, NOW, NOW, PolicyVersion(1, text, NOW))
    await identity.add_policy(policy, limit=100)
    yield World(records, vault)
    await records.close()


def without_key(caller: Caller) -> Caller:
    """For comparing callers whose key is drawn at random."""
    return replace(caller, access_key_id="")
