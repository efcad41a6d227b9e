"""The official OCI Distribution conformance suite, pinned: built by Go from its module, run against a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

from clients.server import Server, bare_environment

MODULE = "github.com/opencontainers/distribution-spec/conformance"
PIN = "v0.0.0-20260831232431-97274622c111"
REPOSITORIES = ("conformance/repo1", "conformance/repo2")
# Beyond the suite's own defaults for 1.1: what we promise as well.
ALSO = ("API_BLOBS_UPLOAD_CANCEL", "API_BLOBS_DIGEST_HEADER", "API_MANIFESTS_DIGEST_HEADER")
_GROUP = re.compile(r"^  (?P<name>[A-Z][\w +-]*?)\.*: +(?P<outcome>[A-Z][a-z]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Results:
    """What one run came to; `groups` are the suite's own lines on APIs and data."""

    tests: int
    failures: int
    errors: int
    skipped: int
    groups: tuple[tuple[str, str], ...]
    failed: tuple[str, ...]
    said: str


def built(folder: Path) -> Path:
    """The suite as a program; nothing is downloaded when Go has the module already. Raise `RuntimeError`."""
    go = shutil.which("go")
    if go is None:
        raise RuntimeError("Go is not installed")
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        [go, "install", f"{MODULE}@{PIN}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"go install failed: {done.stderr}")
    return folder / "conformance"


def run(program: Path, server: Server, folder: Path) -> Results:
    """Run the whole suite, version 1.1, logged in as root."""
    ecr = server.sdk().client("ecr")
    for name in REPOSITORIES:
        ecr.create_repository(repositoryName=name)
    login = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = b64decode(login).decode().partition(":")
    environment = {
        **bare_environment(),
        "OCI_REGISTRY": server.host,
        "OCI_TLS": "disabled",
        "OCI_REPO1": REPOSITORIES[0],
        "OCI_REPO2": REPOSITORIES[1],
        "OCI_USERNAME": user,
        "OCI_PASSWORD": password,
        "OCI_VERSION": "1.1",
        "OCI_RESULTS_DIR": str(folder),
        **{f"OCI_{name}": "true" for name in ALSO},
    }
    done = subprocess.run(
        [program], env=environment, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    suite = ET.parse(folder / "junit.xml").getroot().find("testsuite")
    assert suite is not None, done.stdout
    counts = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    failed = [case.get("name", "") for case in suite.iter("testcase") if case.get("status") not in _HARMLESS]
    return Results(**counts, groups=tuple(_GROUP.findall(done.stdout)), failed=tuple(failed), said=done.stdout)


_HARMLESS = {"passed", "skipped", "disabled"}


def page(results: Results) -> str:
    """docs/conformance.md."""
    lines = [
        "<!-- Written by `make conformance`. -->",
        "# OCI conformance",
        "",
        f"The official suite, `{MODULE}` at `{PIN}`,",
        "in version 1.1 with all its defaults and also upload cancel and digest headers, against `dockreeve serve`",
        "in the `oci` profile, authorization on. `make test` runs it where Go is installed.",
        "",
        "| tests | failures | errors | skipped |",
        "| --- | --- | --- | --- |",
        f"| {results.tests} | {results.failures} | {results.errors} | {results.skipped} |",
        "",
        "Skipped by the suite itself: deleting a blob (ECR has no such request; 405, which the specification allows)",
        "with what depends on it, and mounting without a source repository (nobody's right to read could be checked;",
        "202, an ordinary upload). Disabled by its defaults for 1.1: sparse manifests and tags as parameters.",
        "",
        "| group | outcome |",
        "| --- | --- |",
        *(f"| {name} | {outcome} |" for name, outcome in results.groups),
    ]
    return "\n".join(lines) + "\n"
