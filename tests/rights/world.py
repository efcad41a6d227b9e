"""A whole server on stores in memory: real gate, real journal, real doors, asked as clients ask."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from botocore.credentials import Credentials

from dockreeve.aws.sigv4 import read_signature
from dockreeve.doors.http import Place
from dockreeve.gate import Gate, Journal
from dockreeve.server import Application, Parts
from dockreeve.services.call import Caller
from dockreeve.services.ecr.authorization import registry_token
from dockreeve.services.sts.sessions import issue
from dockreeve.settings import load
from dockreeve.storage import AccessKey, Records, Vault
from dockreeve.storage.memory import MemoryBlobs, memory_records

from .wire import ACCOUNT, REGION, Asking, Reply, aws_request, signed

AWS_POLICY = "arn:aws:iam::aws:policy/"
ADMINISTRATOR = AWS_POLICY + "AdministratorAccess"
JSON = {"Content-Type": "application/json"}


def document(*statements: Mapping[str, Any], version: str = "2012-10-17") -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": version, "Statement": list(statements)})


def allow(*actions: str, on: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """An identity policy's statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """The same, the other way round."""
    return {**allow(*actions, on=on, **more), "Effect": "Deny"}


def granting(principal: Any, *actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement of a repository's policy, or (sts actions) of a trust policy."""
    return {"Effect": effect, "Principal": principal, "Action": list(actions), **more}


def trusting(*principals: str, **more: Any) -> str:
    """A trust policy for these AWS principals."""
    return document(granting({"AWS": list(principals)}, "sts:AssumeRole", **more))


@dataclass
class World:
    """The server and its root user's keys."""

    app: Application
    gate: Gate
    journal: Journal
    records: Records
    vault: Vault
    root: Credentials
    logins: dict[str, str] = field(default_factory=dict)

    async def send(self, asking: Asking, *, service: str = "", operation: str = "") -> Reply:
        """One request and its whole answer."""
        pieces = [asking.body]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": pieces.pop() if pieces else b"", "more_body": False}

        async def keep(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(asking.scope(), receive, keep)
        begin, *rest = sent
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in begin["headers"]}
        return Reply(begin["status"], headers, b"".join(one["body"] for one in rest), service, operation)

    async def ask(
        self,
        name: str,
        keys: Credentials | None = None,
        /,
        *,
        region: str = REGION,
        client: str = "192.0.2.7",
        scheme: str = "http",
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> Reply:
        """Call an AWS operation (`iam:CreateUser`), as the root user unless keys are given."""
        service, _, operation = name.partition(":")
        made = aws_request(service, operation, params)
        asking = Asking(made.method, made.path, made.body, {**made.headers, **(headers or {})}, client, scheme)
        return await self.send(signed(asking, keys or self.root, service, region), service=service, operation=operation)

    async def do(self, name: str, keys: Credentials | None = None, /, **params: Any) -> dict[str, Any]:
        """Call an AWS operation that must succeed."""
        reply = await self.ask(name, keys, **params)
        assert reply.status == 200, reply.body
        return reply.parsed

    async def refusal(self, name: str, keys: Credentials | None = None, /, **params: Any) -> str:
        """Call an AWS operation that must be refused for want of rights; the sentence."""
        status, code, message = (await self.ask(name, keys, **params)).error
        assert (status, code) in ((403, "AccessDenied"), (400, "AccessDeniedException")), (status, code, message)
        return message

    async def api(
        self,
        method: str,
        path: str,
        keys: Credentials | None = None,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | bytes | None = None,
    ) -> Reply:
        """Call the product API."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        target = path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        return await self.send(
            signed(Asking(method, target, content, JSON if content else {}), keys or self.root, "dockreeve")
        )

    async def registry(
        self, method: str, path: str, keys: Credentials | None = None, *, host: str = "127.0.0.1:5150", **more: Any
    ) -> Reply:
        """Ask the registry with the login that these keys got (once, as docker keeps it)."""
        headers = {**more.pop("headers", {}), "authorization": await self.login(keys), "host": host}
        return await self.send(Asking(method, path, headers=headers, **more))

    async def login(self, keys: Credentials | None = None) -> str:
        """The Authorization header of a registry login. It needs ecr:GetAuthorizationToken only the first time."""
        keys = keys or self.root
        if keys.access_key not in self.logins:
            got = await self.do("ecr:GetAuthorizationToken", keys)
            self.logins[keys.access_key] = "Basic " + got["authorizationData"][0]["authorizationToken"]
        return self.logins[keys.access_key]

    async def lend_login(self, keys: Credentials) -> None:
        """Log in without asking for the right to."""
        now = datetime.now(UTC)
        token = registry_token(self.vault, await self.caller(keys), now, REGION)
        self.logins[keys.access_key] = "Basic " + b64encode(f"AWS:{token}".encode()).decode()

    async def caller(self, keys: Credentials) -> Caller:
        """Whose keys these are, as the gate knows them."""
        scope = signed(Asking("GET", "/"), keys, "sts").scope()
        signature = read_signature("GET", b"/", b"", scope["headers"])
        assert signature is not None
        caller, _ = await self.gate.signed_caller(signature, datetime.now(UTC))
        return caller

    async def key_of(self, user: str, by: Credentials | None = None) -> Credentials:
        """A new access key of the user."""
        made = (await self.do("iam:CreateAccessKey", by, UserName=user))["AccessKey"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    async def user(
        self,
        name: str,
        *statements: Mapping[str, Any],
        by: Credentials | None = None,
        arns: tuple[str, ...] = (),
        **more: Any,
    ) -> Credentials:
        """A user with an inline policy of these statements and these managed policies; its key."""
        await self.do("iam:CreateUser", by, UserName=name, **more)
        if statements:
            await self.do(
                "iam:PutUserPolicy", by, UserName=name, PolicyName="own", PolicyDocument=document(*statements)
            )
        for arn in arns:
            await self.do("iam:AttachUserPolicy", by, UserName=name, PolicyArn=arn)
        return await self.key_of(name, by)

    async def role(
        self, name: str, trust: str, *statements: Mapping[str, Any], arns: tuple[str, ...] = (), **more: Any
    ) -> str:
        """A role with an inline policy of these statements and these managed policies; its ARN."""
        made = await self.do("iam:CreateRole", RoleName=name, AssumeRolePolicyDocument=trust, **more)
        if statements:
            await self.do("iam:PutRolePolicy", RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        for arn in arns:
            await self.do("iam:AttachRolePolicy", RoleName=name, PolicyArn=arn)
        found: str = made["Role"]["Arn"]
        return found

    async def assume(self, arn: str, keys: Credentials, session: str = "session", **more: Any) -> Credentials:
        """A session of a role."""
        made = await self.do("sts:AssumeRole", keys, RoleArn=arn, RoleSessionName=session, **more)
        return temporary(made["Credentials"])

    async def own_session(self, keys: Credentials) -> Credentials:
        """A session of the user itself."""
        return temporary((await self.do("sts:GetSessionToken", keys))["Credentials"])

    def issued(self, caller: Caller) -> Credentials:
        """A session made without asking anybody, such as one that is over."""
        made = issue(self.vault, caller)
        return Credentials(made.access_key_id, made.secret_access_key, made.session_token)

    async def account(self, account: str) -> Credentials:
        """Another account; its root user's keys."""
        key = AccessKey(f"AKIAROOT{account}", account, account, "other/secret", datetime.now(UTC))
        await self.records.identity.ensure_account(account, key.created)
        await self.records.identity.add_key(key, limit=2)
        return Credentials(key.id, key.secret)

    async def refused(self, reply: Reply) -> dict[str, Any]:
        """The record of the refusal that this answer was."""
        found = await self.journal.find(ACCOUNT, reply.headers["x-authorization-id"])
        assert found is not None
        return dict(found.record)


def temporary(made: Mapping[str, str]) -> Credentials:
    """STS's Credentials as a client signs with them."""
    return Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


@asynccontextmanager
async def world(
    gate_class: type[Gate] = Gate,
    *,
    log_only: bool = False,
    explain: str = "registry",
    friendly: bool = False,
    proxies: str = "",
) -> AsyncIterator[World]:
    """A server that has nothing but its root user; gone at the end of the block."""
    vault = Vault(bytes(range(32)))
    records, blobs = memory_records(vault), MemoryBlobs()
    now = datetime.now(UTC)
    await records.identity.ensure_account(ACCOUNT, now)
    root = AccessKey("AKIAROOTROOTROOTROOT", ACCOUNT, ACCOUNT, "root/secret", now)
    await records.identity.add_key(root, limit=2)
    journal = Journal(records, keep=timedelta(hours=24), most=1000)
    gate = gate_class(records, vault, journal, log_only=log_only)
    trusted = frozenset(filter(None, proxies.split(",")))
    place = Place(ACCOUNT, REGION, explain=explain, friendly=friendly, trusted_proxies=trusted)
    parts = Parts(load({}, {}), records, blobs, vault, journal, gate, place)
    try:
        yield World(Application(parts), gate, journal, records, vault, Credentials(root.id, root.secret))
    finally:
        await blobs.close()
        await records.close()
