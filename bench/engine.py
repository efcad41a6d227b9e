"""The policy engine next to moto's and cedarpy's, on one workload; each in a process of its own, CPU time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .apis import VENV
from .figures import Row, interleaved
from .rate import BenchError
from .workload import ADDRESSES, REQUESTS, workload

ENGINES = Path(__file__).parent / "engines"
OURS, MOTO, CEDAR, CEDAR_TEXT = "dockreeve", "moto", "cedarpy", "cedarpy, policies as text"
PEERS = (MOTO, CEDAR, CEDAR_TEXT)
PROGRAMS = {
    OURS: (sys.executable, ENGINES / "ours.py"),
    MOTO: (VENV / "bin/python", ENGINES / "peer_moto.py"),
    CEDAR: (VENV / "bin/python", ENGINES / "peer_cedar.py"),
}


def decisions(folder: Path, rounds: int) -> list[Row]:
    """Decisions a second, and how long the tools take; raise BenchError where engines that should agree don't."""
    work = folder / "workload.json"
    work.write_text(json.dumps(workload()))
    rates = {
        "every layer": Row("decision, every layer present", "/s", ">= 5x moto, >= 10x cedarpy"),
        "identity": Row("decision, identity policies only", "/s", ">= 8x moto"),
        "500 statements": Row("decision, every layer, 500 statements", "/s", "within 20 % of 24"),
        "traced": Row("decision with every statement looked at", "/s", ">= 1x moto"),
        "explained": Row("the same explained, the smallest change tried", "/s"),
    }
    times = {
        "cold": Row("a role of 24 statements, compiled and asked", "ms", "<= 2"),
        "lint": Row("`lint` of a policy of 6 KiB, in process", "ms", "<= 20"),
        "diff": Row("`diff` of two sets of 24 statements, in process", "ms", "<= 100"),
    }
    whole = Row("`dockreeve can` from files, the whole process", "ms", "<= 250")
    answers: dict[str, Any] = {}

    def measure(engine: str, _: int) -> None:
        answers[engine] = answer = _run(engine, work)
        if engine != OURS:
            for row in rates.values():  # the peers have one way to decide: it stands beside each of ours
                row.note(engine, REQUESTS / answer["identity"])
                if engine == CEDAR:
                    row.note(CEDAR_TEXT, REQUESTS / answer["as text"])
            return
        for name, row in rates.items():
            row.note(OURS, REQUESTS / answer[name])
        for name, row in times.items():
            row.note(OURS, answer[name] * 1000)
        whole.note(OURS, _can(folder))

    interleaved(list(PROGRAMS), rounds, measure)
    _agree(answers)
    return [*rates.values(), *times.values(), whole]


def _run(engine: str, work: Path) -> Any:
    ran = subprocess.run([*PROGRAMS[engine], work], check=False, capture_output=True, text=True)
    if ran.returncode:
        raise BenchError(f"{engine}: {ran.stderr[-2000:]}")
    return json.loads(ran.stdout)


def _can(folder: Path) -> float:
    """Milliseconds of the tutorial's question."""
    files = [Path("docs/tutorial", f"{name}ECRRepositoryContent.json").resolve() for name in ("Read", "Write")]
    command = [Path(sys.executable).with_name("dockreeve"), "can", "pull", "app"]
    policies = [word for file in files for word in ("--policy", file)]
    began = time.perf_counter()
    ran = subprocess.run([*command, *policies], check=False, capture_output=True, cwd=folder)
    if ran.returncode != 3:  # the tutorial's role can't pull
        raise BenchError(f"dockreeve can ended with {ran.returncode}: {ran.stderr.decode()}")
    return (time.perf_counter() - began) * 1000


def _agree(answers: Any) -> None:
    """Cedar must say what we say; moto too, but where an address, of which it knows nothing, decides."""
    requests = workload()["requests"]
    for number, (_, _, address) in enumerate(requests):
        ours, moto, cedar = (answers[name]["allowed"][number] for name in (OURS, MOTO, CEDAR))
        if ours != cedar or (ours != moto and address != ADDRESSES[-1]):
            raise BenchError(f"the engines disagree on {requests[number]}")
