"""Programs taken from Debian's packages without installing them: unpacked into .venv-bench, no service started."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BASE = Path(".venv-bench/debian").resolve()
# Program -> its package, then the libraries that a small system lacks.
PACKAGES = {
    "docker-registry": ("docker-registry",),
    "nginx": ("nginx",),
    "wrk": ("wrk", "libluajit-5.1-2"),
}


@dataclass(frozen=True, slots=True)
class Program:
    """An unpacked program; run `path` with `environment` added."""

    name: str
    path: str
    version: str
    environment: Mapping[str, str]


def program(name: str) -> Program | None:
    """Debian's build of `name`, downloaded on first use; None, with the reason printed, where that can't be."""
    root = BASE / name
    try:
        if not (root / "done").exists():
            _unpack(PACKAGES[name], root)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name} is left out: its Debian package can't be had here ({error}).")
        return None
    path = next(found for found in (root / "usr/bin" / name, root / "usr/sbin" / name) if found.exists())
    libraries = ":".join(str(folder) for folder in (root / "usr/lib").glob("*-linux-gnu"))
    return Program(name, str(path), (root / "done").read_text(), {"LD_LIBRARY_PATH": libraries} if libraries else {})


def _unpack(packages: tuple[str, ...], root: Path) -> None:
    downloads = root / "downloads"
    shutil.rmtree(root, ignore_errors=True)
    downloads.mkdir(parents=True)
    downloads.chmod(0o777)  # apt-get as root downloads as the user _apt
    try:
        _download(packages, downloads)
    except subprocess.CalledProcessError:
        if os.geteuid() != 0:
            raise
        subprocess.run(["apt-get", "-q", "update"], check=True, capture_output=True)  # a fresh machine has no lists
        _download(packages, downloads)
    version = ""
    for package in packages:
        (file,) = downloads.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", file, root], check=True, capture_output=True)
        asked = ["dpkg-deb", "--field", str(file), "Version"]
        version = version or subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    (root / "done").write_text(version)


def _download(packages: tuple[str, ...], folder: Path) -> None:
    subprocess.run(["apt-get", "-q", "download", *packages], cwd=folder, check=True, capture_output=True)
