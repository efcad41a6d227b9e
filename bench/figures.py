"""Figures of interleaved rounds: medians, and ratios whose spread shows how far to trust them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

Server = TypeVar("Server")


@dataclass(slots=True, eq=False)
class Row:
    """One measured thing: for each server one figure a round."""

    what: str
    unit: str
    target: str = ""
    figures: dict[str, list[float]] = field(default_factory=dict)

    def note(self, server: str, figure: float) -> None:
        self.figures.setdefault(server, []).append(figure)

    def median(self, server: str) -> float | None:
        taken = self.figures.get(server)
        return median(taken) if taken else None

    def ratio(self, ours: str, peer: str) -> str:
        """`2.10x (2.05-2.20)`: the median and the extremes of ours divided by the peer's, round by round."""
        pairs = zip(self.figures.get(ours, ()), self.figures.get(peer, ()), strict=False)
        ratios = [mine / theirs for mine, theirs in pairs]
        return f"{median(ratios):.2f}x ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else "-"


def interleaved(servers: Sequence[Server], rounds: int, measure: Callable[[Server, int], None]) -> None:
    """Measure every server in every round, each round starting with another, so that none has the quiet minute."""
    for number in range(rounds):
        shift = number % len(servers)
        for server in (*servers[shift:], *servers[:shift]):
            measure(server, number)


def table(rows: Iterable[Row], ours: str, peers: Sequence[str]) -> str:
    """A Markdown table of medians and of the ratios of `ours` to each of `peers`."""
    titles = ["measured", "unit", ours, *peers, *(f"{ours} / {peer}" for peer in peers), "target"]
    lines = [titles, ["---"] * len(titles), *(_cells(row, ours, peers) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row, ours: str, peers: Sequence[str]) -> list[str]:
    medians = [plain(row.median(server)) for server in (ours, *peers)]
    ratios = [row.ratio(ours, peer) for peer in peers]
    return [row.what, row.unit, *medians, *ratios, row.target or "-"]


def plain(figure: float | None) -> str:
    """A figure with as many places as mean something."""
    if figure is None:
        return "-"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"
