"""`dockreeve lint`: files, templates, plans, standard input or a server's role in; places, JSON or SARIF out."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from dockreeve.cli import tutorial

from .commands import Serving, Shell, ran

TUTORIAL = Path(__file__).parent.parent / "policy" / "lint" / "tutorial"
READ, WRITE = TUTORIAL / "ReadECRRepositoryContent.json", TUTORIAL / "WriteECRRepositoryContent.json"
ARN = "arn:aws:ecr:us-east-1:123456789012:repository/app"


def policy(*actions: str, resource: Any = ARN) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}],
    }


def written(folder: Path, value: Any, name: str = "policy.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(value, indent=2))
    return file


def codes(out: str) -> list[str]:
    return [finding["issueCode"] for document in json.loads(out) for finding in document["findings"]]


def test_the_tutorials_files_give_names_places_and_status_3(shell: Shell) -> None:
    ended = shell("lint", READ, WRITE, "--description", "Allow pull images", "--description", "push and delete images")
    assert ended.status == 3
    assert f"{READ}:9:17  ERROR INVALID_ACTION  The action `ecr:DescribeImage` is unknown." in ended.out
    assert "Did you mean `ecr:InitiateLayerUpload`?" in ended.out
    assert "`ecr:GetDownloadUrlForLayer`" in ended.out
    assert "promises `delete`" in ended.out
    assert ended.err == "2 policies: 2 errors, 5 warnings\n"


def test_a_clean_policy_ends_with_0_and_an_empty_table(shell: Shell, tmp_path: Path) -> None:
    ended = shell("lint", written(tmp_path, policy("ecr:ListImages")))
    assert (ended.status, ended.out, ended.err) == (0, "", "1 policy: nothing to say\n")


def test_warnings_count_only_where_it_is_strict(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, policy("ecr:BatchGetImage"))
    assert shell("lint", file).status == 0
    assert shell("lint", file, "--strict").status == 3


def test_standard_input_is_read(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(policy("ecr:Nothing")).encode())))
    ended = shell("lint", "-")
    assert ended.status == 3
    assert ended.out.startswith("-:1:")


def test_the_kind_is_told_or_seen_in_the_document(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, tutorial.TRUST_DOCUMENT)
    assert shell("lint", file).out == ""
    ended = shell("lint", file, "--kind", "identity", "--output", "json")
    assert codes(ended.out) == ["MISSING_RESOURCE", "UNSUPPORTED_PRINCIPAL"]


def test_policies_of_one_principal_are_judged_together(shell: Shell, tmp_path: Path) -> None:
    files = [
        written(tmp_path, policy("ecr:BatchGetImage"), "a.json"),
        written(tmp_path, policy("ecr:GetDownloadUrlForLayer"), "b.json"),
        written(tmp_path, policy("ecr:GetAuthorizationToken", resource="*"), "c.json"),
    ]
    assert "REGISTRY_PULL_INCOMPLETE" in shell("lint", *files).out
    assert shell("lint", *files, "--together").out == ""


def template() -> dict[str, Any]:
    repository = {"Fn::Sub": "arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/${Name}"}
    return {
        "Resources": {
            "Reader": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "Description": "For ECS",
                    "AssumeRolePolicyDocument": tutorial.TRUST_DOCUMENT,
                    "Policies": [
                        {"PolicyName": "a", "PolicyDocument": policy("ecr:BatchGetImage", resource=repository)},
                        {"PolicyName": "b", "PolicyDocument": policy("ecr:DescribeImage", resource={"Ref": "Repo"})},
                    ],
                },
            },
            "Repo": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "app"}},
        }
    }


def test_the_policies_of_a_cloudformation_template_are_found_with_their_lines(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, template())
    ended = shell("lint", file)
    lines = file.read_text().splitlines()
    place = "Resources.Reader.Properties.Policies.1.PolicyDocument"
    row = next(row for row in ended.out.splitlines() if "INVALID_ACTION" in row)
    assert row.startswith(f"{file} ({place}):")
    assert "ecr:DescribeImage" in lines[int(row.partition("):")[2].split(":")[0]) - 1]
    assert {row.split()[3] for row in ended.out.splitlines()} == {
        "INVALID_ACTION",
        "REGISTRY_PULL_INCOMPLETE",
        "REGISTRY_TRUST_DOES_NOT_FIT",
    }
    assert ended.status == 3


YAML_TEMPLATE = """\
# A role that reads.
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: a
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action:
                - ecr:DescribeImage
                - ecr:ListImages
              Resource: !Sub arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/app
        - PolicyName: b
          PolicyDocument: !Sub |
            {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": "ecr:Nothing", "Resource": "arn:aws:ecr:*:${AWS::AccountId}:*"}]}
  App:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryPolicyText:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: !GetAtt Reader.Arn}
            Action: [ecr:BatchGetImage, ecr:GetDownloadUrlForLayer]
            Condition: {StringEquals: {aws:PrincipalTag/team: !Ref Team}}
"""


def test_a_template_in_yaml_has_its_findings_on_its_own_lines(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(YAML_TEMPLATE)
    ended = shell("lint", file)
    assert (ended.status, ended.err) == (3, "4 policies: 2 errors\n")
    place = "Resources.Reader.Properties.Policies"
    line = YAML_TEMPLATE[: YAML_TEMPLATE.index("ecr:DescribeImage")].count("\n") + 1
    first, second = sorted(ended.out.splitlines())
    assert first.startswith(f"{file} ({place}.0.PolicyDocument):{line}:19  ERROR INVALID_ACTION")
    assert second.startswith(f"{file} ({place}.1.PolicyDocument):2:33  ERROR INVALID_ACTION")
    region = json.loads(shell("lint", file, "--output", "sarif").out)["runs"][0]["results"][0]["locations"][0]
    assert region["physicalLocation"]["region"]["startLine"] == line


@pytest.mark.parametrize("before", ["", "# what it is for\n", "---\n", "\n\n"])
def test_yaml_is_known_by_its_look_on_standard_input(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    text = f"{before}Version: 2012-10-17\nStatement: [{{Effect: Allow, Action: ecr:Nothing, Resource: '*'}}]\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    ended = shell("lint", "-")
    assert ended.status == 3
    assert ended.out.startswith(f"-:{before.count(chr(10)) + 2}:37  ERROR INVALID_ACTION")


def test_the_policies_of_a_terraform_plan_are_found(shell: Shell, tmp_path: Path) -> None:
    document = json.dumps(policy("ecr:DescribeImage"))
    managed = {"address": "aws_iam_policy.p", "type": "aws_iam_policy", "values": {"name": "p", "policy": document}}
    trust = json.dumps(tutorial.TRUST_DOCUMENT)
    values = {"name": "r", "assume_role_policy": trust, "inline_policy": [], "description": None}
    role = {"address": "module.m.aws_iam_role.r", "type": "aws_iam_role", "values": values}
    child = {"address": "module.m", "resources": [role]}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [managed], "child_modules": [child]}},
    }
    ended = shell("lint", written(tmp_path, plan), "--output", "json")
    assert [one["place"] for one in json.loads(ended.out)] == [
        "aws_iam_policy.p.policy",
        "module.m.aws_iam_role.r.assume_role_policy",
    ]
    assert codes(ended.out) == ["INVALID_ACTION"]


def test_what_the_aws_cli_prints_is_a_policy_too(shell: Shell, tmp_path: Path) -> None:
    printed = {"PolicyVersion": {"Document": policy("ecr:DescribeImage"), "VersionId": "v1"}}
    assert codes(shell("lint", written(tmp_path, printed), "--output", "json").out) == ["INVALID_ACTION"]


def test_sarif_names_the_rule_the_file_and_the_region(shell: Shell, tmp_path: Path) -> None:
    written(tmp_path, policy("ecr:DescribeImage"))
    ended = shell("lint", "policy.json", "--output", "sarif")
    (run,) = json.loads(ended.out)["runs"]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "INVALID_ACTION"
    assert result["level"] == "error"
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "policy.json"
    assert physical["region"] == {"startLine": 7, "startColumn": 9, "endLine": 7, "endColumn": 28}


def test_a_syntax_error_is_a_finding_with_its_place(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"Version": "2012-10-17",\n "Statement": [}')
    ended = shell("lint", "broken.json")
    assert ended.status == 3
    assert ended.out.startswith("broken.json:2:16  ERROR JSON_SYNTAX_ERROR  ")


@pytest.mark.parametrize("output", ["table", "json", "sarif"])
def test_what_no_terminal_can_show_is_shown_escaped(shell: Shell, tmp_path: Path, output: str) -> None:
    file = written(tmp_path, policy("ecr:\ud800\x1b[2J"))
    ended = shell("lint", file, "--output", output)
    assert ended.status == 3
    assert "ud800" in ended.out
    assert "\x1b" not in ended.out


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("none.json", None, 2, "there is no file none.json"),
        ("binary.json", b"\xff\xfe", 2, "binary.json is not UTF-8"),
        ("policy.yaml", b"Version: '2012-10-17'\nVersion: a\n", 2, "policy.yaml:2:1: the key `Version` comes twice"),
        ("template.yml", b"Resources:\n  A: *all\n", 2, "template.yml:2:6: there is no `&all` before this"),
        ("empty.yaml", b"Resources: {}", 5, "there is no policy in empty.yaml"),
        ("empty.json", b'{"Resources": {}}', 5, "there is no policy in empty.json"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    shell: Shell, tmp_path: Path, name: str, content: bytes | None, status: int, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ended = shell("lint", name)
    assert ended.status == status
    assert ended.line.startswith(said)


def test_neither_or_both_of_files_and_role_is_a_usage_error(shell: Shell) -> None:
    assert shell("lint").status == 2
    assert shell("lint", READ, "--role", "R").status == 2
    assert shell("lint", READ, "--description", "a", "--description", "b").status == 2


def test_the_policies_of_a_role_are_read_from_the_server(shell: Shell, running: Serving) -> None:
    trust = json.dumps(tutorial.TRUST_DOCUMENT)
    made = running.ask(
        "iam:CreateRole", RoleName="LintMe", AssumeRolePolicyDocument=trust, Description=tutorial.ROLE_DESCRIPTION
    )
    assert made.status == 200, made.body
    managed = running.ask(
        "iam:CreatePolicy",
        PolicyName="LintWrite",
        PolicyDocument=WRITE.read_text(),
        Description=tutorial.WRITE_DESCRIPTION,
    )
    running.ask("iam:AttachRolePolicy", RoleName="LintMe", PolicyArn=managed.parsed["Policy"]["Arn"])
    inline = json.dumps(policy("ecr:ListImages", resource=ARN + "-missing"))
    running.ask("iam:PutRolePolicy", RoleName="LintMe", PolicyName="inline", PolicyDocument=inline)
    ended = shell("lint", "--role", "LintMe", "--data", running.data)
    assert ended.status == 3
    assert "role LintMe (LintWrite):10:17  ERROR INVALID_ACTION" in ended.out
    assert "role LintMe (trust policy):1:" in ended.out
    assert "role LintMe (inline):1:" in ended.out
    assert "REGISTRY_NO_SUCH_REPOSITORY" in ended.out
    assert "promises `delete`" in ended.out


def test_a_role_that_is_not_there_ends_with_5(shell: Shell, running: Serving) -> None:
    ended = shell("lint", "--role", "Nobody", "--data", running.data)
    assert ended.status == 5
    assert "Nobody" in ended.line


def test_a_server_that_is_not_there_ends_with_7(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert shell("lint", "--role", "R", "--server", "http://127.0.0.1:9").status == 7


def test_the_whole_process_ends_with_the_checks_status() -> None:
    assert ran("lint", READ).status == 3
