"""The requests and policies that engines are compared on: two ECR policies among unrelated statements."""

from __future__ import annotations

import json
import random
from typing import Any

ACCOUNT = "123456789012"
REPOSITORIES, REQUESTS = 1_000, 10_000
ADDRESSES = ("10.1.2.3", "10.200.0.9", "192.0.2.7")  # two within the policy's network, one outside
ACTIONS = [
    "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability", "ecr:PutImage",
    "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
    "ecr:DescribeRepositories", "ecr:ListImages", "ecr:BatchDeleteImage", "ecr:DeleteRepository",
]  # fmt: skip
REPOSITORY = f"arn:aws:ecr:*:{ACCOUNT}:repository/*"
READ = ["ecr:DescribeImages", "ecr:ListImages", "ecr:BatchGetImage", "ecr:DescribeRepositories"]
WRITE = [
    "ecr:BatchCheckLayerAvailability", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage",
    "ecr:UploadLayerPart",
]  # fmt: skip
UNRELATED, MANY = 20, 476  # further statements of the role, and those that make it 500


def workload() -> dict[str, Any]:
    """As JSON; the same in every run."""
    chance = random.Random(5150)
    requests = [
        (
            chance.choice(ACTIONS),
            f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/team{chance.randrange(REPOSITORIES) % 10}/"
            f"app{chance.randrange(REPOSITORIES)}",
            chance.choice(ADDRESSES),
        )
        for _ in range(REQUESTS)
    ]
    read = [
        _allow(READ, REPOSITORY),
        _allow(["ecr:DescribeRegistry", "ecr:GetAccountSetting", "ecr:GetAuthorizationToken"], "*"),
    ]
    write = [
        {**_allow(WRITE, REPOSITORY), "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        _allow(["ecr:GetAuthorizationToken"], "*"),
    ]
    others = [_document(_unrelated(range(start, start + 5))) for start in range(0, UNRELATED, 5)]
    policies = [_document(read), _document(write), *others]
    return {
        "account": ACCOUNT,
        "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/CustomRWECRRole/session",
        "requests": requests,
        "policies": policies,
        "padding": [_document(_unrelated(range(100, 100 + MANY)))],
        "everything": _document([_allow(["*"], "*")]),
        "resource_control": _document([{**_allow(["*"], "*"), "Principal": "*"}]),
        "repository": _document(
            [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": ["ecr:BatchGetImage"]}]
        ),
        "wider": [_document([*read, _allow(["ecr:BatchDeleteImage"], REPOSITORY)]), _document(write), *others],
        "lint": _six_kib(),
    }


def _six_kib() -> str:
    statements: list[Any] = []
    while (
        len(text := json.dumps(_document([*_unrelated(range(len(statements))), _allow(WRITE, REPOSITORY)]))) < 6 << 10
    ):
        statements.append(None)
    return text


def _allow(actions: list[str], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _unrelated(numbers: range) -> list[dict[str, Any]]:
    services = [
        (["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::bucket{}/*"),
        (["sqs:SendMessage", "sqs:ReceiveMessage"], f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue{{}}"),
        (["dynamodb:GetItem", "dynamodb:Query"], f"arn:aws:dynamodb:*:{ACCOUNT}:table/table{{}}"),
        (["logs:PutLogEvents"], f"arn:aws:logs:*:{ACCOUNT}:log-group:/app{{}}:*"),
    ]
    chosen = [(number, *services[number % len(services)]) for number in numbers]
    return [_allow(actions, resource.format(number)) for number, actions, resource in chosen]


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
