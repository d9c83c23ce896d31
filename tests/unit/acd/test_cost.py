"""What a decision costs does not grow with who waits or works: touched objects are counted, not time."""

from __future__ import annotations

from collections import UserDict
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from acd import facts, inputs
from acd.config import AgentConfig
from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement, Routing
from acd.decide import decide
from acd.effects import RingAgent
from acd.evolve import evolve
from acd.model import Line, Wish
from kernel.fact import Fact, Stream
from kernel.ids import AgentId, CallId, CommandId, LegId, PersonalId, QueueId
from kernel.moment import after
from tests.fakes.world import NODE, TENANT, World
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


SIZES = (200, 2_000, 20_000)
QUEUES = (QueueId("law"), QueueId("sales"))
CHAT, SALES = AgentSkill("chat", 5), AgentSkill("sales", 3)


def staff(agents: int) -> World:
    """So many are ready and can do nothing that is asked for; a hundredth as many wait for what nobody can. Four can
    sell: two of a later tier. One knows the law and is paused."""
    asked = (Requirement("law", 3, (Relaxation(60.0, 0),)),)
    idle = [AgentConfig(AgentId(f"a{turn:05}"), "", f"e{turn}", QUEUES, skills=(CHAT,)) for turn in range(agents)]
    sellers = [
        replace(agent(f"seller-{turn}", *QUEUES), skills=(SALES,), memberships=tuple(_tier(turn // 2)))
        for turn in range(4)
    ]
    lawyer = replace(agent("lawyer", *QUEUES), skills=(AgentSkill("law", 5),))
    newcomer = agent("newcomer", *QUEUES)
    world = open_floor(*idle, *sellers, lawyer, newcomer, queues=(queue("law", routing=Routing(requirements=asked)),))
    for one in (*idle, *sellers, lawyer):
        present(world, one, ready=one is not lawyer)
    for number in range(agents // 100):
        world.take(wants(world, number, "law"))
    # What is asked for the first time costs a look at everybody, and rings the first seller; this is before it counts.
    world.take(wants(world, agents, "sales", "sales"))
    world.take(inputs.LegEnded(LegId(f"leg_{agents:06}"), 16))
    world.floor.agents = Watched(world.floor.agents)  # type: ignore[assignment]
    world.floor.calls, world.floor.legs = Watched(world.floor.calls), Watched(world.floor.legs)  # type: ignore[assignment]
    return world


def _tier(tier: int) -> list[Membership]:
    return [Membership(name, tier=tier) for name in QUEUES]


def present(world: World, who: AgentConfig, *, ready: bool) -> None:
    """He is at work; told by facts, so that 20,000 are there soon."""
    bodies = [facts.SeatTaken(who.id, 0, None, ""), facts.AgentSignedIn(who.id), facts.LineChanged(who.id, Line.UP)]
    for body in [*bodies, *([facts.WishChanged(who.id, Wish.READY, "")] if ready else [])]:
        world.floor.seq += 1
        evolve(world.floor, Fact(TENANT, 1, world.floor.seq, world.now, Stream.FLOOR, "", 1, "", body))


def wants(world: World, number: int, name: str, skill: str = "") -> inputs.CallRouted:
    """A caller has come to a queue and asks for a skill beside those of the queue."""
    routed = join(world, number, name)
    return replace(routed, requirements=(Requirement(skill, 2),) if skill else ())


def touched(world: World, given: inputs.Input) -> tuple[int, list[AgentId]]:
    """How many agents, calls and legs are looked at, and who is rung."""
    Watched.touched = 0
    items = world.take(given)
    return Watched.touched, [item.agent for item in items if isinstance(item, RingAgent)]


def relaxes(world: World) -> inputs.WaitStepDue:
    """The one who waits longest, now that the first is rung for, gets by with less."""
    call = world.floor.calls[CallId("call_000001")]
    assert call.queued is not None
    world.now = after(call.queued, 60.0)
    return inputs.WaitStepDue(call.id, QUEUES[0], call.queued, world.now)


def test_a_decision_touches_as_many_beside_twenty_thousand_agents_as_beside_two_hundred() -> None:
    found = []
    for size in SIZES:
        world = staff(size)
        sold = touched(world, wants(world, size + 1, "sales", "sales"))
        given = touched(world, inputs.SetWish(CommandId("ready"), AgentId("lawyer"), Wish.READY))
        came = touched(world, inputs.SignIn(CommandId("sign-in"), AgentId("newcomer")))
        stepped = touched(world, relaxes(world))
        assert (sold[1], given[1], came[1], len(stepped[1])) == ([AgentId("seller-1")], [AgentId("lawyer")], [], 1)
        found.append([one[0] for one in (sold, given, came, stepped)])
    assert found[0] == found[1] == found[2], found
    assert max(found[0]) <= 40
