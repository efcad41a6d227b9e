"""The console's sources are in order, its build keeps the budgets, and the package needs no Node of its users."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dockreeve.doors.console import BUILT

from .browser import ROOT

KB = 1000
ENTRY, PAGE, EDITOR, SHARED = 260 * KB, 40 * KB, 170 * KB, 70 * KB  # of JavaScript, gzipped
WHOLE = 3500 * KB  # all files that a browser may load as they are, uncompressed
UNLOADED = {"licenses.md", "manifest.json"}  # for people, and for the tests

pytestmark = pytest.mark.clients  # they need Node, or what it built


@pytest.fixture(scope="package")
def build() -> ModuleType:
    """console/build.py as a module."""
    spec = importlib.util.spec_from_file_location("console_build_tested", ROOT / "console" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="package")
def manifest() -> dict[str, Any]:
    """What Vite built from which source."""
    file = BUILT / ".vite" / "manifest.json"
    if not file.is_file():
        pytest.skip("the console is not built: run make console.")
    return json.loads(file.read_text())


@pytest.mark.parametrize("script", ["types", "lint", "test"])
def test_the_sources_are_in_order(script: str) -> None:
    """tsc, eslint and vitest."""
    if not (ROOT / "console" / "node_modules").is_dir():
        pytest.skip("the console's packages are not installed: run make console.")
    command = [sys.executable, str(ROOT / "console" / "build.py"), "npm", "run", "--silent", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_lies_there_was_built_from_these_sources(build: ModuleType, manifest: dict[str, Any]) -> None:
    assert build.STAMP.read_text() == build.sources_digest(), "run make console"


def test_the_entry_and_all_it_loads_at_once_keeps_its_budget(manifest: dict[str, Any]) -> None:
    loaded: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        chunk = manifest[waiting.pop()]
        if chunk["file"] not in loaded:
            loaded.add(chunk["file"])
            waiting += chunk.get("imports", [])
    assert sum(gzipped(name) for name in loaded) <= ENTRY


def test_every_chunk_keeps_its_budget(manifest: dict[str, Any]) -> None:
    """A page's own chunk, and what pages share; the entry's are counted together."""
    first = {manifest["index.html"]["file"], *(manifest[name]["file"] for name in manifest["index.html"]["imports"])}
    too_large = {}
    for source, chunk in manifest.items():
        if not chunk["file"].endswith(".js") or chunk["file"] in first:
            continue
        most = EDITOR if "editor" in source.lower() else PAGE if source.startswith("src/") else SHARED
        if (size := gzipped(chunk["file"])) > most:
            too_large[source] = size
    assert not too_large


def test_the_whole_build_keeps_its_budget(manifest: dict[str, Any]) -> None:
    files = [file for file in BUILT.rglob("*") if file.is_file() and file.suffix not in (".br", ".gz")]
    files = [file for file in files if file.name not in UNLOADED]
    assert sum(file.stat().st_size for file in files) <= WHOLE


def test_every_text_of_the_build_is_compressed_beforehand(manifest: dict[str, Any]) -> None:
    texts = [file for file in (BUILT / "assets").iterdir() if file.suffix in (".js", ".css")]
    assert len(texts) > 10
    for file in texts:
        if file.stat().st_size >= 1024:
            assert gzip.decompress(file.with_name(f"{file.name}.gz").read_bytes()) == file.read_bytes()
            assert file.with_name(f"{file.name}.br").is_file()


def test_the_index_has_nothing_inline(manifest: dict[str, Any]) -> None:
    text = (BUILT / "index.html").read_text()
    assert "<style" not in text
    assert " style=" not in text
    assert text.count("<script") == text.count('<script type="module" crossorigin src="/console/assets/')


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((ROOT / "console" / "package-lock.json").read_text())
    assert len(locked["packages"]) > 100
    assert not [name for name, package in locked["packages"].items() if "resolved" in package]


@pytest.mark.parametrize(
    ("said", "enough"),
    [
        ("v20.19.0\n", True),
        ("v20.18.3\n", False),
        ("v21.7.0\n", False),
        ("v22.11.0\n", False),
        ("v22.12.0\n", True),
        ("v26.0.0\n", True),
        ("v18.20.4\n", False),
        ("", False),
    ],
)
def test_a_node_that_vite_can_not_run_on_is_not_taken(build: ModuleType, said: str, enough: bool) -> None:
    assert build.is_new_enough(said) is enough


@pytest.mark.slow
def test_the_wheel_of_an_sdist_has_the_console_without_node(tmp_path: Path, manifest: dict[str, Any]) -> None:
    """What pip does with an sdist on a machine without Node: the built files came along."""
    hatch = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run([*hatch, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    (sdist,) = tmp_path.glob("*.tar.gz")
    subprocess.run(["tar", "-xf", sdist, "-C", tmp_path], check=True)
    (unpacked,) = (each for each in tmp_path.iterdir() if each.is_dir())
    bare = {**os.environ, "PATH": str(tmp_path)}
    subprocess.run([*hatch, "-t", "wheel"], cwd=unpacked, check=True, capture_output=True, env=bare)
    (wheel,) = tmp_path.glob("*.whl")
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", wheel], check=True, capture_output=True, text=True
    ).stdout
    for name in ("index.html", manifest["index.html"]["file"], f"{manifest['index.html']['file']}.br"):
        assert f"dockreeve/console_assets/{name} " in listed
    assert "node_modules" not in listed


def gzipped(name: str) -> int:
    """How many bytes of this file go over the wire to a client that takes gzip."""
    compressed = BUILT / f"{name}.gz"
    return (compressed if compressed.is_file() else BUILT / name).stat().st_size
