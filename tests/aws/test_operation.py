"""Declaring an operation: what the model demands of the function, and what a request needs."""

from collections.abc import Mapping
from typing import Any

import pytest

from dockreeve.aws import operation as module
from dockreeve.aws.model import NAMES, service
from dockreeve.aws.operation import ANYTHING, Need, Touched, declared, find, locate, operation
from dockreeve.faults import Fault

ROLE = Touched("arn:aws:iam::123456789012:role/r", said_as="role r", tags={"team": "a"})


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DECLARED", {})


async def the_role(call: Any, params: Mapping[str, Any]) -> Touched:
    return ROLE


def declare_tag_role(**how: Any) -> Any:
    @operation("iam:TagRole", touches=the_role, **how)
    async def tag_role(call: Any, *, role_name: str, tags: list[dict[str, str]]) -> dict[str, Any]:
        return {"call": call, "role_name": role_name, "tags": tags}

    return tag_role


async def test_a_declared_operation_is_found_and_run() -> None:
    function = declare_tag_role()
    found = find("iam", "TagRole")
    assert found is not None
    assert found is locate("iam", "TagRole", "2010-05-08") is declared()["iam:TagRole"]
    params = {"role_name": "r", "tags": []}
    assert await found.run("call", params) == await function("call", **params) == {"call": "call", **params}


async def test_an_operation_that_answers_nothing_answers_an_empty_mapping() -> None:
    @operation("iam:DeleteRole", touches=the_role)
    async def delete_role(call: Any, *, role_name: str) -> None: ...

    assert await declared()["iam:DeleteRole"].run(None, {"role_name": "r"}) == {}


async def test_a_request_needs_its_own_action_on_what_it_touches() -> None:
    declare_tag_role()
    assert await declared()["iam:TagRole"].needs(None, {"role_name": "r"}) == [Need("iam:TagRole", ROLE, {})]


async def test_tags_are_condition_keys() -> None:
    declare_tag_role()
    tags = [{"Key": "team", "Value": "a"}, {"Key": "env", "Value": "b"}]
    (need,) = await declared()["iam:TagRole"].needs(None, {"role_name": "r", "tags": tags})
    assert need.context == {
        "aws:RequestTag/team": "a",
        "aws:RequestTag/env": "b",
        "aws:TagKeys": ["team", "env"],
    }


async def test_tag_keys_are_condition_keys() -> None:
    @operation("iam:UntagRole", touches=the_role)
    async def untag_role(call: Any, *, role_name: str, tag_keys: list[str]) -> None: ...

    (need,) = await declared()["iam:UntagRole"].needs(None, {"role_name": "r", "tag_keys": ["a", "b"]})
    assert need.context == {"aws:TagKeys": ["a", "b"]}


async def test_further_needs_come_last_and_share_the_requests_context() -> None:
    async def also(call: Any, params: Mapping[str, Any]) -> list[Need]:
        return [Need("iam:PassRole", ROLE, {"iam:PassedToService": "ec2.amazonaws.com", "iam:X": "own"})]

    declare_tag_role(also=also, context=lambda params: {"iam:X": params["role_name"]}, action="iam:Other")
    own, further = await declared()["iam:TagRole"].needs(None, {"role_name": "r"})
    assert own == Need("iam:Other", ROLE, {"iam:X": "r"})
    assert further == Need("iam:PassRole", ROLE, {"iam:PassedToService": "ec2.amazonaws.com", "iam:X": "own"})


async def test_one_need_for_each_resource() -> None:
    async def both(call: Any, params: Mapping[str, Any]) -> list[Touched]:
        return [ROLE, ANYTHING]

    @operation("iam:GetRole", touches=both)
    async def get_role(call: Any, *, role_name: str) -> None: ...

    needs = await declared()["iam:GetRole"].needs(None, {"role_name": "r"})
    assert [need.touched for need in needs] == [ROLE, ANYTHING]


async def test_a_request_that_touches_nothing_is_a_bug_and_not_a_free_pass() -> None:
    async def nothing(call: Any, params: Mapping[str, Any]) -> list[Touched]:
        return []

    @operation("iam:GetRole", touches=nothing)
    async def get_role(call: Any, *, role_name: str) -> None: ...

    with pytest.raises(TypeError, match="touches no resource"):
        await declared()["iam:GetRole"].needs(None, {"role_name": "r"})


async def missing(call: Any, *, role_name: str) -> None: ...
async def extra(call: Any, *, role_name: str, tags: Any, path: str = "/") -> None: ...
async def defaulted(call: Any, *, role_name: str, tags: Any = ()) -> None: ...
async def positional(call: Any, role_name: str, tags: Any) -> None: ...
async def no_call(*, role_name: str, tags: Any) -> None: ...
async def open_ended(call: Any, **params: Any) -> None: ...
async def misspelt(call: Any, *, rolename: str, tags: Any) -> None: ...


@pytest.mark.parametrize("handler", [missing, extra, defaulted, positional, no_call, open_ended, misspelt])
def test_a_signature_that_disagrees_with_the_model_does_not_import(handler: Any) -> None:
    with pytest.raises(TypeError):
        operation("iam:TagRole", touches=ANYTHING)(handler)
    assert not declared()


def test_an_optional_member_needs_a_default() -> None:
    async def list_roles(call: Any, *, path_prefix: str, marker: str = "", max_items: int = 100) -> None: ...

    with pytest.raises(TypeError, match="path_prefix is optional"):
        operation("iam:ListRoles", touches=ANYTHING)(list_roles)


@pytest.mark.parametrize("name", ["iam:MakeRole", "s3:GetObject", "CreateRole", "iam:"])
def test_a_name_that_no_model_has_does_not_import(name: str) -> None:
    with pytest.raises(TypeError, match="no service model"):
        operation(name, touches=ANYTHING)


def test_an_operation_is_declared_once() -> None:
    declare_tag_role()
    with pytest.raises(TypeError, match="twice"):
        declare_tag_role()


def refused(*named: Any) -> Fault:
    with pytest.raises(Fault) as fault:
        locate(*named)
    return fault.value


def test_a_name_that_aws_does_not_have_is_unknown() -> None:
    fault = refused("iam", "MakeRole", "2010-05-08")
    assert (fault.code, fault.message) == ("InvalidAction", "Could not find operation MakeRole for version 2010-05-08")
    assert refused("ecr", "MakeRole").code == "UnknownOperationException"


def test_another_version_has_no_operations() -> None:
    declare_tag_role()
    assert refused("iam", "TagRole", "2011-06-15").message == "Could not find operation TagRole for version 2011-06-15"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_written_says_so(name: str) -> None:
    for known in service(name).operations:
        fault = refused(name, known)
        assert fault.code == "NotImplemented"
        assert f"{name}:{known}" in fault.message


def test_a_request_without_an_action_says_so() -> None:
    assert refused("iam", "").code == "MissingAction"


def test_arguments_are_renamed_at_the_top_only() -> None:
    model = service("iam").operations["TagRole"]
    assert model.arguments({"RoleName": "r", "Tags": [{"Key": "a", "Value": "b"}]}) == {
        "role_name": "r",
        "tags": [{"Key": "a", "Value": "b"}],
    }
    assert service("iam").operations["UpdateSSHPublicKey"].python_names["SSHPublicKeyId"] == "ssh_public_key_id"
