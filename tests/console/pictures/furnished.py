"""What the server of the pictures holds beside what is made in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.credentials import Credentials

from cli.commands import Serving
from dockreeve.cli import tutorial

from ..pushed import HELLO, created

ACCOUNT = "123456789012"
POLICIES = (tutorial.READ, tutorial.WRITE)
SBOM = "application/vnd.example.sbom+json"


def furnished(server: Serving) -> Credentials:
    """The tutorial's write policy, repositories with images, and carl, who holds its read policy and may be Deploy."""
    written = {"PolicyName": tutorial.WRITE, "PolicyDocument": json.dumps(tutorial.WRITE_DOCUMENT, indent=2)}
    _done(server, "iam:CreatePolicy", **written, Description="Allow push and delete images")
    carl = server.user("carl")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/"
    _done(server, "iam:AttachUserPolicy", UserName="carl", PolicyArn=f"{arn}{tutorial.READ}")
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/carl"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    _done(server, "iam:CreateRole", RoleName="Deploy", AssumeRolePolicyDocument=document)
    _done(server, "iam:AttachRolePolicy", RoleName="Deploy", PolicyArn=f"{arn}{tutorial.WRITE}")
    _images(server)
    return carl


def _images(server: Serving) -> None:
    app = created(server, "app")
    amd, arm = app.image("1-amd64"), app.image("1-arm64", config={**HELLO, "architecture": "arm64"})
    app.index("1", {"linux/amd64": amd, "linux/arm64": arm})
    app.artifact(amd, SBOM)
    for name in ("team/api", "team/web"):
        created(server, name).image("1")


def _done(server: Serving, operation: str, **params: Any) -> Mapping[str, Any]:
    reply = server.ask(operation, **params)
    assert reply.status == 200, reply.body
    answer: Mapping[str, Any] = reply.parsed
    return answer
