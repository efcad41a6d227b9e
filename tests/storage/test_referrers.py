"""Referrers: images that name another as their subject, listed in pages."""

from __future__ import annotations

from datetime import datetime

from dockreeve.oci import Digest
from dockreeve.storage import NewImage, Records, Referrer, Repository
from dockreeve.storage.registry import REFERRERS_BYTES

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest(text: str) -> Digest:
    return Digest.of(text.encode())


def image(text: str, at: datetime, **further: object) -> NewImage:
    return NewImage(digest(text), MANIFEST, text.encode(), len(text), at, **further)  # type: ignore[arg-type]


async def repository(records: Records, at: datetime, name: str = "app") -> Repository:
    return await records.registry.add_repository(Repository("123456789012", "us-east-1", name, at))


async def put(records: Records, app: Repository, new: NewImage, tag: str | None = None) -> None:
    await records.registry.put_image(app.id, new, tag, immutable=False, again_is_error=False)


async def test_referrers_are_found_also_of_a_subject_that_is_not_there(records: Records, at: datetime) -> None:
    app, other = await repository(records, at), await repository(records, at, "other")
    subject = digest("subject")
    for name in ("sbom", "sig"):
        await put(records, app, image(name, at, subject=subject, artifact_type=f"t/{name}", annotations={"k": name}))
    found, more = await records.registry.referrers(app.id, subject)
    expected = [Referrer(digest(name), MANIFEST, len(name), f"t/{name}", {"k": name}) for name in ("sbom", "sig")]
    assert (found, more) == (sorted(expected, key=lambda one: str(one.digest)), False)
    assert await records.registry.referrers(other.id, subject) == ((), False)
    assert await records.registry.remove_image(app.id, digest("sig"), at) == []
    left, _ = await records.registry.referrers(app.id, subject)
    assert [one.digest for one in left] == [digest("sbom")]


async def test_referrers_come_in_pages_bounded_in_number_and_in_bytes(records: Records, at: datetime) -> None:
    app, subject = await repository(records, at), digest("subject")
    for number in range(6):
        kind = "t/even" if number % 2 == 0 else "t/odd"
        await put(records, app, image(f"r{number}", at, subject=subject, artifact_type=kind))
    heavy = image("x" * (REFERRERS_BYTES - 3), at, subject=subject, artifact_type="t/heavy")
    await put(records, app, heavy)

    async def pages(limit: int, *kinds: str) -> list[list[Digest]]:
        shown, after, more = [], "", True
        while more:
            page, more = await records.registry.referrers(app.id, subject, kinds=kinds, after=after, limit=limit)
            shown.append([one.digest for one in page])
            after = str(page[-1].digest)
        return shown

    small = sorted((digest(f"r{number}") for number in range(6)), key=str)
    assert await pages(4, "t/even", "t/odd", "t/odd") == [small[:4], small[4:]]
    assert [len(page) for page in await pages(2, "t/even")] == [2, 1]
    assert await pages(6, "t/odd", "t/none") == [[one for one in small if one in {digest(f"r{n}") for n in (1, 3, 5)}]]
    every = sorted([*small, heavy.digest], key=str)
    place = every.index(heavy.digest)
    # The heavy one fits beside one small one (of 2 bytes), not beside two; alone it is shown whatever its size.
    shown = await pages(100)
    assert [one for page in shown for one in page] == every
    assert all(len(page) <= 2 for page in shown if heavy.digest in page), (place, shown)


async def test_a_subject_goes_while_its_referrers_stay(records: Records, at: datetime) -> None:
    app = await repository(records, at)
    await put(records, app, image("subject", at), "v1")
    await put(records, app, image("sig", at, subject=digest("subject")))
    assert await records.registry.remove_tag(app.id, "v1", at) == digest("subject")
    assert await records.registry.find_image(app.id, digest("subject")) is None
    found, _ = await records.registry.referrers(app.id, digest("subject"))
    assert [one.digest for one in found] == [digest("sig")]
