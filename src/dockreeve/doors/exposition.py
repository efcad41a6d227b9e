"""Prometheus's text format 0.0.4 (prometheus.io, "Exposition formats"): families of samples as bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"

_IN_LABEL = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_IN_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


class Sample(NamedTuple):
    """One number. `labels` are values in the order of the family's; `suffix` is for the parts of a histogram."""

    value: float
    labels: tuple[str, ...] = ()
    suffix: str = ""
    bound: str = ""  # of a histogram's bucket


@dataclass(frozen=True, slots=True)
class Family:
    """Samples that share a name and a meaning."""

    name: str
    kind: str  # counter, gauge or histogram
    sentence: str
    labels: tuple[str, ...] = ()


def rendered(families: Iterable[tuple[Family, Iterable[Sample]]]) -> bytes:
    """The whole page."""
    return "".join(line for family, samples in families for line in _lines(family, samples)).encode()


def _lines(family: Family, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {family.name} {family.sentence.translate(_IN_HELP)}\n"
    yield f"# TYPE {family.name} {family.kind}\n"
    for sample in samples:
        pairs = [*zip(family.labels, sample.labels, strict=True)]
        if sample.bound:
            pairs.append(("le", sample.bound))
        labels = ",".join(f'{name}="{value.translate(_IN_LABEL)}"' for name, value in pairs)
        yield f"{family.name}{sample.suffix}{'{' + labels + '}' if labels else ''} {sample.value}\n"
