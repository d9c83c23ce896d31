"""What a decision costs does not grow with the number of waiting callers: touched objects are counted, not time."""

from __future__ import annotations

from collections import UserDict
from datetime import datetime
from typing import Any

import pytest

from acd import inputs
from acd.decide import decide
from acd.effects import RingAgent
from acd.model import Wish
from kernel.ids import AgentId, CallId, CommandId, LegId, PersonalId, QueueId
from kernel.moment import after
from tests.fakes.world import NODE, World
from tests.stories import agent, go_ready, open_floor, queue


class Counted(datetime):
    """A moment that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override]
        Counted.compared += 1
        return super().__lt__(other)

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return super().__eq__(other)

    __hash__ = datetime.__hash__


class Watched(UserDict[Any, Any]):
    """A dict that counts what is taken from it, one by one or in a walk over all."""

    touched = 0

    def __getitem__(self, key: Any) -> Any:
        Watched.touched += 1
        return super().__getitem__(key)


def crowd(callers: int) -> World:
    """So many callers in two queues, one agent who is paused, everything counted from here on."""
    world = open_floor(agent("ann", "q", "r"), queues=(queue("q", announce_every=10.0, longest_wait=60.0),))
    go_ready(world, "ann")
    world.take(inputs.SetWish(CommandId("pause"), AgentId("ann"), Wish.PAUSED, "lunch"))
    for number in range(callers):
        world.take(join(world, number, "qr"[number % 2]))
    world.floor.calls, world.floor.legs = Watched(world.floor.calls), Watched(world.floor.legs)  # type: ignore[assignment]
    Counted.compared = Watched.touched = 0
    return world


def join(world: World, number: int, name: str) -> inputs.CallRouted:
    """A caller has come; what puts him into the queue."""
    call, leg = CallId(f"call_{number:06}"), LegId(f"leg_{number:06}")
    moment = after(world.now, number * 0.001)
    since = Counted.fromtimestamp(moment.timestamp(), moment.tzinfo)
    world.called["-"] = (QueueId(name), 0, True)
    world.take(inputs.CallArrived(call, leg, NODE, f"caller-{number}", "-", PersonalId("pii_1"), since))
    Counted.compared = Watched.touched = 0
    return inputs.CallRouted(call, QueueId(name), 0, since)


def counts(world: World, given: inputs.Input) -> tuple[int, int, list[Any]]:
    """How many comparisons and touched calls and legs one input costs."""
    items = world.take(given, perform=False)
    return Counted.compared, Watched.touched, items


def ready() -> inputs.Input:
    return inputs.SetWish(CommandId("ready"), AgentId("ann"), Wish.READY)


@pytest.mark.parametrize("callers", [100, 10_000])
def test_a_match_costs_the_same_beside_a_hundred_and_ten_thousand_callers(callers: int) -> None:
    compared, touched, items = counts(crowd(callers), ready())
    assert [item.call for item in items if isinstance(item, RingAgent)] == ["call_000000"]
    assert touched <= 12
    # Cutting one turn out of a sorted list of n is log2(n) comparisons of two fields; 10,000 is under 2**14.
    assert compared <= 4 * 14


@pytest.mark.parametrize("callers", [100, 10_000])
def test_joining_a_queue_costs_the_same_beside_a_hundred_and_ten_thousand_callers(callers: int) -> None:
    world = crowd(callers)
    compared, touched, items = counts(world, join(world, callers + 1, "q"))
    assert items
    assert touched <= 12
    assert compared <= 10 * 14


@pytest.mark.parametrize("callers", [100, 10_000])
def test_leaving_the_middle_of_a_queue_costs_the_same(callers: int) -> None:
    compared, touched, items = counts(crowd(callers), inputs.LegEnded(LegId(f"leg_{callers // 2:06}"), 16))
    assert items
    assert touched <= 12
    assert compared <= 10 * 14


def test_an_input_that_is_late_touches_nothing() -> None:
    world = crowd(100)
    assert list(decide(world.floor, inputs.LegEnded(LegId("leg_unknown")), world.now)) == []
    assert (Counted.compared, Watched.touched) == (0, 1)
