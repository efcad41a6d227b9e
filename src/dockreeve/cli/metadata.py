"""`dockreeve metadata`: an instance metadata service on this machine, for any program that looks for a role there."""

import asyncio
import http.client
import logging
import os
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from dockreeve.cli.client import Answer, Keys, data_folder, endpoint, frozen, root_keys, send
from dockreeve.cli.outcome import CONFLICT, NOT_AUTHORIZED, NOT_FOUND, USAGE, Stopped
from dockreeve.cli.printed import hand_over, say, visible
from dockreeve.doors.metadata import Attachment, Instance, MetadataDoor, RoleSession, SourceDown
from dockreeve.settings import BY_NAME, SettingError, address, is_loopback

_log = logging.getLogger("dockreeve.metadata")
_PATH = "/api/instance-sessions"
_SECONDS = 5  # for one question to the server
_STOP_SECONDS = 3  # for questions under way when it is told to stop
_CONCURRENT = 64  # questions at a time


def attachment_of(answer: Answer) -> Attachment | None:
    """What the door shows for the server's answer; None when the profile isn't there, or isn't ours to hand out.

    Raise `SourceDown` when the answer is not one of a Dockreeve server.
    """
    members = answer.members
    try:
        if answer.status == http.client.OK:
            return Attachment(
                members["InstanceProfileArn"],
                members["InstanceProfileId"],
                members["RoleName"],
                _session(members["Credentials"]),
            )
        if "InstanceProfileArn" in members:
            return Attachment(
                members["InstanceProfileArn"],
                members["InstanceProfileId"],
                members.get("RoleName", ""),
                code=members["Code"],
                message=members["Message"],
            )
    except (KeyError, TypeError, ValueError) as unreadable:
        raise SourceDown(f"the server's answer is not understood: {unreadable}") from unreadable
    if answer.outcome in (NOT_AUTHORIZED, NOT_FOUND):
        return None
    raise SourceDown(f"the server answers {answer.status}: {members.get('Message', '')}")


class ServerSource:
    """Asks a server for an instance's sessions, signed with the operator's own credentials."""

    def __init__(self, url: str, region: str, operator: Callable[[], Keys], profile: str, instance_id: str) -> None:
        self._url = url
        self._region = region
        self._operator = operator
        self._body = {"InstanceProfileName": profile, "InstanceId": instance_id}

    def ask(self) -> Answer:
        """One question, on the calling thread. Raise `Unreachable`."""
        return send(self._url, self._operator(), self._region, "POST", _PATH, body=self._body, seconds=_SECONDS)

    async def fetch(self) -> Attachment | None:
        """As `SessionSource` promises."""
        try:
            answer = await asyncio.to_thread(self.ask)
        except (Stopped, BotoCoreError) as down:
            raise SourceDown(str(down)) from down
        if answer.status >= http.client.BAD_REQUEST:
            _log.warning("the server refuses: %s", answer.members.get("Message", answer.status))
        return attachment_of(answer)


@click.command(epilog="In a shell with the exports it prints, SDKs find the role's credentials as they do on EC2.")
@click.option("--instance-profile", "profile", required=True, metavar="NAME", help="The profile to hand out.")
@click.option(
    "--listen", default="127.0.0.1:1338", show_default=True, help="Address and port; port 0 takes a free one."
)
@click.option("--instance-id", metavar="i-...", help="The instance's name.  [default: a new one]")
@click.option(
    "--server", metavar="URL", help="Where the server listens.  [default: AWS_ENDPOINT_URL, or the data folder]"
)
@click.option("--region", help="The instance's region.  [default: AWS_REGION, or the profile's]")
@click.option(
    "--data", type=click.Path(path_type=Path), help="The server's data folder, if it is here.  [default: ./data]"
)
@click.option("--allow-v1", is_flag=True, help="Also answer reads without a token (IMDSv1).")
@click.option("--insecure-listen", is_flag=True, help="Listen beyond loopback: whoever reaches the port gets the role.")
def command(
    *,
    profile: str,
    listen: str,
    instance_id: str | None,
    server: str | None,
    region: str | None,
    data: Path | None,
    allow_v1: bool,
    insecure_listen: bool,
) -> None:
    """Hand a role to a workload as an EC2 instance would get it (IMDSv2).

    The sessions are asked for with your own credentials, which need iam:PassRole on the role.
    """
    host, port = _address(listen, insecure=insecure_listen)
    folder = data_folder(data)
    url, region, operator = _operator(server, region, folder)
    instance_id = instance_id or f"i-0{secrets.token_hex(8)}"
    source = ServerSource(url, region, operator, profile, instance_id)
    attachment = _first(source, url)
    account = attachment.profile_arn.split(":")[4]
    listening = _listener(host, port)
    door = MetadataDoor(
        source,
        Instance(instance_id, account, region, started=datetime.now(UTC)),
        lambda: datetime.now(UTC),
        allow_v1=allow_v1,
        any_client=insecure_listen,
    )
    _greet(attachment, instance_id, listening, url)
    _serve(door, listening)


def _address(listen: str, *, insecure: bool) -> tuple[str, int]:
    try:
        host, port = address(listen)
    except SettingError as error:
        raise Stopped(str(error), "for example 127.0.0.1:1338", status=USAGE) from None
    if not (is_loopback(host) or insecure):
        raise Stopped(
            f"{listen} is not a loopback address: whoever reaches it would get the role",
            "say --insecure-listen if that is meant",
            status=USAGE,
        )
    return host, port


def _operator(server: str | None, region: str | None, folder: Path) -> tuple[str, str, Callable[[], Keys]]:
    """Where to ask, for which region, and with whose credentials: the ordinary SDK chain, else the data folder's."""
    session = Session()
    environment = os.environ
    try:
        region = region or environment.get("AWS_REGION") or session.get_config_variable("region")
        given = server or environment.get("DOCKREEVE_SERVER") or environment.get("AWS_ENDPOINT_URL")
        url = endpoint(given or session.get_scoped_config().get("endpoint_url"), folder)
        operator = session.get_credentials()
    except BotoCoreError as error:
        raise Stopped(f"your AWS settings can't be used: {error}", "check AWS_PROFILE and ~/.aws") from None
    region = region or BY_NAME["region"].default
    if operator is not None:
        return url, region, lambda: frozen(operator)
    try:
        keys = root_keys(folder)
    except Stopped:
        raise Stopped(
            "no credentials to ask the server with", 'run `eval "$(dockreeve env)"`, or give AWS_PROFILE'
        ) from None
    return url, region, lambda: keys


def _first(source: ServerSource, url: str) -> Attachment:
    """The first answer: what can't work is said now, not to the first client. Raise `Stopped`."""
    answer = source.ask()
    try:
        attachment = attachment_of(answer)
    except SourceDown as strange:
        raise Stopped(f"{url}: {strange}", "check --server") from None
    if attachment is None:
        hint = {
            NOT_FOUND: "`aws iam list-instance-profiles` lists them",
            NOT_AUTHORIZED: "check whose credentials AWS_PROFILE or AWS_ACCESS_KEY_ID are",
        }.get(answer.outcome, "")
        raise Stopped(str(answer.members.get("Message", f"{url} answers {answer.status}")), hint, status=answer.outcome)
    if attachment.session is None:
        say(f"dockreeve: {attachment.message} (once that is changed, the next request gets credentials)", err=True)
    return attachment


def _session(credentials: Mapping[str, str]) -> RoleSession:
    return RoleSession(
        credentials["AccessKeyId"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
        datetime.fromisoformat(credentials["Expiration"]),
    )


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Stopped(
            f"cannot listen on {host}:{port}: {error.strerror or error}", "give another --listen", status=CONFLICT
        ) from None


def _greet(attachment: Attachment, instance_id: str, listening: socket.socket, url: str) -> None:
    host, port = listening.getsockname()[:2]
    here = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    say(
        f"listening on {here} as {instance_id}, role {attachment.role_name or '(none)'}",
        "Try, in a shell without AWS_ACCESS_KEY_ID and AWS_PROFILE:",
        err=True,
    )
    hand_over(f"export AWS_EC2_METADATA_SERVICE_ENDPOINT={here}\nexport AWS_ENDPOINT_URL={url}")
    sys.stdout.flush()


class _OneLine(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """What the server answered may stand in it."""
        return visible(super().formatMessage(record))


def _serve(door: MetadataDoor, listening: socket.socket) -> None:
    from dockreeve.cli.running import Running  # noqa: PLC0415 (what ends early needs no server)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler])
    _log.setLevel(logging.INFO)
    with Running() as running:
        asyncio.run(running.serve(door, listening, stop_seconds=_STOP_SECONDS, limit_concurrency=_CONCURRENT))


__all__ = ["command"]
