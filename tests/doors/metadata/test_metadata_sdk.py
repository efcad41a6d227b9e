"""boto3 finds the role's credentials at the door as it does on an EC2 instance, and renews them there."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from botocore.session import Session
from botocore.utils import InstanceMetadataFetcher

from dockreeve.doors.metadata import Attachment, Instance, MetadataDoor, RoleSession


class Source:
    """A session of another key each time, for an hour; or the reason why not."""

    def __init__(self) -> None:
        self.asked = 0
        self.trusted = True

    async def fetch(self) -> Attachment | None:
        self.asked += 1
        arn, unique_id, role = "arn:aws:iam::123456789012:instance-profile/P", "AIPA" + "A" * 17, "CustomRWECRRole"
        if not self.trusted:
            return Attachment(
                arn, unique_id, role, code="AssumeRoleUnauthorizedAccess", message="EC2 cannot assume it."
            )
        expiration = datetime.now(UTC) + timedelta(hours=1)
        return Attachment(arn, unique_id, role, RoleSession(f"ASIA{self.asked:016}", "secret", "token", expiration))


class Served:
    """The door under uvicorn on a free port, with a clock that the test can set forward."""

    def __init__(self) -> None:
        self.source = Source()
        self.ahead = timedelta(0)
        door = MetadataDoor(
            self.source,
            Instance("i-0123456789abcdef0", "123456789012", "us-east-1", datetime.now(UTC)),
            lambda: datetime.now(UTC) + self.ahead,
        )
        config = uvicorn.Config(door, port=0, log_config=None, lifespan="off", ws="none", proxy_headers=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> "Served":
        self.thread.start()
        deadline = time.monotonic() + 10
        while not self.server.started:
            assert time.monotonic() < deadline, "uvicorn did not start"
            time.sleep(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Iterator[Served]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, f"{tmp_path}/none")
    monkeypatch.setenv("AWS_EC2_METADATA_V1_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Served() as running:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", running.url)
        yield running


def test_the_sdk_finds_the_credentials(served: Served) -> None:
    credentials = Session().get_credentials()
    assert credentials.method == "iam-role"
    frozen = credentials.get_frozen_credentials()
    assert (frozen.access_key, frozen.secret_key, frozen.token) == ("ASIA0000000000000001", "secret", "token")


def test_the_sdk_renews_the_credentials_before_they_end(served: Served) -> None:
    credentials = Session().get_credentials()
    first = credentials.get_frozen_credentials()
    assert credentials.get_frozen_credentials() == first
    served.ahead = timedelta(seconds=5)
    credentials._expiry_time = datetime.now(UTC) + timedelta(minutes=5)  # as if nearly an hour had gone by
    assert credentials.get_frozen_credentials().access_key == "ASIA0000000000000002"


def test_the_sdk_takes_a_role_without_trust_as_no_credentials_and_gets_them_once_it_trusts(served: Served) -> None:
    served.source.trusted = False
    fetcher = InstanceMetadataFetcher(base_url=served.url, config={"ec2_metadata_v1_disabled": True})
    assert fetcher.retrieve_iam_role_credentials() == {}
    served.source.trusted = True
    served.ahead = timedelta(seconds=5)
    assert fetcher.retrieve_iam_role_credentials()["role_name"] == "CustomRWECRRole"
