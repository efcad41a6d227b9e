"""What the port Registry promises, for every adapter."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import (
    AlreadyThere,
    ChildrenMissing,
    Image,
    InUse,
    Layer,
    LayersMissing,
    Missing,
    NewImage,
    Records,
    RegistryPolicy,
    Repository,
    Stale,
    TagFixed,
    Taken,
    UploadSession,
    Vault,
)
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.sqlite.columns import micros

ACCOUNT, REGION = "123456789012", "us-east-1"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest(text: str) -> Digest:
    return Digest.of(text.encode())


def image(text: str, at: datetime, **further: object) -> NewImage:
    return NewImage(digest(text), MANIFEST, text.encode(), len(text), at, **further)  # type: ignore[arg-type]


async def repository(records: Records, at: datetime, name: str = "app") -> Repository:
    return await records.registry.add_repository(Repository(ACCOUNT, REGION, name, at))


async def layer(records: Records, at: datetime, repository_id: int, text: str) -> Layer:
    return await records.registry.add_layer(repository_id, Layer(digest(text), len(text), f"key-{text}"), None, at)


async def put(records: Records, app: Repository, new: NewImage, tag: str | None = None) -> None:
    await records.registry.put_image(app.id, new, tag, immutable=False, again_is_error=False)


async def upload(records: Records, app: Repository, at: datetime, name: str = "u") -> UploadSession:
    made = UploadSession(name, app.id, f"key-{name}", 0, at, at)
    await records.registry.open_upload(made)
    return made


async def test_a_repository_comes_back_as_it_was_stored(records: Records, at: datetime) -> None:
    given = Repository(
        ACCOUNT,
        REGION,
        "team/app",
        at,
        mutability="IMMUTABLE_WITH_EXCLUSION",
        exclusion_filters=("dev-*",),
        scan_on_push=True,
        encryption={"encryptionType": "KMS", "kmsKey": "k"},
        policy='{"Version": "2012-10-17"}',
        policy_ids={"arn": "AIDA"},
        tags={"a": ""},
    )
    made = await records.registry.add_repository(given)
    assert made == replace(given, id=made.id)
    assert await records.registry.find_repository(ACCOUNT, REGION, "team/app") == made
    with pytest.raises(Taken):
        await records.registry.add_repository(given)


async def test_a_repository_belongs_to_its_account_and_region(records: Records, at: datetime) -> None:
    await repository(records, at)
    await records.registry.add_repository(Repository(ACCOUNT, "eu-west-1", "app", at))
    assert await records.registry.find_repository("210987654321", REGION, "app") is None
    assert [one.region for one in await records.registry.repositories(ACCOUNT, "eu-west-1")] == ["eu-west-1"]


async def test_repositories_are_paged_by_name(records: Records, at: datetime) -> None:
    for name in ("b", "a/b", "a-b"):
        await repository(records, at, name)
    names = [one.name for one in await records.registry.repositories(ACCOUNT, REGION)]
    assert names == sorted(["b", "a/b", "a-b"])
    page = await records.registry.repositories(ACCOUNT, REGION, after=names[0], limit=1)
    assert [one.name for one in page] == [names[1]]


async def test_an_older_repository_is_not_saved_over_a_newer_one(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await records.registry.save_repository(replace(app, policy="p", tags={"a": "b"}))
    found = await records.registry.find_repository(ACCOUNT, REGION, "app")
    assert found == replace(app, policy="p", tags={"a": "b"}, revision=1)
    with pytest.raises(Stale):
        await records.registry.save_repository(app)
    with pytest.raises(Missing):
        await records.registry.save_repository(replace(app, id=app.id + 99))


async def test_a_repository_with_images_goes_only_by_force_and_tells_its_uploads(
    records: Records, at: datetime
) -> None:
    app = await repository(records, at)
    base = await layer(records, at, app.id, "base")
    await put(records, app, image("m", at, layers=[base.digest]), "1")
    await put(records, app, image("i", at, children=[digest("m")]))
    await upload(records, app, at)
    with pytest.raises(InUse) as needed:
        await records.registry.remove_repository(app.id, force=False)
    assert needed.value.by == "images"
    assert await records.registry.remove_repository(app.id, force=True) == ["key-u"]
    assert await records.registry.find_repository(ACCOUNT, REGION, "app") is None
    with pytest.raises(Missing) as missing:
        await records.registry.remove_repository(app.id, force=True)
    assert missing.value.kind == "repository"


async def test_open_uploads_alone_keep_no_repository(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await layer(records, at, app.id, "base")
    await upload(records, app, at)
    assert await records.registry.remove_repository(app.id, force=False) == ["key-u"]
    assert await records.registry.find_upload(app.id, "u") is None


async def test_a_repository_made_again_knows_nothing_of_the_one_before(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    base = await layer(records, at, app.id, "base")
    await put(records, app, image("m", at, layers=[base.digest], subject=digest("s")), "v1")
    await upload(records, app, at)
    await records.registry.remove_repository(app.id, force=True)
    again = await repository(records, at)
    for place in (app.id, again.id):
        assert await records.registry.find_layer(place, base.digest) is None
        assert await records.registry.find_image(place, "v1") is None
        assert await records.registry.images(place) == []
        assert await records.registry.tags(place) == []
        assert await records.registry.referrers(place, digest("s")) == ((), False)
        assert not await records.registry.layer_in_image(place, base.digest)
    with pytest.raises(Missing):  # a push that began in the old one can't end in the new one
        await put(records, app, image("late", at), "v1")
    with pytest.raises(Missing):
        await layer(records, at, app.id, "late")


async def test_the_registry_keeps_a_policy_and_settings(records: Records) -> None:
    registry = records.registry
    assert await registry.registry_policy(ACCOUNT, REGION) is None
    for policy in (RegistryPolicy("1", {"arn": "AIDA"}), RegistryPolicy("2")):
        await registry.set_registry_policy(ACCOUNT, REGION, policy)
        assert await registry.registry_policy(ACCOUNT, REGION) == policy
    assert await registry.registry_policy(ACCOUNT, "eu-west-1") is None
    await registry.set_registry_policy(ACCOUNT, REGION, None)
    assert await registry.registry_policy(ACCOUNT, REGION) is None
    for value in ("ENABLED", {"a": [1, None]}):
        await registry.put_setting(ACCOUNT, REGION, "BLOB_MOUNTING", value)
        assert await registry.settings(ACCOUNT, REGION) == {"BLOB_MOUNTING": value}
    assert await registry.settings(ACCOUNT, "eu-west-1") == {}


async def test_bytes_that_the_store_has_keep_their_first_key(records: Records, at: datetime) -> None:
    app, other = await repository(records, at), await repository(records, at, "other")
    first = await layer(records, at, app.id, "base")
    again = await records.registry.add_layer(other.id, Layer(first.digest, first.size, "another-key"), None, at)
    assert again == first
    assert await records.registry.find_layer(other.id, first.digest) == first


async def test_a_layer_ends_its_upload_in_the_same_step(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    open_one = await upload(records, app, at)
    new = Layer(digest("base"), 4, open_one.key)
    await records.registry.add_layer(app.id, new, open_one.id, at)
    assert await records.registry.find_upload(app.id, open_one.id) is None
    with pytest.raises(Missing) as missing:
        await records.registry.add_layer(app.id, Layer(digest("x"), 1, "k2"), open_one.id, at)
    assert missing.value.kind == "upload"
    assert await records.registry.find_layer(app.id, digest("x")) is None


async def test_one_of_two_who_end_an_upload_at_once_has_it(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    open_one = await upload(records, app, at)
    ends = [records.registry.add_layer(app.id, Layer(digest(text), 1, text), open_one.id, at) for text in "ab"]
    results = await asyncio.gather(*ends, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Layer", "Missing"]
    assert len(await records.registry.find_layers(app.id, [digest("a"), digest("b")])) == 1


async def test_a_layer_is_known_only_where_it_was_pushed_or_mounted(records: Records, at: datetime) -> None:
    app, other = await repository(records, at), await repository(records, at, "other")
    base = await layer(records, at, app.id, "base")
    assert await records.registry.find_layer(other.id, base.digest) is None
    assert await records.registry.mount_layer(other.id, app.id, digest("none"), at) is None
    assert await records.registry.mount_layer(other.id, app.id, base.digest, at) == base
    assert await records.registry.find_layer(other.id, base.digest) == base
    assert await records.registry.find_layers(app.id, [digest("none"), base.digest]) == [base]
    with pytest.raises(Missing) as missing:
        await records.registry.mount_layer(other.id + 99, app.id, base.digest, at)
    assert missing.value.kind == "repository"


async def test_layers_are_found_in_the_order_asked_for(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    made = [await layer(records, at, app.id, text) for text in "abcd"]
    for asked in (made, made[::-1], [made[2], made[0]]):
        assert await records.registry.find_layers(app.id, [one.digest for one in asked]) == asked
    assert await records.registry.find_layers(app.id, []) == []


@pytest.mark.parametrize(("age", "renewed"), [(timedelta(minutes=59), False), (timedelta(minutes=61), True)])
async def test_an_answer_that_a_layer_is_there_renews_its_link_at_most_once_an_hour(
    tmp_path: Path, vault: Vault, at: datetime, age: timedelta, renewed: bool
) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault, clock=lambda: at + age)
    app, other = await repository(records, at), await repository(records, at, "other")
    base = await layer(records, at, app.id, "base")
    await records.registry.mount_layer(other.id, app.id, base.digest, at)
    assert await records.registry.find_layers(app.id, [base.digest]) == [base]
    await records.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "r")) as raw:
        touched = dict(raw.execute("SELECT repository_id, touched FROM repo_blob").fetchall())
    assert touched == {app.id: micros(at + age if renewed else at), other.id: micros(at)}


async def test_a_layer_is_in_an_image_or_not(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    base = await layer(records, at, app.id, "base")
    assert not await records.registry.layer_in_image(app.id, base.digest)
    await put(records, app, image("m", at, layers=[base.digest]))
    assert await records.registry.layer_in_image(app.id, base.digest)
    other = await repository(records, at, "other")
    await records.registry.mount_layer(other.id, app.id, base.digest, at)
    assert not await records.registry.layer_in_image(other.id, base.digest)
    await records.registry.remove_image(app.id, digest("m"), at)
    assert not await records.registry.layer_in_image(app.id, base.digest)


async def test_an_image_is_found_by_digest_and_by_tag(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    base = await layer(records, at, app.id, "base")
    new = image("m", at, layers=[base.digest, base.digest], artifact_type="a/t", config_media_type="c/t")
    await put(records, app, new, "v1")
    await put(records, app, new, "latest")
    for reference in (new.digest, "v1", "latest"):
        found = await records.registry.find_image(app.id, reference)
        assert found is not None
        assert (found.digest, found.body, found.tags) == (new.digest, b"m", ("latest", "v1"))
        assert (found.size, found.pushed, found.last_pull, found.subject) == (1, at, None, None)
        assert (found.media_type, found.artifact_type, found.config_media_type) == (MANIFEST, "a/t", "c/t")
    assert await records.registry.find_image(app.id, "none") is None
    assert await records.registry.find_image(app.id, digest("none")) is None


async def test_a_manifest_may_name_only_what_is_there_and_all_of_it_is_told(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    base = await layer(records, at, app.id, "base")
    with pytest.raises(LayersMissing) as layers:
        await put(records, app, image("m", at, layers=[digest("x"), base.digest, digest("y")]), "1")
    assert set(layers.value.digests) == {digest("x"), digest("y")}
    with pytest.raises(ChildrenMissing) as children:
        await put(records, app, image("i", at, children=[digest("x"), digest("y")]), "1")
    assert set(children.value.digests) == {digest("x"), digest("y")}
    assert await records.registry.find_image(app.id, "1") is None
    with pytest.raises(Missing) as missing:
        await put(records, replace(app, id=app.id + 99), image("m", at))
    assert missing.value.kind == "repository"


async def test_what_another_repository_has_is_missing_here(records: Records, at: datetime) -> None:
    app, other = await repository(records, at), await repository(records, at, "other")
    base = await layer(records, at, app.id, "base")
    await put(records, app, image("m", at))
    with pytest.raises(LayersMissing):
        await put(records, other, image("n", at, layers=[base.digest]))
    with pytest.raises(ChildrenMissing):
        await put(records, other, image("i", at, children=[digest("m")]))
    assert await records.registry.find_image(other.id, digest("m")) is None


async def test_a_tag_moves_unless_it_is_immutable(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    registry = records.registry
    await put(records, app, image("one", at), "v1")
    with pytest.raises(TagFixed):
        await registry.put_image(app.id, image("two", at), "v1", immutable=True, again_is_error=False)
    assert await registry.find_image(app.id, digest("two")) is None  # nothing of a refused put is kept
    await registry.put_image(app.id, image("one", at), "v1", immutable=True, again_is_error=False)
    await put(records, app, image("two", at), "v1")
    found = await registry.find_image(app.id, "v1")
    assert found is not None
    assert found.digest == digest("two")
    assert await registry.find_image(app.id, digest("one")) is not None


async def test_the_same_again_is_an_error_only_where_it_is_asked_for(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    registry = records.registry
    for tag in (None, "v1"):
        await registry.put_image(app.id, image("m", at), tag, immutable=False, again_is_error=True)
        await put(records, app, image("m", at), tag)
        with pytest.raises(AlreadyThere):
            await registry.put_image(app.id, image("m", at), tag, immutable=False, again_is_error=True)
    for changes in ("another tag", "v1"):  # the second moves it
        await registry.put_image(app.id, image("n", at), changes, immutable=False, again_is_error=True)
    with pytest.raises(AlreadyThere):  # without a tag it is there, whatever its tags are
        await registry.put_image(app.id, image("n", at), None, immutable=False, again_is_error=True)


async def test_images_are_paged_by_digest_with_all_their_tags(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    for name in ("a", "b", "c"):
        await put(records, app, image(name, at), f"tag-{name}" if name != "c" else None)
    await put(records, app, image("a", at), "Z")
    everything = await records.registry.images(app.id)
    assert [str(one.digest) for one in everything] == sorted(str(digest(name)) for name in ("a", "b", "c"))
    assert all(one.body == b"" for one in everything)
    tags = {one.digest: one.tags for one in everything}
    assert tags == {digest("a"): ("Z", "tag-a"), digest("b"): ("tag-b",), digest("c"): ()}
    untagged = await records.registry.images(app.id, tagged=False)
    assert [one.digest for one in untagged] == [digest("c")]
    assert {one.digest for one in await records.registry.images(app.id, tagged=True)} == {digest("a"), digest("b")}
    page = await records.registry.images(app.id, after=str(everything[0].digest), limit=1)
    assert [one.digest for one in page] == [everything[1].digest]


@pytest.mark.parametrize("tagged", [None, True, False])
async def test_the_pages_of_images_together_are_the_whole(records: Records, at: datetime, tagged: bool | None) -> None:
    app = await repository(records, at)
    for number in range(10):
        body = str(number).encode()
        new = replace(image("", at), digest=Digest.of(body, ("sha256", "sha512")[number % 2]), body=body)
        await put(records, app, new, f"t{number}" if number % 3 else None)
    whole = await records.registry.images(app.id, tagged=tagged)
    assert len(whole) == {None: 10, True: 6, False: 4}[tagged]
    assert [str(one.digest) for one in whole] == sorted(str(one.digest) for one in whole)
    pages: list[Image] = []
    after = ""
    while page := await records.registry.images(app.id, tagged=tagged, after=after, limit=3):
        pages += page
        after = str(page[-1].digest)
    assert pages == whole


async def test_tags_are_in_byte_order(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    for tag in ("b", "B", "a", "_", "1"):
        await put(records, app, image("m", at), tag)
    assert await records.registry.tags(app.id) == ["1", "B", "_", "a", "b"]
    assert await records.registry.tags(app.id, after="B", limit=2) == ["_", "a"]


async def test_an_image_goes_with_its_last_tag_unless_an_index_names_it(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    registry = records.registry
    for name in ("m", "child"):
        await put(records, app, image(name, at), f"{name}-1")
    await put(records, app, image("m", at), "m-2")
    await put(records, app, image("index", at, children=[digest("child")]), "index")
    assert await registry.remove_tag(app.id, "m-1", at) == digest("m")
    assert await registry.find_image(app.id, digest("m")) is not None
    assert await registry.remove_tag(app.id, "m-2", at) == digest("m")
    assert await registry.find_image(app.id, digest("m")) is None
    assert await registry.remove_tag(app.id, "child-1", at) == digest("child")
    assert await registry.find_image(app.id, digest("child")) is not None
    assert await registry.remove_tag(app.id, "none", at) is None


async def test_an_image_is_removed_with_its_tags_but_not_from_under_an_index(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    registry = records.registry
    base = await layer(records, at, app.id, "base")
    await put(records, app, image("child", at, layers=[base.digest]), "b")
    await put(records, app, image("child", at, layers=[base.digest]), "a")
    await put(records, app, image("index", at, children=[digest("child")]))
    with pytest.raises(InUse) as needed:
        await registry.remove_image(app.id, digest("child"), at)
    assert needed.value.by == "children"
    assert await registry.remove_image(app.id, digest("index"), at) == []
    assert await registry.remove_image(app.id, digest("child"), at) == ["a", "b"]
    assert await registry.remove_image(app.id, digest("child"), at) is None
    assert await registry.find_image(app.id, "a") is None
    assert await registry.find_layer(app.id, base.digest) == base  # the layer stays, for collection to judge


async def test_pulls_are_noted_and_never_go_back(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await put(records, app, image("m", at))
    place = (app.id, digest("m"))
    await records.registry.note_pulls({place: at, (app.id, digest("none")): at})
    await records.registry.note_pulls({place: at - timedelta(days=1)})
    found = await records.registry.find_image(app.id, digest("m"))
    assert found is not None
    assert found.last_pull == at


async def test_one_holder_at_a_time_has_an_upload(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    registry = records.registry
    await upload(records, app, at)
    later = at + timedelta(seconds=30)
    assert await registry.lease_upload("u", "me", later, at)
    assert await registry.lease_upload("u", "me", later, at)
    assert not await registry.lease_upload("u", "you", later, at)
    assert await registry.lease_upload("u", "you", later + timedelta(seconds=30), later)  # the first one ran out
    await registry.release_upload("u", "me")  # no longer hers to give back
    assert not await registry.lease_upload("u", "me", later, later)
    await registry.release_upload("u", "you")
    assert await registry.lease_upload("u", "me", later, at)
    assert not await registry.lease_upload("none", "me", later, at)


async def test_the_offset_moves_by_compare_and_swap(records: Records, at: datetime) -> None:
    app, other = await repository(records, at), await repository(records, at, "other")
    registry = records.registry
    await upload(records, app, at)
    later = at + timedelta(seconds=1)
    assert await registry.advance_upload("u", 0, 10, later)
    assert not await registry.advance_upload("u", 0, 20, later)
    found = await registry.find_upload(app.id, "u")
    assert found is not None
    assert (found.offset, found.last_part, found.touched, found.opened) == (10, 10, later, at)
    assert await registry.find_upload(other.id, "u") is None
    assert await registry.lease_upload("u", "anybody", later, later)  # moving it gave the lease back
    assert await registry.remove_upload("u")
    assert not await registry.remove_upload("u")
    assert not await registry.advance_upload("u", 10, 20, later)
    assert await registry.find_upload(app.id, "u") is None
    with pytest.raises(Missing):
        await registry.open_upload(UploadSession("v", app.id + 99, "key-v", 0, at, at))


async def test_idle_uploads_are_those_nobody_touched(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await upload(records, app, at, "old")
    await upload(records, app, at + timedelta(hours=2), "new")
    found = await records.registry.idle_uploads(at + timedelta(hours=1))
    assert [one.id for one in found] == ["old"]
    assert len(await records.registry.idle_uploads(at + timedelta(hours=3), limit=1)) == 1
    await records.registry.lease_upload("old", "me", at + timedelta(hours=4), at + timedelta(hours=3))  # touches it
    assert await records.registry.idle_uploads(at + timedelta(hours=1)) == []


async def test_of_many_who_lease_or_advance_an_upload_at_once_one_is_told_yes(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await upload(records, app, at)
    later = at + timedelta(seconds=30)
    leases = [records.registry.lease_upload("u", f"h{number}", later, at) for number in range(10)]
    assert sum(await asyncio.gather(*leases)) == 1
    advances = [records.registry.advance_upload("u", 0, 1 + number, at) for number in range(10)]
    assert sum(await asyncio.gather(*advances)) == 1


async def test_two_put_the_same_image_at_once(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await asyncio.gather(*(put(records, app, image("m", at), f"t{number}") for number in range(20)))
    found = await records.registry.find_image(app.id, digest("m"))
    assert found is not None
    assert len(found.tags) == 20
