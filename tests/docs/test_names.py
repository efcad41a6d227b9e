"""The pages, and the help itself, name only commands, flags and variables that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from dockreeve.cli import COMMANDS, group
from dockreeve.settings import SETTINGS

from .pages import ROOT

PAGES = {str(page.relative_to(ROOT)): page.read_text() for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))}
# A command as far as its line goes, or the code span, or the pipe, or the substitution that it stands in.
_COMMAND = re.compile(r"\bdockreeve ([a-z]+)\b((?:\\\n|[^\n`|;&()])*)")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
_FLAG_ALONE = re.compile(r"`(--[a-z][a-z0-9-]*)\b[^`]*`")
_VARIABLE = re.compile(r"\bDOCKREEVE_[A-Z][A-Z_]*\b")
_OF_COMMANDS = {"DOCKREEVE_CONFIG", "DOCKREEVE_SERVER"}  # read by the commands, beside the settings'


def flags_of(command: click.Command) -> set[str]:
    """The long flags that a command takes."""
    return {"--help"} | {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}


def command_named(name: str) -> click.Command:
    found = group.get_command(click.Context(group), name)
    assert found is not None, f"there is no `dockreeve {name}`"
    return found


ALL_FLAGS = set().union(flags_of(group), *(flags_of(command_named(name)) for name in COMMANDS))


def commands_in(text: str) -> Iterator[tuple[str, set[str]]]:
    """Every command of ours in the code of a page, with the flags it is given."""
    for code in re.findall(r"^```.*?^```|^    .*?$|`[^`\n]+`", text, re.MULTILINE | re.DOTALL):
        for name, rest in _COMMAND.findall(code):
            yield name, set(_FLAG.findall(rest))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_flags_that_there_are(page: str) -> None:
    for name, flags in commands_in(PAGES[page]):
        assert flags <= flags_of(command_named(name)), f"dockreeve {name}"
    assert set(_FLAG_ALONE.findall(PAGES[page])) <= ALL_FLAGS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_variables_that_there_are(page: str) -> None:
    assert set(_VARIABLE.findall(PAGES[page])) <= _OF_COMMANDS | {setting.variable for setting in SETTINGS}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_names_only_flags_that_there_are(name: str) -> None:
    shown = CliRunner().invoke(group, [name, "--help"], catch_exceptions=False)
    assert shown.exit_code == 0
    # The help of one command may send the reader to another command's flag.
    assert set(_FLAG.findall(shown.output)) <= ALL_FLAGS


def test_the_help_lists_every_command() -> None:
    shown = CliRunner().invoke(group, ["--help"], catch_exceptions=False).output
    assert re.findall(r"^  (\w+)  ", shown.partition("Commands:")[2], re.MULTILINE) == list(COMMANDS)


def test_commands_are_found_wherever_a_page_shows_code() -> None:
    text = """Say `dockreeve why --last`, or not dockreeve prose --at-all.

    dockreeve tour --quickly

```sh
eval "$(dockreeve env --data d)" && aws --profile p x | dockreeve why -
dockreeve serve --listen a \\
  --data b &
```
"""
    assert list(commands_in(text)) == [
        ("why", {"--last"}),
        ("tour", {"--quickly"}),
        ("env", {"--data"}),
        ("why", set()),
        ("serve", {"--listen", "--data"}),
    ]
