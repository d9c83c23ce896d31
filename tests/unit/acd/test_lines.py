"""The channels of a line [チャネル]: one call more than there are gets busy, before anything else happens to it."""

from __future__ import annotations

from acd import facts, inputs, lines
from acd.config import Limits, LineRule, NumberRule
from acd.effects import AnswerCaller, EnterFlow, HangUp, StartMusic
from acd.model import Place
from kernel.ids import LineId, QueueId
from kernel.refusal import Code, Refused
from tests.fakes.world import World
from tests.stories import caller_hangs_up, open_floor, queue

OFFICE, SHOP = LineId("office"), LineId("shop")
NUMBERS = (NumberRule("A", OFFICE), NumberRule("B", OFFICE), NumberRule("C", SHOP), NumberRule("D"))


def building(*rules: LineRule) -> World:
    """Four numbers that lead to one queue: two on one line, one on another, one on none."""
    world = open_floor(queues=(queue("q"),))
    world.called |= {rule.number: (QueueId("q"), 0, False) for rule in NUMBERS}
    configure(world, *rules)
    return world


def configure(world: World, *rules: LineRule) -> None:
    version = world.floor.config + 1
    world.take(inputs.UseConfig((queue("q"),), (), Limits(), NUMBERS, rules, version))


def test_the_call_after_the_last_channel_gets_busy_and_nothing_else() -> None:
    world = building(LineRule(OFFICE, 2, "ACC-F17"))
    world.arrive("A")
    world.arrive("B")
    since = len(world.effects)
    refused = world.arrive("A")
    assert world.bodies(facts.ChannelRefused) == [facts.ChannelRefused(refused, OFFICE, 2, 2, "ACC-F17")]
    leg = world.floor.calls[refused].caller_leg
    assert leg is not None
    assert world.effects[since:] == [HangUp(leg, world.floor.legs[leg].node, "caller-3", "busy")]
    assert not any(isinstance(one, EnterFlow) and one.call == refused for one in world.effects)
    heard = {one.channel for one in world.effects if isinstance(one, AnswerCaller | StartMusic)}
    assert "caller-3" not in heard


def test_its_record_has_the_cause() -> None:
    world = building(LineRule(OFFICE, 0))
    call = world.arrive("A")
    world.deliver_all()
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "channels_exhausted")]
    assert world.floor.calls == {}


def test_a_refused_call_takes_no_channel_while_it_is_told() -> None:
    world = building(LineRule(OFFICE, 1))
    first = world.arrive("A")
    world.arrive("A")
    assert world.floor.channels == {OFFICE: 1}
    caller_hangs_up(world, first)
    assert world.floor.channels == {}
    assert world.floor.calls[world.arrive("A")].place is Place.WAITING


def test_another_line_and_a_number_without_one_go_on() -> None:
    world = building(LineRule(OFFICE, 1), LineRule(SHOP, 1))
    world.arrive("A")
    world.arrive("A")
    others = [world.arrive("C"), world.arrive("D"), world.arrive("D")]
    assert [world.floor.calls[call].place for call in others] == [Place.WAITING] * 3
    assert world.floor.channels == {OFFICE: 1, SHOP: 1}


def test_a_line_that_is_not_limited_counts_and_refuses_nobody() -> None:
    world = building(LineRule(OFFICE))
    for _ in range(5):
        world.arrive("A")
    assert world.floor.channels == {OFFICE: 5}
    assert world.bodies(facts.ChannelRefused) == []


def test_whom_the_fallback_has_answered_is_let_in_above_the_limit() -> None:
    world = building(LineRule(OFFICE, 1))
    first = world.arrive("A")
    known = next(one for one in world.taken if isinstance(one, inputs.CallArrived))
    caller_hangs_up(world, first)
    world.arrive("A")
    world.take(
        inputs.CallArrived(first, known.leg, known.node, known.channel, "A", known.caller, known.arrived, returned=True)
    )
    assert world.floor.channels == {OFFICE: 2}


def test_fewer_channels_end_no_call_and_let_none_in() -> None:
    world = building(LineRule(OFFICE, 3))
    kept = [world.arrive("A"), world.arrive("A")]
    configure(world, LineRule(OFFICE, 1, "new"))
    assert set(world.floor.calls) == set(kept)
    assert lines.refusal(world.floor, OFFICE) == Refused(Code.CHANNELS_EXHAUSTED, "new", 2, 1, (("line", "office"),))


def test_after_a_restart_the_same_channels_are_in_use() -> None:
    world = building(LineRule(OFFICE, 2))
    world.arrive("A")
    world.arrive("B")
    world.restart()
    assert world.floor.channels == {OFFICE: 2}
    world.arrive("A")
    assert len(world.bodies(facts.ChannelRefused)) == 1
