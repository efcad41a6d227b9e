"""The wall clock jumps while the server runs: what has an end ends as the clock says, and nothing else is harmed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.auth  # type: ignore[import-untyped]
import pytest
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from clients.server import Keys, Server

from .lacking import lacking
from .pushing import Acknowledged, Image, Registry, Unexpected, check_blob, check_image, digest_of, push
from .wire import status_of

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
ONCE = Config(retries={"total_max_attempts": 1})


class Clock:
    """The server's wall clock, by libfaketime; its monotonic one, which timers use, goes on as ever."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            lacking("libfaketime is not installed (Debian: faketime; scripts/clients installs it).")
        self._file = folder / "clock"
        self._file.write_text("+0\n")
        self._ahead = timedelta()
        self.environment = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",  # a cached clock does not always see that it was set back
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self._monkeypatch = monkeypatch

    def jump(self, ahead: timedelta) -> None:
        """Set it to the true time and `ahead` (which may be negative)."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{ahead.total_seconds():+.0f}\n")
        fresh.rename(self._file)
        self._ahead = ahead

    def follow(self) -> None:
        """Sign as a client would whose clock agrees with the server's."""
        self._monkeypatch.setattr(botocore.auth, "get_current_datetime", self._now)

    def _now(self, remove_tzinfo: bool = True) -> datetime:
        now = datetime.now(UTC) + self._ahead
        return now.replace(tzinfo=None) if remove_tzinfo else now


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(tmp_path, monkeypatch)


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[Server]:
    server = Server(tmp_path, environment=clock.environment)
    yield server.start()
    server.kill()


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    """Code and message of the error that the call ends in."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_signatures_are_judged_by_the_clock_as_it_is_now(server: Server, clock: Clock) -> None:
    iam, ecr = (server.sdk().client(service, config=ONCE) for service in ("iam", "ecr"))
    iam.list_users()
    clock.jump(timedelta(minutes=20))
    code, message = refusal(iam.list_users)
    assert code == "SignatureDoesNotMatch"
    assert message.startswith("Signature expired: ")
    assert message.endswith(" - 15 min.)")
    code, message = refusal(ecr.describe_repositories)
    assert (code, message[:19]) == ("InvalidSignatureException", "Signature expired: ")
    clock.jump(timedelta(minutes=-20))
    code, message = refusal(iam.list_users)
    assert code == "SignatureDoesNotMatch"
    assert message.startswith("Signature not yet current: ")
    assert message.endswith(" + 15 min.)")
    code, message = refusal(ecr.describe_repositories)
    assert (code, message[:27]) == ("InvalidSignatureException", "Signature not yet current: ")
    clock.jump(timedelta(minutes=-10))
    iam.list_users()
    ecr.describe_repositories()


def test_logins_and_sessions_end_forwards_and_live_again_backwards(
    server: Server, clock: Clock, registry: Registry
) -> None:
    clock.follow()
    root = server.sdk()
    keys = Keys.of(root.client("sts").get_session_token(DurationSeconds=3600))
    session = server.sdk(keys).client("sts", config=ONCE)
    session.get_caller_identity()
    clock.jump(timedelta(hours=2))
    assert refusal(session.get_caller_identity) == (
        "ExpiredToken",
        "The security token included in the request is expired",
    )
    registry.again().ask("GET", "/v2/", expect=200)
    clock.jump(timedelta(hours=13))
    _, said = registry.again().ask("GET", "/v2/", expect=403)
    assert b"Your authorization token has expired. Reauthenticate and try again." in said
    ecr = root.client("ecr")
    fresh = Registry(server, ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"])
    fresh.ask("GET", "/v2/", expect=200)
    clock.jump(timedelta())
    session.get_caller_identity()
    registry.again().ask("GET", "/v2/", expect=200)
    fresh.ask("GET", "/v2/", expect=200)
    clock.jump(timedelta(days=-400))
    push(registry.again(), Image.at_random(random.Random(1)), "v1", "latest", Acknowledged(), random.Random(1))
    assert "Traceback" not in server.log(), server.log()


@pytest.mark.parametrize("hours", [-30, 11])
def test_a_push_goes_on_through_a_jump(hours: int, server: Server, clock: Clock, registry: Registry) -> None:
    layer, image = random.Random(2).randbytes(3 * MIB), Image.at_random(random.Random(3))
    upload, said = registry.upload(), Acknowledged()
    push(registry, image, "before", "moving", said, random.Random(4))
    registry.ask("PATCH", upload, layer[:MIB], expect=202)
    with registry.half_sent("PATCH", upload, layer[MIB : 2 * MIB - 1], MIB) as sending:
        time.sleep(0.3)
        clock.jump(timedelta(hours=hours))
        registry.again().ask("PATCH", upload, b"x" * MIB, expect=416)  # it is the first one's turn, on any clock
        sending.sendall(layer[2 * MIB - 1 : 2 * MIB])
        assert status_of(sending) == 202
    registry.again().ask("PUT", f"{upload}?digest={digest_of(layer)}", layer[2 * MIB :], expect=201)
    check_blob(registry.again(), digest_of(layer))
    push(registry.again(), image, "after", "moving", said, random.Random(5))
    check_image(registry.again(), "before", digest_of(image.manifest))
    check_image(registry.again(), "after", digest_of(image.manifest))
    assert "Traceback" not in server.log(), server.log()


def test_an_upload_of_a_server_that_died_goes_on_though_the_clock_went_back(
    server: Server, clock: Clock, registry: Registry
) -> None:
    layer = random.Random(6).randbytes(2 * MIB)
    upload = registry.upload()
    with registry.half_sent("PATCH", upload, layer[:MIB], len(layer)):
        time.sleep(0.3)
        server.kill()
    clock.jump(timedelta(hours=-3))
    server.start()
    registry.again().ask("PUT", f"{upload}?digest={digest_of(layer)}", layer, expect=201)
    check_blob(registry.again(), digest_of(layer))


def test_pushes_and_pulls_do_not_notice_a_clock_that_jumps_all_the_time(
    server: Server, clock: Clock, registry: Registry
) -> None:
    ended, source, surprises = threading.Event(), random.Random(7), list[Unexpected]()

    def pushes(number: int) -> None:
        mine, said, chance = registry.again(), Acknowledged(), random.Random(number)
        try:
            while not ended.is_set():
                push(mine, Image.at_random(chance), f"t-{number}-{len(said.images)}", f"m-{number}", said, chance)
                check_image(mine, *said.images[-1])
        except Unexpected as surprise:
            surprises.append(surprise)

    pushers = [threading.Thread(target=pushes, args=(number,)) for number in range(3)]
    for pusher in pushers:
        pusher.start()
    for _ in range(8):
        clock.jump(timedelta(seconds=source.randrange(-(10**7), 40_000)))
        time.sleep(0.2)
    ended.set()
    for pusher in pushers:
        pusher.join(30)
    assert surprises == []
    assert "Traceback" not in server.log(), server.log()
