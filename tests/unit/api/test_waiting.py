"""The wait of a queue is refused when saved if its chain leads nowhere or round, or its key does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from acd.config import QueueConfig
from acd.config.waiting import Cause, OverflowStep, StepKind, Waiting
from api.schemas.configuration import Queue, QueueWanted
from api.waiting import flaws, holds
from ivr import document
from kernel.ids import ContractId, FlowId, QueueId, TenantId
from kernel.refusal import Code
from store.config_parts import NumberConfig, TenantConfig
from tariff.rights.entitlement import Entitled, Entitlement
from tariff.written.rows import Basis, Scope

PROMPTS = {"busy", "sorry"}


def tenant(*queues: QueueConfig) -> TenantConfig:
    return TenantConfig(TenantId("t"), "t", queues=queues)


def chain(name: str, *steps: OverflowStep, **more: Any) -> QueueConfig:
    return QueueConfig(QueueId(name), name, waiting=Waiting(overflow=steps, **more))


def to(name: str, *causes: Cause) -> OverflowStep:
    return OverflowStep(StepKind.QUEUE, causes, QueueId(name))


def told(*queues: QueueConfig) -> list[tuple[str, str]]:
    return [(flaw["field"], flaw["flaw"]) for flaw in flaws(tenant(*queues), {}, PROMPTS)]


def test_a_chain_that_ends_is_taken() -> None:
    assert told(chain("a", to("b"), to("c")), chain("b", to("c")), chain("c")) == []


def test_a_chain_that_leads_round_is_refused_with_its_way() -> None:
    queues = (chain("a", to("b")), chain("b", to("c")), chain("c", to("a")))
    (flaw,) = flaws(tenant(*queues), {}, PROMPTS)
    assert flaw["flaw"] == "overflow_loop"
    assert all("a → b → c → a" in flaw["sentence"][language] for language in ("ja", "en"))
    assert told(chain("a", to("a"))) == [("queues.a.waiting.overflow", "overflow_loop")]


OFFICE = "+81312340000"
ROUTES = '{"start": "in", "nodes": {"in": {"do": "route", "queue": "%s"}}}'
CHOICE = """{"start": "in", "nodes": {"in": {"do": "menu", "prompt": "which", "keys": {"1": "q"}, "on_timeout": "%s"},
             "q": {"do": "route", "queue": "b", "full": "end"}, "end": {"do": "hang_up"}}}"""


def over_a_number(script: str, *queues: QueueConfig, number: str = OFFICE) -> list[dict[str, Any]]:
    """The flaws where this flow answers a number of the tenant's own."""
    config = replace(tenant(*queues), numbers=(NumberConfig(number, FlowId("f")),))
    return list(flaws(config, {"f": document.read(FlowId("f"), 1, script)}, PROMPTS))


@pytest.mark.parametrize("dialled", ["03-1234-0000", "+81312340000", "184 03-1234-0000"])
def test_a_number_of_ones_own_that_leads_back_closes_a_loop(dialled: str) -> None:
    away = OverflowStep(StepKind.NUMBER, number=dialled)
    (flaw,) = over_a_number(ROUTES % "b", chain("a", away), chain("b", to("a")))
    assert flaw["flaw"] == "overflow_loop"
    assert flaw["field"] in ("queues.a.waiting.overflow", "queues.b.waiting.overflow")
    assert any(way in flaw["sentence"]["ja"] for way in (f"a → {OFFICE} → b → a", f"b → a → {OFFICE} → b"))
    assert over_a_number(ROUTES % "b", chain("a", away), chain("b")) == []
    assert over_a_number(ROUTES % "a", chain("a", away), number="+81312349999") == []


def test_a_way_back_that_the_caller_chooses_is_none() -> None:
    queues = (chain("b", OverflowStep(StepKind.NUMBER, number="03-1234-0000")),)
    assert over_a_number(CHOICE % "end", *queues) == []
    (flaw,) = over_a_number(CHOICE % "q", *queues)
    assert (flaw["field"], flaw["flaw"]) == ("queues.b.waiting.overflow", "overflow_loop")


@pytest.mark.parametrize(
    ("step", "field", "flaw"),
    [
        (to("nowhere"), "queue", "unknown_queue"),
        (OverflowStep(StepKind.QUEUE), "queue", "missing"),
        (OverflowStep(StepKind.ANNOUNCEMENT, prompt="lost"), "prompt", "unknown_prompt"),
        (OverflowStep(StepKind.NUMBER, number="110"), "number", "emergency"),
        (OverflowStep(StepKind.NUMBER, number="x"), "number", "unreadable_number"),
        (OverflowStep(StepKind.NUMBER, number="010-1-212-555-0100"), "number", "destination_not_allowed"),
    ],
)
def test_a_step_that_leads_nowhere_is_refused(step: OverflowStep, field: str, flaw: str) -> None:
    assert told(chain("a", step)) == [(f"queues.a.waiting.overflow.0.{field}", flaw)]


def test_a_number_inside_japan_and_a_prompt_that_is_there_are_taken() -> None:
    number = OverflowStep(StepKind.NUMBER, number="03-1234-0000")
    assert told(chain("a", number, OverflowStep(StepKind.ANNOUNCEMENT, prompt="sorry"))) == []


def test_who_may_not_join_can_be_asked_whether_he_wants_to_be_called_back() -> None:
    assert told(chain("a", OverflowStep(StepKind.CALLBACK, (Cause.FULL, Cause.RATIO, Cause.EMPTY)))) == []


def test_a_key_that_leads_nowhere_is_refused() -> None:
    assert told(chain("a", to("b", Cause.FULL), leave_key="9"), chain("b")) == [
        ("queues.a.waiting.leave_key", "key_leads_nowhere")
    ]
    assert told(chain("a", to("b"), leave_key="9"), chain("b")) == []


@pytest.mark.parametrize(
    "waiting",
    [
        {"most": -1},
        {"ratio": -0.5},
        {"redial_within": -1},
        {"leave_key": "A"},
        {"join_empty": ["asleep"]},
        {"overflow": [{"kind": "teleport"}]},
        {"overflow": [{"kind": "voicemail", "seconds": 0}]},
        {"unknown": 1},
    ],
)
def test_what_no_wait_can_be_is_refused(waiting: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueueWanted.model_validate({"name": "q", "waiting": waiting})


@pytest.mark.parametrize("rule", [{"certainty": 1.0}, {"attempts": 0}, {"ring_time": 1}, {"first": "nobody"}])
def test_what_no_callback_can_be_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueueWanted.model_validate({"name": "q", "callback": rule})


def test_what_is_shown_can_be_put_back() -> None:
    kept = chain("a", to("b", Cause.KEY), OverflowStep(StepKind.VOICEMAIL, prompt="sorry"), leave_key="9", most=4)
    shown = Queue.model_validate(replace(kept, version=3)).model_dump(mode="json", exclude={"id", "version"})
    again = QueueWanted.model_validate(shown)
    assert again.waiting.waiting() == kept.waiting
    assert again.callback.rule() == kept.callback


FREE_DIAL = "+81120123456"


def sold(**changed: Any) -> Entitled:
    """A contract of a called number with a waiting connection (FD-10)."""
    row = Entitlement(
        kind="waiting_connection",
        scope=Scope.NUMBER,
        of=FREE_DIAL,
        limit=None,
        basis=Basis.COUNT,
        clause="FD-r.24",
        contract=ContractId("c"),
        row="FD-10",
        begins=datetime(2026, 4, 1, tzinfo=UTC),
        ends=None,
        licence=False,
        months=None,
    )
    return Entitled((), None, {"waiting_connection": (replace(row, **changed),)}, {})


@pytest.mark.parametrize(
    ("seconds", "fits"), [(0, False), (60, True), (300, True), (360, False), (150, False), (30, False)]
)
def test_fd_r_24_callers_of_a_waiting_connection_are_held_for_whole_minutes(seconds: float, fits: bool) -> None:
    flow = document.read(FlowId("f"), 1, '{"start": "in", "nodes": {"in": {"do": "route", "queue": "a"}}}')
    config = replace(
        tenant(QueueConfig(QueueId("a"), "a", longest_wait=seconds)),
        numbers=(NumberConfig(FREE_DIAL, FlowId("f")),),
    )
    said = list(holds(config, {"f": flow}, sold()))
    assert [(no.code, no.clause) for no in said] == ([] if fits else [(Code.HOLD_MINUTES, "FD-r.24")])
    assert list(holds(config, {"f": flow}, sold(of="+81120000000"))) == []
