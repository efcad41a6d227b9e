"""YAML read as JSON is: the same values, the place of each, CloudFormation's short functions, and nothing unbounded."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.cli import yaml_nodes
from dockreeve.policy.positions import Node, Shape, Unreadable
from dockreeve.policy.positions import read as read_json


def plain(node: Node) -> Any:
    """The value that a node stands for."""
    if node.shape is Shape.OBJECT:
        return {key.text: plain(value) for key, value in node.members}
    if node.shape is Shape.ARRAY:
        return [plain(item) for item in node.items]
    return node.text if node.shape is Shape.STRING else json.loads(node.text)


AT_LEISURE = settings(deadline=None, database=None)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)


@AT_LEISURE
@given(VALUES)
def test_what_yaml_writes_is_read_as_it_was(value: Any) -> None:
    for style in (True, False):
        written = yaml.safe_dump(value, default_flow_style=style, allow_unicode=True)
        assert plain(yaml_nodes.read(written)) == value


@AT_LEISURE
@given(VALUES)
def test_json_is_read_alike_by_both_readers(value: Any) -> None:
    written = json.dumps(value, indent=1, ensure_ascii=False)

    def places(node: Node) -> Any:
        inside = (*node.items, *(one for pair in node.members for one in pair))
        return node.shape, node.text, node.start, node.end, [places(one) for one in inside]

    assert places(yaml_nodes.read(written)) == places(read_json(written))


TEMPLATE = """\
# comment
Version: 2012-10-17
Account: 012345678901
Number: 12
Date: 2024-01-01T00:00:00Z
Secure: yes
Nothing:
Block: |
  {"a": 1}

List:
  - one   # behind
  - 'two'

Last: &x {a: b}
Again: *x
"""


def test_values_are_those_that_cloudformation_makes() -> None:
    node = yaml_nodes.read(TEMPLATE)
    assert plain(node) == {
        "Version": "2012-10-17",
        "Account": "012345678901",
        "Number": 12,
        "Date": "2024-01-01T00:00:00Z",
        "Secure": True,
        "Nothing": None,
        "Block": '{"a": 1}\n',
        "List": ["one", "two"],
        "Last": {"a": "b"},
        "Again": {"a": "b"},
    }
    spans = {key.text: TEMPLATE[value.start : value.end] for key, value in node.members}
    assert (spans["Version"], spans["List"]) == ("2012-10-17", "- one   # behind\n  - 'two'")
    assert spans["Block"] == '|\n  {"a": 1}'
    assert spans["Again"] == spans["Last"] == "&x {a: b}"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref App", {"Ref": "App"}),
        ("!Condition Here", {"Condition": "Here"}),
        ("!GetAtt App.Arn", {"Fn::GetAtt": ["App", "Arn"]}),
        ("!GetAtt App.Outputs.Arn", {"Fn::GetAtt": ["App", "Outputs.Arn"]}),
        ("!GetAtt [App, Arn]", {"Fn::GetAtt": ["App", "Arn"]}),
        ("!Sub 'a-${AWS::Region}'", {"Fn::Sub": "a-${AWS::Region}"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!Join [':', [a, !Ref B]]", {"Fn::Join": [":", ["a", {"Ref": "B"}]]}),
        ("!If [Here, yes, '2']", {"Fn::If": ["Here", True, "2"]}),
        ("!Sub 123", {"Fn::Sub": "123"}),
        ("!Sub\n  - a\n  - b: c", {"Fn::Sub": ["a", {"b": "c"}]}),
        ("{Fn::Sub: a}", {"Fn::Sub": "a"}),
        ("!!str 12", "12"),
        ("[=, <<]", ["=", "<<"]),
    ],
)
def test_short_functions_come_out_long(short: str, long: Any) -> None:
    assert plain(yaml_nodes.read(short)) == long


LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + one)}: &{chr(98 + one)} [{','.join(['*' + chr(97 + one)] * 9)}]\n" for one in range(20)
)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "there is no document"),
        ("a: 1\nb: 2\na: 3", 3, "the key `a` comes twice"),
        ("a: {b: 1, b: 1}", 1, "the key `b` comes twice"),
        ("a:\n  <<: {b: 1}", 2, "no merges"),
        ("a: *b", 1, "no `&b` before this"),
        ("a: &x [*x]", 1, "no `&x` before this"),
        ("? [a]\n: b", 1, "a key is not a plain text"),
        ("a: 1\n---\nb: 1", 2, "a second document"),
        ("a:\n  - !!python/object/apply:os.system [id]", 2, "is not read"),
        ("a: !<tag:example.com,2000:b> c", 1, "is not read"),
        ("!!set {a, b}", 1, "is not read"),
        ("a: !!binary aaaa", 1, "`!!binary` is not read"),
        ("Resource: *", 1, "did not find expected|expected alphabetic"),
        ("a: [1,\n", 2, "did not find|expected"),
        ("a: \x07", 1, "not allowed"),
        ("[" * 100_000, 1, "nested deeper than 64|nesting depth"),
        ("a: " * 100_000, 1, "not allowed"),
        ("- " * 100_000 + "a", 1, "nested deeper than 64|nesting depth"),
        (LAUGHS, 6, "more than 200000 values"),
        ("x" * 1_100_000, 1, "longer than 1048576 characters"),
        ("a: b\n" + "\tc", 2, "tab|character"),
    ],
)
def test_what_is_no_template_is_refused_with_its_place_and_at_once(text: str, line: int, said: str) -> None:
    begin = time.thread_time()
    with pytest.raises(Unreadable, match=said) as refused:
        yaml_nodes.read(text)
    assert text[: refused.value.offset].count("\n") + 1 == line
    assert "\n" not in refused.value.detail
    assert time.thread_time() - begin < 5


@AT_LEISURE
@given(st.text(max_size=60) | st.text("a:-[]{}&*!|>'\"#? \n", max_size=40))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        node = yaml_nodes.read(text)
    except Unreadable as refused:
        assert 0 <= refused.offset <= len(text)
    else:
        assert 0 <= node.start <= node.end <= len(text)
