"""Law of the visual editor: JSON -> visual -> JSON keeps a policy's meaning, by the policy engine's own proof.

The program that runs is built from the very files that the console is built from.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockreeve.policy import parse
from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.held import Held, Policy, PolicySet
from dockreeve.policy.prove.diff import diff

from .browser import ROOT

pytestmark = pytest.mark.clients  # it needs Node

SOURCE = "src/pages/iam/policies/visual/roundtrip.ts"
SERVICES = ("ecr", "iam", "sts")
STAR_ONLY = [
    action.name for service in SERVICES for action in catalogue().actions(service) if not action.resource_types
]
RESOURCES = (
    "*",
    "arn:aws:ecr:*:123456789012:repository/*",
    "arn:aws:ecr:us-east-1:123456789012:repository/team/?pp",
    "arn:aws:iam::123456789012:role/${aws:username}",
)
CONDITIONS: dict[str, Any] = {
    "StringEquals": {"ecr:ResourceTag/team": ["a", "b"], "aws:username": "x"},
    "StringNotLikeIfExists": {"ecr:ResourceTag/team": "a*"},
    "Bool": {"aws:SecureTransport": True},
    "ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]},
    "NumericLessThan": {"aws:MultiFactorAuthAge": [3600]},
    "Null": {"aws:username": "true"},
}
RoundTrip = Callable[[str], "dict[str, Any] | None"]


def some(values: Any) -> st.SearchStrategy[Any]:
    """One value as a text, or a list of some."""
    return st.one_of(st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))


# Actions of one service more often than a mixture, since that is what the editor shows.
ACTIONS = {
    "ecr": ("ecr:GetAuthorizationToken", "ecr:DescribeRegistry", "ecr:BatchGetImage", "ecr:batchgetimage", "ecr:Put*"),
    "iam": ("iam:PassRole", "iam:ListRoles", "iam:Get*"),
    "every": ("*", "ecr:GetAuthorizationToken", "sts:AssumeRole", "ecr:ListImages"),
}


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if draw(st.booleans()):
        made["Sid"] = draw(st.sampled_from(["VisualEditor0", "VisualEditor1", "Mine", ""]))
    made["Effect"] = draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    service = draw(st.sampled_from(["ecr", "ecr", "iam", "every"]))
    made[draw(st.sampled_from(["Action"] * 6 + ["NotAction"]))] = draw(some(ACTIONS[service]))
    made[draw(st.sampled_from(["Resource"] * 6 + ["NotResource"]))] = draw(some(RESOURCES))
    if draw(st.booleans()):
        operators = draw(st.lists(st.sampled_from(list(CONDITIONS)), max_size=2, unique=True))
        made["Condition"] = {operator: CONDITIONS[operator] for operator in operators}
    return made


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    rest = draw(st.sampled_from([{"Version": "2012-10-17"}, {"Version": "2012-10-17", "Id": "x"}, {}]))
    body: Any = draw(st.lists(statements(), min_size=1, max_size=3))
    for index, one in enumerate(body):
        others = [other.get("Sid") for other in body[:index]]
        if one.get("Sid") in others:
            one.pop("Sid", None)  # two of the same are no policy
    return {**rest, "Statement": body[0] if len(body) == 1 and draw(st.booleans()) else body}


@pytest.fixture(scope="module")
def round_trip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundTrip]:
    """Sends a document's text through the editor's model: what comes out, or None for what it can't show."""
    if not (ROOT / "console" / "node_modules").is_dir():
        pytest.skip("the console's packages are not installed: run make console.")
    folder = tmp_path_factory.mktemp("visual")
    execute = [sys.executable, str(ROOT / "console" / "build.py"), "npm", "exec", "--"]
    build = [*execute, "vite", "build", "--ssr", SOURCE, "--outDir", str(folder), "--logLevel", "error"]
    subprocess.run(build, check=True, timeout=120)
    (script,) = folder.glob("roundtrip.*js")
    process = subprocess.Popen(
        [*execute, "node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def through(text: str) -> dict[str, Any] | None:
        stdin.write(json.dumps({"text": text, "starOnly": STAR_ONLY}) + "\n")
        stdin.flush()
        found: dict[str, Any] | None = json.loads(stdout.readline())
        return found

    yield through
    stdin.close()
    assert process.wait(10) == 0


def held(text: str) -> Held:
    return Held(identity=PolicySet([Policy(parse(text, plain=True), "inline", inline=True)]))


def statements_of(text: str) -> list[Any]:
    statement = json.loads(text)["Statement"]
    return statement if isinstance(statement, list) else [statement]


# The program lives as long as the module and keeps nothing from one line to the next.
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents())
def test_the_visual_editor_keeps_the_meaning_and_whatever_it_cannot_show(
    round_trip: RoundTrip, document: dict[str, Any]
) -> None:
    text = json.dumps(document)
    found = round_trip(text)
    assert found is not None
    difference = diff(held(text), held(found["text"]))
    assert not difference, difference
    assert {name: value for name, value in json.loads(found["text"]).items() if name != "Statement"} == {
        name: value for name, value in document.items() if name != "Statement"
    }
    after = statements_of(found["text"])
    before = statements_of(text)
    for kept in found["opaque"]:
        assert kept in before
        assert kept in after
    for own in (one["Sid"] for one in before if not one.get("Sid", "VisualEditor").startswith("VisualEditor")):
        assert own in [one.get("Sid") for one in after]
    again = round_trip(found["text"])
    assert again is not None
    assert again["text"] == found["text"]


@pytest.mark.parametrize("name", ["ReadECRRepositoryContent", "WriteECRRepositoryContent"])
def test_the_tutorials_policies_are_one_block_and_come_back_word_for_word(round_trip: RoundTrip, name: str) -> None:
    text = (ROOT / "docs" / "tutorial" / f"{name}.json").read_text()
    found = round_trip(text)
    assert found is not None
    assert (found["text"] + "\n", found["shown"], found["opaque"]) == (text, 1, [])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"Statement": [], "Statement": []}', '{"Statement": 9007199254740993}']
)
def test_a_text_that_would_not_come_back_whole_is_not_shown(round_trip: RoundTrip, text: str) -> None:
    assert round_trip(text) is None
