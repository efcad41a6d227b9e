"""How a command reaches a server: where it listens, whose keys sign, and what its errors mean for the exit status."""

import http.client
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dockreeve.cli.outcome import FAILED, NOT_AUTHORIZED, NOT_FOUND, UNREACHABLE, USAGE, Stopped
from dockreeve.settings import BY_NAME

_SECONDS = 30
_LARGEST = 16 * 1024 * 1024  # bytes of an answer
_STATUS = {401: NOT_AUTHORIZED, 403: NOT_AUTHORIZED, 404: NOT_FOUND}


@dataclass(frozen=True, slots=True)
class Keys:
    """A key pair, with the token that temporary ones have; the names are those that botocore's signer reads."""

    access_key: str
    secret_key: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product API said: HTTP status and the members of its JSON object."""

    status: int
    members: Mapping[str, Any]

    @property
    def outcome(self) -> int:
        """The exit status that tells this kind of failure."""
        return _STATUS.get(self.status, FAILED)


class Unreachable(Stopped):
    """No Dockreeve server answers there."""

    def __init__(self, url: str, reason: object) -> None:
        super().__init__(
            f"no server answers at {url}: {reason}", "start `dockreeve serve`, or give --server", status=UNREACHABLE
        )


def data_folder(given: Path | None) -> Path:
    """`--data`, DOCKREEVE_DATA or ./data."""
    return given or Path(os.environ.get("DOCKREEVE_DATA") or BY_NAME["data"].default)


def endpoint(server: str | None, data: Path) -> str:
    """Where the server listens: `--server`, DOCKREEVE_SERVER, AWS_ENDPOINT_URL, or what the data folder says."""
    for given in (server, os.environ.get("DOCKREEVE_SERVER"), os.environ.get("AWS_ENDPOINT_URL")):
        if given:
            return _printable(given.rstrip("/"))
    return local_server(data).get("url") or f"http://{BY_NAME['listen'].default}"


def _printable(url: str) -> str:
    """The URL, which exports and other programs get as it is. Raise `Stopped` where a terminal would obey it."""
    if not url.isprintable():
        raise Stopped(f"`{url}` is no URL of a server", "for example http://127.0.0.1:5150", status=USAGE)
    return url


def local_server(data: Path) -> Mapping[str, str]:
    """`url` and `region` of the server that runs on this data folder; empty when none does."""
    try:
        said = json.loads((data / "server.json").read_text())
        found = {"url": str(said["url"]), "region": str(said["region"])}
        if not "".join(found.values()).isprintable():
            return {}
        os.kill(int(said["pid"]), 0)  # a server that was killed leaves the file behind
    except PermissionError:  # somebody else's, and alive
        return found
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found


def root_keys(data: Path) -> Keys:
    """The root user's keys that the first start wrote. Raise `Stopped`."""
    from dockreeve.data_folder import RootCredentials  # noqa: PLC0415 (it brings the stores along)

    try:
        found = RootCredentials.read(data)
    except FileNotFoundError:
        raise Stopped(
            f"there are no root credentials in {data}", "start `dockreeve serve`, or give --data", status=NOT_FOUND
        ) from None
    except (OSError, ValueError) as error:
        raise Stopped(f"{data / 'root-credentials'} can't be read: {error}") from None
    return Keys(found.access_key_id, found.secret_access_key)


def own_keys(data: Path) -> Keys:
    """The keys of the ordinary SDK chain (environment, profile, ...), else the root user's of the data folder."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 (slow to import)
    from botocore.session import Session  # noqa: PLC0415

    try:
        found = Session().get_credentials()
        return root_keys(data) if found is None else frozen(found)
    except BotoCoreError as error:
        raise Stopped(f"your AWS settings can't be used: {error}", "check AWS_PROFILE and ~/.aws") from None


def frozen(credentials: Any) -> Keys:
    """botocore's credentials as they are now: those of a role or a process renew themselves."""
    now = credentials.get_frozen_credentials()
    return Keys(now.access_key, now.secret_key, now.token)


def ask(url: str, keys: Keys, method: str, path: str, *, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """One signed call to the product API (/api/); its JSON answer. Raise `Stopped` with the server's own sentence."""
    region = os.environ.get("AWS_REGION") or BY_NAME["region"].default
    answer = send(url, keys, region, method, path, query=query)
    if answer.status >= http.client.BAD_REQUEST:
        raise Stopped(str(answer.members.get("Message", f"status {answer.status}")), status=answer.outcome)
    return answer.members


def send(
    url: str,
    keys: Keys,
    region: str,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    seconds: float = _SECONDS,
) -> Answer:
    """Sign and send; the answer, good or bad. Raise `Unreachable` also when what answers is no Dockreeve server."""
    from botocore.auth import SigV4Auth  # noqa: PLC0415 (slow to import)
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Stopped(f"`{url}` is no URL of a server", "for example http://127.0.0.1:5150", status=USAGE)
    target = quote(parts.path + path) + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    content = json.dumps(body).encode() if body is not None else b""
    signed = AWSRequest(
        method,
        f"{parts.scheme}://{parts.netloc}{target}",
        {"Content-Type": "application/json"} if content else {},
        content,
    )
    SigV4Auth(keys, "dockreeve", region).add_auth(signed)
    connection = _connection(parts.scheme, parts.netloc, seconds)
    try:
        connection.request(method, target, content, dict(signed.headers.items()))
        response = connection.getresponse()
        members = json.loads(response.read(_LARGEST))
    except ValueError:
        raise Unreachable(url, "what answers is no Dockreeve server") from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(url, error or type(error).__name__) from None
    finally:
        connection.close()
    return Answer(response.status, members if isinstance(members, dict) else {})


def _connection(scheme: str, netloc: str, seconds: float) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None)
        return http.client.HTTPSConnection(netloc, timeout=seconds, context=context)
    return http.client.HTTPConnection(netloc, timeout=seconds)
