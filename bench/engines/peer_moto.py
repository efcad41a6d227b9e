"""moto on the workload: its IAMPolicy objects are made once. It knows identity policies, and no conditions."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult  # type: ignore[import-not-found]


def main() -> None:
    """Write one JSON object of seconds, and of which requests were allowed."""
    work = json.loads(Path(sys.argv[1]).read_text())
    policies = [IAMPolicy({"policy_document": json.dumps(document)}) for document in work["policies"]]

    def decide(action: str, arn: str) -> bool:
        found: set[Any] = {policy.is_action_permitted(action, arn) for policy in policies}
        return PermissionResult.PERMITTED in found and PermissionResult.DENIED not in found

    began = time.process_time()
    allowed = [decide(action, arn) for action, arn, _ in work["requests"]]
    print(json.dumps({"identity": time.process_time() - began, "allowed": allowed}))


if __name__ == "__main__":
    main()
