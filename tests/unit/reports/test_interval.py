"""Each figure of the historical report, counted again from the facts of a night's 200 calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from acd import facts
from acd.facts import Body
from kernel.fact import Fact
from reports.interval import Count, Grain, Intervals, Spent, fold, spread
from reports.interval_report import PERIODS, AgentRow, QueueRow, agent_rows, queue_rows
from reports.service_level import Formula
from tests.unit.reports import recount
from tests.unit.reports.day import STAFF
from tests.unit.reports.play import QUEUES, TENANT
from tests.unit.reports.test_recount import day

ZONE = ZoneInfo("Asia/Tokyo")
HISTORY: Sequence[Fact[Body]] = day("Asia/Tokyo").facts
END = HISTORY[-1].at


def grains(history: Sequence[Fact[Body]], until: datetime) -> list[Grain]:
    """All that was counted, and what runs on at `until`."""
    intervals = Intervals(TENANT)
    found = [grain for fact in history for grain in fold(intervals, fact)]
    for agent, (what, since) in intervals.now.items():
        found.extend(spread(agent, what, since, until))
    return found


GRAINS = grains(HISTORY, END)


def bounds(row: QueueRow | AgentRow, minutes: int) -> tuple[datetime, datetime]:
    return row.begins, row.begins + timedelta(minutes=minutes)


def within(history: Sequence[Fact[Body]], row: QueueRow, minutes: int) -> dict[str, Any]:
    """The queue's counts from the beginning of the period on, less those from its end on."""
    begin, end = bounds(row, minutes)
    first, second = (recount.counts(history, row.queue, at) for at in (begin, end))
    return {what: first[what] - second[what] for what in first if what not in ("asa_seconds", "service_level")}


@pytest.mark.parametrize("minutes", PERIODS)
def test_each_count_of_each_queue_is_what_the_facts_say(minutes: int) -> None:
    rows = queue_rows(GRAINS, minutes, ZONE)
    assert len(rows) > len(QUEUES)
    for row in rows:
        for what, much in within(HISTORY, row, minutes).items():
            assert row.of(Count(what)) == much, (row.begins, row.queue, what)
    total = sum(row.of(Count.OFFERED) for row in rows)
    assert total == len(recount.waits(HISTORY))


@pytest.mark.parametrize("minutes", PERIODS)
def test_waits_are_those_of_the_facts(minutes: int) -> None:
    for row in queue_rows(GRAINS, minutes, ZONE):
        begin, end = bounds(row, minutes)
        mine = [w for w in recount.waits(HISTORY) if w.queue == row.queue and begin <= w.since < end]
        answered = [w.waited for w in mine if w.outcome == "answered"]
        gave_up = [w.waited for w in mine if w.outcome == "abandoned"]
        assert row.asa_seconds == (pytest.approx(sum(answered) / len(answered)) if answered else None)
        assert row.average_abandon_seconds == (pytest.approx(sum(gave_up) / len(gave_up)) if gave_up else None)
        assert row.of(Count.LONGEST_WAIT) == max((w.waited for w in mine if w.outcome), default=0)
        in_time = [w for w in mine if w.outcome == "answered" and w.waited <= w.settings.answer_within]
        assert row.levels[Formula.STRICT] == (pytest.approx(len(in_time) / len(mine)) if mine else None)


def test_everybody_who_came_is_accounted_for_at_every_moment() -> None:
    intervals, found, waited = Intervals(TENANT), [], 0
    for number, fact in enumerate(HISTORY):
        found.extend(fold(intervals, fact))
        if number % 100 == 0:
            rows = queue_rows(found, 15, ZONE)
            assert all(row.accounted for row in rows)
            waiting = sum(len(recount.waiting_now(HISTORY[: number + 1], queue)) for queue in QUEUES)
            assert sum(row.of(Count.STILL_WAITING) for row in rows) == waiting
            waited += waiting
    assert waited > 0
    row = queue_rows(found, 60, ZONE)[0]
    row.figures[Count.ANSWERED] += 1
    assert not row.accounted


def stretches(history: Sequence[Fact[Body]]) -> Iterator[tuple[str, datetime, datetime]]:
    """(agent, from, until) of every time signed in."""
    since: dict[str, datetime] = {}
    for fact in history:
        if isinstance(fact.body, facts.AgentSignedIn):
            since[fact.body.agent] = fact.at
        elif isinstance(fact.body, facts.AgentSignedOut):
            yield fact.body.agent, since.pop(fact.body.agent), fact.at
    yield from ((agent, begun, END) for agent, begun in since.items())


def test_every_second_signed_in_is_spent_on_one_thing() -> None:
    there = defaultdict(float)
    for agent, since, until in stretches(HISTORY):
        there[agent] += (until - since).total_seconds()
    rows = agent_rows(GRAINS, 60, ZONE)
    for agent in STAFF:
        mine = [row for row in rows if row.agent == agent]
        assert sum(row.signed_in_seconds for row in mine) == pytest.approx(there[agent]), agent
        assert all(row.signed_in_seconds <= 3600 + 1e-6 for row in mine)
    assert {what for row in rows for what in row.seconds} == set(Spent)


@pytest.mark.parametrize("minutes", PERIODS)
def test_talk_hold_and_wrap_up_are_split_by_the_clock(minutes: int) -> None:
    named = {Spent.TALK: "talk", Spent.HOLD: "hold", Spent.WRAP_UP: "wrap_up"}
    for row in agent_rows(GRAINS, minutes, ZONE):
        begin, end = bounds(row, minutes)
        told = {}
        for what, name in named.items():
            from_begin, from_end = (recount.spent(HISTORY, row.agent, name, at, END) for at in (begin, min(end, END)))
            told[what] = from_begin - from_end
        told[Spent.TALK] -= told[Spent.HOLD]
        for what, seconds in told.items():
            assert row.seconds.get(what, 0.0) == pytest.approx(seconds, abs=1e-6), (row.agent, row.begins, what)
        work, ready = sum(told.values()), row.seconds.get(Spent.READY, 0.0)
        assert row.occupancy == (pytest.approx(work / (work + ready)) if work + ready else None)


def test_offers_are_counted_at_their_moment() -> None:
    kinds = {
        Count.RUNG: facts.OfferMade,
        Count.ACCEPTED: facts.OfferAccepted,
        Count.MISSED: facts.OfferMissed,
        Count.REFUSED: facts.OfferRefused,
    }
    rows = agent_rows(GRAINS, 15, ZONE)
    for what, kind in kinds.items():
        made = sum(isinstance(fact.body, kind) for fact in HISTORY)
        assert made > 0
        assert sum(row.counts.get(what, 0) for row in rows) == made


def test_a_stretch_is_cut_at_the_quarters() -> None:
    since = datetime(2026, 4, 1, 9, 10, tzinfo=UTC)
    cut = list(spread(STAFF[0], Spent.TALK, since, since + timedelta(minutes=40)))
    assert [(grain.slot.minute, grain.much) for grain in cut] == [(0, 300), (15, 900), (30, 900), (45, 300)]
    assert list(spread(STAFF[0], Spent.TALK, since, since)) == []


def test_the_ground_of_reports_may_be_told_in_two_parts() -> None:
    """A restart folds the first part again and counts only the rest."""
    half = len(HISTORY) // 2
    intervals, second = Intervals(TENANT), []
    for fact in HISTORY:
        found = fold(intervals, fact)
        if fact.seq > HISTORY[half - 1].seq:
            second.extend(found)
    first = Intervals(TENANT)
    both = [grain for fact in HISTORY[:half] for grain in fold(first, fact)] + second
    assert queue_rows(both, 15, ZONE) == queue_rows(GRAINS, 15, ZONE)
