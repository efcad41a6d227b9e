"""What CloudFormation's functions in a policy come to, as far as that can be known before a deployment."""

import re

from dockreeve.policy.positions import Node, Shape

# As in a server that was just started; a region or account of another value changes nothing that is checked.
_PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}
_FILLER = "unknown"  # stands for a part of a text that is only known later
_SUB = re.compile(r"\$\{(!?)([^}]*)\}")
_WITH_SEPARATOR = 2  # arguments of Fn::Join, and of Fn::Sub with a map


def resolved(node: Node) -> Node:
    """The same value with functions worked out; where that can't be done, a node of the shape UNKNOWN."""
    if node.shape is Shape.ARRAY:
        return Node(node.shape, node.start, node.end, items=tuple(resolved(item) for item in node.items))
    if node.shape is not Shape.OBJECT:
        return node
    if _is_function(node):
        text = _text(node)
        return Node(Shape.UNKNOWN if text is None else Shape.STRING, node.start, node.end, text or "")
    members = tuple((key, resolved(value)) for key, value in node.members)
    return Node(node.shape, node.start, node.end, members=members)


def _is_function(node: Node) -> bool:
    return len(node.members) == 1 and (node.members[0][0].text.startswith("Fn::") or node.members[0][0].text == "Ref")


def _text(node: Node) -> str | None:
    """The text of a string or of a function; None where all of it is unknown."""
    if node.shape is Shape.STRING:
        return node.text
    if not _is_function(node):
        return None
    key, argument = node.members[0]
    if key.text == "Ref":
        return _PSEUDO.get(argument.text)
    if key.text == "Fn::Sub":
        return _substituted(argument)
    if key.text == "Fn::Join" and len(argument.items) == _WITH_SEPARATOR:
        separator, parts = argument.items
        texts = [_text(part) for part in parts.items]
        return None if not parts.items or not any(texts) else separator.text.join(text or _FILLER for text in texts)
    return None


def _substituted(argument: Node) -> str | None:
    template, names = argument, None
    if len(argument.items) == _WITH_SEPARATOR:
        template, names = argument.items
    known = dict(_PSEUDO)
    for key, value in names.members if names is not None else ():
        text = _text(value)
        if text is not None:
            known[key.text] = text
    only = _SUB.fullmatch(template.text)
    if template.shape is not Shape.STRING or (only is not None and not only[1] and only[2] not in known):
        return None

    def put_in(found: re.Match[str]) -> str:
        return f"${{{found[2]}}}" if found[1] else known.get(found[2].strip(), _FILLER)

    return _SUB.sub(put_in, template.text)
