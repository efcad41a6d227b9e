"""Signature Version 4: what botocore signs verifies, and nothing else does."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import botocore.auth
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.aws.sigv4 import Kind, Signature, Unverified, fault, read_signature, verify
from laws import examples

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded; charset=utf-8"

Headers = list[tuple[bytes, bytes]]
Request = tuple[str, bytes, bytes, Headers, bytes]


@contextmanager
def botocores_clock(now: datetime = NOW) -> Iterator[None]:
    """botocore asks one function for the time."""
    original = botocore.auth.get_current_datetime
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None)
    try:
        yield
    finally:
        botocore.auth.get_current_datetime = original


def signed(
    method: str = "POST",
    url: str = "https://sts.eu-west-1.amazonaws.com/",
    body: bytes = b"Action=GetCallerIdentity&Version=2011-06-15",
    headers: dict[str, str] | None = None,
    *,
    token: str | None = None,
    service: str = "sts",
    key_id: str = "AKIDEXAMPLE",
) -> Request:
    """A request as botocore signs and sends it, with its signature in a header."""
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {"Content-Type": FORM})
    with botocores_clock():
        SigV4Auth(Credentials(key_id, SECRET, token), service, "eu-west-1").add_auth(request)
    return on_the_wire(method, request.url, dict(request.headers), body)


def presigned(url: str, *, expires: int = 60, token: str | None = "SESSIONTOKENEXAMPLE==") -> Request:
    request = AWSRequest(method="GET", url=url)
    with botocores_clock():
        SigV4QueryAuth(Credentials("ASIDEXAMPLE", SECRET, token), "sts", "eu-west-1", expires).add_auth(request)
    return on_the_wire("GET", request.url, {}, b"")


def on_the_wire(method: str, url: str, headers: dict[str, str], body: bytes) -> Request:
    parts = urlsplit(url)
    sent = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return method, (parts.path or "/").encode(), parts.query.encode(), [(b"host", parts.netloc.encode()), *sent], body


def read(request: Request) -> Signature:
    signature = read_signature(*request[:4])
    assert signature is not None
    return signature


def accept(request: Request, *, now: datetime = NOW, secret: str = SECRET, **how: Any) -> Signature:
    signature = read(request)
    verify(signature, secret, *request[:4], hashlib.sha256(request[4]).hexdigest(), now, **how)
    return signature


def refuse(request: Request, **how: Any) -> Unverified:
    with pytest.raises(Unverified) as refused:
        accept(request, **how)
    return refused.value


def with_headers(request: Request, headers: Headers) -> Request:
    method, path, query, _, body = request
    return method, path, query, headers, body


def without(request: Request, name: bytes) -> Request:
    return with_headers(request, [pair for pair in request[3] if pair[0] != name])


def with_header(request: Request, name: bytes, value: bytes) -> Request:
    return with_headers(without(request, name), [*without(request, name)[3], (name, value)])


def authorization(request: Request, old: bytes, new: bytes) -> Request:
    value = dict(request[3])[b"authorization"]
    assert old in value
    return with_header(request, b"authorization", value.replace(old, new))


# Vectors of the specification, written out: they hold whatever botocore does.

STAMP = (b"x-amz-date", b"20260102T030405Z")


def vector(key_id: str, service: str, signed_headers: str, signature: str) -> tuple[bytes, bytes]:
    credential = f"{key_id}/20260102/eu-west-1/{service}/aws4_request"
    value = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed_headers}, Signature={signature}"
    return b"authorization", value.encode()


VECTOR_A: Request = (
    "POST",
    b"/",
    b"",
    [
        (b"host", b"api.ecr.eu-west-1.amazonaws.com"),
        (b"content-type", b"application/x-amz-json-1.1"),
        (b"x-amz-target", b"AmazonEC2ContainerRegistry_V20150921.DescribeRepositories"),
        STAMP,
        vector(
            "AKIDEXAMPLE",
            "ecr",
            "content-type;host;x-amz-date;x-amz-target",
            "907341920d6ff8171602db6ae82c36c2f42a4790d1a1e4aa00c26dc9d08db1e5",
        ),
    ],
    b"{}",
)
VECTOR_B: Request = (
    "POST",
    b"/",
    b"",
    [
        (b"host", b"sts.eu-west-1.amazonaws.com"),
        (b"content-type", FORM.encode()),
        (b"x-amz-security-token", b"SESSIONTOKENEXAMPLE=="),
        STAMP,
        vector(
            "ASIDEXAMPLE",
            "sts",
            "content-type;host;x-amz-date;x-amz-security-token",
            "a03c59947f88b76f3f13ca30a0e162184c51a5ff8e7f64d818b5c446680b8616",
        ),
    ],
    b"Action=GetCallerIdentity&Version=2011-06-15",
)
VECTOR_C: Request = (
    "GET",
    b"/",
    b"Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
    b"&X-Amz-Credential=ASIDEXAMPLE%2F20260102%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z"
    b"&X-Amz-Expires=60&X-Amz-Security-Token=SESSIONTOKENEXAMPLE%3D%3D&X-Amz-SignedHeaders=host"
    b"&X-Amz-Signature=d822e4ebce9eb25b7228a9a330e0da15414e18a8369dae6607ce1343951071b0",
    [(b"host", b"sts.eu-west-1.amazonaws.com")],
    b"",
)


@pytest.mark.parametrize("request_", [VECTOR_A, VECTOR_B, VECTOR_C], ids="ABC")
def test_the_vectors_verify(request_: Request) -> None:
    accept(request_)


@pytest.mark.parametrize(
    ("request_", "digest"),
    [
        (VECTOR_A, "6e9e0a5fe43c56a5f15a53bdb3829d2e2f0250e800705eb7d8a062a1f9c83c66"),
        (VECTOR_B, "5807f62d0fb36eaf68fb732c0123ff515c6fa24518013a938e77ebda04468516"),
        (VECTOR_C, "ad8bf466f4aaf8ff8569e5f0463577a2b5f80c8d231086654ae5620761ee9f6f"),
    ],
    ids="ABC",
)
def test_a_mismatch_carries_what_the_server_computed(request_: Request, digest: str) -> None:
    refused = refuse(request_, secret="another")
    assert hashlib.sha256(refused.canonical_request.encode()).hexdigest() == digest
    assert refused.string_to_sign.endswith(f"/aws4_request\n{digest}")
    assert digest not in fault(refused.kind, refused.message, "sts").message


def test_a_signature_tells_its_parts() -> None:
    signature = accept(VECTOR_B)
    assert signature.access_key_id == "ASIDEXAMPLE"
    assert (signature.date, signature.region, signature.service) == ("20260102", "eu-west-1", "sts")
    assert signature.timestamp == NOW
    assert signature.token == "SESSIONTOKENEXAMPLE=="
    assert (signature.presigned, signature.expires) == (False, None)
    assert (read(VECTOR_C).presigned, read(VECTOR_C).expires) == (True, 60)


# Whatever botocore signs verifies.

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5)
# Clients send `.` and `..` segments and doubled slashes as they are.
PATHS = st.lists(st.one_of(WORDS.map(lambda word: quote(word, safe="~")), st.sampled_from(["", ".", "..", "a~b"])))
QUERIES = st.lists(st.tuples(WORDS, WORDS), max_size=4)
SMALL = settings(max_examples=examples(60), deadline=None, database=None)


def written(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)


@SMALL
@given(path=PATHS, pairs=QUERIES, body=st.binary(max_size=8), token=st.sampled_from([None, "T==/+"]))
def test_botocores_header_signatures_verify(
    path: list[str], pairs: list[tuple[str, str]], body: bytes, token: str | None
) -> None:
    # A name can't be the signature's own.
    query = written([("q" + name, value) for name, value in pairs])
    accept(signed(url=f"http://localhost:5150/{'/'.join(path)}?{query}", body=body, token=token))


@SMALL
@given(path=PATHS, pairs=QUERIES, expires=st.integers(1, 604_800))
def test_botocores_presigned_urls_verify(path: list[str], pairs: list[tuple[str, str]], expires: int) -> None:
    query = written(list({"q" + name: value for name, value in pairs}.items()))
    accept(presigned(f"http://localhost:5150/{'/'.join(path)}?{query}", expires=expires))


@SMALL
@given(value=st.text("ab \t", min_size=1, max_size=12).filter(str.strip))
def test_blanks_in_header_values_do_not_matter(value: str) -> None:
    request = signed(headers={"Content-Type": FORM, "X-Amz-Meta": value})
    accept(with_header(request, b"x-amz-meta", f"  {' '.join(value.split())} ".encode()))


# Nothing else does.

KEY_ID = re.compile(b"(?<=Credential=)A[KS]IDEXAMPLE")


def covers(pattern: re.Pattern[bytes], value: bytes, at: int) -> bool:
    found = pattern.search(value)
    return found is not None and found.start() <= at < found.end()


@pytest.mark.parametrize("request_", [VECTOR_A, VECTOR_B, VECTOR_C], ids="ABC")
def test_any_changed_byte_of_a_signed_part_fails(request_: Request) -> None:
    method, path, query, headers, body = request_
    for at in range(len(body)):
        refuse((method, path, query, headers, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]))
    for at in range(len(query)):
        refuse((method, path, query[:at] + bytes([query[at] ^ 1]) + query[at + 1 :], headers, body))
    for number, (name, value) in enumerate(headers):
        for at in range(len(value)):
            changed = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
            # The key's id in the header isn't signed: changed, it is the id of another key, with another secret.
            if name != b"authorization" or not covers(KEY_ID, value, at):
                refuse((method, path, query, [*headers[:number], (name, changed), *headers[number + 1 :]], body))
    refuse(("PUT", path, query, headers, body))
    refuse((method, b"/x", query, headers, body))
    refuse((method, path, query + b"&a=b", headers, body))
    refuse((method, path, query, headers, body + b"x"))


def test_the_secret_matters() -> None:
    assert refuse(VECTOR_A, secret=SECRET[:-1] + "Z").kind is Kind.MISMATCH
    assert refuse(VECTOR_A, secret="").kind is Kind.MISMATCH


@pytest.mark.parametrize("signature", ["", "0", "\u00e9" * 64, "F" * 64, "g" * 64])
def test_a_signature_that_is_none_fails(signature: str) -> None:
    good = b"907341920d6ff8171602db6ae82c36c2f42a4790d1a1e4aa00c26dc9d08db1e5"
    assert refuse(authorization(VECTOR_A, good, signature.encode())).kind in (Kind.MISMATCH, Kind.INCOMPLETE)


def test_a_plus_in_the_query_counts_as_the_blank_that_the_form_parser_reads() -> None:
    request = signed(url="http://localhost/?a=b%20c")
    accept((*request[:2], b"a=b+c", *request[3:]))
    refuse((*request[:2], b"a=b%2Bc", *request[3:]))


def test_an_unsigned_request_has_no_signature() -> None:
    assert read_signature("POST", b"/", b"Action=X&Version=1", [(b"host", b"localhost")]) is None


# In time, and only then.


@pytest.mark.parametrize("seconds", [-900, -1, 0, 1, 900])
def test_a_clock_may_be_off_by_the_skew(seconds: int) -> None:
    accept(signed(), now=NOW + timedelta(seconds=seconds))


def test_a_signature_grows_old() -> None:
    refused = refuse(signed(), now=NOW + timedelta(seconds=901))
    assert refused.kind is Kind.EXPIRED_SIGNATURE
    assert refused.message == (
        "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T031906Z - 15 min.)"
    )


def test_a_signature_may_be_too_young() -> None:
    refused = refuse(signed(), now=NOW - timedelta(seconds=901))
    assert refused.kind is Kind.NOT_YET
    assert refused.message == (
        "Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T024904Z + 15 min.)"
    )


def test_the_skew_can_be_chosen() -> None:
    assert "- 5 min.)" in str(refuse(signed(), now=NOW + timedelta(seconds=301), skew_seconds=300).message)


def test_a_presigned_request_lives_as_long_as_it_says() -> None:
    request = presigned("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity", expires=7200)
    accept(request, now=NOW + timedelta(seconds=7200))
    assert refuse(request, now=NOW + timedelta(seconds=7201)).kind is Kind.EXPIRED_SIGNATURE
    assert refuse(request, now=NOW - timedelta(seconds=901)).kind is Kind.NOT_YET


def test_the_date_of_the_scope_is_the_requests() -> None:
    request = with_header(authorization(VECTOR_A, b"/20260102/", b"/20260101/"), *STAMP)
    refused = refuse(request)
    assert refused.kind is Kind.BAD_SCOPE
    assert refused.message == (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20260101' != '20260102', from '20260102T030405Z'."
    )


def test_the_date_header_serves_where_the_amz_date_is_missing() -> None:
    request = with_header(without(VECTOR_A, b"x-amz-date"), b"date", b"Fri, 02 Jan 2026 03:04:05 GMT")
    assert read(request).timestamp == NOW
    assert read(with_header(request, b"date", b"20260102T030405Z")).timestamp == NOW


# Everything that must be signed is signed, once.


def test_every_amz_header_must_be_signed() -> None:
    for name in (b"x-amz-target", b"x-amz-security-token", b"X-Amz-Anything"):
        refused = refuse(with_header(signed(), name, b"x"))
        assert refused.kind is Kind.UNSIGNED_HEADER
        assert name.lower().decode() in str(refused.message)
    accept(with_header(signed(), b"x-amzn-trace-id", b"x"))
    accept(with_header(signed(), b"user-agent", b"x"))


def test_amz_headers_of_a_presigned_request_must_be_signed_too() -> None:
    request = presigned("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity")
    assert refuse(with_header(request, b"x-amz-target", b"x")).kind is Kind.UNSIGNED_HEADER


def test_the_host_must_be_signed() -> None:
    assert refuse(authorization(VECTOR_A, b";host;", b";")).kind is Kind.UNSIGNED_HEADER


def test_a_signed_header_must_be_there() -> None:
    assert refuse(without(signed(), b"content-type")).kind is Kind.UNSIGNED_HEADER


@pytest.mark.parametrize(
    "name",
    [
        b"authorization",
        b"host",
        b"x-amz-date",
        b"x-amz-security-token",
        b"x-amz-target",
        b"content-type",
        b"X-Amz-Date",
    ],
)
def test_a_header_that_decides_is_given_once(name: bytes) -> None:
    value = dict(VECTOR_B[3]).get(name.lower(), b"x")
    refused = refuse(with_headers(without(VECTOR_B, name), [*without(VECTOR_B, name)[3], (name, value), (name, value)]))
    assert refused.kind is Kind.INCOMPLETE


def test_other_repeated_headers_are_joined() -> None:
    request = signed(headers={"Content-Type": FORM, "Accept": "a,b"})
    accept(with_headers(request, [*without(request, b"accept")[3], (b"accept", b" a"), (b"accept", b"b ")]))


# The body.


def test_a_claimed_hash_must_be_the_bodys() -> None:
    digest = hashlib.sha256(b"body").hexdigest()
    request = signed(body=b"body", headers={"X-Amz-Content-SHA256": digest})
    accept(request)
    assert refuse((*request[:4], b"other")).kind is Kind.MISMATCH


@pytest.mark.parametrize("claim", ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"])
def test_an_unsigned_body_counts_only_where_allowed(claim: str) -> None:
    request = signed(body=b"body", headers={"X-Amz-Content-SHA256": claim})
    assert refuse(request).kind is Kind.MISMATCH
    accept((*request[:4], b"other"), allow_unsigned_payload=True)


def test_a_presigned_request_has_no_body() -> None:
    request = presigned("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity")
    assert refuse((*request[:4], b"Action=Other")).kind is Kind.MISMATCH


# Malformed signatures.

CREDENTIAL = b"Credential=AKIDEXAMPLE/20260102/eu-west-1/ecr/aws4_request"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b"", "requires 'Credential' parameter. Authorization header requires 'Signature' parameter."),
        (b"Basic dXNlcjpwYXNz", "requires 'Credential' parameter."),
        (b"AWS4-HMAC-SHA512 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0", "requires 'Credential'"),
        (b"AWS4-HMAC-SHA256", "missing equal-sign"),
        (b"AWS4-HMAC-SHA256 Credential", "missing equal-sign"),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL, "Authorization header requires 'Signature' parameter."),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b", Signature=0", "requires 'SignedHeaders' parameter."),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b"," + CREDENTIAL, "repeated"),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b", Other=1", "unknown"),
        (b"AWS4-HMAC-SHA256 Credential=AK/20260102/ecr/aws4_request,SignedHeaders=host,Signature=0", "exactly 5"),
        (b"AWS4-HMAC-SHA256 Credential=A K/20260102/r/ecr/aws4_request,SignedHeaders=host,Signature=0", "not valid"),
        (b"AWS4-HMAC-SHA256 Credential=AK/20260102/r\n/ecr/aws4_request,SignedHeaders=host,Signature=0", "not valid"),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b",SignedHeaders=x-amz-date;host,Signature=0", "sorted"),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b",SignedHeaders=host;host,Signature=0", "sorted"),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b",SignedHeaders=Host,Signature=0", "lower-case"),
        (b"AWS4-HMAC-SHA256 " + CREDENTIAL + b",SignedHeaders=host;,Signature=0", "SignedHeaders"),
    ],
)
def test_a_malformed_authorization_header_is_incomplete(value: bytes, told: str) -> None:
    refused = refuse(with_header(VECTOR_A, b"authorization", value))
    assert refused.kind is Kind.INCOMPLETE
    assert told in str(refused.message)
    assert "dXNl" not in str(refused.message)


@pytest.mark.parametrize(
    "date", [b"", b"x", b"2026-01-02T03:04:05Z", b"20261302T030405Z", b"00010101T000000Z", b"99991231T235959Z"]
)
def test_a_malformed_date_is_incomplete(date: bytes) -> None:
    assert refuse(with_header(VECTOR_A, b"x-amz-date", date)).kind is Kind.INCOMPLETE


@pytest.mark.parametrize("date", [b"x", b"Fri, 02 Jan 2026 03:04:05 +999999999999", b"Fri, 02 Jan 99999 03:04:05 GMT"])
def test_a_malformed_date_header_is_incomplete(date: bytes) -> None:
    assert refuse(with_header(without(VECTOR_A, b"x-amz-date"), b"date", date)).kind is Kind.INCOMPLETE


def test_a_request_without_a_date_is_incomplete() -> None:
    assert "X-Amz-Date" in str(refuse(without(VECTOR_A, b"x-amz-date")).message)


def test_a_foreign_terminator_is_a_bad_scope() -> None:
    assert refuse(authorization(VECTOR_A, b"aws4_request", b"aws5_request")).kind is Kind.BAD_SCOPE


def test_the_header_and_the_query_form_are_never_both() -> None:
    method, path, query, headers, body = VECTOR_C
    refused = refuse((method, path, query, [*headers, vector("AKID", "sts", "host", "0")], body))
    assert refused.kind is Kind.INCOMPLETE
    assert refuse((*VECTOR_A[:2], b"X-Amz-Signature=0", *VECTOR_A[3:])).kind is Kind.INCOMPLETE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"X-Amz-Expires=60", b"X-Amz-Expires=0"),
        (b"X-Amz-Expires=60", b"X-Amz-Expires=604801"),
        (b"X-Amz-Expires=60", b"X-Amz-Expires=-1"),
        (b"X-Amz-Expires=60", b"X-Amz-Expires=x"),
        (b"X-Amz-Expires=60", b"X-Amz-Expires=%D9%A1"),
        (b"X-Amz-Expires=60", b"X-Amz-Expires=60&X-Amz-Expires=60"),
        (b"AWS4-HMAC-SHA256", b"AWS4-HMAC-SHA1"),
        (b"&X-Amz-Expires=60", b""),
        (b"&X-Amz-SignedHeaders=host", b""),
        (b"&X-Amz-Date=20260102T030405Z", b""),
        (b"X-Amz-Algorithm=AWS4-HMAC-SHA256&", b""),
        (b"X-Amz-Signature=", b"Signature="),
    ],
)
def test_a_malformed_presigned_query_is_incomplete(old: bytes, new: bytes) -> None:
    method, path, query, headers, body = VECTOR_C
    assert old in query
    assert refuse((method, path, query.replace(old, new), headers, body)).kind is Kind.INCOMPLETE
