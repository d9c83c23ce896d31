"""The list of calls counts as the records do."""

from __future__ import annotations

from typing import Any

from api.schemas.call_record import CallRecord


def at(seconds: int) -> str:
    return f"2026-11-22T10:00:{seconds:02}+09:00"


def agents_leg(name: str, *holds: tuple[int, int | None]) -> dict[str, Any]:
    """An agent's leg that had the others on hold from the one second to the other."""
    times = [{"began": at(began), "ended": None if ended is None else at(ended)} for began, ended in holds]
    return {
        "leg": f"leg_{name}", "party": "agent", "agent": name, "began": at(0), "answered": at(0), "ended": at(50),
        "cause": 16, "why": "hung_up", "segments": [], "holds": times,
    }  # fmt: skip


def test_a_moment_in_which_two_agents_have_the_others_on_hold_is_counted_once() -> None:
    record = CallRecord.model_validate({
        "call": "call_1", "direction": "inbound", "number": "+81312345601", "caller": "", "arrived": at(0),
        "queue": None, "queued_at": None, "answered_at": at(0), "ended_at": at(50), "outcome": "completed",
        "agents": ["ann", "bob"], "wait_seconds": 0.0, "talk_seconds": 35.0, "recording": None, "recordings": [],
        "parts": [],
        "legs": [agents_leg("ann", (10, 20), (40, None)), agents_leg("bob", (15, 25))],
    })  # fmt: skip
    assert record.hold_seconds == 15.0
