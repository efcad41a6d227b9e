"""Random histories of a registry agree with a model in dicts, step by step."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dockreeve.oci import Digest
from dockreeve.storage import (
    AlreadyThere,
    ChildrenMissing,
    InUse,
    Layer,
    LayersMissing,
    Missing,
    NewImage,
    Repository,
    TagFixed,
    Taken,
    Vault,
)
from dockreeve.storage.memory import memory_records
from dockreeve.storage.sqlite import SqliteRecords
from laws import examples

ACCOUNT, REGION = "123456789012", "us-east-1"
AT = datetime(2026, 1, 2, tzinfo=UTC)
LAYERS = [Digest.of(b"one"), Digest.of(b"two", "sha512")]


def image(
    name: str, layers: Sequence[Digest] = (), children: Sequence[Digest] = (), subject: Digest | None = None
) -> NewImage:
    return NewImage(
        Digest.of(name.encode()), "m", name.encode(), 1, AT, layers=layers, children=children, subject=subject
    )


PLAIN = [image("none"), image("first", LAYERS[:1]), image("both", LAYERS)]
INDEX = image("index", children=[PLAIN[0].digest, PLAIN[1].digest])
OUTER = image("outer", LAYERS[1:], children=[INDEX.digest, PLAIN[2].digest], subject=PLAIN[0].digest)
IMAGES = [*PLAIN, INDEX, OUTER, image("signature", subject=Digest.of(b"nowhere"))]
SUBJECTS = [PLAIN[0].digest, Digest.of(b"nowhere")]
TAGS = ["a", "B", "1"]

NAMES = ["app", "other"]

names = st.sampled_from(["app", "app", "app", "other"])  # most of a history happens in one place, so that it gets deep
seldom = st.sampled_from([False] * 5 + [True])
often = st.sampled_from([True] * 5 + [False])
layers = st.sampled_from(LAYERS)
images = st.sampled_from(IMAGES)
tags = st.sampled_from(TAGS)


@dataclass
class Modelled:
    """One repository as the model has it."""

    id: int
    layers: set[Digest] = field(default_factory=set)
    images: dict[Digest, NewImage] = field(default_factory=dict)
    tags: dict[str, Digest] = field(default_factory=dict)

    def tags_of(self, digest: Digest) -> list[str]:
        return sorted(tag for tag, named in self.tags.items() if named == digest)

    def is_child(self, digest: Digest) -> bool:
        return any(digest in one.children for one in self.images.values())

    def objections(
        self, new: NewImage, tag: str | None, *, immutable: bool, again_is_error: bool
    ) -> list[tuple[object, ...]]:
        """What may be said against this put; the port doesn't promise which of them comes first."""
        named = None if tag is None else self.tags.get(tag)
        known = new.digest in self.images
        found: list[tuple[object, ...]] = []
        if immutable and named not in (None, new.digest):
            found.append((TagFixed,))
        if again_is_error and known and (tag is None or named == new.digest):
            found.append((AlreadyThere,))
        if lacking := {one for one in new.layers if one not in self.layers}:
            found.append((LayersMissing, frozenset(lacking)))
        if lacking := {one for one in new.children if one not in self.images}:
            found.append((ChildrenMissing, frozenset(lacking)))
        return found


class Fault(NamedTuple):
    """What the store raised, so that it compares."""

    said: tuple[object, ...]


class History(RuleBasedStateMachine):
    """Every step is done in the store and in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.records = self.opened(Path(self.folder.name) / "records")
        self.registry = self.records.registry
        self.repositories: dict[str, Modelled] = {}
        self.ids: set[int] = set()
        self.keys: dict[Digest, str] = {}  # of all bytes that were ever stored
        self.made = 0

    @staticmethod
    def opened(path: Path) -> SqliteRecords:
        return memory_records(Vault(bytes(32)))

    def teardown(self) -> None:
        self.runner.run(self.records.close())
        self.runner.close()
        self.folder.cleanup()

    def do(self, step: Coroutine[Any, Any, Any]) -> Any:
        """What the store answered, or its `Fault`."""
        try:
            return self.runner.run(step)
        except (InUse, Missing) as refused:
            return Fault((type(refused), refused.by if isinstance(refused, InUse) else refused.kind))
        except (LayersMissing, ChildrenMissing) as refused:
            return Fault((type(refused), frozenset(refused.digests)))
        except (AlreadyThere, TagFixed, Taken) as refused:
            return Fault((type(refused),))

    @initialize()
    def begin_with_something(self) -> None:
        for name in NAMES:
            self.add_repository(name)
        for digest in LAYERS:
            self.add_layer("app", digest)
        for new in PLAIN:
            self.put_image("app", new, None, immutable=False, again_is_error=False)

    def any_images(self) -> bool:
        return any(app.images for app in self.repositories.values())

    @precondition(lambda self: len(self.repositories) < len(NAMES))
    @rule(name=st.sampled_from(NAMES))
    def add_repository(self, name: str) -> None:
        made = self.do(self.registry.add_repository(Repository(ACCOUNT, REGION, name, AT)))
        if name in self.repositories:
            assert made == Fault((Taken,))
        else:
            assert made.id not in self.ids
            self.ids.add(made.id)
            self.repositories[name] = Modelled(made.id)

    @rule(name=st.sampled_from(NAMES), force=seldom, again=often)
    def remove_repository(self, name: str, force: bool, again: bool) -> None:
        app = self.repositories.get(name, Modelled(0))
        done = self.do(self.registry.remove_repository(app.id, force=force))
        if name not in self.repositories:
            assert done == Fault((Missing, "repository"))
        elif app.images and not force:
            assert done == Fault((InUse, "images"))
        else:
            assert done == []
            del self.repositories[name]
        if again:
            self.add_repository(name)

    def add_layer(self, name: str, digest: Digest) -> None:
        app = self.repositories.get(name)
        self.made += 1
        new = Layer(digest, 3, f"key-{self.made}")
        done = self.do(self.registry.add_layer(app.id if app else 0, new, None, AT))
        if app is None:
            assert done == Fault((Missing, "repository"))
        else:
            app.layers.add(digest)
            assert done == Layer(digest, 3, self.keys.setdefault(digest, new.key))

    @rule(name=names, source=st.none() | names, digest=layers)
    def add_or_mount_layer(self, name: str, source: str | None, digest: Digest) -> None:
        if source is None:
            self.add_layer(name, digest)
        else:
            self.mount_layer(name, source, digest)

    def mount_layer(self, name: str, source: str, digest: Digest) -> None:
        app, other = self.repositories.get(name), self.repositories.get(source, Modelled(0))
        done = self.do(self.registry.mount_layer(app.id if app else 0, other.id, digest, AT))
        if app is None:
            assert done == Fault((Missing, "repository"))
        elif digest not in other.layers:
            assert done is None
        else:
            app.layers.add(digest)
            assert done == Layer(digest, 3, self.keys[digest])

    @rule(name=names, new=images, tag=st.none() | tags, immutable=seldom, again_is_error=seldom)
    def put_image(self, name: str, new: NewImage, tag: str | None, immutable: bool, again_is_error: bool) -> None:
        app = self.repositories.get(name)
        options = {"immutable": immutable, "again_is_error": again_is_error}
        done = self.do(self.registry.put_image(app.id if app else 0, new, tag, **options))
        if app is None:
            assert done == Fault((Missing, "repository"))
        elif objections := app.objections(new, tag, **options):
            assert isinstance(done, Fault)
            assert done.said in objections
        else:
            assert done is None
            app.images[new.digest] = new
            if tag is not None:
                app.tags[tag] = new.digest

    @rule(name=names, new=st.sampled_from([INDEX, OUTER]), tag=tags)
    def put_index(self, name: str, new: NewImage, tag: str) -> None:
        self.put_image(name, new, tag, immutable=False, again_is_error=False)

    @rule(name=names, new=st.sampled_from(PLAIN), tag=tags)
    def tag_image(self, name: str, new: NewImage, tag: str) -> None:
        self.put_image(name, new, tag, immutable=False, again_is_error=False)

    @precondition(any_images)
    @rule(name=names, number=st.integers(0, 9))
    def remove_tag(self, name: str, number: int) -> None:
        app = self.repositories.get(name, Modelled(0))
        there = [*sorted(app.tags), "none"]
        tag = there[number % len(there)]
        digest = app.tags.pop(tag, None)
        assert self.do(self.registry.remove_tag(app.id, tag, AT)) == digest
        if digest and not app.tags_of(digest) and not app.is_child(digest):
            del app.images[digest]

    @precondition(any_images)
    @rule(name=names, number=st.integers(0, 9))
    def remove_image(self, name: str, number: int) -> None:
        app = self.repositories.get(name, Modelled(0))
        there = [one for one in IMAGES if one.digest in app.images] + [image("nothing")]
        gone = there[number % len(there)]
        done = self.do(self.registry.remove_image(app.id, gone.digest, AT))
        if gone.digest not in app.images:
            assert done is None
        elif app.is_child(gone.digest):
            assert done == Fault((InUse, "children"))
        else:
            assert done == app.tags_of(gone.digest)
            app.tags = {tag: named for tag, named in app.tags.items() if named != gone.digest}
            del app.images[gone.digest]

    @invariant()
    def the_store_shows_what_the_model_has(self) -> None:
        found = self.do(self.registry.repositories(ACCOUNT, REGION))
        assert [(one.name, one.id) for one in found] == [
            (n, self.repositories[n].id) for n in sorted(self.repositories)
        ]
        for app in self.repositories.values():
            self.runner.run(self.compare(app))

    async def compare(self, app: Modelled) -> None:
        registry = self.registry
        assert {one.digest: one.key for one in await registry.find_layers(app.id, LAYERS)} == {
            digest: self.keys[digest] for digest in app.layers
        }
        for digest in LAYERS:
            named = any(digest in one.layers for one in app.images.values())
            assert await registry.layer_in_image(app.id, digest) is named
        for tagged in (None, True, False):
            wanted = {one: app.tags_of(one) for one in sorted(app.images, key=str)}
            shown = [(one, names) for one, names in wanted.items() if tagged in (None, bool(names))]
            listed = await registry.images(app.id, tagged=tagged)
            assert [(one.digest, list(one.tags)) for one in listed] == shown
            lines = [(one, name) for one, names in shown for name in names or [""]]
            assert await registry.image_lines(app.id, tagged=tagged) == lines
        assert await registry.tags(app.id) == sorted(app.tags)
        references: list[tuple[Digest | str, Digest | None]] = [(tag, app.tags.get(tag)) for tag in TAGS]
        for reference, named_by in [*references, *((one.digest, one.digest) for one in IMAGES)]:
            wanted_image = None if named_by is None else app.images.get(named_by)
            found = await registry.find_image(app.id, reference)
            assert (found and (found.body, list(found.tags))) == (
                wanted_image and (wanted_image.body, app.tags_of(wanted_image.digest))
            )
        for subject in SUBJECTS:
            wanted_referrers = sorted((one.digest for one in app.images.values() if one.subject == subject), key=str)
            listed_referrers, more = await registry.referrers(app.id, subject)
            assert ([one.digest for one in listed_referrers], more) == (wanted_referrers, False)


class HistoryInAFile(History):
    """The same through the writer's thread, with what was read remembered."""

    @staticmethod
    def opened(path: Path) -> SqliteRecords:
        return SqliteRecords.open(path, Vault(bytes(32)), ballast=0, alone=True)


@pytest.mark.parametrize(("kind", "number"), [(History, 15), (HistoryInAFile, 3)])
def test_any_history_agrees_with_the_model(kind: type[History], number: int) -> None:
    tried = settings(max_examples=examples(number), stateful_step_count=25, deadline=None)
    run_state_machine_as_test(kind, settings=tried)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "number"), [(History, 100), (HistoryInAFile, 30)])
def test_many_histories_agree_with_the_model(kind: type[History], number: int) -> None:
    tried = settings(max_examples=number, stateful_step_count=60, deadline=None)
    run_state_machine_as_test(kind, settings=tried)
