"""`dockreeve can`: files, templates or a server in; text, a table or JSON out; the status says yes or no."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dockreeve.cli import tutorial
from rights.wire import ACCOUNT

from .commands import Serving, Shell

BEGINNING = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/"
LOGIN = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    conditions = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **conditions}


def written(folder: Path, value: Any, name: str = "policy.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(value, indent=2))
    return file


@pytest.fixture
def both(tmp_path: Path) -> list[str | Path]:
    """The tutorial's policies as options."""
    return [
        *("--policy", written(tmp_path, tutorial.READ_DOCUMENT, "read.json")),
        *("--policy", written(tmp_path, tutorial.WRITE_DOCUMENT, "write.json")),
    ]


def test_the_tutorials_role_can_push_but_not_pull(shell: Shell, both: list[str | Path]) -> None:
    assert shell("can", "push", "app", *both).status == 0
    ended = shell("can", "pull", "app", *both)
    assert (ended.status, ended.err) == (3, "")
    assert ended.out.splitlines() == [
        "pull app: no",
        f"  missing: ecr:GetDownloadUrlForLayer on {BEGINNING}app",
        "  add to the principal's own policies:",
        "    {",
        '      "Effect": "Allow",',
        '      "Action": "ecr:GetDownloadUrlForLayer",',
        f'      "Resource": "{BEGINNING}app"',
        "    }",
    ]


def test_all_verbs_are_a_line_each(shell: Shell, both: list[str | Path]) -> None:
    ended = shell("can", "all", "team/*", *both)
    assert ended.status == 3
    said = {line.split()[0]: " ".join(line.split()[1:]) for line in ended.out.splitlines()}
    assert said["login"] == said["push"] == said["list"] == "yes"
    assert said["pull"] == "no: missing ecr:GetDownloadUrlForLayer"
    assert said["delete"] == "no: missing ecr:BatchDeleteImage"


def test_json_holds_the_same(shell: Shell, both: list[str | Path]) -> None:
    (answer,) = json.loads(shell("can", "delete", "app", *both, "--output", "json").out)
    assert answer["answer"] == "no"
    assert [one["action"] for one in answer["missing"]] == ["ecr:BatchDeleteImage"]
    assert answer["missing"][0]["verdict"] == "ImplicitlyDenied"
    assert answer["add"][0]["statement"]["Action"] == "ecr:BatchDeleteImage"


def test_a_deny_is_named_with_its_line(shell: Shell, tmp_path: Path) -> None:
    deny = {"Sid": "NoPush", "Effect": "Deny", "Action": "ecr:Put*", "Resource": "*"}
    file = written(tmp_path, document(allow("*"), deny))
    ended = shell("can", "push", "app", "--policy", file)
    assert f"  denied: ecr:PutImage on {BEGINNING}app\n    by NoPush of {file} (line 9)\n" in ended.out
    assert "the deny has to be narrowed" in ended.out


def test_what_it_depends_on_is_spelled_as_aws_does(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, document(LOGIN, allow("ecr:*", "*", IpAddress={"aws:sourceip": "10.0.0.0/8"})))
    ended = shell("can", "pull", "app", "--policy", file)
    assert (ended.status, ended.out) == (
        3,
        "pull app: depends on aws:SourceIp\n  app if, for example, aws:SourceIp=10.0.0.0\n",
    )
    assert shell("can", "pull", "app", "--policy", file, "--context", "aws:SourceIp=10.9.9.9").status == 0


def test_a_pattern_has_a_name_for_each_answer(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, document(LOGIN, allow("ecr:*", BEGINNING + "team/a*")))
    ended = shell("can", "pull", "team/*", "--policy", file)
    assert ended.status == 3
    assert ended.out.startswith("pull team/*: for some names\n")
    assert "  yes      team/a" in ended.out
    assert "  no       team/" in ended.out


def test_account_region_and_boundary_count(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, document(LOGIN, allow("ecr:*", "arn:aws:ecr:eu-west-1:210987654321:repository/*")))
    place = ["--account", "210987654321", "--region", "eu-west-1"]
    assert shell("can", "pull", "app", "--policy", file).status == 3
    assert shell("can", "pull", "app", "--policy", file, *place).status == 0
    boundary = written(tmp_path, document(LOGIN, allow("ecr:BatchGetImage")), "boundary.json")
    ended = shell("can", "pull", "app", "--policy", file, *place, "--boundary", boundary)
    assert "because no permissions boundary allows" in ended.out
    assert "add to the permissions boundary" in ended.out


def test_a_repository_policy_may_give_what_the_principal_lacks(shell: Shell, tmp_path: Path) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/ci"
    file = written(tmp_path, document(LOGIN))
    own = written(tmp_path, document({"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "ecr:*"}), "own.json")
    options = ["--policy", file, "--repository-policy", own]
    assert shell("can", "pull", "app", *options, "--principal", arn).status == 0
    assert shell("can", "pull", "app", *options).status == 3


def test_a_matrix_of_a_template_has_a_row_for_each_role(shell: Shell, tmp_path: Path) -> None:
    roles = {
        name: {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": tutorial.TRUST_DOCUMENT,
                "Policies": [{"PolicyName": "own", "PolicyDocument": document(LOGIN, allow("ecr:*", resource))}],
            },
        }
        for name, resource in (("Reader", BEGINNING + "team/*"), ("Other", BEGINNING + "xy"))
    }
    file = written(tmp_path, {"Resources": roles})
    ended = shell("can", "pull", "team/*", "xy", "--matrix", "--policy", file)
    assert ended.status == 3
    assert [line.split() for line in ended.out.splitlines()] == [
        ["pull", "team/*", "xy"],
        ["Other", "no", "yes"],
        ["Reader", "yes", "no"],
    ]
    assert "'Other', 'Reader'" in shell("can", "pull", "xy", "--policy", file).line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pull", "app"], "say whose policies"),
        (["pull"], "give one repository"),
        (["pull", "a", "b", "--policy", "good.json"], "give one repository"),
        (["pull", "Team", "--policy", "good.json"], "`Team` can't name a repository"),
        (["pull", "app", "--policy", "good.json", "--role", "r"], "say whose policies"),
        (["pull", "app", "--policy", "good.json", "--context", "x"], "`x` is no KEY=VALUE"),
        (["pull", "app", "--policy", "good.json", "--account", "1"], "`1` is no account"),
        (["pull", "app", "--policy", "good.json", "--principal", "me"], "`me` is no principal's ARN"),
        (["pull", "app", "--policy", "absent.json"], "there is no file absent.json"),
        (["pull", "app", "--policy", "trust.json"], "no identity policy"),
        (["pull", "app", "--policy", "broken.json"], "broken.json:1:"),
        (["pull", "app", "--policy", "wrong.json"], "wrong.json:"),
        (["fly", "app", "--policy", "good.json"], "VERB"),
    ],
)
def test_bad_input_is_one_line_and_status_2(shell: Shell, tmp_path: Path, arguments: list[str], said: str) -> None:
    written(tmp_path, document(LOGIN), "good.json")
    written(tmp_path, tutorial.TRUST_DOCUMENT, "trust.json")
    written(tmp_path, document({"Effect": "Perhaps", "Action": "*", "Resource": "*"}), "wrong.json")
    (tmp_path / "broken.json").write_text('{"Version"')
    ended = shell("can", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.line


@pytest.fixture(scope="module")
def served(running: Serving) -> Serving:
    """A server with a role, a user with a boundary, and a repository policy."""
    text = json.dumps(tutorial.TRUST_DOCUMENT)
    assert running.ask("iam:CreateRole", RoleName="puller", AssumeRolePolicyDocument=text).status == 200
    read = json.dumps(document(LOGIN, allow(["ecr:BatchGetImage"], BEGINNING + "*")))
    assert running.ask("iam:PutRolePolicy", RoleName="puller", PolicyName="own", PolicyDocument=read).status == 200
    reply = running.ask("iam:CreatePolicy", PolicyName="limit", PolicyDocument=json.dumps(document(LOGIN)))
    limit = reply.parsed["Policy"]["Arn"]
    running.user("limited", "ecr:*")
    assert running.ask("iam:PutUserPermissionsBoundary", UserName="limited", PermissionsBoundary=limit).status == 200
    assert running.ask("ecr:CreateRepository", repositoryName="shared").status == 200
    grant = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/puller"},
        "Action": "ecr:GetDownloadUrlForLayer",
    }
    reply = running.ask("ecr:SetRepositoryPolicy", repositoryName="shared", policyText=json.dumps(document(grant)))
    assert reply.status == 200
    return running


def test_a_role_of_a_server_with_and_without_the_repositorys_own_policy(shell: Shell, served: Serving) -> None:
    data = ["--data", served.data]
    assert shell("can", "pull", "shared", "--role", "puller", *data).status == 0
    ended = shell("can", "pull", "app", "--role", "puller", *data)
    assert ended.status == 3
    assert "missing: ecr:GetDownloadUrlForLayer" in ended.out


def test_a_users_boundary_limits(shell: Shell, served: Serving) -> None:
    ended = shell("can", "list", "app", "--user", "limited", "--data", served.data)
    assert ended.status == 3
    assert "because no permissions boundary allows the ecr:ListImages action" in ended.out


@pytest.mark.parametrize(("kind", "name"), [("role", "puller"), ("user", "limited")])
def test_the_servers_own_answer_is_that_of_the_command(shell: Shell, served: Serving, kind: str, name: str) -> None:
    for repository in ("shared", "team/*"):
        ended = shell("can", "all", repository, f"--{kind}", name, "--data", served.data, "--output", "json")
        asked = {"principal": f"{kind}/{name}", "repositories": [repository]}
        assert served.api("POST", "/api/can", asked).json["answers"] == json.loads(ended.out)


def test_a_session_has_its_roles_rights(shell: Shell, served: Serving) -> None:
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/puller/build"
    assert shell("can", "pull", "shared", "--session", arn, "--data", served.data).status == 0
    assert "no session's ARN" in shell("can", "pull", "x", "--session", "arn:x", "--data", served.data).line


def test_a_session_policy_is_named_as_what_nobody_can_know(shell: Shell, served: Serving) -> None:
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/puller/build"
    ended = shell("can", "pull", "shared", "--session", arn, "--data", served.data)
    assert ended.err == "a session is decided by its role's policies; a session policy may allow less\n"
    assert shell("can", "pull", "shared", "--role", "puller", "--data", served.data).err == ""


def test_a_servers_repository_tags_decide(shell: Shell, served: Serving) -> None:
    for key, name in (("aws", "own"), ("ecr", "other")):
        tagged = {"StringEquals": {f"{key}:ResourceTag/team": "${aws:PrincipalTag/team}"}}
        text = json.dumps(document(LOGIN, {**allow("ecr:ListImages", "*"), "Condition": tagged}))
        role = f"tagged-{name}"
        trust = json.dumps(tutorial.TRUST_DOCUMENT)
        team = [{"Key": "team", "Value": "docks"}]
        assert served.ask("iam:CreateRole", RoleName=role, AssumeRolePolicyDocument=trust, Tags=team).status == 200
        assert served.ask("iam:PutRolePolicy", RoleName=role, PolicyName="p", PolicyDocument=text).status == 200
        made = served.ask("ecr:CreateRepository", repositoryName=f"docks-{name}", tags=team)
        assert made.status == 200
        data = ["--data", served.data]
        assert shell("can", "list", f"docks-{name}", "--role", role, *data).out.startswith(f"list docks-{name}: yes")
        assert shell("can", "list", "shared", "--role", role, *data).out.startswith("list shared: no")
        assert shell("can", "list", "not-there", "--role", role, *data).out.startswith("list not-there: no")
        depends = shell("can", "list", "docks*", "--role", role, *data).out
        assert depends.startswith(f"list docks*: depends on {key}:ResourceTag/team")
        # A session may have brought a tag of its own.
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/build"
        of_session = shell("can", "list", f"docks-{name}", "--session", session, *data).out
        assert of_session.startswith(f"list docks-{name}: depends on aws:PrincipalTag/team")


def test_a_matrix_shows_all_of_a_server(shell: Shell, served: Serving) -> None:
    ended = shell("can", "pull", "--matrix", "--data", served.data)
    assert ended.status == 3
    header, *rows = (line.split() for line in ended.out.splitlines())
    assert header[0] == "pull"
    assert {"app", "shared"} <= set(header)
    by_name = {row[1]: row for row in rows}
    assert by_name["puller"][header.index("shared") + 1] == "yes"
    assert by_name["limited"][header.index("app") + 1] == "no"


def test_an_unknown_role_is_not_found(shell: Shell, served: Serving) -> None:
    ended = shell("can", "pull", "app", "--role", "nobody", "--data", served.data)
    assert ended.status == 5
    assert "nobody" in ended.line


def test_from_files_nothing_slow_is_imported(both: list[str | Path]) -> None:
    """What keeps the whole process within a quarter of a second."""
    code = f"""
import sys
from dockreeve.cli import main
try:
    main({["can", "pull", "app", *map(str, both)]!r})
except SystemExit as ended:
    assert ended.code == 3
slow = ("botocore", "sqlalchemy", "uvicorn", "asyncio", "email", "ssl", "difflib", "dockreeve.doors",
        "dockreeve.policy.lint", "dockreeve.cli.yaml_nodes")
print(sorted(name for name in sys.modules if name in slow), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
