"""Images of very many layers, and repositories of very many tags, as each client walks through them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .home import Home
from .layout import Layout
from .tools import Done, Tool, aws_cli
from .verbs import Client

LAYERS = 300
TAGS = [f"v{number:05}" for number in range(10_000)]
LIST = ("ecr:ListImages", "app")

Clients = Callable[[str], Client]
Images = Callable[..., Layout]


# docker and containerd unpack no image of more than about 125 layers, wherever it comes from.
@pytest.mark.parametrize(("name", "others"), [("crane", ["oras", "skopeo"]), ("oras", ["crane"])])
def test_an_image_of_300_layers_goes_up_and_down(
    name: str, others: list[str], home: Home, logged_in: Clients, image: Images
) -> None:
    made = image(sizes=[100] * LAYERS)
    logged_in(name).push(made, home.name("1"))
    assert home.digest("1") == made.manifest
    for other in others:
        logged_in(other).pull(home.name("1"))


@pytest.fixture
def tagged(home: Home, logged_in: Clients, image: Images) -> Home:
    """`app` with 10,000 tags on one image. They are written while the server is down: each would be a commit."""
    logged_in("skopeo").push(image(), home.name(TAGS[0]))
    home.server.stop()
    with closing(sqlite3.connect(home.server.data / "records.sqlite")) as records, records:
        ((repository, digest),) = records.execute("SELECT repository_id, digest FROM tag").fetchall()
        rows = [(repository, tag, digest) for tag in TAGS[1:]]
        records.executemany("INSERT INTO tag (repository_id, name, digest) VALUES (?, ?, ?)", rows)
    home.server.start()
    return home


def test_every_client_walks_through_10_000_tags_page_by_page(tagged: Home, logged_in: Clients, tmp_path: Path) -> None:
    aws = aws_cli(tagged.server.url, tagged.keys, tmp_path / "aws")
    repository = f"{tagged.server.host}/app"
    skopeo, crane, oras = (logged_in(name).tool for name in ("skopeo", "crane", "oras"))

    def pages(tool: Tool, *words: str, tags: Callable[[Done], list[str]] = lambda done: done.stdout.split()) -> int:
        began = datetime.now(UTC)
        assert tags(tool(*words)) == TAGS
        return tagged.decided(since=began)[LIST]

    # skopeo and oras take the registry's own page, of 100; crane asks for 1,000 at once.
    assert pages(skopeo, "list-tags", f"docker://{repository}", tags=lambda done: list(done.json()["Tags"])) == 100
    assert pages(crane, "ls", repository) == 10
    assert pages(oras, "repo", "tags", "--plain-http", repository) == 100
    words = ("ecr", "list-images", "--repository-name", "app", "--page-size", "1000", "--query", "imageIds[].imageTag")
    assert pages(aws, *words, tags=lambda done: list(done.json())) == 10


def test_a_page_of_tags_says_where_the_next_one_is(tagged: Home) -> None:
    path, shown = "app/tags/list?n=999", []
    while path:
        status, headers, body = tagged.get(path)
        assert status == 200
        shown.append(json.loads(body)["tags"])
        path = headers.get("Link", "").removeprefix("</v2/").partition(">")[0]
    assert [len(page) for page in shown] == [999] * 10 + [10]
    assert [tag for page in shown for tag in page] == TAGS
