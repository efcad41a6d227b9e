"""skopeo, podman, buildah, docker, crane and oras against a real server: every verb, and every kind of image."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from .home import Home
from .layout import INDEX, MANIFEST, Layout
from .verbs import Client

TOOLS = ("skopeo", "podman", "buildah", "docker", "crane", "oras")
MANY = ("skopeo", "podman", "buildah")  # tools that read an OCI layout, and say the same options
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

Clients = Callable[..., Client]
Images = Callable[..., Layout]


@pytest.mark.parametrize("name", TOOLS)
def test_what_is_pushed_is_pulled_by_every_other_tool(name: str, home: Home, logged_in: Clients, image: Images) -> None:
    logged_in(name).push(image(sizes=[40_000, 2_000_000]), home.name("1"))
    for other in TOOLS:
        logged_in(other).pull(home.name("1"))


def test_skopeo_keeps_the_digest_both_ways(home: Home, logged_in: Clients, image: Images, tmp_path: Path) -> None:
    skopeo, made = logged_in("skopeo"), image(sizes=[100_000])
    skopeo.push(made, home.name("1"))
    assert home.digest("1") == made.manifest
    skopeo.tool("copy", f"docker://{home.name('1')}", f"dir:{tmp_path / 'back'}")
    back = (tmp_path / "back" / "manifest.json").read_bytes()
    assert f"sha256:{sha256(back).hexdigest()}" == made.manifest
    for digest in (made.config, *made.layers):
        assert (tmp_path / "back" / digest.removeprefix("sha256:")).read_bytes() == made.blob(digest)


@pytest.mark.parametrize("name", ["podman", "buildah"])
def test_the_digest_that_a_push_reports_is_the_stored_one_and_pulls(
    name: str, home: Home, logged_in: Clients, image: Images, tmp_path: Path
) -> None:
    tool, made = logged_in(name).tool, image()
    tool("pull", made.reference)
    reported = tmp_path / "digest"
    image_id = made.config.removeprefix("sha256:")
    tool("push", "--digestfile", str(reported), image_id, f"docker://{home.name('1')}")
    digest = reported.read_text().strip()
    assert home.digest("1") == digest
    tool("rmi", "--all", "--force")
    assert tool("pull", "--quiet", f"{home.server.host}/app@{digest}").stdout.strip() == image_id


def test_docker_builds_pushes_and_pulls_by_the_digest_that_it_reports(
    home: Home, logged_in: Clients, image: Images
) -> None:
    docker = logged_in("docker")
    said = docker.push(image(sizes=[300_000]), home.name("1")).stdout
    digest = home.digest("1")
    assert f"digest: {digest}" in said
    assert home.manifest("1")["mediaType"] == DOCKER_MANIFEST
    docker.pull(f"{home.server.host}/app@{digest}")
    (seen,) = docker.tool("image", "inspect", f"{home.server.host}/app@{digest}").json()
    assert seen["RepoDigests"] == [f"{home.server.host}/app@{digest}"]


@pytest.mark.parametrize("name", MANY)
def test_docker_and_oci_media_types_are_kept_as_sent(name: str, home: Home, logged_in: Clients, image: Images) -> None:
    tool, made = logged_in(name).tool, image()
    if name != "skopeo":
        tool("pull", made.reference)
    source = made.reference if name == "skopeo" else made.config.removeprefix("sha256:")
    verb = "copy" if name == "skopeo" else "push"
    for form, media_type in (("v2s2", DOCKER_MANIFEST), ("oci", MANIFEST)):
        tool(verb, "--format", form, source, f"docker://{home.name(form)}")
        assert home.manifest(form)["mediaType"] == media_type
        _, headers, _ = home.get(f"app/manifests/{form}")
        assert headers["Content-Type"] == media_type


def test_a_moved_tag_names_the_new_image_and_the_old_one_stays_by_digest(
    home: Home, logged_in: Clients, image: Images
) -> None:
    skopeo, old, new = logged_in("skopeo"), image(), image()
    skopeo.push(old, home.name("latest"))
    skopeo.push(new, home.name("latest"))
    skopeo.push(new, home.name("2"))
    assert home.tags() == ["2", "latest"]
    assert home.digest("latest") == home.digest("2") == new.manifest
    skopeo.pull(f"{home.server.host}/app@{old.manifest}")


def test_skopeo_inspects_and_lists_tags(home: Home, logged_in: Clients, image: Images) -> None:
    skopeo, made = logged_in("skopeo"), image(sizes=[5000])
    for tag in ("b", "a"):
        skopeo.push(made, home.name(tag))
    seen = skopeo.tool("inspect", f"docker://{home.name('a')}").json()
    assert (seen["Digest"], seen["Layers"], seen["RepoTags"]) == (made.manifest, list(made.layers), ["a", "b"])
    assert skopeo.tool("list-tags", f"docker://{home.server.host}/app").json()["Tags"] == ["a", "b"]


def test_skopeo_deletes_an_image_with_all_of_its_tags(home: Home, logged_in: Clients, image: Images) -> None:
    skopeo, made = logged_in("skopeo"), image()
    for tag in ("a", "b"):
        skopeo.push(made, home.name(tag))
    skopeo.push(image(), home.name("kept"))
    skopeo.tool("delete", f"docker://{home.name('a')}")
    assert home.tags() == ["kept"]
    gone = skopeo.tool("inspect", f"docker://{home.name('b')}", check=False)
    assert gone.code, gone
    assert "manifest unknown: Requested image not found" in gone.stderr
    skopeo.pull(home.name("kept"))


def test_skopeo_syncs_a_repository_to_a_folder_and_back_into_another(
    home: Home, logged_in: Clients, image: Images, tmp_path: Path
) -> None:
    skopeo, made = logged_in("skopeo"), [image(sizes=[1000]), image()]
    for tag, one in zip(("1", "2"), made, strict=True):
        skopeo.push(one, home.name(tag))
    options, folder = ("sync", "--all", "--preserve-digests"), tmp_path / "synced"
    skopeo.tool(*options, "--src", "docker", "--dest", "dir", f"{home.server.host}/app", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["app:1", "app:2"]
    home.create("mirror/app")
    skopeo.tool(*options, "--src", "dir", "--dest", "docker", str(folder), f"{home.server.host}/mirror")
    assert [home.digest(tag, "mirror/app") for tag in ("1", "2")] == [one.manifest for one in made]


def test_crane_lists_tags_copies_and_deletes(home: Home, logged_in: Clients, image: Images) -> None:
    crane, made = logged_in("crane"), image(sizes=[2000])
    crane.push(made, home.name("1"))
    crane.tool("tag", home.name("1"), "2")
    crane.tool("copy", home.name("2"), home.name("3", "other"))
    assert crane.tool("digest", home.name("3", "other")).stdout.strip() == made.manifest
    assert json.loads(crane.tool("manifest", home.name("2")).stdout) == home.manifest("1")
    assert crane.tool("ls", f"{home.server.host}/app").stdout.split() == ["1", "2"]
    assert crane.tool("catalog", home.server.host).stdout.split() == ["app", "other"]
    assert crane.tool("validate", "--remote", home.name("2")).code == 0  # every blob has the digest that names it
    crane.tool("delete", f"{home.server.host}/app@{made.manifest}")
    assert home.tags() == []


def test_crane_makes_an_index_of_images_and_takes_one_architecture_of_it(
    home: Home, logged_in: Clients, image: Images
) -> None:
    crane, images = logged_in("crane"), [image(), image()]
    for tag, made in zip(("one", "two"), images, strict=True):
        crane.push(made, home.name(tag))
    parts = [word for tag in ("one", "two") for word in ("--manifest", home.name(tag))]
    crane.tool("index", "append", *parts, "--tag", home.name("both"))
    assert {entry["digest"] for entry in home.manifest("both")["manifests"]} == {made.manifest for made in images}
    refused = crane.tool("delete", f"{home.server.host}/app@{images[0].manifest}", check=False)
    assert refused.code, refused
    assert "manifest list" in refused.stderr, refused  # an index is never left with a hole
    assert crane.tool("digest", "--platform", "linux/amd64", home.name("both")).stdout.strip() == images[0].manifest


def test_a_copy_within_the_registry_mounts_the_layers_instead_of_sending_them(
    home: Home, logged_in: Clients, image: Images
) -> None:
    skopeo, made = logged_in("skopeo"), image(sizes=[1_000_000, 50_000, 300])
    skopeo.push(made, home.name("1"))
    began = datetime.now(UTC)
    skopeo.tool("copy", f"docker://{home.name('1')}", f"docker://{home.name('1', 'other')}")
    asked = home.decided(since=began)
    assert asked["ecr:InitiateLayerUpload", "other"] == 4
    assert asked["ecr:UploadLayerPart", "other"] == 1  # the config, which skopeo always sends
    assert asked["ecr:GetDownloadUrlForLayer", "app"] == 4  # the right to read what is mounted, and the config
    assert home.digest("1", "other") == made.manifest
    skopeo.pull(home.name("1", "other"))


def pushed_index(home: Home, skopeo: Client, images: Sequence[Layout], folder: Path) -> str:
    """Push an index of `images` as tag `many` by skopeo from a layout made by hand; its digest."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    entries = []
    for made, architecture in zip(images, ("amd64", "arm64"), strict=True):
        for digest in (made.manifest, made.config, *made.layers):
            (blobs / digest.removeprefix("sha256:")).write_bytes(made.blob(digest))
        described = {"mediaType": MANIFEST, "digest": made.manifest, "size": len(made.blob(made.manifest))}
        entries.append(described | {"platform": {"architecture": architecture, "os": "linux"}})
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()
    digest = sha256(index).hexdigest()
    (blobs / digest).write_bytes(index)
    named = {"mediaType": INDEX, "digest": f"sha256:{digest}", "size": len(index)}
    named["annotations"] = {"org.opencontainers.image.ref.name": "many"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}))
    (folder / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    skopeo.tool("copy", "--all", f"oci:{folder}:many", f"docker://{home.name('many')}")
    return f"sha256:{digest}"


def test_an_index_keeps_its_digest_and_each_tool_takes_its_own_architecture(
    home: Home, logged_in: Clients, image: Images, tmp_path: Path
) -> None:
    skopeo, images = logged_in("skopeo"), [image(), image()]
    digest = pushed_index(home, skopeo, images, tmp_path / "many")
    assert home.digest("many") == digest
    raw = skopeo.tool("inspect", "--raw", f"docker://{home.name('many')}").stdout.encode()
    assert f"sha256:{sha256(raw).hexdigest()}" == digest
    for architecture, made in zip(("amd64", "arm64"), images, strict=True):
        seen = skopeo.tool("--override-arch", architecture, "inspect", f"docker://{home.name('many')}").json()
        assert seen["Layers"] == list(made.layers)
    for name in ("podman", "buildah", "docker"):
        logged_in(name).pull(home.name("many"))


@pytest.mark.parametrize("name", ["podman", "buildah"])
def test_a_manifest_list_made_by_the_tool_is_pushed_with_all_of_its_images(
    name: str, home: Home, logged_in: Clients, image: Images
) -> None:
    skopeo, tool, images = logged_in("skopeo"), logged_in(name).tool, [image(), image()]
    tool("manifest", "create", "both")
    for tag, made in zip(("one", "two"), images, strict=True):
        skopeo.push(made, home.name(tag))
        tool("manifest", "add", "both", f"docker://{home.name(tag)}")
    tool("manifest", "push", "--all", "both", f"docker://{home.name('both', 'other')}")
    listed = json.loads(home.get("other/manifests/both")[2])["manifests"]
    assert {entry["digest"] for entry in listed} == {made.manifest for made in images}
    for made in images:
        assert home.digest(made.manifest, "other") == made.manifest


@pytest.mark.parametrize("name", [name for name in TOOLS if name != "crane"])
def test_a_wrong_password_is_told_as_one(name: str, home: Home, client: Clients) -> None:
    refused = client(name).login(home.server.host, "wrong", check=False)
    assert refused.code, refused
    said = refused.stderr.lower()
    assert ("invalid username/password" if name in MANY else "401") in said, refused


def test_crane_takes_any_password_and_tells_a_wrong_one_when_it_is_used(
    home: Home, client: Clients, image: Images
) -> None:
    crane = client("crane")
    crane.login(home.server.host, "wrong")
    refused = crane.push(image(), home.name("1"), check=False)
    assert refused.code, refused
    assert "401 Unauthorized" in refused.stderr


@pytest.mark.parametrize("name", TOOLS)
def test_without_a_login_nothing_is_pushed_or_pulled(
    name: str, home: Home, client: Clients, logged_in: Clients, image: Images
) -> None:
    logged_in("skopeo").push(image(), home.name("1"))
    stranger = client(name, "stranger")
    assert stranger.pull(home.name("1"), check=False).code
    assert stranger.push(image(), home.name("2"), check=False).code
    assert home.tags() == ["1"]


@pytest.mark.parametrize("name", TOOLS)
def test_a_push_to_a_repository_that_is_not_there_says_so(
    name: str, home: Home, logged_in: Clients, image: Images
) -> None:
    refused = logged_in(name).push(image(), home.name("1", "absent"), check=False)
    assert refused.code, refused
    assert "The repository with name 'absent' does not exist" in refused.stderr, refused
    assert "name unknown: " in refused.stderr or "NAME_UNKNOWN: " in refused.stderr or name == "oras", refused
