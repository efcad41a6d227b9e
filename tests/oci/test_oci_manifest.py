"""Manifests: what is read, and what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.oci import Digest, ManifestError, parse_manifest
from dockreeve.oci.manifest import DOCKER_LIST, DOCKER_MANIFEST, LONGEST, MOST_DESCRIPTORS, OCI_INDEX, OCI_MANIFEST
from laws import examples

CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
NONDISTRIBUTABLE = "application/vnd.oci.image.layer.nondistributable.v1.tar"


def part(content: str, media_type: str = LAYER, **more: Any) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": str(Digest.of(content.encode())), "size": len(content), **more}


def image(**more: Any) -> dict[str, Any]:
    return {"schemaVersion": 2, "config": part("config", CONFIG), "layers": [part("one"), part("two!")], **more}


def index(**more: Any) -> dict[str, Any]:
    return {"schemaVersion": 2, "manifests": [part("amd64", OCI_MANIFEST), part("arm64", OCI_MANIFEST)], **more}


def written(document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("kind", [DOCKER_MANIFEST, OCI_MANIFEST])
def test_an_image_says_what_it_needs(kind: str) -> None:
    manifest = parse_manifest(written(image(mediaType=kind)), kind)
    assert manifest.media_type == kind
    assert not manifest.is_index
    assert [str(digest) for digest in manifest.required_layers] == [
        str(Digest.of(content)) for content in (b"config", b"one", b"two!")
    ]
    assert manifest.size == len("config") + len("one") + len("two!")


@pytest.mark.parametrize("kind", [DOCKER_LIST, OCI_INDEX])
def test_an_index_lists_its_children(kind: str) -> None:
    manifest = parse_manifest(written(index(mediaType=kind)), kind)
    assert manifest.is_index
    assert [child.digest for child in manifest.children] == [Digest.of(b"amd64"), Digest.of(b"arm64")]
    assert manifest.required_layers == ()


def test_sha512_descriptors_are_read() -> None:
    digest = Digest.of(b"one", "sha512")
    body = written(image(layers=[{"mediaType": LAYER, "digest": str(digest), "size": 3}]))
    assert digest in parse_manifest(body).required_layers


@pytest.mark.parametrize(
    "layer",
    [part("far", FOREIGN, urls=["https://x.example/far"]), part("far", NONDISTRIBUTABLE), part("far", urls=["u"])],
)
def test_a_foreign_layer_is_not_required(layer: dict[str, Any]) -> None:
    manifest = parse_manifest(written(image(layers=[part("one"), layer])))
    assert Digest.of(b"far") not in manifest.required_layers
    assert manifest.foreign_layers == (Digest.of(b"far"),)
    assert manifest.size == len("config") + len("one")


def test_subject_artifact_type_and_annotations_are_read() -> None:
    said = image(subject=part("subject", OCI_MANIFEST), artifactType="application/x.sbom", annotations={"a": "b"})
    manifest = parse_manifest(written(said))
    assert manifest.subject is not None
    assert manifest.subject.digest == Digest.of(b"subject")
    assert manifest.artifact_type == "application/x.sbom"
    assert manifest.annotations == {"a": "b"}


@pytest.mark.parametrize(("document", "kind"), [(image(), OCI_MANIFEST), (index(), OCI_INDEX)])
def test_the_shape_tells_the_kind_when_nobody_says_it(document: dict[str, Any], kind: str) -> None:
    assert parse_manifest(written(document)).media_type == kind


def test_the_header_tells_the_kind_when_the_body_does_not() -> None:
    assert parse_manifest(written(image()), f"{DOCKER_MANIFEST}; charset=utf-8").media_type == DOCKER_MANIFEST


def test_unknown_members_are_passed_over() -> None:
    assert parse_manifest(written(image(org={"deep": [1, 2, {"x": None}]}))).media_type == OCI_MANIFEST


@pytest.mark.parametrize("layers", [[], None])
def test_an_artifact_may_have_no_layers(layers: list[Any] | None) -> None:
    assert parse_manifest(written(image(layers=layers))).layers == ()


def test_the_largest_manifest_is_read_and_one_byte_more_refused() -> None:
    padding = LONGEST - len(written(image(annotations={"p": ""})))
    body = written(image(annotations={"p": "x" * padding}))
    assert len(body) == LONGEST
    assert parse_manifest(body).annotations
    with pytest.raises(ManifestError, match="4194304"):
        parse_manifest(body + b" ")


WITHOUT_CONFIG = {"schemaVersion": 2, "layers": []}
REFUSED: list[tuple[bytes, str]] = [
    (b"", "bytes"),
    (b"{", "Invalid JSON syntax"),
    (b"\xff\xfe{}", "Invalid JSON syntax"),
    (b"[]", "JSON object"),
    (b"[" * 1_000_000, "nested"),
    (b'{"schemaVersion": ' + b"9" * 100_000 + b"}", "Invalid JSON syntax"),
    (b'{"schemaVersion": NaN}', "NaN"),
    (b'{"schemaVersion":2,"schemaVersion":2,"layers":[]}', "twice"),
    (written({}), "schemaVersion"),
    (written(image(schemaVersion=3)), "schemaVersion"),
    (written(image(schemaVersion="2")), "schemaVersion"),
    (written({"schemaVersion": 1, "fsLayers": []}), "schema 1"),
    (written(WITHOUT_CONFIG), "config"),
    (written(image(config=None)), "config"),
    (written(image(config="x")), "JSON object"),
    (written({"schemaVersion": 2, "config": part("config", CONFIG)}), "layers"),
    (written(image(layers={})), "list"),
    (written(image(layers=["x"])), r"layers\[0\]"),
    (written(image(layers=[part("a", size=-1)])), "size"),
    (written(image(layers=[part("a", size=1.5)])), "size"),
    (written(image(layers=[part("a", size=True)])), "size"),
    (written(image(layers=[part("a", size=2**63)])), "size"),
    (written(image(layers=[part("a", digest="md5:00")])), "md5"),
    (written(image(layers=[part("a", digest="sha256:zz")])), "digest"),
    (written(image(layers=[part("a", digest=None)])), "digest"),
    (written(image(layers=[part("a", urls="u")])), "urls"),
    (written(image(layers=[part("a", "no type")])), "mediaType"),
    (written(image(layers=[part("a")] * (MOST_DESCRIPTORS + 1))), str(MOST_DESCRIPTORS)),
    (written(image(mediaType=OCI_MANIFEST, manifests=[])), "manifests"),
    (written(index(mediaType=OCI_INDEX, layers=[part("a")])), "layers"),
    (written(index(config=part("c", CONFIG))), "config"),
    (written(image(mediaType="application/vnd.oci.artifact.manifest.v1+json")), "not a kind"),
    (written(image(mediaType=7)), "mediaType"),
    (written(image(subject=[])), "subject"),
    (written(image(artifactType="not a media type")), "artifactType"),
    (written(image(annotations={"a": 1})), "annotations"),
    (written(image(annotations=["a"])), "annotations"),
    (written(image(annotations={"a": "\ud800"})), "annotations"),
]


@pytest.mark.parametrize(("body", "named"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_manifest_is_refused_by_a_sentence(body: bytes, named: str) -> None:
    with pytest.raises(ManifestError, match=named) as refused:
        parse_manifest(body)
    assert "\n" not in str(refused.value)


def test_header_and_body_must_agree() -> None:
    with pytest.raises(ManifestError, match="request"):
        parse_manifest(written(image(mediaType=OCI_MANIFEST)), DOCKER_MANIFEST)


@pytest.mark.parametrize("kind", ["text/plain", "application/vnd.docker.distribution.manifest.v1+prettyjws"])
def test_a_kind_that_is_not_stored_is_refused(kind: str) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(written(image()), kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from([*image(), *index(), "mediaType", "subject", "artifactType", "annotations"])


@settings(max_examples=examples(150))
@given(st.binary(max_size=64) | st.text(max_size=64).map(str.encode))
def test_no_bytes_raise_anything_but_the_refusal(body: bytes) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(body)


@settings(max_examples=examples(150))
@given(st.dictionaries(MEMBERS, JSON, max_size=4), st.sampled_from([image(), index()]))
def test_no_document_raises_anything_but_the_refusal(changes: dict[str, Any], document: dict[str, Any]) -> None:
    try:
        parse_manifest(written({**document, **changes}))
    except ManifestError as refused:
        assert str(refused)
