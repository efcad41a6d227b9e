"""A real `dockreeve serve` in a process of its own: started, killed, restarted, and looked at from outside."""

from __future__ import annotations

import configparser
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3  # type: ignore[import-untyped]
import botocore.session
from botocore.loaders import Loader

REGION = "us-east-1"
# One for every client: each would read botocore's models anew, and that is most of what making a client takes.
MODELS = Loader()


@dataclass(frozen=True, slots=True)
class Keys:
    """What a caller signs with: a long-lived access key, or a session's three values."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Keys:
        """The keys in an answer of CreateAccessKey (`AccessKey`) or of AssumeRole (`Credentials`)."""
        held = answer.get("AccessKey") or answer["Credentials"]
        return cls(held["AccessKeyId"], held["SecretAccessKey"], held.get("SessionToken", ""))

    def environment(self) -> dict[str, str]:
        """The variables by which the aws CLI and every SDK take these keys."""
        named = {"AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": self.secret_access_key}
        return {**named, "AWS_SESSION_TOKEN": self.session_token} if self.session_token else named


@dataclass(frozen=True, slots=True)
class Sdk:
    """boto3 bound to one server and one caller."""

    url: str
    keys: Keys

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of `service`; `options` go to `Session.client`."""
        core = botocore.session.Session()
        core.register_component("data_loader", MODELS)
        session = boto3.Session(
            self.keys.access_key_id, self.keys.secret_access_key, self.keys.session_token or None, REGION, core
        )
        return session.client(service, endpoint_url=self.url, **options)


class Server:
    """A `dockreeve serve` on a free loopback port whose data is in `folder`/data and whose output in `folder`/log."""

    def __init__(self, folder: Path, *, options: Sequence[str] = (), environment: Mapping[str, str] | None = None):
        self.data = folder / "data"
        self.options = tuple(options)
        self.environment = {**bare_environment(), **(environment or {})}
        self.url = ""
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float = 15) -> Server:
        """Return when the server accepts connections; raise RuntimeError with its output when it does not in time.

        Started again, it listens on the port it had before, so that image names keep their meaning.
        """
        listen = urlsplit(self.url).netloc or "127.0.0.1:0"
        command = [dockreeve(), "serve", "--data", str(self.data), "--listen", listen, *self.options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)
        deadline = time.monotonic() + within
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"dockreeve serve did not start (exit {self._process.returncode}):\n{self.log()}")
            time.sleep(0.02)
        return self

    def stop(self, *, within: float = 15) -> int:
        """Ask the server to end (SIGTERM) and return its exit code."""
        process = self._running()
        process.terminate()
        return process.wait(within)

    def interrupt(self) -> None:
        """Ask the server to end at once (SIGINT after a SIGTERM), and don't wait."""
        self._running().send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End the server at once (SIGKILL), as a power cut would; nothing happens if it is gone already."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def restart(self) -> Server:
        """Kill the server and start it again on the same port and data."""
        self.kill()
        return self.start()

    @property
    def host(self) -> str:
        """`address:port`, as it stands in an image's name."""
        return urlsplit(self.url).netloc

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def root_keys(self) -> Keys:
        """The root access key that the first start wrote down."""
        read = configparser.ConfigParser()
        read.read_string((self.data / "root-credentials").read_text())
        return Keys(read["default"]["aws_access_key_id"], read["default"]["aws_secret_access_key"])

    def sdk(self, keys: Keys | None = None) -> Sdk:
        """boto3 as the owner of `keys`; as root without."""
        return Sdk(self.url, keys or self.root_keys)

    def log(self) -> str:
        """All that the server has printed so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def resident(self) -> int:
        """Bytes of memory resident now, all processes of the server together."""
        return sum(memory(pid)["VmRSS"] for pid in family(self.pid))

    def peak(self) -> int:
        """The most bytes resident since the start or `forget_peak`; for several processes the sum of their peaks."""
        return sum(memory(pid)["VmHWM"] for pid in family(self.pid))

    def forget_peak(self) -> None:
        for pid in family(self.pid):
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("The server was never started.")
        return self._process

    def _is_ready(self) -> bool:
        try:
            said = json.loads((self.data / "server.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        if said["pid"] != self._running().pid:  # left behind by one that was killed
            return False
        self.url = said["url"].rstrip("/")
        where = urlsplit(self.url)
        with socket.socket() as probe:
            return probe.connect_ex((where.hostname, where.port)) == 0


def dockreeve() -> str:
    """The command as installed beside the Python that runs the tests."""
    return str(Path(sys.executable).with_name("dockreeve"))


def bare_environment() -> dict[str, str]:
    """This process's environment without anything that would point a client or the server elsewhere."""
    foreign = ("AWS_", "DOCKREEVE_", "REGISTRY_", "CONTAINERS_", "STORAGE_", "DOCKER_")
    proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign) and k.lower() not in proxies}
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true"}


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def memory(pid: int) -> dict[str, int]:
    """The figures of /proc/PID/status that are given in kB, in bytes."""
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {line[0].rstrip(":"): int(line[1]) * 1024 for line in lines if len(line) == 3 and line[2] == "kB"}
