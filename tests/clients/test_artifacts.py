"""What a registry holds beside images: files, what refers to an image, signatures, charts."""

from __future__ import annotations

import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from oras.client import OrasClient  # type: ignore[import-untyped]

from .home import Home
from .layout import CONFIG, INDEX, Layout
from .server import bare_environment
from .tools import Tool
from .verbs import Client

SBOM = "application/vnd.example.sbom+json"
# What cosign pushes: since version 3 as a referrer, before that under a tag made of the image's digest.
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
SIGNATURE = "dev.cosignproject.cosign/signature"

PLAIN = "--plain-http"
Clients = Callable[[str], Client]
Images = Callable[..., Layout]


@pytest.fixture
def oras(logged_in: Clients) -> Tool:
    return logged_in("oras").tool


@pytest.fixture
def openssl() -> Tool:
    path = shutil.which("openssl")
    if path is None:
        pytest.skip("openssl is not installed: run scripts/clients.")
    return Tool(path, bare_environment())


@pytest.fixture
def pushed(home: Home, logged_in: Clients, image: Images) -> Layout:
    """An image, as tag 1 of `app`."""
    made = image(sizes=[4000])
    logged_in("skopeo").push(made, home.name("1"))
    return made


def attach(oras: Tool, home: Home, file: Path, artifact_type: str, *options: str) -> None:
    """Push a file that refers to tag 1."""
    words = ("--artifact-type", artifact_type, "--disable-path-validation", *options)
    oras("attach", PLAIN, *words, home.name("1"), f"{file}:{artifact_type}")


def referring(oras: Tool, home: Home, *options: str, repository: str = "app") -> list[str]:
    """The artifact types of what refers to tag 1, as oras finds them."""
    found = oras("discover", PLAIN, "--format", "json", *options, home.name("1", repository)).json()
    return sorted(one["artifactType"] for one in found["referrers"])


def test_files_that_oras_pushes_come_back_as_they_were(home: Home, oras: Tool, tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(bytes(range(256)) * 5000)
    kind, file = "application/vnd.example.model", "weights:application/octet-stream"
    oras("push", PLAIN, "--artifact-type", kind, home.name("model"), file, folder=tmp_path)
    assert home.manifest("model")["artifactType"] == kind
    oras("pull", PLAIN, "--output", str(tmp_path / "back"), home.name("model"))
    assert (tmp_path / "back" / "weights").read_bytes() == (tmp_path / "weights").read_bytes()
    assert oras("repo", "tags", PLAIN, f"{home.server.host}/app").stdout.split() == ["model"]


def test_what_refers_to_an_image_is_found_by_kind_and_copied_with_it(
    home: Home, oras: Tool, pushed: Layout, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("{}")
    for kind in (SBOM, BUNDLE):
        attach(oras, home, tmp_path / "file", kind)
    assert referring(oras, home) == sorted([SBOM, BUNDLE])
    assert referring(oras, home, "--artifact-type", SBOM) == [SBOM]
    assert home.tags() == ["1"]  # no tag stands in for the list of referrers: the registry has the list itself
    oras("copy", "--recursive", "--from-plain-http", "--to-plain-http", home.name("1"), home.name("1", "other"))
    assert home.digest("1", "other") == pushed.manifest
    assert referring(oras, home, repository="other") == sorted([SBOM, BUNDLE])


def test_what_a_python_program_pushes_with_oras_comes_back(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.bin").write_bytes(bytes(range(256)) * 1000)
    client = OrasClient(insecure=True, auth_backend="basic")
    client.auth.set_basic_auth("AWS", home.password)
    client.push(target=home.name("model"), files=["weights.bin"])
    (back,) = client.pull(target=home.name("model"), outdir=str(tmp_path / "back"))
    assert Path(back).read_bytes() == (tmp_path / "weights.bin").read_bytes()
    assert client.get_tags(f"{home.server.host}/app") == ["model"]


def test_referrers_of_many_megabytes_come_in_pages_that_oras_follows(
    home: Home, oras: Tool, pushed: Layout, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("{}")
    for number in range(4):
        (tmp_path / "annotations").write_text(json.dumps({"$manifest": {"note": f"{number}" * 1_500_000}}))
        attach(oras, home, tmp_path / "file", SBOM, "--annotation-file", str(tmp_path / "annotations"))
    _, headers, first = home.get(f"app/referrers/{pushed.manifest}")
    assert headers["Content-Type"] == INDEX
    assert len(json.loads(first)["manifests"]) == 2
    assert headers["Link"].endswith('>; rel="next"')
    assert referring(oras, home) == [SBOM] * 4


def test_a_signature_in_cosigns_shape_goes_with_its_image_and_still_proves_it(
    home: Home, oras: Tool, logged_in: Clients, pushed: Layout, openssl: Tool, tmp_path: Path
) -> None:
    key, public, made = (str(tmp_path / name) for name in ("key.pem", "key.pub", "signature"))
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    openssl("ec", "-in", key, "-pubout", "-out", public)
    payload = {"identity": {"docker-reference": f"{home.server.host}/app"}, "type": "cosign container image signature"}
    critical = {**payload, "image": {"docker-manifest-digest": pushed.manifest}}
    (tmp_path / "payload.json").write_text(json.dumps({"critical": critical, "optional": None}))
    openssl("dgst", "-sha256", "-sign", key, "-out", made, str(tmp_path / "payload.json"))
    signature = b64encode(Path(made).read_bytes()).decode()
    (tmp_path / "annotations").write_text(json.dumps({"payload.json": {SIGNATURE: signature}}))
    (tmp_path / "config.json").write_text('{"architecture":"","os":"","config":{},"rootfs":{"type":"layers"}}')

    tag = f"{pushed.manifest.replace(':', '-')}.sig"
    files = (f"payload.json:{SIMPLE_SIGNING}", "--config", f"config.json:{CONFIG}")
    oras("push", PLAIN, "--annotation-file", "annotations", home.name(tag), *files, folder=tmp_path)
    for name in ("1", tag):  # as `cosign copy` does
        logged_in("crane").tool("copy", home.name(name), home.name(name, "other"))

    (layer,) = home.manifest(tag, "other")["layers"]
    assert layer["mediaType"] == SIMPLE_SIGNING
    (tmp_path / "there").write_bytes(home.get(f"other/blobs/{layer['digest']}")[2])
    (tmp_path / "signed").write_bytes(b64decode(layer["annotations"][SIGNATURE]))
    verify = ("dgst", "-sha256", "-verify", public, "-signature", str(tmp_path / "signed"))
    assert openssl(*verify, str(tmp_path / "there")).stdout == "Verified OK\n"
    named = json.loads((tmp_path / "there").read_text())["critical"]["image"]["docker-manifest-digest"]
    assert named == home.digest("1", "other")


def test_a_chart_is_pushed_listed_by_its_versions_and_rendered_by_helm(
    home: Home, person: Callable[[str, str], Tool], tmp_path: Path
) -> None:
    home.create("charts/hello")
    helm, where = person("me", "helm"), f"oci://{home.server.host}/charts/hello"
    helm.login(home.server.host, home.password)
    chart = tmp_path / "hello"
    (chart / "templates").mkdir(parents=True)
    (chart / "templates" / "map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}\ndata: {version: {{ .Chart.Version }}}\n"
    )
    for version in ("0.1.0", "0.2.0+build.7"):
        (chart / "Chart.yaml").write_text(f"apiVersion: v2\nname: hello\nversion: {version}\n")
        helm("package", str(chart), "--destination", str(tmp_path))
        helm("push", PLAIN, str(tmp_path / f"hello-{version}.tgz"), f"oci://{home.server.host}/charts")
    # A tag has no plus sign: helm writes it as an underscore, and finds the newest version by the list of tags.
    assert json.loads(home.get("charts/hello/tags/list")[2])["tags"] == ["0.1.0", "0.2.0_build.7"]
    assert "version: 0.1.0" in helm("show", "chart", PLAIN, where, "--version", "^0.1.0").stdout
    assert "{version: 0.2.0+build.7}" in helm("template", "it", PLAIN, where).stdout
    (tmp_path / "back").mkdir()
    helm("pull", PLAIN, where, "--version", "0.1.0", "--destination", str(tmp_path / "back"))
    assert (tmp_path / "back" / "hello-0.1.0.tgz").read_bytes() == (tmp_path / "hello-0.1.0.tgz").read_bytes()
