"""boto3's IAM Toolbox, asked by the id that a refusal's sentence tells."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

from .documents import allowing
from .home import Home
from .server import Sdk


def test_a_refusal_is_looked_up_by_the_id_in_its_sentence(home: Home, root: Sdk) -> None:
    with pytest.raises(ClientError) as refused:
        home.sdk.client("iam").list_roles()
    found = re.search(r"following authorization id: ([a-z0-9]+)", str(refused.value))
    assert found is not None
    toolbox = root.client("iam-toolbox")
    details = toolbox.get_request_authorization_details(authorizationId=found[1])
    [evaluation] = details["evaluations"]
    assert (evaluation["action"], evaluation["evaluatedEffect"]) == ("iam:ListRoles", "IMPLICIT_DENY")
    for one in details["policies"]:
        text = toolbox.get_request_authorization_policy(authorizationId=found[1], policyUri=one["uri"])
        assert text["policyDocument"]["Statement"]
    with pytest.raises(toolbox.exceptions.ResourceNotFoundException):
        toolbox.get_request_authorization_details(authorizationId="a" * 25)
    own = home.sdk.client("iam-toolbox")
    with pytest.raises(own.exceptions.AccessDeniedException):
        own.get_request_authorization_details(authorizationId=found[1])
    policy = allowing("ecr:*", "iam:GetRequestAuthorizationDetails")
    root.client("iam").put_user_policy(UserName="dev", PolicyName="all", PolicyDocument=policy)
    assert own.get_request_authorization_details(authorizationId=found[1])["evaluations"] == details["evaluations"]
