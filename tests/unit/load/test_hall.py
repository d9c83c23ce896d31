"""Calls go through the hall, and the guard beside it sees what must not be."""

from __future__ import annotations

from datetime import timedelta

from acd import facts
from kernel.ids import AgentId, CallId, LegId, OfferId, QueueId
from tests.load import scale
from tests.load.hall import START, Guard


def offered(call: str, agent: str) -> facts.OfferMade:
    until = START + timedelta(seconds=9)
    name = f"{call} {agent}"
    return facts.OfferMade(
        OfferId(name), CallId(call), QueueId("q"), AgentId(agent), LegId(name), ring_until=until, waiting=1, ready=1
    )


def test_every_call_ends_once_and_is_offered_to_one_at_a_time() -> None:
    found = scale.through(1_000)
    guard = found.guard
    wrong = (guard.lost, guard.doubled, guard.ended_twice, guard.out_of_turn, found.left)
    assert (guard.arrived, wrong) == (1_000, (0, 0, 0, 0, 0))
    assert guard.answered > 500


def test_a_call_at_two_agents_and_an_agent_with_two_calls_are_seen() -> None:
    guard = Guard()
    guard.sees(offered("one", "ann"))
    guard.sees(offered("one", "bob"))
    assert guard.doubled == 1
    guard.sees(offered("two", "bob"))
    assert guard.doubled == 2


def queued(call: str, second: int) -> facts.CallQueued:
    return facts.CallQueued(CallId(call), QueueId("q"), 0, START + timedelta(seconds=second), 1)


def test_who_is_served_before_somebody_who_came_first_is_seen() -> None:
    guard = Guard()
    guard.sees(queued("first", 0))
    guard.sees(queued("second", 1))
    guard.sees(offered("second", "ann"))
    assert guard.out_of_turn == 1
    guard.sees(offered("first", "bob"))
    assert guard.out_of_turn == 1


def test_a_call_that_ends_twice_is_seen() -> None:
    guard = Guard()
    guard.sees(facts.CallEnded(CallId("one"), "completed"))
    assert guard.ended_twice == 1
