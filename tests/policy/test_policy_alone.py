"""`dockreeve.policy` is usable with nothing else installed."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
before = set(sys.modules)
import dockreeve.policy
loaded = set(sys.modules) - before
roots = {name.partition(".")[0] for name in loaded}
inside = {name for name in loaded if name.startswith("dockreeve.") and not name.startswith("dockreeve.policy")}
print(*sorted(roots - sys.stdlib_module_names - {"dockreeve"}), *sorted(inside))
"""


def test_policy_imports_only_the_standard_library() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_nothing_in_policy_reads_a_clock_a_file_or_the_net() -> None:
    program = PROGRAM.replace("roots - sys.stdlib_module_names", "{'socket', 'sqlite3', 'logging', 'asyncio'} & roots")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
