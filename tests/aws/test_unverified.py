"""How each protocol says that a signature does not count."""

import pytest

from dockreeve.aws.sigv4 import Kind, fault


@pytest.mark.parametrize(
    ("kind", "query", "json"),
    [
        (Kind.MISSING, (403, "MissingAuthenticationToken"), (400, "MissingAuthenticationTokenException")),
        (Kind.INCOMPLETE, (400, "IncompleteSignature"), (400, "IncompleteSignatureException")),
        (Kind.UNKNOWN_KEY, (403, "InvalidClientTokenId"), (400, "UnrecognizedClientException")),
        (Kind.MISMATCH, (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")),
        (Kind.UNSIGNED_HEADER, (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")),
        (Kind.EXPIRED_SIGNATURE, (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")),
        (Kind.NOT_YET, (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")),
        (Kind.EXPIRED_TOKEN, (403, "ExpiredToken"), (400, "ExpiredTokenException")),
        (Kind.BAD_SCOPE, (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")),
    ],
)
def test_each_protocol_has_its_code(kind: Kind, query: tuple[int, str], json: tuple[int, str]) -> None:
    for service, expected in (("iam", query), ("sts", query), ("s3", query), ("ecr", json)):
        said = fault(kind, None, service)
        assert (said.status, said.code) == expected
        assert said.message
        assert fault(kind, "told", service).message == "told"


def test_a_missing_signature_reads_as_each_protocol_says_it() -> None:
    assert fault(Kind.MISSING, None, "iam").message == "Request is missing Authentication Token"
    assert fault(Kind.MISSING, None, "ecr").message == "Missing Authentication Token"
