"""A real dockerd with nothing of the machine's: no bridge, no firewall rules, its data in a folder of the test's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from .server import bare_environment
from .tools import Tool

PLUGIN_FROM = 23  # docker's major version that builds with BuildKit only by the plugin buildx


class CannotRun(Exception):
    """dockerd can't run here; the message is one line that says why."""


class Dockerd:
    """The daemon and, through its sockets, docker's and containerd's own command. 127.0.0.0/8 needs no TLS."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float = 20) -> Dockerd:
        """Return when it answers; raise `CannotRun`."""
        if shutil.which("dockerd") is None or shutil.which("docker") is None:
            raise CannotRun("docker is not installed: run scripts/clients.")
        if os.geteuid() != 0:
            raise CannotRun("dockerd needs root.")
        settings = self._folder / "daemon.json"
        settings.write_text(json.dumps(self._settings()))
        with self._log.open("wb") as log:
            command = ["dockerd", "--config-file", str(settings)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=bare_environment())
        docker, deadline = self.docker(self._folder / "first"), time.monotonic() + within
        while docker("version", check=False).code:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotRun(f"dockerd does not start: {self._log.read_text().splitlines()[-1]}")
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        """End it, and the containerd that it started."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def builder(self, folder: Path) -> Tool:
        """docker's command line with the daemon's own BuildKit as `build`; raise `CannotRun`.

        Debian's own may stand behind another that is newer, and from 23 on docker needs its plugin for that.
        """
        for path in (shutil.which("docker"), "/usr/bin/docker"):
            if path and Path(path).exists():
                tool = self.docker(folder, path=path, buildkit=True)
                version = tool("version", "--format", "{{.Client.Version}}").stdout
                if int(version.partition(".")[0]) < PLUGIN_FROM or tool("buildx", "version", check=False).code == 0:
                    return tool
        raise CannotRun("docker can't build with BuildKit: install docker-buildx.")

    def docker(self, folder: Path, *, path: str = "", buildkit: bool = False) -> Tool:
        """docker's command line with its logins below `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        own = {
            "HOME": str(folder),
            "DOCKER_CONFIG": str(folder),
            "DOCKER_HOST": f"unix://{self._folder}/docker.sock",
            "DOCKER_BUILDKIT": str(int(buildkit)),
        }
        return Tool(path or shutil.which("docker") or "docker", {**bare_environment(), **own})

    def ctr(self) -> Tool:
        """containerd's command line, on the containerd that dockerd started."""
        address = str(self._folder / "exec" / "containerd" / "containerd.sock")
        return Tool(shutil.which("ctr") or "ctr", {**bare_environment(), "CONTAINERD_ADDRESS": address})

    def _settings(self) -> dict[str, object]:
        return {
            "data-root": str(self._folder / "root"),
            "exec-root": str(self._folder / "exec"),
            "pidfile": str(self._folder / "pid"),
            "hosts": [f"unix://{self._folder}/docker.sock"],
            "bridge": "none",
            "iptables": False,
            "ip6tables": False,
            "storage-driver": "vfs",
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
        }

    @property
    def _log(self) -> Path:
        return self._folder / "log"
