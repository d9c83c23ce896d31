"""The board shows what the floor is and counts what the day has brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd import inputs
from acd.facts import CallEnded
from acd.model import Shown, Wish
from kernel.fact import Fact
from kernel.ids import CallId
from kernel.moment import after
from reports.agent_times import Doing
from reports.board_view import QueueRow, agent_row, queue_row, view, waiting
from reports.call_fold import call_record
from reports.live import Board, Touched, fold
from tests.unit.reports.play import AGENTS, QUEUES, START, STEPS, TENANT, Play

steps = st.lists(st.tuples(st.integers(0, STEPS - 1), st.integers(0, 60), st.floats(0, 30)), max_size=60)


def board_of(play: Play) -> Board:
    board = Board(TENANT)
    for fact in play.facts:
        fold(board, fact)
    return board


def row(board: Board, now: datetime = START) -> QueueRow:
    found = queue_row(board, QUEUES[0], now)
    assert found is not None
    return found


def test_a_waiting_caller_is_seen_with_the_moment_from_which_he_waits() -> None:
    play = Play()
    for _ in range(3):
        play.arrive(later=1.0)
    board = board_of(play)
    assert (row(board).waiting, row(board).longest_wait_since) == (3, after(START, 1.0))
    waits = waiting(board, QUEUES[0])
    assert waits is not None
    assert [(w.position, w.call, w.offered_to) for w in waits] == [
        (1, "call_1", (AGENTS[0],)),
        (2, "call_2", (AGENTS[1],)),
        (3, "call_3", ()),
    ]


def test_a_caller_of_higher_priority_stands_first_but_has_not_waited_longest() -> None:
    play = Play()
    for _ in range(2):
        play.arrive()
    play.arrive(later=1.0)
    play.arrive(later=1.0, priority=5)
    board = board_of(play)
    waits = waiting(board, QUEUES[0])
    assert waits is not None
    assert waits[0].call == "call_4"
    assert row(board).longest_wait_since == START


def test_the_day_counts_offered_answered_abandoned_and_the_waits_behind_the_asa() -> None:
    play = Play()
    answered, gone = play.arrive(), play.arrive()
    play.answer(answered, later=6.0)
    play.hang_up(gone, later=1.0)
    seen = row(board_of(play))
    for counts in (seen.today, seen.quarter):
        assert (counts.offered, counts.answered, counts.abandoned, counts.asa_seconds) == (2, 1, 1, 6.0)


def test_an_agent_is_shown_with_his_call_its_queue_and_what_he_answered_today() -> None:
    play = Play()
    call = play.arrive(QUEUES[1])
    play.answer(call, later=2.0)
    seen = agent_row(board_of(play), AGENTS[0], play.now)
    assert seen is not None
    assert (seen.state, seen.call, seen.queue, seen.today.answered) == (Shown.ON_CALL, call, QUEUES[1], 1)
    assert seen.since == after(START, 2.0)
    play.hang_up(call, later=1.0)
    seen = agent_row(board_of(play), AGENTS[0], play.now)
    assert seen is not None
    assert (seen.state, seen.queue) == (Shown.WRAP_UP, QUEUES[1])


def test_seats_in_use_are_those_of_the_agents_who_are_signed_in() -> None:
    seen = view(board_of(Play()), START)
    assert (seen.seats.used, seen.seats.limit) == (2, 2)
    shown = [agent.state for agent in seen.agents]
    assert shown == [Shown.READY, Shown.READY, Shown.SIGNED_OUT]


def test_the_last_finished_calls_stand_with_the_newest_first() -> None:
    play = Play()
    for _ in range(2):
        call = play.arrive()
        play.answer(call, later=1.0)
        play.hang_up(call, later=3.0)
    finished = view(board_of(play), play.now).finished
    assert [line.call for line in finished] == ["call_2", "call_1"]
    assert (finished[0].wait_seconds, finished[0].talk_seconds, finished[0].outcome) == (1.0, 3.0, "completed")


@pytest.mark.parametrize("ends_held", [False, True])
def test_talk_of_a_finished_call_is_without_hold_as_in_its_record(ends_held: bool) -> None:
    play = Play()
    call = play.arrive()
    play.answer(call, later=2.0)
    leg = next(leg.id for leg in play.floor.legs.values() if leg.agent is not None)
    play.give(inputs.LegHeld(leg), later=10.0)
    if not ends_held:
        play.give(inputs.LegUnheld(leg), later=30.0)
    play.hang_up(call, later=5.0)
    (line,) = view(board_of(play), play.now).finished
    record = call_record(play.of(line.call))
    assert record is not None
    assert line.talk_seconds == record.talk_seconds == (10.0 if ends_held else 15.0)


def test_counts_begin_anew_at_midnight_in_tokyo_also_when_nothing_happens() -> None:
    play = Play(now=datetime(2026, 4, 1, 14, 59, 50, tzinfo=UTC))
    play.hang_up(play.arrive())
    board = board_of(play)
    assert row(board, play.now).today.abandoned == 1
    assert row(board, after(play.now, 11.0)).today.abandoned == 0
    play.give(inputs.SetWish(play.command(), AGENTS[0], Wish.PAUSED), later=11.0)
    assert fold(board, play.facts[-2]).new_day
    assert row(board, play.now).today.offered == 0


def test_a_fact_of_a_newer_version_takes_its_place_and_changes_nothing_else() -> None:
    board = board_of(Play())
    before = view(board, START)
    strange: Fact[object] = Fact(
        TENANT, 1, board.seq + 1, START, Play().facts[0].stream, "Invented", 1, "floor", object()
    )
    assert fold(board, strange) == Touched()
    assert view(board, START) == replace(before, seq=before.seq + 1)


@given(steps)
def test_who_entered_a_queue_was_answered_gave_up_was_released_or_still_waits(
    script: list[tuple[int, int, float]],
) -> None:
    """The identity of metrics.md section 6, O = A + B + F + CB + still waiting, within one day."""
    play = Play()
    for kind, which, later in script:
        play.step(kind, which, later)
    for queue in view(board_of(play), play.now).queues:
        counts = queue.today
        assert counts.offered == counts.answered + counts.abandoned + counts.overflowed + counts.failed + queue.waiting


def test_the_quarter_begins_anew_on_the_full_quarter_and_its_queue_is_shown_anew() -> None:
    play = Play(now=datetime(2026, 4, 1, 3, 14, 50, tzinfo=UTC))
    play.hang_up(play.arrive())
    board = board_of(play)
    assert row(board, play.now).quarter.abandoned == 1
    assert row(board, after(play.now, 11.0)).quarter.abandoned == 0
    play.give(inputs.SetWish(play.command(), AGENTS[0], Wish.PAUSED), later=11.0)
    assert fold(board, play.facts[-2]).queues == set(QUEUES)
    shown = row(board, play.now)
    assert (shown.quarter.offered, shown.today.offered) == (0, 1)
    assert shown.quarter.since == datetime(2026, 4, 1, 3, 15, tzinfo=UTC)


def test_the_day_begins_at_midnight_where_the_tenant_is() -> None:
    """15:00 UTC is midnight in Tokyo and 11 in the morning in New York."""
    play = Play(now=datetime(2026, 4, 1, 14, 59, 50, tzinfo=UTC))
    play.hang_up(play.arrive())
    play.hang_up(play.arrive(later=20.0))
    counts = {}
    for name in ("Asia/Tokyo", "America/New_York"):
        board = Board(TENANT, ZoneInfo(name))
        for fact in play.facts:
            fold(board, fact)
        counts[name] = row(board, play.now).today.abandoned
    assert counts == {"Asia/Tokyo": 1, "America/New_York": 2}


def test_who_joined_before_midnight_and_is_answered_after_it_belongs_to_the_day_he_joined() -> None:
    """Otherwise more could be answered in a day than came (metrics.md, section 5 and 6)."""
    play = Play(now=datetime(2026, 4, 1, 14, 59, 55, tzinfo=UTC))
    call = play.arrive()
    play.answer(call, later=8.0)
    board = board_of(play)
    assert (row(board, play.now).today.offered, row(board, play.now).today.answered) == (0, 0)
    seen = agent_row(board, AGENTS[0], play.now)
    assert seen is not None
    assert seen.today.answered == 1


def test_an_abandon_is_short_and_an_answer_in_time_by_the_settings_of_the_queue() -> None:
    play = Play()
    quick, slow, missed = play.arrive(), play.arrive(), play.arrive()
    play.hang_up(quick, later=5.0)
    play.hang_up(slow, later=0.1)
    play.answer(missed, later=14.9)
    counts = row(board_of(play)).today
    assert (counts.abandoned, counts.short_abandoned, counts.answered) == (2, 1, 1)
    assert counts.service_level == 1 / 3
    terms = row(board_of(play)).service
    assert (terms.formula, terms.within_seconds, terms.target, terms.short_abandon_seconds) == (
        "SL-strict", 20.0, 0.8, 5.0,
    )  # fmt: skip


def test_talk_hold_and_wrap_up_are_counted_apart_and_what_goes_on_is_a_moment() -> None:
    play = Play()
    call = play.arrive()
    play.answer(call, later=2.0)
    leg = next(leg.id for leg in play.floor.legs.values() if leg.agent is not None)
    play.give(inputs.LegHeld(leg), later=10.0)
    begun = play.now
    seen = agent_row(board_of(play), AGENTS[0], play.now)
    assert seen is not None
    assert (seen.today.talk_seconds, seen.doing, seen.doing_since) == (10.0, Doing.HOLD, begun)
    play.give(inputs.LegUnheld(leg), later=30.0)
    play.hang_up(call, later=5.0)
    seen = agent_row(board_of(play), AGENTS[0], play.now)
    assert seen is not None
    assert (seen.today.talk_seconds, seen.today.hold_seconds, seen.doing) == (15.0, 30.0, Doing.WRAP_UP)
    play.step(11, 0, 5.0)  # his wrap-up ends
    seen = agent_row(board_of(play), AGENTS[0], play.now)
    assert seen is not None
    assert (seen.today.wrap_up_seconds, seen.doing, seen.doing_since) == (5.0, None, None)


def test_a_talk_over_midnight_is_cut_there() -> None:
    play = Play(now=datetime(2026, 4, 1, 14, 59, 50, tzinfo=UTC))
    play.answer(play.arrive())
    midnight = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
    seen = agent_row(board_of(play), AGENTS[0], after(midnight, 40.0))
    assert seen is not None
    assert (seen.today.answered, seen.today.talk_seconds, seen.doing_since) == (0, 0.0, midnight)
    play.give(inputs.SetWish(play.command(), AGENTS[1], Wish.PAUSED), later=20.0)
    play.hang_up(CallId("call_1"), later=50.0)
    seen = agent_row(board_of(play), AGENTS[0], play.now)
    assert seen is not None
    assert seen.today.talk_seconds == 60.0


@given(steps)
def test_the_board_of_the_facts_is_the_floor_itself(script: list[tuple[int, int, float]]) -> None:
    play = Play()
    for kind, which, later in script:
        play.step(kind, which, later)
    board = board_of(play)
    assert board.floor == play.floor
    assert board.seq == play.floor.seq
    assert {a.id: a.state for a in view(board, play.now).agents} == {a.id: a.shown for a in play.floor.agents.values()}


@given(steps)
def test_rows_that_no_fact_touched_have_not_changed(script: list[tuple[int, int, float]]) -> None:
    """A live view that puts in the touched rows of each change has the whole board."""
    play = Play()
    for kind, which, later in script:
        play.step(kind, which, later)
    board = Board(TENANT)
    for fact in play.facts:
        old = view(board, fact.at)
        touched = fold(board, fact)
        new = view(board, fact.at)
        if touched.new_day:
            continue
        changed_queues = {q.id for q in new.queues} - {q.id for q in old.queues if q in new.queues}
        changed_agents = {a.id for a in new.agents} - {a.id for a in old.agents if a in new.agents}
        assert changed_queues <= touched.queues
        assert changed_agents <= touched.agents
        assert touched.capacity.seats or old.seats == new.seats
        assert touched.capacity.places or old.places == new.places
        assert touched.capacity.channels or old.channels == new.channels


@given(steps)
def test_the_last_calls_of_the_board_agree_with_their_records(script: list[tuple[int, int, float]]) -> None:
    play = Play()
    for kind, which, later in script:
        play.step(kind, which, later)
    play.end_all()
    ended = [fact.body.call for fact in play.facts if isinstance(fact.body, CallEnded)]
    lines = view(board_of(play), play.now).finished
    assert [line.call for line in lines] == ended[::-1][:20]
    for line in lines:
        record = call_record(play.of(line.call))
        assert record is not None
        assert (line.outcome, line.queue, line.ended) == (record.outcome, record.queue, record.ended)
        assert abs(line.wait_seconds - record.wait_seconds) < 1e-6
        assert abs(line.talk_seconds - record.talk_seconds) < 1e-6
