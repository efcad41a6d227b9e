"""A server in use: two repositories, and one person who may do everything with images."""

from __future__ import annotations

import http.client
import json
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from dockreeve.cli.client import Keys as SigningKeys
from dockreeve.cli.client import ask

from .documents import allowing
from .server import Keys, Sdk, Server

REPOSITORIES = ("app", "other")
_MOST = 1000  # decisions in one answer


@dataclass(frozen=True, slots=True)
class Home:
    """The server, the keys of the user `dev`, and the registry password that dev got for them."""

    server: Server
    keys: Keys
    password: str = field(repr=False)

    @property
    def sdk(self) -> Sdk:
        """boto3 as dev."""
        return self.server.sdk(self.keys)

    def create(self, repository: str) -> None:
        """Make one more repository."""
        self.server.sdk().client("ecr").create_repository(repositoryName=repository)

    def name(self, tag: str, repository: str = "app") -> str:
        """What container tools call the image."""
        return f"{self.server.host}/{repository}:{tag}"

    def get(self, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of a GET below /v2/, without any tool."""
        connection = http.client.HTTPConnection(self.server.host, timeout=10)
        login = b64encode(f"AWS:{self.password}".encode()).decode()
        connection.request("GET", f"/v2/{path}", headers={"Authorization": f"Basic {login}"})
        answer = connection.getresponse()
        try:
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def digest(self, reference: str, repository: str = "app") -> str:
        """The digest of the stored manifest, counted from its bytes."""
        status, headers, body = self.get(f"{repository}/manifests/{reference}")
        assert status == http.client.OK, body
        digest = f"sha256:{sha256(body).hexdigest()}"
        assert headers["Docker-Content-Digest"] == digest
        return digest

    def manifest(self, reference: str, repository: str = "app") -> Any:
        """The stored manifest, read."""
        return json.loads(self.get(f"{repository}/manifests/{reference}")[2])

    def tags(self) -> list[str]:
        """The tags of `app`."""
        tags: list[str] = json.loads(self.get("app/tags/list")[2])["tags"]
        return tags

    def decided(self, *, since: datetime) -> Counter[tuple[str, str]]:
        """How often the gate decided each action on each repository for dev since then; all of it was allowed."""
        root = self.server.root_keys
        keys = SigningKeys(root.access_key_id, root.secret_access_key)
        query = {"principal": "dev", "limit": str(_MOST)}
        records = ask(self.server.url, keys, "GET", "/api/decisions", query=query)["decisions"]
        assert len(records) < _MOST
        fresh = [one for one in records if datetime.fromisoformat(one["at"]) >= since]
        assert all(one["verdict"] == "Allowed" for one in fresh), fresh
        return Counter((one["action"], one["resource"].rpartition("/")[2]) for one in fresh)


def furnished(server: Server) -> Home:
    """Make the repositories and the user."""
    root = server.sdk()
    for repository in REPOSITORIES:
        root.client("ecr").create_repository(repositoryName=repository)
    iam = root.client("iam")
    iam.create_user(UserName="dev")
    iam.put_user_policy(UserName="dev", PolicyName="all", PolicyDocument=allowing("ecr:*"))
    keys = Keys.of(iam.create_access_key(UserName="dev"))
    (data,) = server.sdk(keys).client("ecr").get_authorization_token()["authorizationData"]
    return Home(server, keys, b64decode(data["authorizationToken"]).decode().removeprefix("AWS:"))
