"""Every test sees this: a client test that is skipped is counted, and in CI it is a failure."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest

import laws  # noqa: F401 - the profile must be known before pytest loads it

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
CLIENTS = Path(__file__).parent / "clients"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(CLIENTS):
            item.add_marker(pytest.mark.clients)


def pytest_collection_finish() -> None:
    """What thousands of tests are made of is never garbage: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a client test into a failure where CI is set: there, the tools must be."""
    report = yield
    expected = hasattr(report, "wasxfail")
    if IN_CI and report.skipped and not expected and item.get_closest_marker("clients"):
        report.outcome = "failed"
        report.longrepr = f"A client test may not be skipped in CI. {reason_of(report)}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Say last, after pytest's own summary, how many client tests were skipped and why."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = [report for report in reporter.stats.get("skipped", ()) if "clients" in report.keywords]
    if skipped:
        reasons = sorted({reason_of(report) for report in skipped})
        reporter.write_line(f"{len(skipped)} client tests skipped. {' '.join(reasons)}")


def reason_of(report: pytest.TestReport) -> str:
    """The sentence given to pytest.skip; the whole of it where pytest keeps another form."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    return str(reason).removeprefix("Skipped: ")
