"""The tutorial's files are those that `dockreeve tour` uses."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from dockreeve.cli import tutorial

from .pages import ROOT

FILES = ROOT / "docs" / "tutorial"
DOCUMENTS = {
    f"{tutorial.READ}.json": tutorial.READ_DOCUMENT,
    f"Mended{tutorial.READ}.json": tutorial.MENDED_READ_DOCUMENT,
    f"{tutorial.WRITE}.json": tutorial.WRITE_DOCUMENT,
    "trust-ec2.json": tutorial.TRUST_DOCUMENT,
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_the_tutorial_is_the_one_of_the_tour(name: str) -> None:
    assert json.loads((FILES / name).read_text()) == DOCUMENTS[name]


def test_every_document_of_the_tutorial_is_compared() -> None:
    assert {file.name for file in FILES.glob("*.json")} == set(DOCUMENTS)


@pytest.mark.parametrize("name", [tutorial.READ, tutorial.WRITE])
def test_what_is_linted_as_printed_differs_by_the_misspellings_only(name: str) -> None:
    misspelled = {"ecr:DescribeImage": "ecr:DescribeImages", "ecr:InitialLayerUpload": "ecr:InitiateLayerUpload"}
    text = (FILES / "as-printed" / f"{name}.json").read_text()
    assert sum(text.count(f'"{wrong}"') for wrong in misspelled) == 1
    for wrong, right in misspelled.items():
        text = text.replace(f'"{wrong}"', f'"{right}"')
    assert json.loads(text) == DOCUMENTS[f"{name}.json"]


def test_the_mended_policy_differs_by_the_missing_action_only() -> None:
    before, after = (_actions(document) for document in (tutorial.READ_DOCUMENT, tutorial.MENDED_READ_DOCUMENT))
    assert after - before == {tutorial.MISSING_ACTION}
    assert before < after


def _actions(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


def test_the_image_of_the_tutorial_is_the_one_of_the_tour() -> None:
    image = tutorial.image()
    layout = FILES / "hello"
    stored = {file.name: file.read_bytes() for file in (layout / "blobs" / "sha256").iterdir()}
    assert stored == {blob.digest.removeprefix("sha256:"): blob.data for blob in image}
    assert all(hashlib.sha256(data).hexdigest() == name for name, data in stored.items())
    index = json.loads((layout / "index.json").read_text())
    assert [entry["digest"] for entry in index["manifests"]] == [image.manifest.digest]
    assert index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"] == "1"
    assert json.loads((layout / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
