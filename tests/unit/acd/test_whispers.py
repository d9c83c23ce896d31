"""What an agent is told before he is connected, and who may leave meanwhile."""

from __future__ import annotations

from acd import effects, facts
from acd.config.service import Service
from acd.model import Line, Place, Shown
from kernel.ids import PlaybackId
from tests.fakes.world import World
from tests.stories import agent, agent_hangs_up, answer, caller_hangs_up, offers, queue, staffed, the, waiting


def told(*agents: str) -> World:
    """A queue that says something to its agents before it connects them."""
    wanted = queue("q", service=Service(whisper="sales"), wrap_up=5.0)
    return staffed(*(agent(name, "q") for name in agents or ("ann",)), queues=(wanted,))


def said(world: World) -> PlaybackId:
    """What was said last."""
    return [one for one in world.effects if isinstance(one, effects.SayPrompt)][-1].playback


def test_the_agent_alone_is_told_and_then_connected() -> None:
    world = told()
    call = world.arrive("q")
    answer(world, "ann")
    (whisper,) = [one for one in world.effects if isinstance(one, effects.SayPrompt)]
    assert (whisper.channel, whisper.prompt) == (world.switch.ringing("PJSIP/ann"), "sales")
    assert (world.floor.calls[call].place, world.switch.bridges) == (Place.WAITING, {})
    assert not [one for one in world.effects if isinstance(one, effects.StopMusic)]
    world.switch.finish_playback(whisper.playback)
    world.deliver_all()
    assert (world.floor.calls[call].place, the(world, "ann").shown) == (Place.TALKING, Shown.ON_CALL)


def test_his_ring_time_ends_without_consequence_and_what_never_ends_is_cut_short() -> None:
    world = told()
    call = world.arrive("q")
    world.run(18.0)
    answer(world, "ann")
    world.run(25.0)
    assert world.bodies(facts.OfferMissed) == []
    assert world.floor.calls[call].place is Place.WAITING
    world.run(6.0)
    assert world.floor.calls[call].place is Place.TALKING


def test_an_agent_who_hangs_up_while_he_is_told_has_refused_and_the_next_is_rung() -> None:
    world = told("ann", "bob")
    call = world.arrive("q")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    assert [(one.agent, one.cause) for one in world.bodies(facts.OfferRefused)] == [("ann", 16)]
    assert (the(world, "ann").line, the(world, "ann").reason) == (Line.UP, "refused")
    assert offers(world) == [(call, "ann"), (call, "bob")]
    answer(world, "bob")
    world.switch.finish_playback(said(world))
    world.deliver_all()
    assert world.floor.calls[call].place is Place.TALKING


def test_a_caller_who_hangs_up_while_the_agent_is_told_leaves_nothing_behind() -> None:
    world = told()
    call = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, call)
    world.run(70.0)
    assert [(one.call, one.outcome) for one in world.bodies(facts.CallEnded)] == [(call, "abandoned")]
    assert (the(world, "ann").shown, world.switch.channels) == (Shown.READY, {})


def test_a_controller_that_comes_back_connects_whoever_has_been_told_meanwhile() -> None:
    world = told()
    call = world.arrive("q")
    answer(world, "ann")
    world.restart()
    assert waiting(world, "q") == [call]
    world.run(5.0)
    assert world.floor.calls[call].place is Place.TALKING
    assert world.rebuilt() == world.floor
