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
    assert (guard.arrived, guard.lost, guard.doubled, guard.ended_twice, found.left) == (1_000, 0, 0, 0, 0)
    assert guard.answered > 500


def test_a_call_at_two_agents_and_an_agent_with_two_calls_are_seen() -> None:
    guard = Guard()
    guard.sees(offered("one", "ann"))
    guard.sees(offered("one", "bob"))
    assert guard.doubled == 1
    guard.sees(offered("two", "bob"))
    assert guard.doubled == 2


def test_a_call_that_ends_twice_is_seen() -> None:
    guard = Guard()
    guard.sees(facts.CallEnded(CallId("one"), "completed"))
    assert guard.ended_twice == 1
