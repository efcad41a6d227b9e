"""Dockreeve's engine on the workload: every layer, identity policies only, with trace, explained; and its tools."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from dockreeve.policy import Held, Kind, Level, Policy, PolicySet, Request, evaluate, parse
from dockreeve.policy.explain import explain
from dockreeve.policy.lint import validate_policy
from dockreeve.policy.prove import diff

COLD = 50  # times that a role is compiled anew


def main() -> None:
    """Write one JSON object of seconds, and of how many requests were allowed."""
    work = json.loads(Path(sys.argv[1]).read_text())
    identity = policy_set(work["policies"])
    everything = policy_set([work["everything"]])
    every_layer = Held(
        identity=identity,
        boundary=everything,
        session=everything,
        resource=policy_set([work["repository"]], Kind.REPOSITORY),
        scp=(Level("root", everything), Level("account", everything)),
        rcp=(Level("root", policy_set([work["resource_control"]], Kind.RCP)),),
    )
    many = replace(every_layer, identity=policy_set([*work["policies"], *work["padding"]]))
    asks = [
        Request(work["principal"], action, arn, {"aws:SourceIp": address}, work["account"])
        for action, arn, address in work["requests"]
    ]
    alone = Held(identity=identity)
    answer: dict[str, Any] = {
        "every layer": seconds(lambda: [evaluate(ask, every_layer) for ask in asks]),
        "identity": seconds(lambda: [evaluate(ask, alone) for ask in asks]),
        "traced": seconds(lambda: [evaluate(ask, alone, trace=True) for ask in asks]),
        "explained": seconds(lambda: [explain(evaluate(ask, alone, trace=True)) for ask in asks]),
        "500 statements": seconds(lambda: [evaluate(ask, many) for ask in asks]),
        "cold": seconds(lambda: [bool(evaluate(asks[0], Held(policy_set(work["policies"])))) for _ in range(COLD)]),
        "allowed": [bool(evaluate(ask, alone)) for ask in asks],
    }
    validate_policy(work["lint"], "IDENTITY_POLICY")  # the catalogue is opened once
    answer["lint"] = seconds(lambda: validate_policy(work["lint"], "IDENTITY_POLICY"))
    wider = Held(policy_set(work["wider"]))
    answer["diff"] = seconds(lambda: diff(alone, wider))
    answer["cold"] /= COLD
    print(json.dumps(answer))


def policy_set(documents: list[Any], kind: Kind = Kind.IDENTITY) -> PolicySet:
    """Compiled, as a server has them."""
    return PolicySet(
        Policy(parse(json.dumps(each), kind), f"policy{place}", inline=False) for place, each in enumerate(documents)
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
