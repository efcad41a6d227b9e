"""`dockreeve operations`: the list is the program's own tables."""

import json

from dockreeve.aws import model
from dockreeve.aws.operation import declared
from dockreeve.doors.registry import ROUTES
from dockreeve.doors.toolbox import OPERATIONS
from dockreeve.services import declare_all

from .commands import Shell

TOOLBOX = {f"iam-toolbox:{name}" for name in OPERATIONS}


def test_every_operation_of_the_models_and_every_route_is_listed_once(shell: Shell) -> None:
    names = [one["name"] for one in json.loads(shell("operations", "--output", "json").out)]
    assert len(names) == len(set(names))
    assert set(names) >= TOOLBOX
    assert set(names) - TOOLBOX == {
        f"{service}:{name}" for service in model.NAMES for name in model.service(service).operations
    } | {f"{route.method} {route.pattern}" for route in ROUTES}


def test_implemented_are_those_that_are_declared(shell: Shell) -> None:
    declare_all()
    listed = json.loads(shell("operations", "--implemented", "--output", "json").out)
    assert {one["name"] for one in listed if " " not in one["name"]} == set(declared()) | TOOLBOX
    missing = json.loads(shell("operations", "--missing", "--output", "json").out)
    assert missing and not {one["name"] for one in missing} & set(declared())


def test_an_operation_is_listed_with_the_action_that_allows_it(shell: Shell) -> None:
    listed = {one["name"]: one for one in json.loads(shell("operations", "ecr", "--output", "json").out)}
    assert listed["ecr:PutImage"]["actions"] == ["ecr:PutImage"]
    assert listed["ecr:ListImageReferrers"]["actions"] == ["ecr:BatchGetImage"]
    assert all(name.startswith("ecr:") for name in listed)


def test_a_route_is_listed_with_its_actions(shell: Shell) -> None:
    lines = shell("operations", "registry").out.splitlines()
    assert len(lines) == len(ROUTES)
    [line] = [line for line in lines if "GET /v2/{name}/blobs/{digest}" in line]
    assert line.split()[0] == "yes" and line.endswith("ecr:GetDownloadUrlForLayer")
    assert any(line.endswith("(any valid login)") for line in lines)


def test_there_are_no_operations_of_another_service(shell: Shell) -> None:
    ended = shell("operations", "s3")
    assert ended.status == 5
    assert "`s3`" in ended.line
