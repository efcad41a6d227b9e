"""The policy commands of an installed package: a wheel in an environment of its own, with no checkout in sight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
AWS_POLICY = "arn:aws:iam::aws:policy/"
APP = "arn:aws:ecr:us-east-1:123456789012:repository/app"

pytestmark = pytest.mark.slow


class Installed:
    """A package in a folder of its own. Only what it needs at run time is lent to it, by a path file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "bare", with_pip=False, symlinks=True)
        self._python = folder / "bare" / "bin" / "python"
        self.empty = folder / "empty"
        self.empty.mkdir()

    def site_packages(self) -> Path:
        done = self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
        return Path(done.stdout.strip())

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """This Python, in an empty folder, with nothing of the tests' own environment."""
        environment = {"PATH": os.defpath, "HOME": str(self.empty), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [str(self._python), *arguments],
            cwd=self.empty,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def dockreeve(self, *arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return self.run("-m", "dockreeve", *map(str, arguments), stdin=stdin)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network by the build tools of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "-w", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, timeout=300)
    (made,) = folder.glob("dockreeve-*.whl")
    return made


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package and nothing else: not one of its dependencies."""
    return _installed(wheel, tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package with what the offline commands may import: click, and PyYAML for templates in YAML."""
    made = _installed(wheel, tmp_path_factory.mktemp("installed"))
    import click  # noqa: PLC0415
    import yaml  # noqa: PLC0415

    for module in (click, yaml):
        source = Path(str(module.__file__)).parent
        (made.site_packages() / source.name).symlink_to(source)
    return made


def _installed(wheel: Path, folder: Path) -> Installed:
    made = Installed(folder)
    target = str(made.site_packages())
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", target]
    subprocess.run([*install, str(wheel)], check=True, timeout=300)
    return made


def said(done: subprocess.CompletedProcess[str], status: int = 0) -> str:
    """What a command printed; it must have ended with this status."""
    assert done.returncode == status, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout


def test_the_package_is_not_the_checkouts(installed: Installed) -> None:
    place = said(installed.run("-c", "import dockreeve; print(dockreeve.__file__)")).strip()
    assert Path(place).is_relative_to(installed.folder)


def test_the_engine_needs_nothing_else(alone: Installed) -> None:
    program = f"""
import sys
before = set(sys.modules)
from dockreeve.policy import Held, Policy, PolicySet, Request, aws_managed, evaluate, parse
from dockreeve.policy.cases import read_cases
from dockreeve.policy.explain import explain
from dockreeve.policy.lint import lint, validate_policy
from dockreeve.policy.prove.can import Place, Subject, can
from dockreeve.policy.prove.diff import diff
from dockreeve.policy.verbs import VERBS
arn = "{AWS_POLICY}AmazonEC2ContainerRegistryReadOnly"
document = parse(aws_managed.text(arn))
held = Held(identity=PolicySet([Policy(document, arn, inline=False)]))
who = "arn:aws:iam::123456789012:user/ann"
print(bool(evaluate(Request(who, "ecr:BatchGetImage", "{APP}", {{}}), held)))
decision = evaluate(Request(who, "ecr:PutImage", "{APP}", {{}}), held, trace=True)
print(bool(decision), explain(decision) is not None)
print(len(lint('{{"Version": "2012-10-17", "Statement": []}}')) > 0, validate_policy(document.text, "IDENTITY_POLICY"))
place = Place("123456789012", "us-east-1", "team/*")
print(bool(can(VERBS["pull"], place, Subject(who, held))), bool(can(VERBS["push"], place, Subject(who, held))))
print(len(diff(held, held).changes))
roots = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(roots - sys.stdlib_module_names))
"""
    out = said(alone.run("-c", program)).split("\n")
    assert out[:-1] == ["True", "False True", "True []", "True False", "0", "dockreeve"]


def test_lint_finds_what_the_tutorial_misspells(installed: Installed) -> None:
    files = [TUTORIAL / "as-printed" / f"{name}ECRRepositoryContent.json" for name in ("Read", "Write")]
    described = ["--description", "Allow pull images", "--description", "Allow push and delete images"]
    out = said(installed.dockreeve("lint", *files, *described), 3)
    assert "Did you mean `ecr:DescribeImages`?" in out and "Did you mean `ecr:InitiateLayerUpload`?" in out
    assert "docker pull needs one action more: `ecr:GetDownloadUrlForLayer`" in out
    assert "The description promises `delete`" in out


def test_lint_reads_yaml_standard_input_and_awss_own(installed: Installed) -> None:
    template = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: 2012-10-17\n        Statement:\n"
        "          - {Effect: Allow, Action: ecr:DescribeImage, Resource: !Sub 'arn:aws:ecr:*:${AWS::AccountId}:*'}\n"
    )
    assert "Did you mean `ecr:DescribeImages`?" in said(installed.dockreeve("lint", "-", stdin=template), 3)
    names = ("PullOnly", "ReadOnly", "PowerUser", "FullAccess")
    arns = [f"{AWS_POLICY}AmazonEC2ContainerRegistry{name}" for name in names]
    documents: list[Any] = json.loads(said(installed.dockreeve("lint", *arns, "--output", "json")))
    assert [document["file"] for document in documents] == arns
    assert not [one for document in documents for one in document["findings"] if one["findingType"] == "ERROR"]


@pytest.mark.parametrize(
    ("verb", "policy", "answer"),
    [
        ("pull", TUTORIAL / "ReadECRRepositoryContent.json", "no"),
        ("pull", TUTORIAL / "MendedReadECRRepositoryContent.json", "yes"),
        ("push", TUTORIAL / "WriteECRRepositoryContent.json", "yes"),
        ("delete", TUTORIAL / "WriteECRRepositoryContent.json", "no"),
        ("pull", f"{AWS_POLICY}AmazonEC2ContainerRegistryPullOnly", "yes"),
        ("push", f"{AWS_POLICY}AmazonEC2ContainerRegistryReadOnly", "no"),
        ("push", f"{AWS_POLICY}AmazonEC2ContainerRegistryPowerUser", "yes"),
        ("delete", f"{AWS_POLICY}AmazonEC2ContainerRegistryFullAccess", "yes"),
        ("pull", f"{AWS_POLICY}AWSDenyAll", "no"),
    ],
)
def test_can_answers_for_the_tutorial_and_for_awss_own(
    installed: Installed, verb: str, policy: str | Path, answer: str
) -> None:
    done = installed.dockreeve("can", verb, "app", "--policy", policy)
    assert said(done, 0 if answer == "yes" else 3).splitlines()[0] == f"{verb} app: {answer}"


def test_diff_shows_what_the_mended_policy_adds(installed: Installed) -> None:
    old, new = TUTORIAL / "ReadECRRepositoryContent.json", TUTORIAL / "MendedReadECRRepositoryContent.json"
    assert said(installed.dockreeve("diff", old, new), 3).startswith("new: ecr:GetDownloadUrlForLayer on ")
    assert said(installed.dockreeve("diff", new, old)).startswith("lost: ecr:GetDownloadUrlForLayer on ")
    arns = [f"{AWS_POLICY}AmazonEC2ContainerRegistry{name}" for name in ("FullAccess", "PowerUser")]
    assert "lost: ecr:" in said(installed.dockreeve("diff", *arns))


def test_test_runs_cases_beside_a_policy(installed: Installed, tmp_path: Path) -> None:
    principal = "arn:aws:sts::123456789012:assumed-role/Reader/i-1"
    request = {"principal": principal, "action": "ecr:GetDownloadUrlForLayer", "resource": APP}
    (tmp_path / "read.json").write_text((TUTORIAL / "MendedReadECRRepositoryContent.json").read_text())
    case = {
        "name": "pull",
        "request": request,
        "policies": {"identity": [{"file": "read.json"}]},
        "expected": {"decision": "Allowed"},
    }
    (tmp_path / "cases.jsonl").write_text(json.dumps(case) + "\n")
    report = tmp_path / "report.xml"
    assert said(installed.dockreeve("test", tmp_path / "cases.jsonl", "--junit", report)) == "1 passed, 0 failed\n"
    (tmp_path / "read.json").write_text((TUTORIAL / "ReadECRRepositoryContent.json").read_text())
    assert "0 passed, 1 failed" in said(installed.dockreeve("test", tmp_path / "cases.jsonl", "--junit", report), 3)
    assert "<failure" in report.read_text()


def test_why_asks_what_it_shall_explain(installed: Installed) -> None:
    assert said(installed.dockreeve("why", "--help")).startswith("Usage: ")
    done = installed.dockreeve("why")
    assert said(done, 2) == ""
    assert done.stderr.startswith("dockreeve: ") and done.stderr.count("\n") == 1
