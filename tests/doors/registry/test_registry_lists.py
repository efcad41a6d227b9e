"""Lists: the version check, repositories, tags, referrers."""

import json
from typing import Any

import pytest

from dockreeve.doors.registry import listings

from .harness import ACCOUNT, OCI, REGION


async def test_the_version_check_needs_a_login_and_no_right(plain_door: Any) -> None:
    for path in ("/v2/", "/v2"):
        reply = await plain_door.ask("GET", path)
        assert (reply.status, reply.json) == (200, {})
        assert reply.headers["docker-distribution-api-version"] == "registry/2.0"
        assert reply.headers["x-amzn-requestid"]
    assert plain_door.gate.needs == []


async def _pages(door: Any, path: str, member: str) -> list[list[str]]:
    pages = []
    while path:
        reply = await door.ask("GET", path)
        assert reply.status == 200
        pages.append(reply.json[member])
        link = reply.headers.get("link", "")
        assert link == "" or link.endswith('>; rel="next"')
        path = link.removeprefix("<").partition(">")[0]
    return pages


async def test_repositories_are_listed_in_pages(plain_door: Any) -> None:
    for name in ("team/b", "team/a", "zeta"):
        await plain_door.repository(name)
    assert await _pages(plain_door, "/v2/_catalog", "repositories") == [["app", "team/a", "team/b", "zeta"]]
    assert await _pages(plain_door, "/v2/_catalog?n=2", "repositories") == [["app", "team/a"], ["team/b", "zeta"]]
    need = plain_door.gate.needs[-1]
    assert (need.action, need.touched.arn) == (
        "ecr:DescribeRepositories",
        f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*",
    )


async def test_tags_are_listed_in_pages(plain_door: Any) -> None:
    for tag in ("b", "a", "A", "1"):
        await plain_door.image(tag)
    whole = await plain_door.ask("GET", "/v2/app/tags/list")
    assert whole.json == {"name": "app", "tags": ["1", "A", "a", "b"]}
    assert whole.headers["content-type"] == "application/json"
    assert await _pages(plain_door, "/v2/app/tags/list?n=3", "tags") == [["1", "A", "a"], ["b"]]
    assert await _pages(plain_door, "/v2/app/tags/list?n=4", "tags") == [["1", "A", "a", "b"]]
    assert await _pages(plain_door, "/v2/app/tags/list?last=B", "tags") == [["a", "b"]]
    assert await _pages(plain_door, "/v2/app/tags/list?n=0", "tags") == [[]]


async def test_a_repository_without_images_has_no_tags(plain_door: Any) -> None:
    assert (await plain_door.ask("GET", "/v2/app/tags/list")).json == {"name": "app", "tags": []}


@pytest.mark.parametrize("path", ["/v2/_catalog", "/v2/app/tags/list"])
async def test_a_page_has_limits(plain_door: Any, path: str) -> None:
    for number in ("1001", "9" * 500):
        reply = await plain_door.ask("GET", f"{path}?n={number}")
        assert (reply.status, reply.error) == (
            405,
            (
                "UNSUPPORTED",
                "Invalid parameter at 'maxResults' failed to satisfy constraint: "
                "'Member must have value less than or equal to 1000'",
            ),
        )
    assert (await plain_door.ask("GET", f"{path}?n=1000")).status == 200
    for number in ("-1", "x", "", "%D9%A1"):
        assert (await plain_door.ask("GET", f"{path}?n={number}")).status == 400
    reply = await plain_door.ask("GET", f"{path}?last={'x' * 513}")
    assert (reply.status, reply.error[1]) == (
        405,
        "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid next token provided'",
    )


async def _refer(door: Any, tag: str, subject: str, artifact_type: str) -> str:
    members = {
        "subject": {"mediaType": OCI, "digest": subject, "size": 1},
        "artifactType": artifact_type,
        "annotations": {"org.example": tag},
    }
    digest, _ = await door.image(tag, **members)
    return str(digest)


async def test_referrers_are_an_index(plain_door: Any) -> None:
    subject, _ = await plain_door.image("v1")
    signature = await _refer(plain_door, "sig", subject, "application/sig+json")
    sbom = await _refer(plain_door, "sbom", subject, "application/sbom")
    reply = await plain_door.ask("GET", f"/v2/app/referrers/{subject}")
    assert reply.headers["content-type"] == "application/vnd.oci.image.index.v1+json"
    assert "oci-filters-applied" not in reply.headers
    index = reply.json
    assert (index["schemaVersion"], index["mediaType"]) == (2, "application/vnd.oci.image.index.v1+json")
    assert {item["digest"] for item in index["manifests"]} == {signature, sbom}
    one = await plain_door.ask("GET", f"/v2/app/referrers/{subject}?artifactType=application/sig+json")
    assert one.headers["oci-filters-applied"] == "artifactType"
    [descriptor] = one.json["manifests"]
    size = len((await plain_door.ask("GET", "/v2/app/manifests/sig")).body)
    assert descriptor == {
        "mediaType": OCI,
        "digest": signature,
        "size": size,
        "artifactType": "application/sig+json",
        "annotations": {"org.example": "sig"},
    }


async def test_nothing_refers_to_what_is_not_there(plain_door: Any) -> None:
    reply = await plain_door.ask("GET", f"/v2/app/referrers/sha256:{'0' * 64}")
    assert (reply.status, reply.json["manifests"]) == (200, [])
    assert (await plain_door.ask("GET", "/v2/app/referrers/latest")).error[0] == "DIGEST_INVALID"


async def test_many_referrers_come_in_pages(plain_door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "_MOST", 2)
    subject, _ = await plain_door.image("v1")
    made = {await _refer(plain_door, f"s{number}", subject, "application/x+y") for number in range(5)}
    await _refer(plain_door, "other", subject, "application/z")
    pages = await _pages(plain_door, f"/v2/app/referrers/{subject}?artifactType=application/x%2By", "manifests")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {json.loads(json.dumps(item))["digest"] for page in pages for item in page} == made


async def test_referrers_go_on_only_from_a_digest(plain_door: Any) -> None:
    subject, _ = await plain_door.image("v1")
    reply = await plain_door.ask("GET", f"/v2/app/referrers/{subject}?last=v1")
    assert (reply.status, reply.error) == (
        405,
        (
            "UNSUPPORTED",
            "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid next token provided'",
        ),
    )


async def test_a_page_of_referrers_is_no_larger_than_a_manifest_may_be(plain_door: Any) -> None:
    subject, _ = await plain_door.image("v1")
    members = {"subject": {"mediaType": OCI, "digest": subject, "size": 1}}
    for number in range(3):
        await plain_door.image(f"s{number}", annotations={"note": f"{number}" * (3 << 20)}, **members)
    path, sizes = f"/v2/app/referrers/{subject}", []
    while path:
        reply = await plain_door.ask("GET", path)
        sizes.append(len(reply.body))
        path = reply.headers.get("link", "").removeprefix("<").partition(">")[0]
    assert len(sizes) == 3
    assert max(sizes) < 4 << 20
