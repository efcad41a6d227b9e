"""`dockreeve diff`: new and lost access between files, with requests that prove it, as text, JSON or SARIF."""

import json
from pathlib import Path
from typing import Any

import pytest

from dockreeve.cli import tutorial
from rights.wire import ACCOUNT

from .commands import Shell

BEGINNING = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/"


def allow(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    conditions = {"Condition": condition} if condition else {}
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **conditions}
    return {"Version": "2012-10-17", "Statement": [statement]}


def written(folder: Path, value: Any, name: str) -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(value, indent=2))
    return file


@pytest.fixture
def mended(tmp_path: Path) -> tuple[Path, Path]:
    """The tutorial's reading policy, and the one that lets pull."""
    return written(tmp_path, tutorial.READ_DOCUMENT, "old.json"), written(
        tmp_path, tutorial.MENDED_READ_DOCUMENT, "new.json"
    )


def test_new_access_is_shown_with_a_request_and_status_3(shell: Shell, mended: tuple[Path, Path]) -> None:
    old, new = mended
    ended = shell("diff", old, new)
    assert (ended.status, ended.err) == (3, "")
    assert ended.out.splitlines() == [
        f"new: ecr:GetDownloadUrlForLayer on {BEGINNING}a",
        "  before: refused because no identity-based policy allows the ecr:GetDownloadUrlForLayer action",
        f"  after:  allowed by VisualEditor0 of {new} (line 4)",
    ]


def test_lost_access_is_no_failure(shell: Shell, mended: tuple[Path, Path]) -> None:
    ended = shell("diff", *reversed(mended))
    assert ended.status == 0
    assert ended.out.startswith("lost: ecr:GetDownloadUrlForLayer on ")


def test_the_same_access_is_said_in_one_line(shell: Shell, mended: tuple[Path, Path]) -> None:
    ended = shell("diff", mended[0], mended[0])
    assert (ended.status, ended.out) == (0, "no change in access\n")


def test_json_holds_the_request_and_both_decisions(shell: Shell, mended: tuple[Path, Path]) -> None:
    (found,) = json.loads(shell("diff", *mended, "--output", "json").out)
    (change,) = found["new"]
    assert found["lost"] == found["undecided"] == []
    assert change["actions"] == ["ecr:GetDownloadUrlForLayer"]
    assert change["request"]["resource"] == f"{BEGINNING}a"
    assert (change["before"]["verdict"], change["after"]["verdict"]) == ("ImplicitlyDenied", "Allowed")
    assert change["after"]["statements"][0]["line"] == 4


def test_sarif_points_to_the_statement_that_gives_it(shell: Shell, mended: tuple[Path, Path]) -> None:
    ended = shell("diff", *mended, "--output", "sarif")
    assert ended.status == 3
    (run,) = json.loads(ended.out)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("NEW_ACCESS", "error")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "NEW_ACCESS"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == mended[1].as_uri()
    assert place["region"]["startLine"] == 4


def test_what_cannot_be_decided_is_no_proof(shell: Shell, tmp_path: Path) -> None:
    old = written(tmp_path, allow("ecr:PutImage", BEGINNING + "${aws:username}/*"), "old.json")
    new = written(tmp_path, allow("ecr:PutImage", BEGINNING + "${aws:username}/a*"), "new.json")
    ended = shell("diff", old, new)
    assert ended.status == 3
    assert "undecided: ecr:PutImage may be new: it depends on aws:username" in ended.out
    assert shell("diff", old, new, "--context", "aws:username=ann").status == 0
    results = json.loads(shell("diff", old, new, "--output", "sarif").out)["runs"][0]["results"]
    assert "UNDECIDED_ACCESS" in {one["ruleId"] for one in results}


def test_the_context_of_a_witness_is_shown(shell: Shell, tmp_path: Path) -> None:
    old = written(tmp_path, allow("ecr:PutImage", "*", IpAddress={"aws:SourceIp": "10.0.0.0/8"}), "old.json")
    new = written(tmp_path, allow("ecr:PutImage", "*", IpAddress={"aws:SourceIp": "10.0.0.0/7"}), "new.json")
    assert "  with aws:SourceIp=11.0.0.0\n" in shell("diff", old, new).out


def test_folders_and_further_files_are_one_set(shell: Shell, tmp_path: Path) -> None:
    written(tmp_path, allow("ecr:PutImage"), "old/a.json")
    written(tmp_path, allow("ecr:BatchGetImage"), "old/b.json")
    both = written(tmp_path, allow(["ecr:PutImage", "ecr:BatchGetImage"]), "both.json")
    assert shell("diff", tmp_path / "old", both).out == "no change in access\n"
    single = tmp_path / "old" / "a.json"
    assert shell("diff", single, both).status == 3
    assert shell("diff", single, both, "--old", tmp_path / "old" / "b.json").status == 0


def test_a_boundary_that_goes_gives_access(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, allow("ecr:*"), "all.json")
    limit = written(tmp_path, allow("ecr:Get*"), "limit.json")
    ended = shell("diff", file, file, "--old-boundary", limit)
    assert ended.status == 3
    assert "before: refused because no permissions boundary allows" in ended.out
    assert "and" in ended.out
    assert shell("diff", file, file, "--new-boundary", limit).status == 0


def test_roles_of_a_template_are_compared_each_with_itself(shell: Shell, tmp_path: Path) -> None:
    def template(**roles: dict[str, Any]) -> dict[str, Any]:
        return {
            "Resources": {
                name: {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"Policies": [{"PolicyName": "own", "PolicyDocument": document}]},
                }
                for name, document in roles.items()
            }
        }

    reading, writing = allow("ecr:BatchGetImage"), allow("ecr:PutImage")
    old = written(tmp_path, template(One=reading, Two=writing), "old.json")
    new = written(tmp_path, template(One=reading, Two=reading), "new.json")
    ended = shell("diff", old, new)
    assert ended.status == 3
    assert ended.out.startswith("One:\n  no change in access\nTwo:\n")
    assert "  new: ecr:BatchGetImage on " in ended.out
    assert "  lost: ecr:PutImage on " in ended.out
    results = json.loads(shell("diff", old, new, "--output", "sarif").out)["runs"][0]["results"]
    lines = {one["ruleId"]: one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results}
    assert [new.read_text().splitlines()[line - 1].strip() for line in lines.values()] == ["{", "{"]


def test_a_template_in_yaml_is_compared_and_pointed_into(shell: Shell, tmp_path: Path) -> None:
    text = """\
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Action: ecr:ListImages
                Resource: '*'
              - Effect: Allow
                Action: ecr:BatchGetImage
                Resource: !Sub arn:aws:ecr:*:${AWS::AccountId}:repository/app
"""
    old, new = tmp_path / "old" / "a.yaml", tmp_path / "new" / "a.yml"
    for file, content in ((old, text), (new, text.replace("BatchGetImage", "PutImage"))):
        file.parent.mkdir()
        file.write_text(content)
    ended = shell("diff", old.parent, new.parent, "--output", "sarif")
    results = json.loads(ended.out)["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"] for one in results]
    assert ended.status == 3
    assert {place["region"]["startLine"] for place in places} == {13}
    assert {place["artifactLocation"]["uri"].rpartition("/")[2] for place in places} == {"a.yaml", "a.yml"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["good.json"], "NEW"),
        (["good.json", "absent.json"], "there is no file absent.json"),
        (["good.json", "broken.json"], "broken.json:1:"),
        (["good.json", "empty"], "there is no *.json and no *.yaml in empty"),
        (["good.json", "good.json", "--context", "=x"], "`=x` is no KEY=VALUE"),
        (["good.json", "good.json", "--account", "x"], "`x` is no account"),
        (["good.json", "trust.json"], "no identity policy"),
    ],
)
def test_bad_input_is_one_line_and_status_2(shell: Shell, tmp_path: Path, arguments: list[str], said: str) -> None:
    written(tmp_path, allow("ecr:PutImage"), "good.json")
    written(tmp_path, tutorial.TRUST_DOCUMENT, "trust.json")
    (tmp_path / "broken.json").write_text('{"Version"')
    (tmp_path / "empty").mkdir()
    ended = shell("diff", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.line
