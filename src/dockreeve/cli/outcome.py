"""How a command ends when it can't do what was asked: one line, a hint, and a status that says what kind it was."""

from typing import Any

import click

from dockreeve.cli.printed import say

FAILED, USAGE, CHECK_SAID_NO, NOT_AUTHORIZED, NOT_FOUND, CONFLICT, UNREACHABLE = 1, 2, 3, 4, 5, 6, 7


class Stopped(click.ClickException):
    """Ends the command with `dockreeve: what happened (what to do)` on stderr."""

    def __init__(self, message: str, hint: str = "", *, status: int = FAILED) -> None:
        super().__init__(message)
        self.hint = hint
        self.status = status

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # click reads it; its own is a constant of the class
        """The status that the process ends with."""
        return self.status

    def show(self, file: Any = None) -> None:
        """Write the line to stderr; what was typed or answered may hold more than one."""
        said = f"dockreeve: {self.message}" + (f" ({self.hint})" if self.hint else "")
        say(" ".join(said.splitlines()), err=True)
