"""Policy documents as short calls."""

from __future__ import annotations

import json
from typing import Any


def allowing(*actions: str) -> str:
    """A policy that allows these actions on everything."""
    return _document({"Effect": "Allow", "Action": list(actions), "Resource": "*"})


def trusting(principal: str, **condition: Any) -> str:
    """A trust policy for an AWS principal (an ARN or an account); `Condition=` narrows it."""
    return _document({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", **condition})


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
