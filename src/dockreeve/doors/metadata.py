"""The instance metadata service (IMDSv2) of one instance, as an ASGI application of its own.

EC2 user guide, "Use the Instance Metadata Service to access instance metadata". A client PUTs for a token and reads
with it; version 1, which reads without one, is refused unless allowed. The keys come from a source that is asked again
every few seconds, so another role in the profile shows at once.
"""

import asyncio
import hmac
import json
import logging
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol

_log = logging.getLogger("dockreeve.metadata")

TTL_HEADER = "x-aws-ec2-metadata-token-ttl-seconds"
TOKEN_HEADER = "x-aws-ec2-metadata-token"  # noqa: S105 (a header's name)
LONGEST_TTL = 21_600  # seconds

_ASK_AGAIN = timedelta(seconds=2)
_PATIENCE = 0.8  # seconds for the source: SDKs give the metadata service one
_VERSIONS = ("2009-04-04", "2016-09-02", "2018-09-24", "2020-10-27", "2021-03-23", "latest")
_TTL = re.compile(r"[0-9]{1,5}", re.ASCII)

Tree = Mapping[str, "str | Tree"]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RoleSession:
    """The role's temporary credentials; `expiration` is UTC."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    token: str = field(repr=False)
    expiration: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """The instance's profile and what it gives: a session, or the reason (`code`, `message`) why there is none."""

    profile_arn: str
    profile_id: str
    role_name: str = ""  # empty: the profile has no role
    session: RoleSession | None = None
    code: str = "Success"
    message: str = ""


class SourceDown(Exception):
    """The source doesn't answer; what it said before may still hold."""


class SessionSource(Protocol):
    """Where the instance's profile and its keys come from."""

    async def fetch(self) -> Attachment | None:
        """The profile as it is now, with fresh credentials; None when the instance has none. Raise `SourceDown`."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What the instance says of itself. There is no machine behind it: only the id, account and region are its own."""

    instance_id: str
    account: str
    region: str
    started: datetime
    instance_type: str = "t3.micro"
    image_id: str = "ami-00000000000000000"
    architecture: str = "x86_64"
    private_ip: str = "127.0.0.1"
    mac: str = "02:00:00:00:00:01"
    tags: Mapping[str, str] = field(default_factory=dict)  # shown under tags/instance/ when there are any

    @property
    def availability_zone(self) -> str:
        """The region's first zone."""
        return f"{self.region}a"

    @property
    def hostname(self) -> str:
        """The private name that EC2 makes from the address."""
        domain = "ec2.internal" if self.region == "us-east-1" else f"{self.region}.compute.internal"
        return f"ip-{self.private_ip.replace('.', '-')}.{domain}"


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class MetadataDoor:
    """Answers for one instance.

    Only clients on a loopback address are served, and only under a numeric Host or `localhost` (a web page that got
    its own name resolved to 127.0.0.1 sends that name), unless `any_client`.
    """

    def __init__(
        self,
        source: SessionSource,
        instance: Instance,
        clock: Clock,
        *,
        allow_v1: bool = False,
        any_client: bool = False,
    ) -> None:
        self._instance = instance
        self._tokens = _Tokens(clock)
        self._latest = _Latest(source, clock)
        self._allow_v1 = allow_v1
        self._any_client = any_client

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        """Serve one request and log who asked for what; never a token or a key."""
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        client = scope["client"][0] if scope.get("client") else ""
        answer = await self._answer(method, path, headers, client)
        _log.info("%s %s %s %d", client or "unknown", method, ascii(path), answer.status)
        body = (answer.text if answer.text or answer.status == HTTPStatus.OK else answer.status.phrase).encode()
        sent = {"content-type": "text/plain", "content-length": str(len(body)), **dict(answer.headers)}
        await send(
            {
                "type": "http.response.start",
                "status": int(answer.status),
                "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            }
        )
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})

    async def _answer(self, method: str, path: str, headers: Mapping[str, list[str]], client: str) -> _Answer:
        if not self._any_client and not (_is_loopback(client) and all(map(_is_numeric, headers.get("host", ())))):
            return _Answer(HTTPStatus.FORBIDDEN)
        version, _, rest = path.removeprefix("/").partition("/")
        if rest == "api/token":
            return self._token(method, version, headers)
        if method not in ("GET", "HEAD"):
            return _Answer(HTTPStatus.METHOD_NOT_ALLOWED, headers=(("allow", "GET, HEAD"),))
        if not self._may_read(headers.get(TOKEN_HEADER)):
            return _Answer(HTTPStatus.UNAUTHORIZED)
        try:
            found = await self._read(version, rest)
        except SourceDown as down:
            _log.warning("no credentials: %s", down)
            return _Answer(HTTPStatus.SERVICE_UNAVAILABLE)
        return _Answer(HTTPStatus.NOT_FOUND) if found is None else _Answer(HTTPStatus.OK, found)

    def _token(self, method: str, version: str, headers: Mapping[str, list[str]]) -> _Answer:
        if method != "PUT":
            return _Answer(HTTPStatus.METHOD_NOT_ALLOWED, headers=(("allow", "PUT"),))
        if version != "latest" or "x-forwarded-for" in headers:  # a proxy in between would carry the token elsewhere
            return _Answer(HTTPStatus.FORBIDDEN)
        match headers.get(TTL_HEADER):
            case [text] if _TTL.fullmatch(text) and 1 <= int(text) <= LONGEST_TTL:
                token = self._tokens.issue(timedelta(seconds=int(text)))
                return _Answer(HTTPStatus.OK, token, ((TTL_HEADER, str(int(text))),))
        return _Answer(HTTPStatus.BAD_REQUEST)

    def _may_read(self, tokens: list[str] | None) -> bool:
        if not tokens:
            return self._allow_v1
        return len(tokens) == 1 and self._tokens.holds(tokens[0])

    async def _read(self, version: str, rest: str) -> str | None:
        if not version:
            return None if rest else "\n".join(_VERSIONS)
        if version not in _VERSIONS:
            return None
        # Only what shows the profile asks the source: the rest is there when the server isn't.
        match rest.strip("/").split("/"):
            case ["meta-data"] | ["meta-data", "iam", *_]:
                attachment, updated = await self._latest.get()
                iam = _iam(attachment, _stamp(updated))
            case _:
                iam = {}
        return _look_up({"dynamic": _dynamic(self._instance), "meta-data": _meta_data(self._instance, iam)}, rest)


class _Tokens:
    """Tokens that prove themselves: an expiry and a nonce under a key of this process, so none needs to be kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def issue(self, ttl: timedelta) -> str:
        """A token that lasts for `ttl`."""
        expires = int((self._clock() + ttl).timestamp() * 1000)
        body = expires.to_bytes(8, "big") + secrets.token_bytes(16)
        return urlsafe_b64encode(body + self._sign(body)).decode()

    def holds(self, token: str) -> bool:
        """Whether this process issued the token and it hasn't expired."""
        try:
            raw = urlsafe_b64decode(token)
        except ValueError:
            return False
        body, signature = raw[:-32], raw[-32:]
        if not hmac.compare_digest(self._sign(body), signature):
            return False
        return self._clock().timestamp() * 1000 < int.from_bytes(body[:8], "big")

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")


class _Latest:
    """What the source said last, asked again when that is older than a moment."""

    def __init__(self, source: SessionSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._asked: datetime | None = None
        self._said: tuple[Attachment | None, datetime] | None = None

    async def get(self) -> tuple[Attachment | None, datetime]:
        """The profile, and when the source said so.

        While the source is down, its last word holds as long as the credentials in it do. Raise `SourceDown` then.
        """
        async with self._one_at_a_time:
            now = self._clock()
            if self._asked is None or not timedelta(0) <= now - self._asked < _ASK_AGAIN:
                await self._ask(now)
                self._asked = now
            if self._said is None:
                raise SourceDown("the server does not answer")
            return self._said

    async def _ask(self, now: datetime) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                self._said = await self._source.fetch(), now
        except (SourceDown, TimeoutError) as down:
            _log.warning("the server does not answer: %s", down or "too slow")
            attachment = self._said[0] if self._said else None
            if attachment is None or attachment.session is None or attachment.session.expiration <= now:
                self._said = None


def _is_loopback(client: str) -> bool:
    try:
        address = ip_address(client)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _is_numeric(host: str) -> bool:
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        ip_address(name)
    except ValueError:
        return name.lower() == "localhost"
    return True


def _look_up(tree: Tree, path: str) -> str | None:
    """The text at `path`, or the list of its children; None when there is nothing."""
    node: str | Tree = tree
    for name in filter(None, path.split("/")):
        if isinstance(node, str) or name not in node:
            return None
        node = node[name]
    if isinstance(node, str):
        return None if path.endswith("/") else node
    return "\n".join(name if isinstance(child, str) else f"{name}/" for name, child in sorted(node.items()))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(**members: Any) -> str:
    return json.dumps(members, indent=2)


def _iam(attachment: Attachment | None, updated: str) -> Tree:
    if attachment is None:
        return {"info": _json(Code="InstanceProfileNotFound", Message="There is no profile.", LastUpdated=updated)}
    info = {
        "Code": "Success",
        "LastUpdated": updated,
        "InstanceProfileArn": attachment.profile_arn,
        "InstanceProfileId": attachment.profile_id,
    }
    if not attachment.role_name:
        return {"info": _json(**info, Message="Instance Profile does not contain a role.")}
    return {"info": _json(**info), "security-credentials": {attachment.role_name: _credentials(attachment, updated)}}


def _credentials(attachment: Attachment, updated: str) -> str:
    session = attachment.session
    if session is None:
        return _json(Code=attachment.code, Message=attachment.message, LastUpdated=updated)
    return _json(
        Code="Success",
        LastUpdated=updated,
        Type="AWS-HMAC",
        AccessKeyId=session.access_key_id,
        SecretAccessKey=session.secret_access_key,
        Token=session.token,
        Expiration=_stamp(session.expiration),
    )


def _meta_data(instance: Instance, iam: Tree) -> Tree:
    tree: dict[str, str | Tree] = {
        "ami-id": instance.image_id,
        "hostname": instance.hostname,
        "instance-id": instance.instance_id,
        "instance-type": instance.instance_type,
        "local-hostname": instance.hostname,
        "local-ipv4": instance.private_ip,
        "mac": instance.mac,
        "placement": {"availability-zone": instance.availability_zone, "region": instance.region},
        "services": {"domain": "amazonaws.com", "partition": "aws"},
    }
    if iam:
        tree["iam"] = iam
    if instance.tags:
        tree["tags"] = {"instance": dict(instance.tags)}
    return tree


def _dynamic(instance: Instance) -> Tree:
    document = _json(
        accountId=instance.account,
        architecture=instance.architecture,
        availabilityZone=instance.availability_zone,
        billingProducts=None,
        devpayProductCodes=None,
        marketplaceProductCodes=None,
        imageId=instance.image_id,
        instanceId=instance.instance_id,
        instanceType=instance.instance_type,
        kernelId=None,
        pendingTime=_stamp(instance.started),
        privateIp=instance.private_ip,
        ramdiskId=None,
        region=instance.region,
        version="2017-09-30",
    )
    return {"instance-identity": {"document": document}}
