"""What a command prints. Policies, names and a server's answers were written by others: no terminal gets them raw."""

import sys

import click


def visible(text: str) -> str:
    r"""The text as one line without anything that a terminal obeys: what can't be printed stands as `\x1b`, `\n`,
    `\u202e`. Tabs stay: they only move on, and documents are indented with them."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\t" else ascii(one)[1:-1] for one in text)


def say(*lines: str, err: bool = False) -> None:
    """Print each of them as one line, whatever it holds."""
    _write("\n".join(map(visible, lines)), err=err)


def hand_over(text: str, *, nl: bool = True) -> None:
    """Print what is meant for a program (JSON, which has escapes of its own; exports), or was made `visible` before."""
    _write(text, nl=nl)


def _write(text: str, *, err: bool = False, nl: bool = True) -> None:
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=err, nl=nl)
