"""A real BuildKit daemon, as `docker buildx` and CI systems run it: it builds and pushes without docker's engine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from .dockerd import CannotRun
from .server import bare_environment
from .tools import Done, Tool, built_tool


class Buildkitd:
    """The daemon; its state is below `folder`. 127.0.0.0/8 needs no TLS."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._address = f"unix://{folder}/socket"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float = 20) -> Buildkitd:
        """Return when it answers; raise `CannotRun`."""
        program = Path(sys.executable).with_name("buildkitd")
        if not program.exists() or built_tool("buildctl", self._folder / "first") is None:
            raise CannotRun("buildkitd is not installed: run scripts/clients.")
        if os.geteuid() != 0:
            raise CannotRun("buildkitd needs root.")
        worker = ("--containerd-worker=false", "--oci-worker-snapshotter=native", "--oci-worker-net=host")
        command = [str(program), "--addr", self._address, "--root", str(self._folder / "root"), *worker]
        # An empty configuration of its own: the machine's must not leak in.
        (self._folder / "buildkitd.toml").write_text("")
        command += ["--config", str(self._folder / "buildkitd.toml")]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=bare_environment())
        deadline = time.monotonic() + within
        while self.ask(self.client(self._folder / "first"), "debug", "workers", check=False).code:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotRun(f"buildkitd does not start: {self._log.read_text().splitlines()[-1]}")
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def client(self, folder: Path) -> Tool:
        """buildctl with its logins, which are docker's, below `folder`."""
        tool = built_tool("buildctl", folder)
        assert tool is not None  # it was there at the start
        return tool

    def ask(self, client: Tool, *arguments: str, check: bool = True) -> Done:
        return client("--addr", self._address, *arguments, check=check)

    def push(self, client: Tool, context: Path, name: str, *options: str) -> Done:
        """Build the folder's Dockerfile and push the image, in one step, as `docker buildx build --push` does."""
        local = ("--local", f"context={context}", "--local", f"dockerfile={context}")
        output = f"type=image,name={name},push=true"
        return self.ask(
            client, "build", "--progress=plain", "--frontend=dockerfile.v0", *local, *options, "--output", output
        )

    @property
    def _log(self) -> Path:
        return self._folder / "log"
