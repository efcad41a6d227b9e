"""`dockreeve test`: files and folders of cases, what a failure shows, the reports, and the exit statuses."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from .commands import Shell

ANN = "arn:aws:iam::123456789012:user/ann"
APP = "arn:aws:ecr:us-east-1:123456789012:repository/app"
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "ecr:Get*", "Resource": "*"}],
}


def a_case(name: str = "reads", action: str = "ecr:GetRegistryPolicy", decision: str = "Allowed", **more: Any) -> str:
    case = {
        "id": name,
        "family": "pulls",
        "name": f"ann {name}",
        "request": {"principal": ANN, "action": action, "resource": APP, "context": {}},
        "policies": {"identity": [READ]},
        "expected": {"decision": decision},
        "basis": "a rule",
    }
    return json.dumps(case | more)


GOOD = a_case()
FAILING = a_case("writes", "ecr:PutImage")


def test_cases_that_pass_are_counted(shell: Shell) -> None:
    Path("cases.jsonl").write_text(f"{GOOD}\n{a_case('deletes', 'ecr:BatchDeleteImage', 'ImplicitlyDenied')}\n")
    ended = shell("test", "cases.jsonl")
    assert (ended.status, ended.out, ended.err) == (0, "2 passed, 0 failed\n", "")


def test_a_failing_case_shows_its_trace(shell: Shell) -> None:
    Path("cases.jsonl").write_text(f"{GOOD}\n{FAILING}\n")
    ended = shell("test", "cases.jsonl")
    assert (ended.status, ended.err) == (3, "")
    for part in (
        "FAILED cases.jsonl:2: writes ann writes",
        "expected Allowed, got ImplicitlyDenied (a rule)",
        "refused: ecr:PutImage",
        "because no identity-based policy allows the ecr:PutImage action",
        "Read (Allow, line 1): matches the resource; its actions lack ecr:PutImage",
        '+ "ecr:PutImage"  in the Action of Read of identity',
    ):
        assert part in ended.out, part
    assert ended.out.endswith("\n1 passed, 1 failed\n")


def test_a_folder_is_walked_and_policies_beside_cases_are_none(shell: Shell) -> None:
    folder = Path("suite/deep")
    folder.mkdir(parents=True)
    (folder / "one.jsonl").write_text(GOOD)
    (folder / "read.json").write_text(json.dumps(READ))
    (folder / "two.json").write_text(f"[{a_case(policies={'identity': [{'file': 'read.json'}]})}]")
    (folder / "notes.txt").write_text("no case")
    ended = shell("test", "suite")
    assert (ended.status, ended.out) == (0, "2 passed, 0 failed\n")


def test_a_policys_file_is_found_from_the_file_of_cases(shell: Shell) -> None:
    Path("suite").mkdir()
    Path("policies").mkdir()
    Path("policies/read.json").write_text(json.dumps(READ, indent=2))
    Path("suite/cases.jsonl").write_text(
        a_case("writes", "ecr:PutImage", policies={"identity": [{"file": "../policies/read.json"}]})
    )
    ended = shell("test", "suite/cases.jsonl")
    assert ended.status == 3
    assert "Nearest miss: Read at ../policies/read.json:4:5" in ended.out


def test_json_tells_every_case_and_explains_the_failing_ones(shell: Shell) -> None:
    Path("cases.jsonl").write_text(f"{GOOD}\n{FAILING}\n")
    ended = shell("test", "cases.jsonl", "--output", "json")
    told = json.loads(ended.out)
    assert (ended.status, told["passed"], told["failed"]) == (3, 1, 1)
    good, failing = told["cases"]
    assert (good["passed"], good["line"], "explanation" in good) == (True, 1, False)
    assert (failing["expected"], failing["decision"]) == ("Allowed", "ImplicitlyDenied")
    assert failing["explanation"]["change"]["added"] == "ecr:PutImage"


def test_junit_has_a_suite_for_each_file_and_a_failure_with_its_trace(shell: Shell) -> None:
    Path("a.jsonl").write_text(f"{GOOD}\n{a_case('<&' + chr(1) + chr(0xFFFF) + chr(34), 'ecr:PutImage')}\n")
    Path("b.jsonl").write_text(GOOD)
    ended = shell("test", "a.jsonl", "b.jsonl", "--junit", "report.xml")
    assert ended.status == 3
    report = ElementTree.fromstring(Path("report.xml").read_text())
    assert (report.tag, report.get("tests"), report.get("failures")) == ("testsuites", "3", "1")
    assert [(suite.get("name"), suite.get("tests")) for suite in report] == [("a.jsonl", "2"), ("b.jsonl", "1")]
    (failed,) = [case for case in report.iter("testcase") if case.find("failure") is not None]
    assert failed.get("classname") == "pulls" and (failed.get("name") or "").startswith('<&\\x01\\uffff"')
    failure = failed.find("failure")
    assert failure is not None and "its actions lack ecr:PutImage" in (failure.text or "")


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({}, "there is no file cases.jsonl"),
        ({"cases.jsonl": b""}, "there is no case in that"),
        ({"cases.jsonl": b"\xff"}, "cases.jsonl is not UTF-8"),
        ({"cases.jsonl": GOOD.encode() + b"\n{"}, "cases.jsonl:2: not JSON"),
        ({"cases.jsonl": b"{}"}, "cases.jsonl:1: there is no `expected`"),
        (
            {"cases.jsonl": a_case(policies={"identity": [{"file": "no.json"}]}).encode()},
            "cases.jsonl:1: there is no file no.json",
        ),
        (
            {
                "cases.jsonl": a_case(policies={"identity": [{"file": "p.json"}]}).encode(),
                "p.json": b'{\n"Version": 1}',
            },
            "cases.jsonl:1: the policy p.json",
        ),
        ({"cases.jsonl": a_case(policies={"identity": [{"file": "\0"}]}).encode()}, "cases.jsonl:1: "),
    ],
)
def test_what_is_no_case_is_one_line_with_its_place(shell: Shell, files: dict[str, bytes], line: str) -> None:
    for name, content in files.items():
        Path(name).write_bytes(content)
    ended = shell("test", "cases.jsonl")
    assert (ended.status, ended.out) == (2, "")
    assert ended.line.startswith(line)


def test_a_folder_without_cases_and_no_argument_are_mistakes(shell: Shell) -> None:
    Path("empty").mkdir()
    assert shell("test", "empty").status == 2
    assert shell("test").status == 2


def test_a_report_that_cannot_be_written_is_a_failure(shell: Shell) -> None:
    Path("cases.jsonl").write_text(GOOD)
    ended = shell("test", "cases.jsonl", "--junit", "absent/report.xml")
    assert ended.status == 1 and ended.line.startswith("absent/report.xml can't be written")


def test_half_a_character_in_a_case_is_shown_as_its_escape(shell: Shell) -> None:
    Path("cases.jsonl").write_text(a_case("half\ud800", "ecr:PutImage"))
    ended = shell("test", "cases.jsonl")
    assert ended.status == 3 and "FAILED cases.jsonl:1: half\\ud800" in ended.out
