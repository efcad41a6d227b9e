"""cedarpy on the workload, its policies written in Cedar: as text with each request, and parsed once beforehand."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cedarpy  # type: ignore[import-not-found]

SHOWN = 1_000  # requests with the policies as text, which takes long


def main() -> None:
    """Write one JSON object of seconds, and of which requests were allowed."""
    work = json.loads(Path(sys.argv[1]).read_text())
    text = "\n".join(statement for document in work["policies"] for statement in translated(document))
    parsed = cedarpy.PolicySet.from_str(text)
    entities = cedarpy.Entities.from_json_str("[]")
    asks = [
        {
            "principal": 'Role::"role"',
            "action": f'Action::"{action}"',
            "resource": 'Resource::"one"',
            "context": {"arn": arn, "ip": {"__extn": {"fn": "ip", "arg": address}}},
        }
        for action, arn, address in work["requests"]
    ]
    began = time.process_time()
    allowed = [cedarpy.is_authorized(ask, parsed, entities).allowed for ask in asks]
    ended = time.process_time()
    for ask in asks[:SHOWN]:
        cedarpy.is_authorized(ask, text, "[]")
    as_text = (time.process_time() - ended) * len(asks) / SHOWN
    print(json.dumps({"identity": ended - began, "as text": as_text, "allowed": allowed}))


def translated(document: Any) -> Iterator[str]:
    """The statements in Cedar. What the workload has of AWS's language: lists, `*`, and IpAddress."""
    for statement in document["Statement"]:
        actions = ", ".join(f'Action::"{action}"' for action in statement["Action"])
        named = [] if statement["Resource"] == "*" else [f'context.arn like "{statement["Resource"]}"']
        addresses = statement.get("Condition", {}).get("IpAddress", {})
        named += [f'context.ip.isInRange(ip("{network}"))' for network in addresses.values()]
        when = f" when {{ {' && '.join(named)} }}" if named else ""
        yield f"permit (principal, action in [{actions}], resource){when};"


if __name__ == "__main__":
    main()
