"""docs/queues.md: what it shows can be sent as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from api.schemas.configuration import AgentWanted, QueueWanted
from api.schemas.configuration_of_callers import CallerWanted
from api.texts import codes
from ivr.document import read
from ivr.flow import Route
from kernel.ids import FlowId, NodeName

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "queues.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL))
ELSEWHERE = {"taken", "extension", "public_number", "not_owned", "unknown_flow", "unknown_line", "unknown_hours"}
"""Flaws of what is no queue."""
QUOTED = frozenset(re.findall(r"`([a-z_]+)`", PAGE))


def test_the_queue_that_is_shown_is_one() -> None:
    assert QueueWanted.model_validate_json(EXAMPLES["queue"]).waiting.overflow[1].queue == "second-line"


def test_the_agent_that_is_shown_is_one() -> None:
    assert AgentWanted.model_validate_json(EXAMPLES["agent"]).memberships[0].tier == 1


def test_the_flow_and_the_caller_that_are_shown_are_such() -> None:
    flow = read(FlowId("shown"), 1, EXAMPLES["flow"])
    step = flow.steps[NodeName("english")]
    assert isinstance(step, Route)
    assert [one.name for one in step.asking.skills] == ["english"]
    assert CallerWanted.model_validate_json(EXAMPLES["caller"]).preferred == "aoki"


def test_every_refusal_and_warning_of_what_is_asked_for_is_explained() -> None:
    asked = codes("flaw") - {"skill_name", "seconds_out_of_range", "unreadable_number", "number_twice"} - ELSEWHERE
    assert (asked | codes("warning")) - QUOTED == {"excess_billed"}


def test_every_strategy_condition_cause_and_step_is_explained() -> None:
    schema = QueueWanted.model_json_schema()["$defs"]
    told = {value for name in ("Strategy", "Condition", "Cause", "StepKind") for value in schema[name]["enum"]}
    assert told - QUOTED == set()
