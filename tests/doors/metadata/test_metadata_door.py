"""IMDSv2 as the EC2 user guide describes it, by direct ASGI calls."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from dockreeve.doors.metadata import Attachment, Instance, MetadataDoor, RoleSession, SourceDown

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INSTANCE = Instance("i-0123456789abcdef0", "123456789012", "eu-west-1", NOW)
PROFILE = Attachment("arn:aws:iam::123456789012:instance-profile/P", "AIPA" + "A" * 17, "CustomRWECRRole")
KEYS = "/latest/meta-data/iam/security-credentials/"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Source:
    """Says what the test wants; every session has another key."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.attachment: Attachment | None = PROFILE
        self.down = False
        self.slow = False
        self.asked = 0

    async def fetch(self) -> Attachment | None:
        self.asked += 1
        if self.slow:
            await asyncio.sleep(30)
        if self.down:
            raise SourceDown("connection refused")
        if self.attachment is None or self.attachment.code != "Success" or not self.attachment.role_name:
            return self.attachment
        session = RoleSession(f"ASIA{self.asked:016}", "secret", "token", self.clock() + timedelta(hours=6))
        return replace(self.attachment, session=session)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict[str, str]:
        return json.loads(self.text)


@dataclass
class Client:
    door: MetadataDoor
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, **headers: str) -> Reply:
        sent: list[dict] = []
        pairs = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs.items()],
            "client": (self.address, 50_000),
        }

        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        await self.door(scope, receive, send)
        start, body = sent
        names = {name.decode(): value.decode() for name, value in start["headers"]}
        return Reply(start["status"], names, body["body"].decode())

    async def token(self, ttl: str = "21600") -> str:
        return (await self.send("PUT", "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds=ttl)).text

    async def get(self, path: str) -> Reply:
        return await self.send("GET", path, x_aws_ec2_metadata_token=await self.token())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock: Clock) -> Source:
    return Source(clock)


@pytest.fixture
def client(source: Source, clock: Clock) -> Client:
    return Client(MetadataDoor(source, INSTANCE, clock))


async def test_a_token_is_given_for_a_time_to_live_and_the_answer_repeats_it(client: Client) -> None:
    reply = await client.send("PUT", "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds="60")
    assert reply.status == 200
    assert reply.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "60"
    assert reply.headers["content-type"] == "text/plain"
    assert len(reply.text) > 40


@pytest.mark.parametrize("ttl", ["0", "21601", "-1", "", "1.5", "six", "\xb2", "999999999999999999999"])
async def test_a_time_to_live_out_of_range_is_a_bad_request(client: Client, ttl: str) -> None:
    assert (await client.send("PUT", "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds=ttl)).status == 400


async def test_a_token_without_a_time_to_live_is_a_bad_request(client: Client) -> None:
    assert (await client.send("PUT", "/latest/api/token")).status == 400


async def test_a_forwarded_request_gets_no_token(client: Client) -> None:
    reply = await client.send(
        "PUT", "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds="60", x_forwarded_for="10.0.0.1"
    )
    assert reply.status == 403


async def test_a_versioned_path_gives_no_token(client: Client) -> None:
    reply = await client.send("PUT", "/2021-03-23/api/token", x_aws_ec2_metadata_token_ttl_seconds="60")
    assert reply.status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
async def test_only_a_put_gives_a_token(client: Client, method: str) -> None:
    reply = await client.send(method, "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds="60")
    assert reply.status == 405
    assert reply.headers["allow"] == "PUT"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS"])
async def test_everything_else_is_only_read(client: Client, method: str) -> None:
    reply = await client.send(method, "/latest/meta-data/", x_aws_ec2_metadata_token=await client.token())
    assert reply.status == 405


@pytest.mark.parametrize("path", ["/", "/latest/meta-data/", KEYS, "/latest/no-such-thing"])
async def test_nothing_is_read_without_a_token(client: Client, path: str) -> None:
    assert (await client.send("GET", path)).status == 401
    assert (await client.send("GET", path, x_aws_ec2_metadata_token="")).status == 401
    assert (await client.send("GET", path, x_aws_ec2_metadata_token="A" * 76)).status == 401


async def test_no_altered_token_is_good(client: Client) -> None:
    token = await client.token()
    for at in range(0, len(token) - 3, 3):
        altered = token[:at] + ("B" if token[at] != "B" else "C") + token[at + 1 :]
        assert (await client.send("GET", "/", x_aws_ec2_metadata_token=altered)).status == 401


async def test_a_token_ends_with_its_time_to_live(client: Client, clock: Clock) -> None:
    token = await client.token("60")
    clock.advance(59.9)
    assert (await client.send("GET", "/", x_aws_ec2_metadata_token=token)).status == 200
    clock.advance(0.1)
    assert (await client.send("GET", "/", x_aws_ec2_metadata_token=token)).status == 401


async def test_the_token_of_another_instance_is_not_good(client: Client, source: Source, clock: Clock) -> None:
    other = Client(MetadataDoor(source, INSTANCE, clock))
    assert (await client.send("GET", "/", x_aws_ec2_metadata_token=await other.token())).status == 401


async def test_version_1_reads_only_where_allowed_and_never_with_a_bad_token(source: Source, clock: Clock) -> None:
    client = Client(MetadataDoor(source, INSTANCE, clock, allow_v1=True))
    assert (await client.send("GET", KEYS)).text == "CustomRWECRRole"
    assert (await client.send("GET", KEYS, x_aws_ec2_metadata_token="bad")).status == 401


async def test_the_role_and_its_credentials_are_where_sdks_look(client: Client) -> None:
    assert (await client.get(KEYS)).text == "CustomRWECRRole"
    credentials = (await client.get(KEYS + "CustomRWECRRole")).json
    assert credentials == {
        "Code": "Success",
        "LastUpdated": "2026-01-02T03:04:05Z",
        "Type": "AWS-HMAC",
        "AccessKeyId": "ASIA0000000000000001",
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": "2026-01-02T09:04:05Z",
    }


async def test_the_info_names_the_profile(client: Client) -> None:
    assert (await client.get("/latest/meta-data/iam/info")).json == {
        "Code": "Success",
        "LastUpdated": "2026-01-02T03:04:05Z",
        "InstanceProfileArn": PROFILE.profile_arn,
        "InstanceProfileId": PROFILE.profile_id,
    }


async def test_another_role_has_no_credentials(client: Client) -> None:
    assert (await client.get(KEYS + "Administrator")).status == 404
    assert (await client.get(KEYS + "CustomRWECRRole/")).status == 404


async def test_without_a_profile_there_are_no_credentials(client: Client, source: Source) -> None:
    source.attachment = None
    assert (await client.get(KEYS)).status == 404
    assert (await client.get(KEYS + "CustomRWECRRole")).status == 404
    assert (await client.get("/latest/meta-data/iam/info")).json["Code"] == "InstanceProfileNotFound"


async def test_a_profile_without_a_role_says_so(client: Client, source: Source) -> None:
    source.attachment = replace(PROFILE, role_name="")
    assert (await client.get(KEYS)).status == 404
    info = (await client.get("/latest/meta-data/iam/info")).json
    assert info["Code"] == "Success"
    assert info["Message"] == "Instance Profile does not contain a role."


async def test_a_role_that_does_not_trust_ec2_says_so_where_its_keys_would_be(client: Client, source: Source) -> None:
    source.attachment = replace(PROFILE, code="AssumeRoleUnauthorizedAccess", message="EC2 cannot assume the role.")
    assert (await client.get(KEYS)).text == "CustomRWECRRole"
    reply = await client.get(KEYS + "CustomRWECRRole")
    assert reply.status == 200
    assert reply.json["Code"] == "AssumeRoleUnauthorizedAccess"
    assert "AccessKeyId" not in reply.json


async def test_a_changed_role_shows_within_moments(client: Client, source: Source, clock: Clock) -> None:
    assert (await client.get(KEYS)).text == "CustomRWECRRole"
    source.attachment = replace(PROFILE, role_name="Other")
    clock.advance(2)
    assert (await client.get(KEYS)).text == "Other"
    assert (await client.get(KEYS + "CustomRWECRRole")).status == 404


async def test_the_source_is_not_asked_for_every_request(client: Client, source: Source) -> None:
    await asyncio.gather(*(client.get(KEYS) for _ in range(20)))
    assert source.asked == 1


async def test_credentials_are_renewed_long_before_they_end(client: Client, clock: Clock) -> None:
    first = (await client.get(KEYS + "CustomRWECRRole")).json
    clock.advance(6 * 3600 - 301)
    second = (await client.get(KEYS + "CustomRWECRRole")).json
    assert second["AccessKeyId"] != first["AccessKeyId"]
    assert second["Expiration"] > first["Expiration"]


async def test_credentials_that_still_hold_are_given_while_the_server_is_down(
    client: Client, source: Source, clock: Clock
) -> None:
    first = (await client.get(KEYS + "CustomRWECRRole")).json
    source.down = True
    clock.advance(3600)
    assert (await client.get(KEYS + "CustomRWECRRole")).json == first
    clock.advance(5 * 3600)
    assert (await client.get(KEYS + "CustomRWECRRole")).status == 503
    source.down = False
    clock.advance(2)
    assert (await client.get(KEYS + "CustomRWECRRole")).status == 200


async def test_a_server_that_was_never_there_gives_no_credentials(client: Client, source: Source) -> None:
    source.down = True
    assert (await client.get(KEYS)).status == 503
    assert (await client.get("/latest/meta-data/instance-id")).text == INSTANCE.instance_id


async def test_a_refusal_ends_the_credentials_that_were_given_before(
    client: Client, source: Source, clock: Clock
) -> None:
    assert (await client.get(KEYS + "CustomRWECRRole")).status == 200
    source.attachment = None
    clock.advance(2)
    assert (await client.get(KEYS + "CustomRWECRRole")).status == 404


@pytest.mark.slow
async def test_a_server_that_hangs_does_not_hang_the_instance(client: Client, source: Source, clock: Clock) -> None:
    first = (await client.get(KEYS + "CustomRWECRRole")).json
    source.slow = True
    clock.advance(10)
    async with asyncio.timeout(1):
        assert (await client.get(KEYS + "CustomRWECRRole")).json == first


async def test_a_clock_set_back_does_not_keep_an_old_answer(client: Client, source: Source, clock: Clock) -> None:
    await client.get(KEYS)
    clock.advance(-3600)
    await client.get(KEYS)
    assert source.asked == 2


async def test_directories_list_their_children(client: Client) -> None:
    assert (await client.get("/")).text.split("\n")[-1] == "latest"
    assert (await client.get("/latest/")).text == "dynamic/\nmeta-data/"
    listed = (await client.get("/latest/meta-data/")).text
    assert {"ami-id", "iam/", "instance-id", "placement/", "services/"} <= set(listed.split("\n"))
    assert not listed.endswith("\n")
    assert (await client.get("/latest/meta-data/iam/")).text == "info\nsecurity-credentials/"
    assert (await client.get("/2021-03-23/meta-data/placement/")).text == "availability-zone\nregion"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("instance-id", "i-0123456789abcdef0"),
        ("hostname", "ip-127-0-0-1.eu-west-1.compute.internal"),
        ("placement/region", "eu-west-1"),
        ("placement/availability-zone", "eu-west-1a"),
        ("services/domain", "amazonaws.com"),
        ("services/partition", "aws"),
    ],
)
async def test_the_instance_says_what_it_is(client: Client, path: str, text: str) -> None:
    assert (await client.get(f"/latest/meta-data/{path}")).text == text


async def test_tags_are_shown_when_the_instance_has_some(client: Client, source: Source, clock: Clock) -> None:
    assert (await client.get("/latest/meta-data/tags/instance/")).status == 404
    tagged = Client(MetadataDoor(source, replace(INSTANCE, tags={"team": "blue"}), clock))
    assert (await tagged.get("/latest/meta-data/tags/instance/team")).text == "blue"


async def test_the_identity_document_has_every_member(client: Client) -> None:
    document = (await client.get("/latest/dynamic/instance-identity/document")).json
    assert document["accountId"] == "123456789012"
    assert document["instanceId"] == "i-0123456789abcdef0"
    assert document["version"] == "2017-09-30"
    assert len(document) == 15


@pytest.mark.parametrize(
    "path",
    ["/latest/meta-data/instance-id/", "/latest/nothing", "/1999-01-01/meta-data/", "/latest/meta-data/instance-id/x"],
)
async def test_an_unknown_path_is_not_found(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_a_head_has_the_headers_of_the_get_and_no_body(client: Client) -> None:
    got = await client.get("/latest/meta-data/instance-id")
    head = await client.send("HEAD", "/latest/meta-data/instance-id", x_aws_ec2_metadata_token=await client.token())
    assert (head.status, head.text) == (200, "")
    assert head.headers == got.headers


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.2", "::ffff:10.0.0.5", "2001:db8::1", "", "unix"])
async def test_other_machines_are_refused(client: Client, address: str) -> None:
    client.address = address
    assert (await client.send("PUT", "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds="60")).status == 403
    assert (await client.send("GET", KEYS)).status == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_this_machine_is_served(client: Client, address: str) -> None:
    client.address = address
    assert (await client.get("/")).status == 200


async def test_other_machines_are_served_where_that_was_asked_for(source: Source, clock: Clock) -> None:
    client = Client(MetadataDoor(source, INSTANCE, clock, any_client=True), "10.0.0.5", {"host": "imds.internal"})
    assert (await client.get(KEYS)).text == "CustomRWECRRole"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:1338", "localhost.evil.example"])
async def test_a_web_page_cannot_read_through_a_name_of_its_own(client: Client, host: str) -> None:
    client.headers = {"host": host}
    assert (await client.send("PUT", "/latest/api/token", x_aws_ec2_metadata_token_ttl_seconds="60")).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1:1338", "localhost:1338", "[::1]:1338", "169.254.169.254"])
async def test_addresses_and_localhost_are_good_hosts(client: Client, host: str) -> None:
    client.headers = {"host": host}
    assert (await client.get("/")).status == 200


async def test_each_request_is_logged_without_its_secrets(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="dockreeve.metadata")
    token = await client.token()
    await client.send("GET", KEYS + "CustomRWECRRole", x_aws_ec2_metadata_token=token)
    await client.send("GET", "/latest/\nforged", x_aws_ec2_metadata_token=token)
    assert f"127.0.0.1 GET '{KEYS}CustomRWECRRole' 200" in caplog.text
    assert token not in caplog.text
    assert "secret" not in caplog.text.replace(KEYS, "")
    assert "\nforged" not in caplog.text
