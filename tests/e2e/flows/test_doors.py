"""Open, closed, holiday, full: what a caller hears on a real call, and where he ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.crew import Crew
from tests.e2e.flows.listening import Voices

DOORS, ONE_PLACE, ELSEWHERE = "+81312345633", "+81312345634", "+81312345635"


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-20T09:00:00+09:00",
        "2026-11-20T08:59:59Z",
        "2026-12-31T11:59:00+09:00",  # the tenant's own day: till noon
        "2026-05-07T10:00:00+09:00",  # the day after the substitute holiday
    ],
)
async def test_whoever_calls_when_it_is_open_waits(crew: Crew, calendar: Path, moment: str) -> None:
    calendar.write_text(moment)
    await crew.wait_in("orders", DOORS, 1)
    assert crew.board.of("FlowStepped") == []


@pytest.mark.parametrize(
    ("moment", "announcement", "node"),
    [
        ("2026-11-20T08:59:00+09:00", "closed", "shut"),
        ("2026-05-06T10:00:00+09:00", "holiday", "holiday"),  # 振替休日, a Wednesday
    ],
)
async def test_whoever_calls_when_it_is_closed_hears_so(
    crew: Crew, voices: Voices, calendar: Path, moment: str, announcement: str, node: str
) -> None:
    calendar.write_text(moment)
    call = crew.dial(DOORS)
    await call.ended(limit=20)
    assert call.ended_by == "peer"
    assert len(voices.heard(call, announcement)) == 1
    other = {"closed": "holiday", "holiday": "closed"}[announcement]
    assert voices.heard(call, other, 0.5) == []
    await crew.board.fact("CallEnded")
    assert [fact["body"]["node"] for fact in crew.board.of("FlowStepped")] == [node]
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["queued"]) == ("released", None)


@pytest.mark.parametrize(
    ("moment", "node"),
    [
        ("2026-11-20T09:00:00Z", "shut"),  # six in the evening in Tokyo
        ("2026-11-21T10:00:00+09:00", "shut"),  # Saturday
        ("2026-12-31T12:00:00+09:00", "shut"),
        ("2026-09-22T10:00:00+09:00", "holiday"),  # 国民の休日
        ("2027-01-01T10:00:00+09:00", "holiday"),  # 元日
    ],
)
async def test_at_each_closed_moment_the_call_goes_where_it_should(
    crew: Crew, calendar: Path, moment: str, node: str
) -> None:
    calendar.write_text(moment)
    call = crew.dial(DOORS)
    stepped = await crew.board.fact("FlowStepped")
    assert stepped["body"]["node"] == node
    call.hang_up()
    await crew.board.fact("CallEnded")
    assert crew.board.of("CallQueued") == []


async def test_a_caller_beyond_the_waiting_places_hears_that_it_is_busy(crew: Crew, voices: Voices) -> None:
    first = await crew.wait_in("help", ONE_PLACE, 1)
    call = crew.dial(ONE_PLACE)
    await call.ended(limit=20)
    assert call.ended_by == "peer"
    assert len(voices.heard(call, "busy")) == 1
    record = await crew.api.record(await crew.started(2))
    assert (record["outcome"], record["queued"]) == ("turned_away", None)
    assert crew.board.queues["help"]["waiting"] == 1
    first.hang_up()
    await crew.board.waiting("help", 0)
    await crew.wait_in("help", ONE_PLACE, 1)


async def test_a_caller_beyond_the_waiting_places_may_be_led_elsewhere(crew: Crew, voices: Voices) -> None:
    await crew.wait_in("help", ELSEWHERE, 1)
    call = crew.dial(ELSEWHERE)
    await call.ended(limit=20)
    assert len(voices.heard(call, "closed")) == 1
    assert voices.heard(call, "busy", 0.5) == []
    assert (await crew.api.record(await crew.started(2)))["outcome"] == "turned_away"
