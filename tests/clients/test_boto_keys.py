"""boto3's keys and sessions against a real server: which work, which are refused with AWS's codes, and until when."""

from __future__ import annotations

import http.client
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from dockreeve.services.sts.sessions import issue, open_token
from dockreeve.storage.vault import Vault

from .documents import allowing, trusting
from .home import Home
from .server import Keys, Sdk, Server

ACCOUNT = "123456789012"
DEV = f"arn:aws:iam::{ACCOUNT}:user/dev"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/ci"
INVALID = "The security token included in the request is invalid."


def refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[int, str, str]:
    """Status, code and message that boto3 read from the answer."""
    said = error.value.response
    return said["ResponseMetadata"]["HTTPStatusCode"], said["Error"]["Code"], said["Error"]["Message"]


def expired(server: Server, keys: Keys) -> Keys:
    """A session like that of `keys`, sealed by this very server's vault, that ended an hour ago."""
    vault = Vault.at(server.data / "master-key")
    caller, _ = open_token(vault, keys.session_token)
    assert caller.session is not None
    gone = caller.session.expires - caller.session.issued + timedelta(hours=1)
    ended = replace(caller.session, issued=caller.session.issued - gone, expires=caller.session.expires - gone)
    made = issue(vault, replace(caller, session=ended))
    return Keys(made.access_key_id, made.secret_access_key, made.session_token)


def both_refuse(server: Server, keys: Keys) -> list[tuple[int, str, str]]:
    """How a Query service (STS) and a JSON service (ECR) refuse these keys."""
    said = []
    for service, call in (("sts", "get_caller_identity"), ("ecr", "describe_repositories")):
        with pytest.raises(ClientError) as error:
            getattr(server.sdk(keys).client(service), call)()
        said.append(refused(error))
    return said


def test_an_expired_session_is_told_as_expired(server: Server, home: Home) -> None:
    living = Keys.of(home.sdk.client("sts").get_session_token(DurationSeconds=900))
    assert server.sdk(living).client("ecr").describe_repositories()["repositories"]
    sentence = "The security token included in the request is expired"
    assert both_refuse(server, expired(server, living)) == [
        (403, "ExpiredToken", sentence),
        (400, "ExpiredTokenException", sentence),
    ]


def test_an_unknown_an_inactive_and_a_deleted_key_and_a_wrong_secret_get_their_codes(
    server: Server, root: Sdk, home: Home
) -> None:
    unknown = [(403, "InvalidClientTokenId", INVALID), (400, "UnrecognizedClientException", INVALID)]
    assert both_refuse(server, Keys("AKIA0000000000000000", "x" * 40)) == unknown
    wrong = both_refuse(server, replace(home.keys, secret_access_key="x" * 40))
    assert [said[:2] for said in wrong] == [(403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException")]
    iam, key = root.client("iam"), {"UserName": "dev", "AccessKeyId": home.keys.access_key_id}
    iam.update_access_key(**key, Status="Inactive")
    assert both_refuse(server, home.keys) == unknown
    assert home.get("app/tags/list")[0] == 403
    iam.update_access_key(**key, Status="Active")
    assert home.get("app/tags/list")[0] == 200
    iam.delete_access_key(**key)
    assert both_refuse(server, home.keys) == unknown
    assert home.get("app/tags/list")[0] == 403


@pytest.fixture
def deployer(root: Sdk, home: Home) -> str:
    """The ARN of a role that may do all of ECR, which dev may assume with the external id `blue-42`."""
    condition = {"StringEquals": {"sts:ExternalId": "blue-42"}}
    trust = trusting(DEV, Condition=condition)
    made = root.client("iam").create_role(RoleName="Deployer", AssumeRolePolicyDocument=trust)["Role"]
    document = allowing("ecr:*")
    root.client("iam").put_role_policy(RoleName="Deployer", PolicyName="all", PolicyDocument=document)
    return str(made["Arn"])


def test_a_role_is_assumed_only_with_its_external_id(home: Home, deployer: str) -> None:
    sts, role = home.sdk.client("sts"), {"RoleArn": deployer, "RoleSessionName": "ci"}
    for given in ({}, {"ExternalId": "blue-43"}):
        with pytest.raises(ClientError) as error:
            sts.assume_role(**role, **given)
        sentence = f"User: {DEV} is not authorized to perform: sts:AssumeRole on resource: {deployer}"
        assert refused(error) == (403, "AccessDenied", sentence)
    made = sts.assume_role(**role, ExternalId="blue-42")
    session = home.server.sdk(Keys.of(made))
    said = session.client("sts").get_caller_identity()
    assert said["Arn"] == made["AssumedRoleUser"]["Arn"] == SESSION
    assert session.client("ecr").describe_repositories()["repositories"]


def test_a_session_policy_narrows_the_role_and_never_widens_it(home: Home, deployer: str) -> None:
    narrow = allowing("ecr:DescribeRepositories", "iam:ListUsers")
    made = home.sdk.client("sts").assume_role(
        RoleArn=deployer, RoleSessionName="ci", ExternalId="blue-42", Policy=narrow
    )
    session = home.server.sdk(Keys.of(made))
    assert session.client("ecr").describe_repositories()["repositories"]
    with pytest.raises(ClientError) as error:
        session.client("ecr").list_images(repositoryName="app")
    assert refused(error) == (
        400,
        "AccessDeniedException",
        f"User: {SESSION} is not authorized to perform: ecr:ListImages on resource: "
        f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app because no session policy allows the ecr:ListImages action",
    )
    with pytest.raises(ClientError) as error:
        session.client("iam").list_users()
    status, code, message = refused(error)
    assert (status, code) == (403, "AccessDenied")
    assert "because no identity-based policy allows the iam:ListUsers action" in message


def test_the_registry_login_of_a_session_ends_with_the_role(home: Home, deployer: str, root: Sdk) -> None:
    keys = Keys.of(home.sdk.client("sts").assume_role(RoleArn=deployer, RoleSessionName="ci", ExternalId="blue-42"))
    (data,) = home.server.sdk(keys).client("ecr").get_authorization_token()["authorizationData"]
    login = {"Authorization": f"Basic {data['authorizationToken']}"}

    def listed() -> int:
        connection = http.client.HTTPConnection(home.server.host, timeout=10)
        connection.request("GET", "/v2/app/tags/list", headers=login)
        try:
            return connection.getresponse().status
        finally:
            connection.close()

    assert listed() == 200
    iam = root.client("iam")
    iam.delete_role_policy(RoleName="Deployer", PolicyName="all")
    assert listed() == 403
    iam.put_role_policy(RoleName="Deployer", PolicyName="all", PolicyDocument=allowing("ecr:*"))
    assert listed() == 200
    iam.delete_role_policy(RoleName="Deployer", PolicyName="all")
    iam.delete_role(RoleName="Deployer")
    assert listed() == 403
