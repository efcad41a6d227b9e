"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> str:
    """Processor, cores, memory, kernel, Python, and how busy it is just now, in one line."""
    model = next((line.partition(":")[2].strip() for line in _lines("cpuinfo") if line.startswith("model name")), "?")
    total = next(int(line.split()[1]) for line in _lines("meminfo") if line.startswith("MemTotal"))
    cores = len(os.sched_getaffinity(0))
    kernel, python = platform.release(), platform.python_version()
    hardware = f"{model}, {cores} cores, {total / (1 << 20):.0f} GiB"
    return f"{hardware}, Linux {kernel}, Python {python}, load average {os.getloadavg()[0]:.1f} before the first round"


def _lines(name: str) -> list[str]:
    return Path("/proc", name).read_text().splitlines()
