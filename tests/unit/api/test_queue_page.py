"""docs/queues.md: what it shows can be sent as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from api.schemas.configuration import AgentWanted, QueueWanted

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "queues.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL))
QUOTED = frozenset(re.findall(r"`([a-z_]+)`", PAGE))


def test_the_queue_that_is_shown_is_one() -> None:
    assert QueueWanted.model_validate_json(EXAMPLES["queue"]).waiting.overflow[1].queue == "second-line"


def test_the_agent_that_is_shown_is_one() -> None:
    assert AgentWanted.model_validate_json(EXAMPLES["agent"]).memberships[0].tier == 1


def test_every_strategy_condition_cause_and_step_is_explained() -> None:
    schema = QueueWanted.model_json_schema()["$defs"]
    told = {value for name in ("Strategy", "Condition", "Cause", "StepKind") for value in schema[name]["enum"]}
    assert told - QUOTED == set()
