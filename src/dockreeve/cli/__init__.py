"""The command line: one file per command, loaded only when it is asked for."""

import importlib
import signal
import sys
from collections.abc import Sequence

import click

from dockreeve import __version__
from dockreeve.cli.outcome import FAILED, USAGE, Stopped

# name -> sentence; the sentence stands here so that `--help` loads no command
COMMANDS = {
    "serve": "Serve IAM, STS, ECR and the registry on one port.",
    "env": "Print the exports that point aws, boto3 and Terraform at this server.",
    "console": "Open the console in the browser, signed in.",
    "tour": "Follow the ECR roles tutorial in a few seconds, refused pull and all.",
    "lint": "Find errors, risks and broken promises in policy documents.",
    "test": "Decide policy cases, and compare with what they expect.",
    "can": "Say who can pull, push, delete and more, and what is missing.",
    "diff": "Show what access a change of policies gives or takes, with proof.",
    "why": "Explain a refusal: by its id, a pasted error, or the last one.",
    "metadata": "Hand a role to a workload as an EC2 instance would get it (IMDSv2).",
    "operations": "List what is implemented, and which action allows it.",
}


class Commands(click.Group):
    """The group that imports a command's module when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None: click then says which ones there are."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"dockreeve.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="dockreeve", message="%(prog)s %(version)s")
def group() -> None:
    """The container registry with AWS's access model built in."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status; every failure is one line, a broken pipe and Ctrl-C end quietly."""
    try:
        sys.exit(group.main(list(arguments) if arguments is not None else None, "dockreeve", standalone_mode=False))
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "dockreeve"
        Stopped(error.format_message().rstrip("."), f"see `{path} --help`", status=USAGE).show()
        sys.exit(USAGE)
    except click.ClickException as error:
        stopped = error if isinstance(error, Stopped) else Stopped(error.format_message(), status=error.exit_code)
        stopped.show()
        sys.exit(stopped.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; Python would complain once more at exit
        sys.exit(FAILED)
