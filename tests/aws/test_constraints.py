"""Every limit of every model: values inside pass, values outside are refused in AWS's words."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dockreeve.aws import constraints
from dockreeve.aws.constraints import MAX_REPORTED, check
from dockreeve.aws.model import Shape, service
from dockreeve.faults import Fault
from laws import hold_each

from .botocore_side import EVERY_OPERATION, QUERY_OPERATIONS, SERVED_AND_OTHERS, ours

CANDIDATES = [
    "name",
    "/",
    "7" * 12,
    "AKIA" + "A" * 16,
    "arn:aws:iam::123456789012:role/name",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/name",
    "arn:aws:kms:us-east-1:123456789012:key/0-a",
    "arn:aws:signer:us-east-1:123456789012:/signing-profiles/name",
    "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/name",
    "arn:aws:s3:us-east-1:123456789012:accesspoint/name",
    "arn:aws:s3express:us-east-1:123456789012:accesspoint/name",
    "arn:aws:cloudtrail:us-east-1:123456789012:trail/name",
    "vpc-0a0a0a0a",
    "sha256:" + "0a" * 32,
    "01234567-89ab-cdef-0123-456789abcdef",
    "https://example.com/path?a=b#c",
    "o-" + "a" * 10,
    "o-" + "a" * 10 + "/r-" + "a" * 8,
    "p-" + "a" * 8,
    "v1",
    "123456",
    "A" * 40,
    "A" * 24,
    "{}" * 60,
    "x" * 300,
    "x" * 1000,
]
HOSTILE = ["\x00\ud7ff", "name\n", "\u00e9", "UPPER lower", "!", "\u0661" * 12]


def fits(shape: Shape, text: str) -> bool:
    """The standard library's opinion, where its language allows one; a second way to the same answer."""
    if (shape.low is not None and len(text) < shape.low) or (shape.high is not None and len(text) > shape.high):
        return False
    if shape.enum and text not in shape.enum:
        return False
    return shape.pattern is None or matches(shape.pattern, text)


def matches(pattern: str, text: str) -> bool:
    flags = re.UNICODE if r"\p{" in pattern else re.ASCII
    plain = pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w \u00a0\u2028").replace(r"\u10000-\u10FFFF", "")
    return re.fullmatch(plain, text, flags) is not None


def valid(shape: Shape) -> Any:
    match shape.kind:
        case "structure":
            return {name: valid(member) for name, member in shape.members.items()}
        case "list":
            return [valid(shape.item)] * max(1, int(shape.low or 0))
        case "map":
            return {valid(shape.members["key"]): valid(shape.members["value"])}
        case "string":
            return next(text for text in (*shape.enum, *CANDIDATES, *HOSTILE) if fits(shape, text))
    return {"boolean": True, "blob": b"a"}.get(shape.kind, shape.low if shape.low is not None else 1)


def broken(shape: Shape) -> Iterator[tuple[Any, list[str]]]:
    """Values that are wrong in exactly one place, with the rules that they break there."""
    match shape.kind:
        case "structure":
            yield from broken_members(shape)
        case "list":
            yield from broken_lists(shape)
        case "map" if shape.high is not None:
            crowd = {f"key{number}": valid(shape.members["value"]) for number in range(int(shape.high) + 1)}
            yield crowd, [f"Member must have length less than or equal to {shape.high}"]
        case "string":
            texts = ["", "x" * int((shape.low or 1) - 1), "x" * int((shape.high or 0) + 1), "x", *HOSTILE]
            for text in texts:
                if rules := broken_rules(shape, text):
                    yield text, rules
        case "integer" | "long":
            if shape.low is not None:
                yield shape.low - 1, [f"Member must have value greater than or equal to {shape.low}"]
            if shape.high is not None:
                yield shape.high + 1, [f"Member must have value less than or equal to {shape.high}"]


def broken_lists(shape: Shape) -> Iterator[tuple[Any, list[str]]]:
    item = valid(shape.item)
    if shape.low:
        yield [], [f"Member must have length greater than or equal to {shape.low}"]
    if shape.high is not None:
        yield [item] * (int(shape.high) + 1), [f"Member must have length less than or equal to {shape.high}"]
    for value, rules in broken(shape.item):
        together = ["Member must satisfy constraint: ["] if shape.item.is_scalar else rules
        yield [item] * max(0, int(shape.low or 0) - 1) + [value], together


def broken_members(shape: Shape) -> Iterator[tuple[Any, list[str]]]:
    whole = valid(shape)
    for name, member in shape.members.items():
        if name in shape.required:
            yield {key: value for key, value in whole.items() if key != name}, ["Member must not be null"]
        for value, rules in broken(member):
            yield {**whole, name: value}, rules


def broken_rules(shape: Shape, text: str) -> list[str]:
    too_long = shape.high is not None and len(text) > shape.high
    rules = [f"Member must have length less than or equal to {shape.high}"] if too_long else []
    if shape.low is not None and len(text) < shape.low:
        rules.append(f"Member must have length greater than or equal to {shape.low}")
    if shape.enum and text not in shape.enum:
        rules.append(f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    if shape.pattern is not None and not too_long and not matches(shape.pattern, text):
        rules.append(shape.pattern)
    return rules


@pytest.mark.parametrize("operations", SERVED_AND_OTHERS)
def test_values_inside_the_limits_pass(operations: dict[str, tuple[str, str]]) -> None:
    def passes(one: tuple[str, str]) -> None:
        model = ours(*one)
        check(model, valid(model.input_shape))

    hold_each(passes, operations)


@pytest.mark.parametrize("operations", SERVED_AND_OTHERS)
def test_each_broken_limit_is_refused(operations: dict[str, tuple[str, str]]) -> None:
    hold_each(refuses_what_breaks_a_limit, operations)


def refuses_what_breaks_a_limit(one: tuple[str, str]) -> None:
    name, operation = one
    model = ours(name, operation)
    for params, rules in broken(model.input_shape):
        with pytest.raises(Fault) as refused:
            check(model, params)
        # ECR says the first violation, the others say all.
        said = [rule in refused.value.message for rule in rules]
        assert any(said) if name == "ecr" else all(said)
        assert refused.value.code == wanted_code(name, operation)


def wanted_code(name: str, operation: str) -> str:
    if service(name).protocol != "json":
        return "ValidationError" if service(name).protocol == "query" else "ValidationException"
    codes = {error.code for error in ours("ecr", operation).errors}
    return "InvalidParameterException" if "InvalidParameterException" in codes else "ValidationException"


def test_a_secret_is_never_said_back() -> None:
    hold_each(keeps_secrets, {"-".join(one): one for one in QUERY_OPERATIONS})


def keeps_secrets(one: tuple[str, str]) -> None:
    model = ours(*one)
    for member, shape in model.input_shape.members.items():
        if shape.sensitive and shape.high:
            secret = "s3cr3t\x00" + "x" * int(shape.high)
            with pytest.raises(Fault) as refused:
                check(model, {**valid(model.input_shape), member: secret})
            assert "s3cr3t" not in str(refused.value)
            assert f"Value at '{member[0].lower()}{member[1:]}' failed" in refused.value.message


def refusal(name: str, operation: str, params: dict[str, Any]) -> str:
    with pytest.raises(Fault) as refused:
        check(ours(name, operation), params)
    return f"{refused.value.code}: {refused.value.message}"


def test_one_violation_reads_as_in_aws() -> None:
    assert refusal("iam", "GetRole", {"RoleName": "a b"}) == (
        "ValidationError: 1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\w+=,.@-]+"
    )


def test_several_violations_are_counted_and_joined() -> None:
    tags = [{"Key": "k", "Value": "v"}, {"Key": "k"}]
    assert refusal("iam", "TagRole", {"RoleName": "", "Tags": tags}) == (
        "ValidationError: 3 validation errors detected: Value '' at 'roleName' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\w+=,.@-]+; "
        "Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        "Value null at 'tags.2.member.value' failed to satisfy constraint: Member must not be null"
    )


def test_elements_of_a_list_are_refused_together() -> None:
    assert refusal("iam", "UntagRole", {"RoleName": "r", "TagKeys": ["ok", "", "#"]}) == (
        "ValidationError: 1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must have length less than or equal to 128, "
        "Member must have length greater than or equal to 1, "
        r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]"
    )


def test_ecr_says_it_in_its_own_words() -> None:
    pattern = service("ecr").operations["CreateRepository"].input_shape.members["repositoryName"].pattern
    said = "InvalidParameterException: Invalid parameter at '{}' failed to satisfy constraint: '{}'"
    assert refusal("ecr", "CreateRepository", {"repositoryName": "UPPER"}) == said.format(
        "repositoryName", f"must satisfy regular expression '{pattern}'"
    )
    many = [{"imageTag": "t"}] * 101
    assert refusal("ecr", "BatchGetImage", {"repositoryName": "name", "imageIds": many}) == said.format(
        "imageIds", "Member must have length less than or equal to 100"
    )
    assert refusal("ecr", "ListImages", {}) == said.format("repositoryName", "Member must not be null")


def test_a_long_value_is_cut() -> None:
    message = refusal("iam", "GetRole", {"RoleName": "x" * 100_000})
    assert "xxx...' at 'roleName'" in message
    assert len(message) < 1000


def test_the_number_of_reported_violations_is_bounded() -> None:
    tags = [{"Key": "", "Value": "#" * 300}] * 1000
    message = refusal("iam", "TagRole", {"RoleName": "r", "Tags": tags})
    assert message.startswith(f"ValidationError: {MAX_REPORTED} validation errors detected: ")
    assert len(message) < 50_000


@pytest.mark.parametrize("text", ["\u00e9", "\u0661", "a\n"])
def test_word_characters_are_ascii_and_the_whole_value_must_match(text: str) -> None:
    assert "regular expression" in refusal("iam", "GetRole", {"RoleName": text})


@pytest.mark.parametrize("text", ["\u00e9\u00df", "\u0661", "\u4e2d\u6587 k", "a:b/c=d+e-f@g_h."])
def test_tags_take_every_letter_and_number(text: str) -> None:
    check(ours("iam", "TagRole"), {"RoleName": "r", "Tags": [{"Key": text, "Value": ""}]})


def test_a_pattern_beyond_the_first_plane_means_what_it_says() -> None:
    shape = Shape("Text", "string", {}, pattern=r"[\u0020-\u007E\u10000-\u10FFFF]+")
    operation = replace(ours("iam", "GetRole"), input_shape=Shape("Input", "structure", {"Text": shape}))
    check(operation, {"Text": "a\U0001f600"})
    with pytest.raises(Fault):
        check(operation, {"Text": "\u1000"})


def test_a_pattern_of_one_set_means_the_same_without_a_time_limit() -> None:
    shapes = [
        shape for name, operation in EVERY_OPERATION for shape in ours(name, operation).input_shape.members.values()
    ]
    plain = {shape.pattern for shape in shapes if shape.pattern and constraints._plain(shape.pattern)}
    assert r"[\w+=,.@-]+" in plain  # most of IAM's names
    letters = [*map(chr, range(300)), "\u0661", "\u4e00", "\U0001f600"]
    for pattern in plain:
        for text in ("", *letters, *(f"a{letter}1" for letter in letters)):
            limited, unlimited = constraints._compiled(pattern), constraints._plain(pattern)
            assert unlimited is not None
            assert bool(unlimited.fullmatch(text)) is bool(limited.fullmatch(text)), (pattern, text)


def test_patterns_cannot_be_made_to_run_long() -> None:
    hostile = "a" * 255 + "!"
    started = time.thread_time()
    for operation in ("CreateRepository", "DescribeRepositories", "CreatePullThroughCacheRule"):
        params = {"repositoryName": hostile, "repositoryNames": [hostile] * 100, "ecrRepositoryPrefix": hostile[-30:]}
        refusal("ecr", operation, params)
    prefix = "a-" * 125 + "!"
    refusal("ecr", "CreatePullThroughCacheRule", {"ecrRepositoryPrefix": prefix, "upstreamRegistryUrl": "x"})
    assert time.thread_time() - started < 4 * 0.6
