"""Every way in which a signature doesn't count, in each protocol's own code, status and sentence."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import Credentials

from rights.wire import Asking, aws_request, presigned, signed
from rights.world import World, allow

OPERATIONS = {"iam": "GetAccountSummary", "sts": "GetCallerIdentity", "ecr": "DescribeRegistry"}
INVALID_TOKEN = "The security token included in the request is invalid."
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
TIME = r"\d{8}T\d{6}Z"
IDENTITY = "/?Action=GetCallerIdentity&Version=2011-06-15"


def plain(service: str) -> Asking:
    """The request before it is signed."""
    return aws_request(service, OPERATIONS[service], {})


def now_and(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def headed(asking: Asking, **headers: str | None) -> Asking:
    """The request with headers changed, or taken away, after it was signed."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name.lower(): value for name, value in dict(asking.headers).items()} | changed
    return replace(asking, headers={name: value for name, value in kept.items() if value is not None})


def authorized(asking: Asking, pattern: str, text: str) -> Asking:
    """The request with a part of its Authorization header replaced."""
    header = {name.lower(): value for name, value in dict(asking.headers).items()}["authorization"]
    changed, count = re.subn(pattern, text, header)
    assert count == 1, (pattern, header)
    return headed(asking, authorization=changed)


async def inactive(server: World, service: str) -> Asking:
    keys = await server.user("dev", allow("*"))
    await server.do("iam:UpdateAccessKey", UserName="dev", AccessKeyId=keys.access_key, Status="Inactive")
    return signed(plain(service), keys, service)


async def stale(server: World, service: str) -> Asking:
    """Signed with a session that is over."""
    session = await server.own_session(await server.user("dev", allow("*")))
    caller = await server.caller(session)
    assert caller.session is not None
    over = server.issued(replace(caller, session=replace(caller.session, expires=now_and(-1))))
    return signed(plain(service), over, service)


def made(change: Callable[[World, str], Asking]) -> Callable[[World, str], Awaitable[Asking]]:
    async def make(server: World, service: str) -> Asking:
        return change(server, service)

    return make


def right(server: World, service: str, minutes: float = 0) -> Asking:
    """A request that counts."""
    return signed(plain(service), server.root, service, at=now_and(minutes))


@dataclass(frozen=True)
class Wrong:
    """One way, and what Query services (status, code) and JSON services (code, always 400) answer."""

    make: Callable[[World, str], Awaitable[Asking]]
    query: tuple[int, str]
    json: str
    sentence: str  # a pattern
    json_sentence: str = ""


UNKNOWN = ((403, "InvalidClientTokenId"), "UnrecognizedClientException", re.escape(INVALID_TOKEN))
NO_MATCH = ((403, "SignatureDoesNotMatch"), "InvalidSignatureException")
INCOMPLETE = ((400, "IncompleteSignature"), "IncompleteSignatureException")
WRONG = {
    "an unknown key": Wrong(
        made(lambda server, service: signed(plain(service), Credentials("AKIANOBODY", "x"), service)), *UNKNOWN
    ),
    "an inactive key": Wrong(inactive, *UNKNOWN),
    "a temporary key without its token": Wrong(
        made(lambda server, service: signed(plain(service), Credentials("ASIANOBODY", "x"), service)), *UNKNOWN
    ),
    "a token that nobody gave out": Wrong(
        made(
            lambda server, service: signed(
                plain(service), Credentials(server.root.access_key, server.root.secret_key, "token"), service
            )
        ),
        *UNKNOWN,
    ),
    "an expired token": Wrong(
        stale,
        (403, "ExpiredToken"),
        "ExpiredTokenException",
        "The security token included in the request is expired",
    ),
    "another secret": Wrong(
        made(lambda server, service: signed(plain(service), Credentials(server.root.access_key, "another"), service)),
        *NO_MATCH,
        re.escape(MISMATCH),
    ),
    "another body": Wrong(
        made(lambda server, service: replace(right(server, service), body=b"{ }")), *NO_MATCH, re.escape(MISMATCH)
    ),
    "another value of a signed header": Wrong(
        made(
            lambda server, service: headed(
                signed(headed(plain(service), user_agent="one"), server.root, service), host="elsewhere.test"
            )
        ),
        *NO_MATCH,
        re.escape(MISMATCH),
    ),
    "another query": Wrong(
        made(lambda server, service: replace(right(server, service), path="/?x=1")), *NO_MATCH, re.escape(MISMATCH)
    ),
    "too long ago": Wrong(
        made(lambda server, service: right(server, service, -16)),
        *NO_MATCH,
        rf"Signature expired: {TIME} is now earlier than {TIME} \({TIME} - 15 min\.\)",
    ),
    "in the future": Wrong(
        made(lambda server, service: right(server, service, 16)),
        *NO_MATCH,
        rf"Signature not yet current: {TIME} is still later than {TIME} \({TIME} \+ 15 min\.\)",
    ),
    "no signature": Wrong(
        made(lambda server, service: plain(service)),
        (403, "MissingAuthenticationToken"),
        "MissingAuthenticationTokenException",
        "Request is missing Authentication Token",
        "Missing Authentication Token",
    ),
    "a part without equal sign": Wrong(
        made(lambda server, service: authorized(right(server, service), "Signature=", "Signature:")),
        *INCOMPLETE,
        r"Invalid key=value pair \(missing equal-sign\) in Authorization header.*",
    ),
    "no Signature": Wrong(
        made(lambda server, service: authorized(right(server, service), ", Signature=.*", "")),
        *INCOMPLETE,
        "Authorization header requires 'Signature' parameter.*",
    ),
    "no Credential": Wrong(
        made(lambda server, service: authorized(right(server, service), "Credential=[^,]*, ", "")),
        *INCOMPLETE,
        "Authorization header requires 'Credential' parameter.*",
    ),
    "no date": Wrong(
        made(lambda server, service: headed(right(server, service), x_amz_date=None)),
        *INCOMPLETE,
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.*",
    ),
    "the scope of another day": Wrong(
        made(lambda server, service: authorized(right(server, service), r"/\d{8}/", "/20200101/")),
        *NO_MATCH,
        r"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: .*",
    ),
    "another end of the scope": Wrong(
        made(lambda server, service: authorized(right(server, service), "aws4_request", "aws5_request")),
        *NO_MATCH,
        r"Credential should be scoped with a valid terminator: 'aws4_request'.*",
    ),
    "header and query": Wrong(
        made(
            lambda server, service: headed(
                presigned("/", server.root, service),
                authorization=dict(right(server, service).headers)["Authorization"],
                **{"x_amz_target": dict(plain(service).headers).get("X-Amz-Target")},
            )
        ),
        *INCOMPLETE,
        ".*only one.*|Only one.*",
    ),
}


@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize("way", WRONG)
async def test_a_wrong_signature_gets_the_services_own_code_and_status(server: World, way: str, service: str) -> None:
    wrong = WRONG[way]
    reply = await server.send(await wrong.make(server, service), service=service, operation=OPERATIONS[service])
    status, code, sentence = reply.error
    assert (status, code) == ((400, wrong.json) if service == "ecr" else wrong.query)
    expected = wrong.json_sentence if service == "ecr" and wrong.json_sentence else wrong.sentence
    assert re.fullmatch(expected, sentence), sentence
    assert "\n" not in sentence
    assert reply.headers["x-amzn-requestid"]


@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize("minutes", [-14, 0, 14])
async def test_a_quarter_of_an_hour_either_way_is_in_time(server: World, service: str, minutes: float) -> None:
    assert (await server.send(right(server, service, minutes))).status == 200


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "aws-global"])
async def test_iam_and_sts_take_a_signature_for_any_region(server: World, region: str) -> None:
    for service in ("iam", "sts"):
        assert (await server.send(signed(plain(service), server.root, service, region))).status == 200


async def test_a_signature_for_a_service_that_is_not_here_is_refused_as_query_services_do(server: World) -> None:
    reply = await server.send(signed(plain("iam"), server.root, "s3"), service="sts")
    assert reply.error[:2] == (403, "SignatureDoesNotMatch")
    assert "scoped to correct service" in reply.error[2]


async def test_a_signature_for_one_service_is_no_good_for_another(server: World) -> None:
    reply = await server.send(signed(plain("ecr"), server.root, "iam"), service="iam")
    assert (reply.status, reply.error[1]) == (400, "MissingAction")


# presigned


async def test_a_presigned_caller_identity_proves_who_made_it(server: World) -> None:
    dev = await server.user("dev")
    reply = await server.send(presigned(IDENTITY, dev, "sts"), service="sts", operation="GetCallerIdentity")
    assert reply.status == 200
    assert reply.parsed["Arn"].endswith(":user/dev")


async def test_a_presigned_request_carries_a_session_token_in_its_query(server: World) -> None:
    session = await server.own_session(await server.user("dev"))
    reply = await server.send(presigned(IDENTITY, session, "sts"), service="sts", operation="GetCallerIdentity")
    assert reply.parsed["Arn"].endswith(":user/dev")


@pytest.mark.parametrize(
    ("minutes", "expires", "status"), [(-4, 300, 200), (-6, 300, 403), (-6 * 24 * 60, 604_800, 200), (16, 300, 403)]
)
async def test_a_presigned_request_is_good_from_its_date_for_as_long_as_it_says(
    server: World, minutes: float, expires: int, status: int
) -> None:
    asking = presigned(IDENTITY, server.root, "sts", expires=expires, at=now_and(minutes))
    reply = await server.send(asking, service="sts", operation="GetCallerIdentity")
    assert reply.status == status
    if status == 403:
        assert reply.error[1] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("expires", [0, -1, 604_801])
async def test_a_presigned_request_lives_a_week_at_most(server: World, expires: int) -> None:
    asking = presigned(IDENTITY, server.root, "sts", expires=expires)
    assert (await server.send(asking, service="sts")).error[:2] == (400, "IncompleteSignature")


async def test_a_presigned_request_is_for_what_it_was_signed_for(server: World) -> None:
    asking = presigned(IDENTITY, server.root, "sts")
    other = replace(asking, path=asking.path.replace("GetCallerIdentity", "GetSessionToken"))
    assert (await server.send(other, service="sts")).error[:2] == (403, "SignatureDoesNotMatch")
