"""Run every measurement, print the report and write it to docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.clients.server import Sdk

from . import apis, dataplane, engine, growth, images, registries, starting, steps
from .figures import Row, interleaved, table
from .machine import machine, touch_memory
from .process import Peer
from .rate import CONNECTIONS, BenchError, load_generator, requests_per_second
from .transfer import Payload, blob_path, push_layer

REPORT = Path("docs/benchmarks.md")
OURS, TWO = "dockreeve", "dockreeve, two workers"
PAGE = """\
# Benchmarks

Written by `make bench`, as the figures came out on {date:%Y-%m-%d}. Taken on: {machine}.
Interleaved rounds: {rounds}; medians, and in brackets the lowest and highest ratio of a round. Only ratios mean
anything elsewhere. Loopback; the load generator and the servers share the cores, so a server with several busy threads
is held back by it. Targets are those the project set itself; one that is missed is printed all the same.

## Registry
{registry_versions}.
Dockreeve decides every request by the policies of a user who has two (Basic token);
docker-registry runs without authorization, without its access log and with the file system driver. It is Debian's
build, made with an old Go that hashes slowly: a push against a newer build would compare less well. nginx hands out a
plain file with one worker and sendfile. Small requests: wrk {wrk}, {connections} connections, {seconds} s a round;
in the rows of two workers (`--workers 2`) these and wrk share the cores, as docker-registry's threads do.
Whole images: {skopeo}, 20 layers of 4 MiB, its own work included.

A push fills memory that was free. Where the machine is a virtual one, a page that its host has not given it yet costs
many times the copy into it, whichever server it is that touches it first (measured: 0.4 s of CPU for 256 MiB with pages
at hand, 1.0 s without). So before the pushes the bench touches the memory that they will fill.

{registry}

## The hit path, step by step
A manifest GET by digest, each step by itself and then all of the application, in one process without sockets: the best
of twelve batches of 500. What is missing to a request's whole cost is the connection: uvicorn's parser and the kernel.

{hit_path}

## Starting and memory
A start is from the process's beginning to its first 200 (dockreeve: /readyz, which asks the database).
Memory: servers just started, given one layer of 1 GiB and asked for it again; its digest is checked. Peaks are what the
kernel counted (VmHWM), children included. Then 16 layers of 64 MiB at one time.

{memory}

## How cost grows
One blob of 1 MiB, pulled over and over by so many connections at once (wrk).

{concurrent}

Images loaded straight into the store, each with a tag of its own, at most 100,000 in a repository (ECR's quota); asked
for one after another over one connection, so the times are the client's too. 2,000 manifests of as many images where
there are so many, then the pages of 10 images, read through from the first. Targets: within 1.5x from the smallest
to the largest. What is resident holds up to 256 MiB of the database's own pages, which are mapped, not copied: the
kernel takes them back when it needs to.

{images}

## What limits
- A push: of 0.38 s of CPU for 256 MiB, 0.15 s are SHA-256 (OpenSSL, 1.7 GB/s), 0.08 s the copy into the page cache,
  the rest the socket, the file system and the hand-over between threads; Python's own part is a tenth. Hashing and
  writing go on side by side and the disk works from the first 8 MiB on, so one busy core more or less shows at once:
  the client needs one as well.
- A small request: what the application itself takes stands above, step by step; the rest of its CPU is uvicorn's
  connection and parser, and the kernel, one request after another on one core. docker-registry takes many times the
  CPU, but of both cores. Two workers take a third more CPU each (SQLite is asked whether another one has committed),
  and wrk shares the cores.
- A signed request: about 190 us of Python. Reading and proving the signature is a fifth of them, the decision a sixth,
  reading the request and writing the answer by AWS's model a quarter.

## AWS APIs
{api_versions}.
Each request is signed by a user's key (SigV4) and allowed by that user's policy. Seen to be
refused before measuring: {refused}.

{api}

## Policy engine
{engine_versions}.
10,000 requests: 12 ECR actions on 1,000 repositories from three addresses, decided by a role of 24 statements (two ECR
policies, one with IpAddress, and 20 unrelated statements). One thread, CPU time of the process; policies are compiled
beforehand, but for cedarpy's last column. moto's evaluator knows identity policies only, and no conditions; cedarpy
decides the same policies written in Cedar, and no layers: what each can do stands beside all that ours does. Where
they should agree on a request, they were seen to.

{engine}
"""


def main() -> int:
    """Exit 0 with the report written, 1 when something could not be measured rightly."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each small-request round")
    parser.add_argument("--quick", action="store_true", help="one short round, nothing written: does it run?")
    chosen = parser.parse_args()
    rounds, seconds = (1, 1) if chosen.quick else (chosen.rounds, chosen.seconds)
    try:
        apis.install()
        # The same disk as the checkout: a temporary folder may be in memory.
        with tempfile.TemporaryDirectory(prefix=".venv-bench-", dir=Path.cwd()) as folder:
            report = measured(Path(folder), rounds, seconds)
    except (BenchError, RuntimeError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(report)
    if not chosen.quick:
        REPORT.write_text(report)
    return 0


def measured(folder: Path, rounds: int, seconds: int) -> str:
    """The report as Markdown."""
    taken_on = machine()
    say("the hit path")
    hit_path = steps.hit_path(folder / "steps")
    registry, registry_versions, skopeo = measured_registries(folder / "registry", rounds, seconds)
    memory = measured_memory(folder / "memory", rounds)
    concurrent, stored = measured_growth(folder / "growth", seconds, few=rounds == 1)
    api, refused, api_versions = measured_apis(folder / "api", rounds, seconds)
    say("policy engine")
    decided = engine.decisions(folder, rounds)
    return PAGE.format(
        date=datetime.now(UTC),
        machine=taken_on,
        rounds=rounds,
        seconds=seconds,
        connections=CONNECTIONS,
        wrk=load_generator().version,
        registry=table(registry, OURS, ("docker-registry", "nginx")),
        registry_versions=registry_versions,
        skopeo=skopeo,
        hit_path=hit_path,
        concurrent=concurrent,
        images=stored,
        memory=table(memory, OURS, ("docker-registry",)),
        api=table(api, OURS, ("moto", "ministack")),
        refused=refused,
        api_versions=api_versions,
        engine=table(decided, OURS, engine.PEERS),
        engine_versions=", ".join(f"{name} {apis.version(name)}" for name in ("moto", "cedarpy")),
    )


def measured_registries(folder: Path, rounds: int, seconds: int) -> tuple[list[Row], str, str]:
    """The data plane's rows, and the versions that ran: the servers', and skopeo's."""
    folder.mkdir(parents=True)
    with ExitStack() as running:
        ours, _ = running.enter_context(registries.ours(folder / OURS))
        debian = running.enter_context(registries.docker_registry(folder / "docker-registry"))
        nginx = running.enter_context(registries.nginx(folder / "nginx"))
        peers = [peer for peer in (ours, debian) if peer]
        say("small requests")
        with registries.ours(folder / "two", options=("--workers", "2"), name=TWO) as (two, _):
            small = dataplane.small_requests([*peers, two], folder, rounds=rounds, seconds=seconds)
        small += dataplane.of_workers(small, TWO, OURS)
        say("pulls")
        pulls = measured_pulls(peers, nginx, folder, rounds)
        say("whole images")
        copied, skopeo = images.copies(peers, folder, rounds=rounds)
        say("pushes")
        touch_memory()
        pushes = dataplane.pushes(peers, rounds=rounds)
        versions = ", ".join(peer.version for peer in (*peers, nginx) if peer)
    return [*small, *pulls, *pushes, *copied], versions, skopeo


def measured_memory(folder: Path, rounds: int) -> list[Row]:
    """The rows of starting, and of the memory of servers that did nothing before."""
    folder.mkdir(parents=True)
    say("cold starts")
    starts = starting.cold_starts(folder / "starts", rounds=rounds)
    say("memory")
    with ExitStack() as running:
        ours, _ = running.enter_context(registries.ours(folder / OURS))
        debian = running.enter_context(registries.docker_registry(folder / "docker-registry"))
        peers = [peer for peer in (ours, debian) if peer]
        giant = dataplane.memory_under_a_giant_layer(peers)
        return [*starts, *giant, starting.memory_of_uploads(peers)]


def measured_growth(folder: Path, seconds: int, *, few: bool) -> tuple[str, str]:
    """The tables of growth: with the pulls at one time, with the images stored; up to the sizes for `few`."""
    folder.mkdir(parents=True)
    with ExitStack() as running:
        ours, _ = running.enter_context(registries.ours(folder / OURS))
        debian = running.enter_context(registries.docker_registry(folder / "docker-registry"))
        say("pulls at once")
        pulls = growth.PULLS[:2] if few else growth.PULLS
        concurrent = growth.concurrent_pulls([peer for peer in (ours, debian) if peer], pulls, folder, seconds=seconds)
    say("images in the database")
    return concurrent, growth.images_in_the_database(growth.IMAGES[:2] if few else growth.IMAGES, folder / "images")


def measured_pulls(peers: list[Peer], nginx: Peer | None, folder: Path, rounds: int) -> list[Row]:
    """Pulls of one layer; nginx has it as a plain file."""
    layer = Payload(dataplane.LAYER, 2)
    for peer in peers:
        push_layer(peer, layer, chunked=False)
    if nginx:
        with (folder / "nginx/files/layer").open("wb") as file:
            file.writelines(layer.pieces())
    path = blob_path(layer.digest)
    everyone = [*peers, *([nginx] if nginx else [])]
    return dataplane.pulls(everyone, lambda peer: "/layer" if peer is nginx else path, rounds=rounds)


def measured_apis(folder: Path, rounds: int, seconds: int) -> tuple[list[Row], str, str]:
    """The API's rows, what each server was seen to refuse, and the versions that ran."""
    folder.mkdir(parents=True)
    role = Row("signed iam:GetRole", "requests/s", ">= 3x of MiniStack")
    repositories = Row("signed ecr:DescribeRepositories", "requests/s", ">= 3x of MiniStack")
    wrk = load_generator()
    with ExitStack() as running:
        ours, keys = running.enter_context(registries.ours(folder / OURS))
        servers = [
            apis.Api(ours, keys, apis.seen_to_refuse(Sdk(ours.url, keys))),
            running.enter_context(apis.moto(folder / "moto")),
            running.enter_context(apis.ministack(folder / "ministack")),
        ]

        def measure(api: apis.Api, _: int) -> None:
            user = Sdk(api.peer.url, api.keys)
            for row, ask in (
                (role, apis.signed(user, "iam", "get_role", RoleName="bench")),
                (repositories, apis.signed(user, "ecr", "describe_repositories")),
            ):
                row.note(api.peer.name, requests_per_second(wrk, api.peer, ask, seconds=seconds, folder=folder))

        say("signed API requests")
        interleaved(servers, rounds, measure)
        refused = "; ".join(f"{api.peer.name}: {api.refuses}" for api in servers)
        versions = ", ".join(api.peer.version for api in servers)
    return [role, repositories], refused, versions


def say(what: str) -> None:
    print(f"bench: {what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
