"""A document that was taken out of a template, spelled as JSON with every value on the line where it was found."""

import json
from collections.abc import Iterator

from dockreeve.policy.positions import Lines, Node, Shape


def respelled(root: Node, whole: str) -> str:
    """JSON whose lines (and columns, where the line has room) are those of `whole`, where the places of `root` count.

    What the evaluator says of a statement by its line is then true for the file that a person has open.
    """
    lines = Lines(whole)
    out: list[str] = []
    at_line, at_column = 1, 0
    for text, offset in _tokens(root):
        if offset is not None:
            line, column = lines.place(offset)
            if line > at_line:
                out.append("\n" * (line - at_line))
                at_line, at_column = line, 0
            if line == at_line and column > at_column:
                out.append(" " * (column - at_column))
                at_column = column
        out.append(text)
        at_column += len(text)
    return "".join(out)


def _tokens(node: Node) -> Iterator[tuple[str, int | None]]:
    """The JSON of a value in pieces, each with the place where it should stand."""
    if node.shape is Shape.OBJECT:
        yield "{", node.start
        for index, (key, value) in enumerate(node.members):
            if index:
                yield ",", None
            yield json.dumps(key.text), key.start
            yield ":", None
            yield from _tokens(value)
        yield "}", None
    elif node.shape is Shape.ARRAY:
        yield "[", node.start
        for index, item in enumerate(node.items):
            if index:
                yield ",", None
            yield from _tokens(item)
        yield "]", None
    else:
        as_text = node.shape in (Shape.STRING, Shape.UNKNOWN)
        yield (json.dumps(node.text) if as_text else node.text), node.start
