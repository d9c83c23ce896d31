"""Figures of a report are told to the millisecond, in the sheet as in the JSON; counts and shares are what they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.schemas.report import Span, agent_report, queue_report
from kernel.ids import AgentId, QueueId
from reports.interval import Count, Spent
from reports.interval_report import AgentRow, QueueRow

BEGINS = datetime(2026, 11, 22, tzinfo=UTC)
WHEN = Span(BEGINS, BEGINS + timedelta(hours=1), 60)
LONG = 11.276423999999997


def test_seconds_of_a_queue_have_no_more_than_three_decimals() -> None:
    figures: dict[Count, float] = {Count.OFFERED: 3, Count.ANSWERED: 3, Count.ANSWERED_WAIT: LONG}
    (line,) = queue_report([QueueRow(BEGINS, QueueId("q"), figures)], {}, WHEN, 1, BEGINS).items
    assert (line.counts["answered_wait_seconds"], line.asa_seconds) == (11.276, 3.759)
    assert line.cells()["answered_wait_seconds"] == 11.276
    assert (line.cells()["offered"], line.answer_rate) == (3, 1.0)


def test_seconds_of_an_agent_have_no_more_than_three_decimals() -> None:
    spent = {Spent.TALK: LONG, Spent.READY: 0.1 + 0.2}
    (line,) = agent_report([AgentRow(BEGINS, AgentId("a"), spent, {Count.HANDLED: 2})], {}, WHEN, 1, BEGINS).items
    cells = line.cells()
    assert (cells["talk_seconds"], cells["ready_seconds"], cells["signed_in_seconds"]) == (11.276, 0.3, 11.576)
    assert (cells["aht_seconds"], cells["handled"]) == (5.638, 2)
    assert line.occupancy == 11.276 / 11.576  # what is shown, divided
