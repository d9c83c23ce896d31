"""Agents who cannot be had although their phones were reached: busy with another call, or gone as they answered."""

from __future__ import annotations

from typing import Any

import pytest

from acd import facts, inputs
from acd.config import AgentConfig
from acd.config.routing import Routing, Strategy
from acd.config.service import AfterMissed, Service
from acd.model import Place, Shown, Wish
from kernel.ids import CallId, LegId
from tests.fakes.world import World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    caller_hangs_up,
    offers,
    queue,
    reject,
    staffed,
    the,
    waiting,
    wish,
)


def serving(service: Service, *agents: AgentConfig, **settings: Any) -> World:
    """Agents who are ready for one queue of this service."""
    return staffed(*(agents or (agent("ann", "q"),)), queues=(queue("q", service=service, **settings),))


@pytest.mark.parametrize("then", list(AfterMissed))
def test_a_phone_that_is_busy_elsewhere_goes_by_the_missed_policy(then: AfterMissed) -> None:
    world = serving(Service(missed_then=then), agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    reject(world, "ann", 17)
    assert (world.bodies(facts.OfferRefused), [one.then for one in world.bodies(facts.OfferMissed)]) == ([], [then])
    assert offers(world) == [(call, "ann"), (call, "bob")]
    shown = {AfterMissed.PAUSED: Shown.MISSED, AfterMissed.SIGNED_OUT: Shown.SIGNED_OUT}
    assert the(world, "ann").shown is shown.get(then, Shown.UNREACHABLE)
    world.run(6.0)
    assert the(world, "ann").shown is shown.get(then, Shown.READY)


def test_a_busy_phone_is_left_alone_before_it_is_rung_again() -> None:
    world = serving(Service(missed_after=3))
    call = world.arrive("q")
    reject(world, "ann", 17)
    world.run(4.0)
    assert offers(world) == [(call, "ann")]
    world.run(2.0)
    assert offers(world) == [(call, "ann")] * 2
    assert the(world, "ann").missed == 1


def test_a_phone_that_is_busy_when_another_agent_has_the_call_has_missed_nothing() -> None:
    world = serving(
        Service(), agent("ann", "q"), agent("bob", "q"), agent("eve", "q"), routing=Routing(Strategy.RING_ALL)
    )
    call = world.arrive("q")
    world.take(inputs.LegAnswered(the(world, "ann").leg or LegId("")))
    phone = the(world, "bob").leg or ""
    world.switch.end(phone, 17)
    world.deliver("report", phone)
    assert [one.offer for one in world.bodies(facts.OfferAccepted)] == [world.bodies(facts.OfferMade)[0].offer]
    assert (world.bodies(facts.OfferMissed), the(world, "bob").missed) == ([], 0)
    assert the(world, "bob").shown is Shown.UNREACHABLE
    assert [one.call for one in world.bodies(facts.OfferLost)] == [call]
    world.run(6.0)
    assert (the(world, "bob").shown, the(world, "eve").shown) == (Shown.READY, Shown.READY)


# --- answered and dropped -----------------------------------------------------------------------------------------
DROPS = Service(dropped_within=1.0)


def dropping(service: Service, after: float, *more: AgentConfig) -> tuple[World, CallId]:
    """Ann hangs up so many seconds after she was connected; somebody waits behind her caller."""
    world = serving(service, agent("ann", "q"), *more, wrap_up=10.0)
    call = world.arrive("q")
    answer(world, "ann")
    world.pass_time(0.1)
    world.arrive("q")
    world.pass_time(after - 0.1)
    agent_hangs_up(world, "ann")
    return world, call


def test_the_caller_of_one_who_drops_at_once_is_first_in_line_again() -> None:
    world, call = dropping(DROPS, 0.9)
    assert waiting(world, "q")[0] == call
    assert (the(world, "ann").shown, the(world, "ann").reason) == (Shown.MISSED, "refused")
    assert world.bodies(facts.WrapUpStarted) == []
    world.restart()
    wish(world, "ann", Wish.READY)
    assert offers(world) == [(call, "ann")] * 2
    answer(world, "ann")
    assert world.floor.calls[call].place is Place.TALKING


def test_who_drops_at_once_leaves_the_caller_to_the_next_agent() -> None:
    world = serving(DROPS, agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    assert offers(world) == [(call, "ann"), (call, "bob")]


def test_a_talk_that_lasted_is_over_when_the_agent_hangs_up() -> None:
    for service, after in ((DROPS, 1.0), (Service(), 0.2)):
        world, call = dropping(service, after)
        assert call not in world.floor.calls
        assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["completed"]


def test_whose_misses_have_no_consequences_rests_after_he_dropped_a_call() -> None:
    world, call = dropping(Service(missed_then=AfterMissed.NOTHING, dropped_within=1.0), 0.5)
    assert (the(world, "ann").shown, offers(world)) == (Shown.UNREACHABLE, [(call, "ann")])
    world.run(5.5)
    assert offers(world) == [(call, "ann")] * 2


def test_a_caller_who_hangs_up_at_once_after_the_answer_is_served() -> None:
    world = serving(DROPS)
    call = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, call)
    assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["completed"]
