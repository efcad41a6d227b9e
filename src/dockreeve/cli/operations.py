"""`dockreeve operations`: what is implemented, and which action allows it."""

import json
from dataclasses import asdict, dataclass

import click

from dockreeve.cli.outcome import NOT_FOUND, Stopped
from dockreeve.cli.printed import hand_over, say


@dataclass(frozen=True, slots=True)
class Row:
    """An AWS operation or a registry route."""

    name: str  # iam:CreatePolicy, or GET /v2/NAME/manifests/REFERENCE
    actions: tuple[str, ...]  # what a policy must allow; () where a valid login is enough
    implemented: bool


def rows() -> list[Row]:
    """Every operation of the service models, IAM Toolbox's, then every route of the registry."""
    from dockreeve.aws import model, operation  # noqa: PLC0415 (the models take a while to load)
    from dockreeve.doors import toolbox  # noqa: PLC0415
    from dockreeve.doors.registry import ROUTES  # noqa: PLC0415
    from dockreeve.services import declare_all  # noqa: PLC0415

    declare_all()
    found = []
    for service in model.NAMES:
        for name in model.service(service).operations:
            declared = operation.find(service, name)
            action = declared.action if declared else f"{service}:{name}"
            found.append(Row(f"{service}:{name}", (action,), declared is not None))
    found += [Row(f"iam-toolbox:{name}", (f"iam:{name}",), True) for name in toolbox.OPERATIONS]
    found += [
        Row(f"{route.method} {route.pattern}", tuple(action.name for action in route.actions), True) for route in ROUTES
    ]
    return found


@click.command()
@click.argument("service", required=False)
@click.option("--implemented/--missing", "which", default=None, help="Only those that are, or aren't, implemented.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(service: str | None, which: bool | None, output: str) -> None:
    """List the AWS operations and registry routes, and the action that each one needs.

    SERVICE is iam, sts, ecr, access-analyzer, iam-toolbox or registry.
    """
    chosen = [row for row in rows() if which in (None, row.implemented)]
    if service is not None:
        chosen = [row for row in chosen if _service(row) == service.lower()]
        if not chosen:
            raise Stopped(
                f"there are no such operations of `{service}`",
                "say iam, sts, ecr, access-analyzer, iam-toolbox or registry",
                status=NOT_FOUND,
            )
    if output == "json":
        hand_over(json.dumps([asdict(row) for row in chosen], indent=2))
        return
    width = max(len(row.name) for row in chosen)
    for row in chosen:
        mark = "yes" if row.implemented else "no "
        say(f"{mark}  {row.name:<{width}}  {', '.join(row.actions) or '(any valid login)'}")


def _service(row: Row) -> str:
    return "registry" if " " in row.name else row.name.partition(":")[0]
