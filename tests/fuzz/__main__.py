"""Run a harness under atheris, which follows what the bytes make the program do: `python -m fuzz [NAME ...]`.

Without a name, each in turn. What fails is left in tests/fuzz/cases/NAME, where test_fuzz.py runs it ever after.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

CASES = Path(__file__).parent / "cases"
NAMES = ["router", "ranges", "names", "digests", "manifests", "logins", "tokens", "signatures", "forms", "documents"]
NAMES += ["policies", "requests"]


def main() -> int:
    """Exit 0 when no harness failed."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each (default: 60)")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # libFuzzer ends its process itself
    asked = parser.parse_args()
    if asked.here:
        fuzz(asked.names[0], asked.seconds)
    failed = []
    for name in asked.names or NAMES:
        print(f"{name}: {asked.seconds} s", flush=True)
        command = [sys.executable, "-m", "fuzz", name, "--seconds", str(asked.seconds), "--here"]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        print("  " + next((line for line in ended.stderr.splitlines() if "executed_units" in line), "never begun"))
        if ended.returncode:
            failed.append(name)
            print("\n".join((ended.stdout + ended.stderr).splitlines()[-40:]))
    print(f"{len(asked.names or NAMES)} harnesses, failed: {', '.join(failed) or 'none'}")
    return bool(failed)


def fuzz(name: str, seconds: int) -> None:
    """Run one until its time is over or it fails; this process ends with it."""
    import atheris  # type: ignore[import-not-found]  # noqa: PLC0415

    with atheris.instrument_imports(include=["dockreeve"]):  # so nothing of ours may have been imported before
        from fuzz.harnesses import HARNESSES  # noqa: PLC0415
        from fuzz.requests import SEEDS, Served  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="dockreeve-fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    (CASES / name).mkdir(parents=True, exist_ok=True)
    seeds = SEEDS if name == "requests" else HARNESSES[name].seeds
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    run = Served(folder).__enter__().run if name == "requests" else HARNESSES[name].run
    limits = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([name, *limits, f"-artifact_prefix={CASES / name}/", "-print_final_stats=1", str(corpus)], run)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
