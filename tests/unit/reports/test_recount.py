"""Each number of the board, counted again from the facts of 200 calls, around midnight of the tenant."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from acd import facts
from acd.model import Direction
from reports.board_view import AgentRow, BoardView, QueueRow, view
from reports.call_fold import call_record
from reports.call_record import OfferOutcome
from reports.live import Board, fold
from tests.unit.reports import recount
from tests.unit.reports.day import CALLS, LINES, NUMBERS, STAFF, Day
from tests.unit.reports.play import QUEUES, TENANT

ZONES = ("Asia/Tokyo", "America/New_York")
LOOK_EVERY = 150
"""Facts between two looks at the board."""


@cache
def day(zone: str) -> Day:
    """Calls from half an hour to midnight on, until the last has ended."""
    played = Day(now=datetime(2026, 4, 1, 23, 30, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC))
    while not played.over:
        played.happen()
    return played


def seconds(row: AgentRow, what: str, now: datetime) -> float:
    """What a board shows at `now`: the sum, and what he is doing."""
    running = (now - row.doing_since).total_seconds() if row.doing == what and row.doing_since is not None else 0.0
    return float(getattr(row.today, f"{what}_seconds")) + running


def check_queue(row: QueueRow, history: recount.History, now: datetime, zone: ZoneInfo) -> None:
    begun = recount.waiting_now(history, row.id)
    assert (row.waiting, row.longest_wait_since) == (len(begun), min(begun, default=None))
    for shown, begin in ((row.today, recount.midnight(now, zone)), (row.quarter, recount.quarter(now, zone))):
        numbers = asdict(shown)
        assert numbers.pop("since") == begin
        assert numbers == pytest.approx(recount.counts(history, row.id, begin)), (row.id, begin, now)
        left = shown.answered + shown.abandoned + shown.overflowed + shown.failed
        # The identity of metrics.md section 6.
        assert shown.offered == left + len([since for since in begun if since >= begin])


def check_agent(row: AgentRow, history: recount.History, now: datetime, zone: ZoneInfo) -> None:
    begin = recount.midnight(now, zone)
    talk, hold, wrap_up = (recount.spent(history, row.id, what, begin, now) for what in ("talk", "hold", "wrap_up"))
    assert seconds(row, "talk", now) == pytest.approx(talk - hold), (row.id, now)
    assert seconds(row, "hold", now) == pytest.approx(hold)
    assert seconds(row, "wrap_up", now) == pytest.approx(wrap_up)
    assert row.today.answered == recount.answered(history, row.id, begin)
    assert row.doing_since is None or row.doing_since >= begin


def check(seen: BoardView, history: recount.History, now: datetime, zone: ZoneInfo) -> None:
    for queue in seen.queues:
        check_queue(queue, history, now, zone)
    for agent in seen.agents:
        check_agent(agent, history, now, zone)
    assert (seen.seats.used, seen.seats.limit) == (recount.seats(history), 4)
    assert {part.of: (part.used, part.limit) for part in seen.places.parts} == {
        number: (recount.places(history, number), 2) for number in NUMBERS
    }
    assert (seen.places.used, seen.places.limit) == (sum(recount.places(history, n) for n in NUMBERS), 3)
    assert {part.of: (part.used, part.limit) for part in seen.channels.parts} == {
        line.id: (recount.channels(history, line.id), line.channels) for line in LINES
    }
    assert seen.as_of == history[-1].at


@pytest.mark.parametrize("name", ZONES)
def test_each_number_is_what_the_facts_say_at_every_look(name: str) -> None:
    zone, history = ZoneInfo(name), day(name).facts
    board = Board(TENANT, zone)
    for number, fact in enumerate(history, 1):
        fold(board, fact)
        if number % LOOK_EVERY == 0 and board.floor.config:
            check(view(board, fact.at), history[:number], fact.at, zone)
            # A look between two facts; some of these lie in a day or quarter of which no fact has been seen.
            later = min(fact.at + timedelta(minutes=11), history[min(number, len(history) - 1)].at)
            check(view(board, later), history[:number], later, zone)


@pytest.mark.parametrize("name", ZONES)
def test_a_look_long_after_the_last_fact_shows_the_new_day_and_what_goes_on(name: str) -> None:
    zone, history = ZoneInfo(name), day(name).facts
    talking = next(n for n, f in enumerate(history, 1) if n > 300 and isinstance(f.body, facts.LegHeld))
    board = Board(TENANT, zone)
    for fact in history[:talking]:
        fold(board, fact)
    for hours in (1, 26, 50):
        now = history[talking - 1].at + timedelta(hours=hours)
        check(view(board, now), history[:talking], now, zone)


@pytest.mark.parametrize("name", ZONES)
def test_the_day_had_everything_in_it(name: str) -> None:
    """A count of what never happened would prove nothing."""
    zone, played = ZoneInfo(name), day(name)
    first, last = (played.facts[at].at.astimezone(zone).date() for at in (0, -1))
    outcomes = [f.body.outcome for f in played.facts if isinstance(f.body, facts.CallLeftQueue)]
    kinds = {type(f.body) for f in played.facts}
    assert (first < last, played.calls) == (True, CALLS)
    assert {"answered", "abandoned", "overflowed", "platform_failure"} <= set(outcomes)
    assert {facts.WaitRefused, facts.ChannelRefused, facts.LegHeld, facts.WrapUpStarted, facts.SeatRefused} <= kinds
    assert {facts.AgentDialled, facts.DialTried, facts.AgentAnswered} <= kinds
    begin = recount.midnight(played.facts[-1].at, zone)
    for when in (played.facts[0].at, begin):
        rows = [recount.counts(played.facts, queue, when) for queue in QUEUES]
        for count in ("answered", "abandoned", "short_abandoned", "overflowed", "turned_away"):
            assert any(row[count] for row in rows), (count, when)
    talks = [(since, until) for _, _, since, until in recount.spans(played.facts) if until is not None]
    waits = [(wait.since, wait.since + timedelta(seconds=wait.waited)) for wait in recount.waits(played.facts)]
    for crossing in (talks, waits):
        assert any(since < begin < until for since, until in crossing)


@pytest.mark.parametrize("name", ZONES)
def test_the_records_of_the_day_add_up_to_the_board(name: str) -> None:
    zone, played = ZoneInfo(name), day(name)
    board = Board(TENANT, zone)
    for fact in played.facts:
        fold(board, fact)
    now = played.facts[-1].at
    begin, seen = recount.midnight(now, zone), view(board, now)
    ended = [f.body.call for f in played.facts if isinstance(f.body, facts.CallEnded)]
    records = [record for call in ended if (record := call_record(played.of(call))) is not None]
    for row in seen.queues:
        mine = [r for r in records if r.queue == row.id and r.queued is not None and r.queued >= begin]
        again = [wait for wait in recount.again(played.facts) if wait.queue == row.id and wait.since >= begin]
        assert row.today.offered == len(mine) + len(again)
        twice = [wait for wait in again if wait.outcome == "answered"]
        assert row.today.answered == len([record for record in mine if record.answered is not None]) + len(twice)
        assert row.today.abandoned == len([record for record in mine if record.outcome == "abandoned"])
        assert row.today.overflowed == len([record for record in mine if record.outcome == "overflowed"])
    shown = {agent.id: agent.today for agent in seen.agents}
    for agent in STAFF:
        took = [o for r in records for o in r.offers if o.agent == agent and o.outcome is OfferOutcome.ACCEPTED]
        assert shown[agent].answered == len(
            [offer for offer in took if offer.ended is not None and offer.ended >= begin]
        )
        legs = [leg for record in records for leg in record.legs if leg.agent == agent]
        talks = sum(lasted(segment.began, segment.ended, begin) for leg in legs for segment in leg.segments)
        holds = sum(lasted(hold.began, hold.ended, begin) for leg in legs for hold in leg.holds)
        assert (shown[agent].talk_seconds, shown[agent].hold_seconds) == pytest.approx((talks - holds, holds))
    assert {record.direction for record in records} == set(Direction)


def lasted(began: datetime, ended: datetime | None, begin: datetime) -> float:
    """Seconds of it since `begin`."""
    assert ended is not None
    return max(0.0, (ended - max(began, begin)).total_seconds())
