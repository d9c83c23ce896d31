"""One record per call, whose legs cover its life exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd import inputs
from acd.facts import CallEnded
from acd.model import Destination, Direction, Party
from kernel.fact import Fact
from kernel.ids import CallId, LegId, LineId, NodeId, PersonalId, TrunkName
from kernel.moment import after
from kernel.usage import LineKind
from reports.call_fold import call_record
from reports.call_record import CallRecord, LegRecord, OfferOutcome, Segment, uncovered
from tests.unit.reports.play import AGENTS, QUEUES, START, STEPS, Play
from worker.rows import record_row

steps = st.lists(st.tuples(st.integers(0, STEPS - 1), st.integers(0, 60), st.floats(0, 30)), max_size=60)


def first_call(play: Play) -> CallRecord:
    record = call_record(play.of(next(iter(sorted({f.subject for f in play.facts if f.subject.startswith("call_")})))))
    assert record is not None
    return record


def test_a_call_that_was_answered_is_one_record_with_its_times() -> None:
    play = Play()
    call = play.arrive(later=1.0)
    play.answer(call, later=4.0)
    play.hang_up(call, later=30.0)
    record = first_call(play)
    assert (record.outcome, record.queue, record.agent) == ("completed", QUEUES[0], AGENTS[0])
    assert (record.wait_seconds, record.talk_seconds) == (4.0, 30.0)
    assert record.arrived == record.queued == after(START, 1.0)
    assert record.answered == after(START, 5.0)
    assert record.ended == after(START, 35.0)
    assert record.recording == "rec_call_1"
    assert [(leg.party, leg.agent, len(leg.segments)) for leg in record.legs] == [
        (Party.CALLER, None, 1),
        (Party.AGENT, AGENTS[0], 1),
    ]
    assert uncovered(record) is None


def test_holds_are_counted_until_they_are_taken_back_or_the_agent_goes() -> None:
    play = Play()
    call = play.arrive()
    play.answer(call, later=1.0)
    (agent,) = (leg.id for leg in play.floor.legs.values() if leg.party is Party.AGENT)
    play.give(inputs.LegHeld(agent), later=2.0)
    play.give(inputs.LegHeld(agent), later=1.0)
    play.give(inputs.LegUnheld(agent), later=3.0)
    play.give(inputs.LegUnheld(agent), later=1.0)
    play.give(inputs.LegHeld(agent), later=4.0)
    play.hang_up(call, later=5.0)
    record = first_call(play)
    assert (record.hold_seconds, record.talk_seconds) == (9.0, 7.0)
    (line,) = (leg for leg in record.legs if leg.party is Party.AGENT)
    assert [(hold.began, hold.ended) for hold in line.holds] == [
        (after(START, 3.0), after(START, 7.0)),
        (after(START, 12.0), after(START, 17.0)),
    ]
    kinds = [type(fact.body).__name__ for fact in play.facts]
    assert (kinds.count("LegHeld"), kinds.count("LegUnheld")) == (2, 1)


def test_only_an_agent_who_talks_can_hold() -> None:
    play = Play()
    call = play.arrive()
    for leg in list(play.floor.legs):
        play.give(inputs.LegHeld(leg))
    play.answer(call)
    (caller,) = (leg.id for leg in play.floor.legs.values() if leg.party is Party.CALLER)
    play.give(inputs.LegHeld(caller), later=1.0)
    play.hang_up(call, later=1.0)
    assert first_call(play).hold_seconds == 0.0
    assert not [fact for fact in play.facts if type(fact.body).__name__ == "LegHeld"]


def test_a_missed_offer_stands_in_the_record_before_the_one_that_was_accepted() -> None:
    play = Play()
    call = play.arrive()
    play.give(inputs.RingTimeEnded(next(iter(play.floor.offers))), later=10.0)
    play.answer(call, later=2.0)
    play.hang_up(call, Party.AGENT, later=5.0)
    record = first_call(play)
    assert [(offer.agent, offer.outcome) for offer in record.offers] == [
        (AGENTS[0], OfferOutcome.MISSED),
        (AGENTS[1], OfferOutcome.ACCEPTED),
    ]
    assert record.wait_seconds == 12.0


def test_a_leg_that_went_out_says_what_it_is_charged_by() -> None:
    play = Play()
    call = play.arrive()
    play.answer(call, later=1.0)
    out = play.give_away(call, "+815012345678", LineKind.MOBILE, later=20.0)
    play.give(inputs.LegAnswered(out), later=5.0)
    play.hang_up(call, later=130.0)
    record = first_call(play)
    (told,) = (leg for leg in record.legs if leg.leg == out)
    assert (told.shown, told.line_kind) == ("+815012345678", LineKind.MOBILE)
    assert (told.answered, told.ended) == (after(START, 26.0), after(START, 156.0))
    assert {leg.line_kind for leg in record.legs if leg.leg != out} == {None}


def test_a_caller_who_gives_up_has_no_talk_and_a_withdrawn_offer() -> None:
    play = Play()
    call = play.arrive()
    play.hang_up(call, later=3.0)
    record = first_call(play)
    assert (record.outcome, record.talk_seconds, record.answered) == ("abandoned", 0.0, None)
    assert [offer.outcome for offer in record.offers] == [OfferOutcome.WITHDRAWN]


def test_a_living_call_has_a_record_without_end() -> None:
    play = Play()
    play.answer(play.arrive(), later=1.0)
    record = first_call(play)
    assert (record.ended, record.outcome) == (None, "")
    assert record.legs[0].segments[0].ended is None
    assert uncovered(record) == "the call has not ended"


def test_the_cause_is_that_of_the_party_who_left_first_and_not_of_a_phone_that_only_rang() -> None:
    play = Play()
    refused = play.arrive()
    rings = play.floor.offers[next(iter(play.floor.calls[refused].offers))]
    play.give(inputs.LegEnded(rings.leg, 21))
    assert first_call(play).cause is None
    play.answer(refused, later=2.0)
    caller = next(leg.id for leg in play.floor.legs.values() if leg.party is Party.CALLER)
    play.give(inputs.LegEnded(caller, 31), later=3.0)
    play.hang_up(refused, later=0.1)
    assert first_call(play).cause == 31


def test_who_hangs_up_without_a_cause_has_cleared_normally_and_what_broke_has_none() -> None:
    for why, cause in (("hung_up", 16), ("platform_failure", 0)):
        play = Play()
        call = play.arrive()
        play.give(inputs.LegEnded(LegId("leg_c1"), 0, why), later=1.0)
        record = call_record(play.of(call))
        assert record is not None
        assert record.cause == cause


def test_facts_without_the_start_of_the_call_give_no_record() -> None:
    play = Play()
    call = play.arrive()
    assert call_record(play.of(call)[1:]) is None


def test_a_fact_of_a_newer_version_is_passed_over() -> None:
    play = Play()
    call = play.arrive()
    play.hang_up(call)
    history: list[Fact[object]] = list(play.of(call))
    history.insert(2, replace(history[1], body=object()))
    assert call_record(history) == call_record(play.of(call))


@given(steps)
def test_every_call_that_ended_has_one_record_whose_legs_cover_its_life(script: list[tuple[int, int, float]]) -> None:
    play = Play()
    for kind, which, later in script:
        play.step(kind, which, later)
    play.end_all()
    ended = [fact.body.call for fact in play.facts if isinstance(fact.body, CallEnded)]
    assert len(ended) == len(set(ended)) == play.calls
    for call in ended:
        record = call_record(play.of(call))
        assert record is not None
        assert uncovered(record) is None
        assert all(offer.outcome is not OfferOutcome.OPEN for offer in record.offers)
        assert (record.talk_seconds > 0) <= (record.answered is not None)


def _finished() -> CallRecord:
    play = Play()
    call = play.arrive()
    play.answer(call, later=4.0)
    play.hang_up(call, Party.AGENT, later=30.0)
    return first_call(play)


def _with_caller(record: CallRecord, leg: LegRecord) -> CallRecord:
    return replace(record, legs=(leg, *record.legs[1:]))


def _later_start(record: CallRecord) -> CallRecord:
    return replace(record, legs=tuple(replace(leg, began=after(record.arrived, 1.0)) for leg in record.legs))


def _hole(record: CallRecord) -> CallRecord:
    caller = replace(record.legs[0], ended=after(record.arrived, 2.0), segments=())
    agent = replace(record.legs[1], began=after(record.arrived, 3.0))
    return replace(record, legs=(caller, agent))


def _early_end(record: CallRecord) -> CallRecord:
    assert record.ended is not None
    return replace(record, ended=after(record.ended, 1.0))


def _beyond_end(record: CallRecord) -> CallRecord:
    assert record.ended is not None
    return _with_caller(record, replace(record.legs[0], ended=after(record.ended, 1.0)))


def _no_end(record: CallRecord) -> CallRecord:
    return _with_caller(record, replace(record.legs[0], ended=None))


def _twice(record: CallRecord) -> CallRecord:
    return replace(record, legs=(*record.legs, record.legs[0]))


def _two_conversations(record: CallRecord) -> CallRecord:
    segment = record.legs[0].segments[0]
    return _with_caller(record, replace(record.legs[0], segments=(segment, segment)))


def _talks_on(record: CallRecord) -> CallRecord:
    caller = record.legs[0]
    assert record.ended is not None
    segment = Segment(caller.leg, caller.segments[0].conversation, record.arrived, after(record.ended, 1.0))
    return _with_caller(record, replace(caller, segments=(segment,)))


@pytest.mark.parametrize(
    "spoil",
    [_later_start, _hole, _early_end, _beyond_end, _no_end, _twice, _two_conversations, _talks_on],
)
def test_a_gap_or_an_overlap_is_found(spoil: Callable[[CallRecord], CallRecord]) -> None:
    record = _finished()
    assert uncovered(record) is None
    assert uncovered(spoil(record)) is not None


def test_a_call_out_is_one_record_of_the_agent_with_its_talk() -> None:
    play = Play()
    out = Destination(LineId("line"), (TrunkName("t1"), TrunkName("t2")))
    call, own = CallId("call_out"), LegId("leg_own")
    to = PersonalId("pii_them")
    play.now = after(play.now, 1.0)
    play.give(inputs.PhoneDialled(call, own, AGENTS[0], NodeId("node-1"), "phone-1", play.now, "+81312345601", to, out))
    first = play.floor.calls[call].callee_leg
    assert first is not None
    play.give(inputs.LegEnded(first, 34, sip=503, elsewhere=True), later=1.0)
    second = play.floor.calls[call].callee_leg
    assert second is not None
    play.give(inputs.LegAnswered(second), later=3.0)
    play.give(inputs.LegAnswered(own))
    play.give(inputs.LegEnded(own), later=10.0)
    play.give(inputs.LegEnded(second), later=0.5)
    record = call_record(play.of(call))
    assert record is not None
    assert (record.direction, record.outcome, record.agent) == (Direction.OUTBOUND, "completed", AGENTS[0])
    assert (record.number, record.caller) == ("+81312345601", to)
    assert record.answered == after(record.arrived, 4.0)
    assert record.talk_seconds == 10.0
    assert [leg.party for leg in record.legs] == [Party.AGENT, Party.CALLEE, Party.CALLEE]
    assert uncovered(record) is None
    assert record_row(record).agents == (AGENTS[0],)
