"""The command line as a whole: help without loading anything, and every mistake in one line."""

import subprocess
import sys

import pytest

from dockreeve import __version__
from dockreeve.cli import COMMANDS

from .commands import Shell, environment


def test_the_version_is_the_packages(shell: Shell) -> None:
    assert shell("--version").out == f"dockreeve {__version__}\n"


def test_the_help_lists_every_command_with_its_sentence(shell: Shell) -> None:
    ended = shell("--help")
    shown = " ".join(ended.out.split())
    assert ended.status == 0
    for name, sentence in COMMANDS.items():
        assert f"{name} {sentence}" in shown


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_load_neither_server_nor_sdk(arguments: list[str]) -> None:
    code = (
        "import sys; from dockreeve.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "heavy = {'botocore', 'uvicorn', 'sqlalchemy', 'cryptography', 'asyncio', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_own_help(shell: Shell, name: str) -> None:
    ended = shell(name, "--help")
    assert ended.status == 0
    assert ended.out.startswith(f"Usage: dockreeve {name}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["--no-such-option"],
        ["serve", "--no-such-option"],
        ["serve", "surplus"],
        ["serve", "--max-connections", "many"],
        ["serve", "--authorization", "off"],
        ["serve", "--config", "absent.toml"],
        ["serve", "--listen", "nowhere"],
        ["serve", "--account", "1"],
        ["why"],
        ["why", "--last", "some text"],
        ["why", "some text", "--principal", "dev"],
        ["env", "--shell", "csh"],
        ["operations", "--output", "yaml"],
        ["metadata"],
    ],
)
def test_a_mistake_in_the_command_line_is_one_line_and_status_2(shell: Shell, arguments: list[str]) -> None:
    ended = shell(*arguments)
    assert ended.status == 2
    assert ended.out == ""
    assert ended.line


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    command = f"{sys.executable} -m dockreeve operations | head -n 1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment(), capture_output=True, text=True, check=False, timeout=20
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
