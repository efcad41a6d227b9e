"""One function per AWS operation. What an operation is given stands in `call.py`."""

import importlib

NAMES = ("iam", "sts", "ecr", "access_analyzer")


def declare_all() -> None:
    """Import every module that declares operations."""
    for name in NAMES:
        importlib.import_module(f"dockreeve.services.{name}")
