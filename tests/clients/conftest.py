"""What a client test starts with: a server, root's SDK, images, and the tools of one person.

A test names the tool it needs (`skopeo`, `podman`, `buildah`); where it isn't installed the test is skipped with that
reason, and fails in CI. Folders are the test's own, so two tests share nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from .buildkitd import Buildkitd
from .dockerd import CannotRun, Dockerd
from .home import Home, furnished
from .layout import Layout, write_layout
from .server import Keys, Sdk, Server
from .tools import BUILT, Done, Tool, aws_cli, built_tool, container_tool
from .verbs import Client


class Servers:
    """Starts servers, each in its own folder: `start_server("--region", "eu-west-1", environment={...})`."""

    def __init__(self, folder: Path) -> None:
        self.started: list[Server] = []
        self._folder = folder

    def __call__(self, *options: str, environment: Mapping[str, str] | None = None) -> Server:
        folder = self._folder / f"server-{len(self.started)}"
        folder.mkdir()
        self.started.append(Server(folder, options=options, environment=environment))
        return self.started[-1].start()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Servers]:
    """Start one server or more with other settings than `server` has; all are ended with the test."""
    servers = Servers(tmp_path)
    yield servers
    for server in servers.started:
        server.kill()


@pytest.fixture
def server(start_server: Servers) -> Server:
    """One server with default settings."""
    return start_server()


@pytest.fixture
def root(server: Server) -> Sdk:
    """boto3 with the root access key: `root.client("iam")`."""
    return server.sdk()


@pytest.fixture
def aws(server: Server, tmp_path: Path) -> Callable[..., Done]:
    """The aws CLI as root, or as `keys`: `aws("iam", "get-role", "--role-name", "R", keys=Keys.of(answer))`."""

    def run(*arguments: str, keys: Keys | None = None, **options: Any) -> Done:
        return aws_cli(server.url, keys or server.root_keys, tmp_path / "aws")(*arguments, **options)

    return run


@pytest.fixture
def image(tmp_path: Path) -> Callable[..., Layout]:
    """Make images: `image(layers=[{"etc/motd": b"hi"}])`, `image(sizes=[1 << 20, 5 << 20])`, `image()`.

    Each call makes another image, unless a `seed` is given.
    """
    made: list[Layout] = []

    def make(
        *,
        layers: Sequence[Mapping[str, bytes]] = (),
        sizes: Sequence[int] = (),
        tag: str = "latest",
        seed: int | None = None,
    ) -> Layout:
        number = len(made)
        folder = tmp_path / f"image-{number}"
        made.append(write_layout(folder, layers=layers, sizes=sizes, tag=tag, seed=number if seed is None else seed))
        return made[-1]

    return make


@pytest.fixture
def person(tmp_path: Path) -> Callable[[str, str], Tool]:
    """Another person's tool, with logins and images of their own: `person("ann", "skopeo")`."""

    def tool(who: str, name: str) -> Tool:
        found = (built_tool if name in BUILT else container_tool)(name, tmp_path / f"home-{who}")
        if found is None:
            pytest.skip(f"{name} is not installed: run scripts/clients.")
        return found

    return tool


@pytest.fixture
def skopeo(person: Callable[[str, str], Tool]) -> Tool:
    return person("me", "skopeo")


@pytest.fixture
def podman(person: Callable[[str, str], Tool]) -> Tool:
    return person("me", "podman")


@pytest.fixture
def buildah(person: Callable[[str, str], Tool]) -> Tool:
    return person("me", "buildah")


@pytest.fixture(scope="session")
def dockerd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dockerd]:
    """One daemon for all tests: it keeps nothing that a pull would not fetch anew."""
    daemon = Dockerd(tmp_path_factory.mktemp("dockerd"))
    try:
        daemon.start()
    except CannotRun as reason:
        pytest.skip(str(reason))
    yield daemon
    daemon.stop()


@pytest.fixture(scope="session")
def buildkitd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildkitd]:
    """One daemon for all tests."""
    daemon = Buildkitd(tmp_path_factory.mktemp("buildkitd"))
    try:
        daemon.start()
    except CannotRun as reason:
        pytest.skip(str(reason))
    yield daemon
    daemon.stop()


@pytest.fixture
def client(person: Callable[[str, str], Tool], tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Client]:
    """A tool by its docker verbs: `client("podman").push(image(), name)`, `client("docker", "ann").pull(name)`."""

    def of(name: str, who: str = "me") -> Client:
        if name == "docker":
            tool = request.getfixturevalue("dockerd").docker(tmp_path / f"home-{who}" / "docker")
        else:
            tool = person(who, name)
        return Client(name, tool, tmp_path / f"rooms-{who}")

    return of


@pytest.fixture
def home(server: Server) -> Home:
    """The server with the repositories `app` and `other`, and the user dev who may do all of `ecr:*`."""
    return furnished(server)


@pytest.fixture
def logged_in(home: Home, client: Callable[..., Client]) -> Callable[[str], Client]:
    """A tool by its name, after its login as dev: `logged_in("podman").push(image(), home.name("1"))`."""

    def of(name: str) -> Client:
        made = client(name)
        made.login(home.server.host, home.password)
        return made

    return of


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers of a failed test printed."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        held = item.funcargs.values()
        shared = [one for one in held if isinstance(one, Server)]
        started = [one for servers in held if isinstance(servers, Servers) for one in servers.started]
        for server in dict.fromkeys([*started, *shared]):
            report.sections.append((f"dockreeve serve ({server.url or 'not started'})", server.log()))
    return report
