"""Runs the matrix: a server with default settings, a friendly one; each client with a user and a tap of its own."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ..dockerd import Dockerd
from ..layout import Layout, write_layout
from ..server import Keys, Server
from ..tools import Done, aws_cli
from . import hands
from .hands import Hands
from .seen import Cell, judged
from .steps import STEPS, Step
from .tap import Heard, Tap

_NUMBERS = count(1)
_SEEDS = count(5_000)  # no other test makes images of these: dockerd and containerd remember what they have seen


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a run saw: the version of each client, and a cell for each step and client."""

    versions: dict[str, str]
    cells: dict[tuple[str, str], Cell]

    def of(self, step: Step) -> list[Cell]:
        """The row."""
        return [self.cells[step.title, name] for name in self.versions]


@dataclass
class Person:
    """A user of one server with one client: everything is allowed but what `deny` names at the moment."""

    server: Server
    hands: Hands
    folder: Path
    tap: Tap = field(init=False)
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        self.tap = Tap(self.server.host)
        iam = self.server.sdk().client("iam")
        iam.create_user(UserName=self.hands.name)
        self.deny("")
        self.keys = Keys.of(iam.create_access_key(UserName=self.hands.name))
        self.log_in()

    def log_in(self) -> None:
        """Give the client a password that works."""
        self.hands.login(self.tap.host, self.password(self.keys))

    def deny(self, action: str) -> None:
        """Allow all of ECR but this action."""
        statements = [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]
        if action:
            statements.append({"Effect": "Deny", "Action": action, "Resource": "*"})
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam = self.server.sdk().client("iam")
        iam.put_user_policy(UserName=self.hands.name, PolicyName="all-but", PolicyDocument=document)

    def password(self, keys: Keys) -> str:
        """A registry password for these keys."""
        [data] = self.server.sdk(keys).client("ecr").get_authorization_token()["authorizationData"]
        return b64decode(data["authorizationToken"]).decode().removeprefix("AWS:")

    def name(self, repository: str, tag: str = "1") -> str:
        """What the client calls the image."""
        return f"{self.tap.host}/{repository}:{tag}"

    def cell(self) -> str:
        """The name of an image in a repository of its own, which holds nothing yet."""
        repository = f"cell-{next(_NUMBERS)}"
        self.server.sdk().client("ecr").create_repository(repositoryName=repository)
        return self.name(repository)

    def image(self) -> Layout:
        """An image that was never seen before."""
        number = next(_SEEDS)
        return write_layout(self.folder / f"image-{number}", sizes=[5000], seed=number)

    def does(self, step: Step) -> tuple[Done | None, list[Heard]]:
        """Refuse the step's action, say its verb, and hear what went over the wire."""
        verb: Callable[[Person], Callable[[], Done | None]] = _VERBS[step.verb]
        act = verb(self)
        self.deny(step.action)
        self.tap.take()
        done = act()
        heard = self.tap.take()
        self.deny("")
        if step.title.startswith("login"):
            self.log_in()
        return done, heard


def _password(person: Person) -> Callable[[], Done]:
    aws = aws_cli(f"http://{person.tap.host}", person.keys, person.folder / "aws")

    def act() -> Done:
        got = aws("ecr", "get-login-password", check=False)
        then = person.hands.login(person.tap.host, got.stdout)
        return Done(then.command, then.code or got.code, got.stdout + then.stdout, got.stderr + then.stderr)

    return act


def _dead_login(person: Person) -> Callable[[], Done]:
    iam = person.server.sdk().client("iam")
    keys = Keys.of(iam.create_access_key(UserName=person.hands.name))
    password = person.password(keys)
    iam.delete_access_key(UserName=person.hands.name, AccessKeyId=keys.access_key_id)
    return lambda: person.hands.login(person.tap.host, password)


def _push(person: Person) -> Callable[[], Done]:
    image, name = person.image(), person.cell()
    return lambda: person.hands.push(image, name)


def _copy(person: Person) -> Callable[[], Done]:
    source, target = person.name("app"), person.cell()
    person.hands.fetch(source)
    return lambda: person.hands.copy(source, target)


_VERBS: dict[str, Callable[[Person], Callable[[], Any]]] = {
    "password": _password,
    "dead_login": _dead_login,
    "look": lambda person: lambda: person.hands.look(person.name("app")),
    "pull": lambda person: lambda: person.hands.pull(person.name("app")),
    "push": _push,
    "copy": _copy,
    "tags": lambda person: lambda: person.hands.tags(person.name("app")),
    "delete": lambda person: lambda: person.hands.delete(person.name("app")),
}


def run(plain: Server, friendly: Server, dockerd: Dockerd, folder: Path) -> Matrix:
    """Refuse every client at every step. Clients go side by side; what one does, no other sees."""
    clients = hands.every(folder, dockerd)
    _furnish([plain, friendly], folder)
    cells: dict[tuple[str, str], Cell] = {}

    def refuse(client: Hands) -> None:
        room = folder / f"cells-{client.name}"
        room.mkdir()
        for server in (plain, friendly):
            person = Person(server, client, room)
            for step in STEPS:
                if step.friendly == (server is friendly):
                    cells[step.title, client.name] = judged(step, *person.does(step))
            person.tap.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(refuse, clients))
    return Matrix({client.name: client.version() for client in clients}, cells)


def _furnish(servers: Sequence[Server], folder: Path) -> None:
    """Put an image `app:1` on each, by a client that is sure to be there."""
    image = write_layout(folder / "app", sizes=[5000], seed=next(_SEEDS))
    for number, server in enumerate(servers):
        sdk = server.sdk()
        sdk.client("ecr").create_repository(repositoryName="app")
        [data] = sdk.client("ecr").get_authorization_token()["authorizationData"]
        password = b64decode(data["authorizationToken"]).decode().removeprefix("AWS:")
        tool = hands.container_tool("skopeo", folder / f"furnisher-{number}")
        assert tool is not None, "skopeo is not installed: run scripts/clients."
        tool.login(server.host, password)
        tool("copy", image.reference, f"docker://{server.host}/app:1")
