"""The matrix is run anew: enough of it is readable, and the page says what was seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ..dockerd import Dockerd
from ..server import Server
from ..tools import Done
from . import matrix, page
from .seen import ABSENT, GOES_ON, ID, NOTHING, SENTENCE, judged, steady
from .steps import STEPS, Step
from .tap import Heard

REFUSED = Heard("POST", "/v2/cell-1/blobs/uploads/", 403, "abcdefghijklmnopqrstuvwxy")
POST = next(step for step in STEPS if step.title == "push: `POST` upload")


@pytest.mark.slow
def test_enough_is_readable_and_the_page_says_what_was_seen(
    start_server: Callable[..., Server], dockerd: Dockerd, tmp_path: Path
) -> None:
    clients = tmp_path / "clients"
    clients.mkdir()
    seen = matrix.run(start_server(), start_server("--friendly-refusals"), dockerd, clients)
    text, told, now = page.written(seen), page.told(page.PAGE.read_text()), page.verdicts_of(seen)
    assert len(now) == len(STEPS) * len(seen.versions)
    # For a client that isn't installed here the page's word is taken; another version may show other things.
    readable, refused = page.shares({**told.verdicts, **now})[1]
    assert readable >= page.ENOUGH * refused, text
    same = {name for name, version in seen.versions.items() if told.versions.get(name) == version}
    differing = {key for key, verdict in now.items() if key[1] in same and told.verdicts.get(key) != verdict}
    assert differing == set(), f"docs/denials.md is stale: run `make denials`\n{text}"


def said(line: str, code: int = 1) -> Done:
    return Done(("tool",), code, "", f"first\n{line}\n\n")


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("denied: User: x is not authorized to perform: ecr:InitiateLayerUpload on resource: y", SENTENCE),
        ("403 denied [why: abcdefghijklmnopqrstuvwxy]", ID),
        ("403 denied [why: yxwvutsrqponmlkjihgfedcba]", NOTHING),
        ("User: x is not authorized to perform: ecr:PutImage on resource: y", NOTHING),
        ("403 (Forbidden)", NOTHING),
    ],
)
def test_only_this_refusals_sentence_and_id_count(line: str, verdict: str) -> None:
    assert judged(POST, said(line), [REFUSED]).verdict == verdict


@pytest.mark.parametrize(
    ("done", "heard", "verdict"),
    [
        (None, [], ABSENT),
        (said("403"), [], ABSENT),
        (said("403"), [Heard("HEAD", "/v2/cell-1/manifests/1", 403, "abc")], ABSENT),
        (said("403"), [Heard("POST", "/v2/cell-1/blobs/uploads/", 401, "")], ABSENT),
        (said("done", 0), [REFUSED], GOES_ON),
    ],
)
def test_what_was_not_refused_or_did_no_harm_is_told_apart(done: Done | None, heard: list[Heard], verdict: str) -> None:
    assert judged(POST, done, heard).verdict == verdict


def test_what_differs_from_run_to_run_is_left_out() -> None:
    line = (
        'time="2026-01-02T03:04:05Z" level=fatal msg="writing \\"sha256:' + "0a" * 32 + '\\" to 127.0.0.1:4711/cell-12 '
        'from /tmp/x/y: 403 [why: abcdefghijklmnopqrstuvwxy]"'
    )
    assert steady(line) == 'fatal: writing "sha256:…" to HOST/app from PATH: 403 [why: ID]'


def test_the_page_is_read_as_it_was_written() -> None:
    steps: tuple[Step, ...] = STEPS
    cells = {(step.title, "skopeo"): matrix.Cell(NOTHING, "a | b", 1) for step in steps}
    seen = matrix.Matrix({"skopeo": "1.2"}, cells)
    assert page.told(page.written(seen)) == page.Told({"skopeo": "1.2"}, dict(page.verdicts_of(seen)))


def test_a_friendly_server_is_judged_by_its_own_answer_to_the_layers_question() -> None:
    words = {
        "push: `HEAD` blob": NOTHING,
        "push: `HEAD` blob, `--friendly-refusals`": SENTENCE,
        "mount: the source": GOES_ON,
        "login: `GET /v2/`, when the key is deleted": NOTHING,
        "pull: `GET` blob": ID,
        "pull: `HEAD` manifest": ABSENT,
    }
    assert page.shares({(title, "docker"): word for title, word in words.items()}) == ((1, 2), (2, 2))
