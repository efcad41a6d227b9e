"""Documents from files and templates, ready for the evaluator."""

import json
from pathlib import Path
from typing import Any

import pytest

from dockreeve.cli.outcome import Stopped
from dockreeve.cli.policy_input import Source, sources
from dockreeve.policy import Kind

ARN = "arn:aws:ecr:us-east-1:123456789012:repository/app"


def policy(resource: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def held_in_a_template(folder: Path, resource: Any) -> Source:
    managed = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy(resource)}}
    file = folder / "template.json"
    file.write_text(json.dumps({"Resources": {"P": managed}}, indent=1))
    (source,) = sources([str(file)])
    return source


@pytest.mark.parametrize(
    ("written", "resource"),
    [
        (ARN, ARN),
        ({"Fn::Sub": "arn:${AWS::Partition}:ecr:*:${AWS::AccountId}:repository/app"}, ARN.replace("us-east-1", "*")),
        ({"Fn::Sub": ["arn:aws:ecr:*:*:repository/${N}", {"N": "app"}]}, "arn:aws:ecr:*:*:repository/app"),
        ({"Fn::Sub": "arn:aws:ecr:*:*:repository/${!aws:username}"}, "arn:aws:ecr:*:*:repository/${aws:username}"),
        (
            {"Fn::Join": [":", ["arn:aws:ecr:*", {"Ref": "AWS::AccountId"}, "repository/app"]]},
            ARN.replace("us-east-1", "*"),
        ),
        ({"Fn::Sub": "arn:aws:ecr:*:*:repository/${Repo}"}, "arn:aws:ecr:*:*:repository/unknown"),
    ],
)
def test_functions_of_a_template_are_worked_out(tmp_path: Path, written: Any, resource: str) -> None:
    document = held_in_a_template(tmp_path, written).document()
    assert document.statements[0].resources == (resource,)
    assert document.kind is Kind.IDENTITY


@pytest.mark.parametrize("written", [{"Ref": "Repo"}, {"Fn::GetAtt": ["Repo", "Arn"]}, {"Fn::Sub": "${Repo.Arn}"}])
def test_a_value_known_only_later_is_refused_with_its_place(tmp_path: Path, written: Any) -> None:
    source = held_in_a_template(tmp_path, written)
    with pytest.raises(
        Stopped, match=r"template\.json \(Resources\.P\.Properties\.PolicyDocument\):\d+:\d+: "
    ) as stopped:
        source.document()
    assert stopped.value.status == 2
    line = int(stopped.value.message.split("):")[1].split(":")[0])
    assert '"Resource"' in source.whole.splitlines()[line - 1]


def test_a_document_that_aws_refuses_is_refused_with_file_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('\n{"Version": "2012-10-17",\n "Statement": [{"Effect": "Allow"}]}')
    (source,) = sources([str(file)])
    with pytest.raises(Stopped, match=r"policy\.json:3:16: "):
        source.document()
    file.write_text("{")
    (source,) = sources([str(file)])
    with pytest.raises(Stopped, match=r"policy\.json:1:2: expected a key"):
        source.document()


def test_the_text_of_a_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text("\n  " + json.dumps(policy(ARN), indent=7) + "\n")
    (source,) = sources([str(file)])
    assert source.text == file.read_text()
    assert (source.kind, source.guessed_kind()) == (None, Kind.IDENTITY)


AWS_POLICY = "arn:aws:iam::aws:policy/"


def test_a_policy_of_awss_own_is_named_by_its_arn() -> None:
    arn = AWS_POLICY + "AmazonEC2ContainerRegistryPullOnly"
    (source,) = sources([arn])
    assert (source.name, source.kind) == (arn, Kind.IDENTITY)
    assert "ecr:GetDownloadUrlForLayer" in source.document().statements[0].actions


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AmazonEC2ContainerRegistryPullonly", f"is it {AWS_POLICY}AmazonEC2ContainerRegistryPullOnly?"),
        ("NoSuchThing", "give its document: aws iam get-policy-version"),
        ("", "give its document: aws iam get-policy-version"),
    ],
)
def test_an_aws_policy_that_is_not_shipped_is_not_found(name: str, hint: str) -> None:
    with pytest.raises(Stopped, match="none of the 39 AWS policies known here") as stopped:
        sources([AWS_POLICY + name])
    assert (stopped.value.status, stopped.value.hint) == (5, hint)
