"""What the figures were taken on."""

from __future__ import annotations

import mmap
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


def touch_memory(most: int = 6 << 30) -> None:
    """Let the host give this machine the memory that the pushes will fill, at most half of what is available.

    A virtual machine's page that its host has not given it yet costs many times the copy into it, whoever pushes.
    """
    available = next(int(line.split()[1]) * 1024 for line in _lines("meminfo") if line.startswith("MemAvailable"))
    with mmap.mmap(-1, min(most, available // 2)) as memory:
        for start in range(0, len(memory), mmap.PAGESIZE):
            memory[start] = 1


def _lines(name: str) -> list[str]:
    return Path("/proc", name).read_text().splitlines()
