"""The live view of somebody whose licence does not let him watch his colleagues: queues, and himself."""

from __future__ import annotations

from typing import Any

import orjson

from kernel.ids import AgentId


def own(message: str, agent: AgentId | None) -> str:
    """The same message of the live board without anybody else: no rows, no finished calls and no facts of others.

    Its `seq` stays, so that no gap is seen; `fact` is null where it is not about him.
    """
    told: dict[str, Any] = orjson.loads(message)
    if told["type"] == "snapshot":
        shown = told["board"]
        shown["finished"] = [call for call in shown["finished"] if _his(call, agent)]
    else:
        shown = told["changes"]
        told["fact"] = told["fact"] if _his(told["fact"]["body"], agent) else None
        if shown["finished"] is not None and not _his(shown["finished"], agent):
            shown["finished"] = None
    shown["agents"] = [row for row in shown["agents"] if row["id"] == agent]
    return orjson.dumps(told).decode()


def _his(about: dict[str, Any], agent: AgentId | None) -> bool:
    return agent is not None and about.get("agent") == agent
