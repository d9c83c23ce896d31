"""A controller that starts anew: the floor from its facts, the deadlines from the floor."""

from __future__ import annotations

from acd import facts, inputs, timers
from acd.effects import SetTimer
from acd.model import Line, Place, Shown, Work
from kernel.ids import AgentId
from kernel.moment import after
from tests.fakes.world import World
from tests.stories import agent, answer, caller_hangs_up, open_floor, queue, reject, staffed, the, waiting


def live_timers(world: World) -> set[tuple[object, object]]:
    return set(world.switch.timers)


def due(world: World) -> set[tuple[object, object]]:
    return {(timer.at, timer.then) for timer in timers.due(world.floor, world.now)}


def test_every_deadline_of_the_floor_is_the_one_that_was_set() -> None:
    config = queue("q", wrap_up=30.0, longest_wait=60.0, announce_every=10.0)
    world = staffed(agent("ann", "q"), agent("bob", "q"), agent("cho", "q"), queues=(config,))
    talked = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, talked)
    world.arrive("q")
    reject(world, "bob", cause=34)
    world.run(3)
    assert (the(world, "ann").work, the(world, "bob").line) == (Work.WRAP_UP, Line.FAILED)
    assert the(world, "cho").work is Work.OFFERED
    kinds = {type(then).__name__ for _, then in due(world)}
    assert kinds == {"RingTimeEnded", "WrapUpTimeEnded", "LineRested", "LongestWaitReached", "AnnouncementDue"}
    assert due(world) <= live_timers(world)


def test_a_floor_at_rest_has_no_deadline() -> None:
    world = open_floor(agent("ann", "q"))
    world.arrive("q")
    assert list(timers.due(world.floor, world.now)) == []


def test_a_deadline_that_passed_meanwhile_is_kept_as_it_was() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    offer = next(iter(world.floor.offers))
    made = world.now
    world.pass_time(300)
    assert list(timers.due(world.floor, world.now)) == [SetTimer(after(made, 20.0), inputs.RingTimeEnded(offer))]


def test_a_restart_keeps_talks_order_and_offers() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    talking = world.arrive("q")
    answer(world, "ann")
    ringing = world.arrive("q")
    world.pass_time(1)
    queued = [world.arrive("q"), world.arrive("q!")]
    before = world.floor
    world.restart()
    assert world.floor is not before
    assert world.floor.open
    assert world.floor.calls[talking].place is Place.TALKING
    assert waiting(world, "q") == [queued[1], ringing, queued[0]]
    answer(world, "bob")
    assert len(world.bodies(facts.OfferMade)) == 2


def test_what_happened_meanwhile_is_noticed() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"), queues=(queue("q", wrap_up=10.0),))
    hung_up, answered = world.arrive("q"), world.arrive("q")
    for name in ("ann", "bob"):
        phone = world.switch.ringing(f"PJSIP/{name}")
        assert phone is not None
        world.switch.answer(phone)
    world.switch.reports.clear()
    world.switch.end("caller-1")
    world.restart()
    world.deliver_all()
    assert [ended.call for ended in world.bodies(facts.CallEnded)] == [hung_up]
    assert world.floor.calls[answered].place is Place.TALKING
    assert (the(world, "ann").leg, the(world, "ann").shown) == (None, Shown.WRAP_UP)


def test_a_line_rests_no_longer_because_of_a_restart() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    reject(world, "ann", cause=34)
    world.pass_time(3)
    world.restart()
    world.run(2)
    assert the(world, "ann").work is Work.OFFERED


def test_the_facts_of_a_new_owner_carry_its_epoch() -> None:
    world = staffed(agent("ann", "q"))
    world.restart()
    assert (world.floor.epoch, world.facts[-1].epoch) == (2, 2)
    assert [fact.seq for fact in world.facts] == list(range(1, len(world.facts) + 1))
    assert world.floor.agents[AgentId("ann")].signed_in
