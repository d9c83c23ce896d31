"""A caller at a menu: keys and silence bring the flow on, and what comes too soon, too late or elsewhere does not."""

from __future__ import annotations

from acd import inputs, timers
from acd.effects import ContinueFlow, Effect, SetTimer
from acd.facts import Body, FlowStepped, PlaybackFinished
from acd.inputs import Input
from acd.model import Place
from kernel.ids import CallId, NodeName, PlaybackId, QueueId
from kernel.moment import after
from tests.fakes.world import START, World
from tests.stories import caller_hangs_up, open_floor, queue

ASK = NodeName("ask")


def at_menu(node: NodeName = ASK, within: float = 5.0) -> tuple[World, CallId]:
    """A caller who begins to hear a menu's prompt."""
    world = open_floor(queues=(queue("q"),))
    call = world.arrive("q~")
    ask(world, call, 1, node=node, within=within)
    return world, call


def ask(world: World, call: CallId, attempt: int, *, node: NodeName = ASK, within: float | None = 5.0) -> PlaybackId:
    playback = PlaybackId(f"play_{len(world.facts)}")
    world.take(inputs.FlowMoved(call, "flow_1", 1, node, playback, attempt, within))
    return playback


def heard(world: World, call: CallId) -> list[Body | Effect]:
    """The prompt comes to its end."""
    playback = world.floor.calls[call].playback
    assert playback is not None
    return world.take(inputs.PlaybackEnded(call, playback))


def flow_moves(world: World, given: Input) -> list[ContinueFlow]:
    """How the flow is brought on, with nothing performed."""
    return [item for item in world.take(given, perform=False) if isinstance(item, ContinueFlow)]


def press(world: World, call: CallId, digit: str = "1") -> list[ContinueFlow]:
    return flow_moves(world, inputs.DigitPressed(call, digit))


def test_a_key_while_the_prompt_plays_decides_at_once() -> None:
    world, call = at_menu()
    world.pass_time(1.0)
    assert press(world, call, "2") == [ContinueFlow(call, "digit", "2")]


def test_a_key_after_the_prompt_decides() -> None:
    world, call = at_menu()
    world.pass_time(3.0)
    heard(world, call)
    world.pass_time(1.0)
    assert press(world, call) == [ContinueFlow(call, "digit", "1")]


def test_a_key_stands_in_no_fact_and_in_no_words_about_it() -> None:
    world, call = at_menu()
    world.pass_time(1.0)
    before = len(world.facts)
    (moved,) = press(world, call, "7")
    assert len(world.facts) == before
    assert "digit=" not in repr(moved)
    assert "digit=" not in repr(inputs.DigitPressed(call, "7"))


def test_a_key_pressed_for_the_step_before_changes_nothing() -> None:
    world, call = at_menu()
    world.pass_time(0.4)
    assert press(world, call) == []
    world.pass_time(0.2)
    assert press(world, call) != []
    ask(world, call, 1, node=NodeName("deeper"))
    assert press(world, call) == []


def test_a_key_where_nobody_asks_changes_nothing() -> None:
    world, call = at_menu()
    ask(world, call, 1, node=NodeName("hello"), within=None)
    world.pass_time(5.0)
    assert press(world, call) == []
    assert press(world, CallId("call_nobody")) == []


def test_a_key_after_the_end_changes_nothing() -> None:
    world, call = at_menu()
    world.pass_time(1.0)
    world.take(inputs.CallReleased(call, "released"), perform=False)
    assert world.floor.calls[call].place is Place.ENDING
    assert press(world, call) == []
    caller_hangs_up(world, call)
    assert press(world, call) == []


def test_the_time_for_a_key_begins_when_the_prompt_has_been_heard() -> None:
    world, call = at_menu(within=5.0)
    world.pass_time(3.0)
    (finished, timer) = heard(world, call)
    assert isinstance(finished, PlaybackFinished)
    assert timer == SetTimer(after(START, 8.0), inputs.MenuTimedOut(call, ASK, 1))


def test_the_end_of_the_time_brings_the_flow_on() -> None:
    world, call = at_menu()
    heard(world, call)
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 1)) == []
    world.pass_time(5.0)
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 1)) == [ContinueFlow(call, "timeout")]


def test_the_end_of_an_older_time_changes_nothing() -> None:
    world, call = at_menu()
    heard(world, call)
    ask(world, call, 2)
    world.pass_time(60.0)
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 1)) == []
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 2)) == []
    heard(world, call)
    world.pass_time(60.0)
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 1)) == []
    assert flow_moves(world, inputs.MenuTimedOut(call, NodeName("other"), 2)) == []
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 2)) == [ContinueFlow(call, "timeout")]


def test_a_menu_visited_again_has_its_own_time() -> None:
    """Asked for the first time twice, because a key led back: the first visit's timer ends nothing."""
    world, call = at_menu()
    heard(world, call)
    world.pass_time(4.0)
    ask(world, call, 1)
    heard(world, call)
    world.pass_time(1.0)
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 1)) == []
    world.pass_time(4.0)
    assert flow_moves(world, inputs.MenuTimedOut(call, ASK, 1)) == [ContinueFlow(call, "timeout")]


def test_a_restart_sets_the_time_again_and_asks_nothing_twice() -> None:
    world, call = at_menu(within=7.0)
    heard(world, call)
    floor = world.rebuilt()
    assert floor == world.floor
    assert list(timers.due(floor, world.now)) == [SetTimer(after(START, 7.0), inputs.MenuTimedOut(call, ASK, 1))]


def test_while_the_prompt_plays_no_time_runs() -> None:
    world, _call = at_menu()
    assert list(timers.due(world.floor, world.now)) == []


def test_a_fact_says_which_node_asks_for_the_how_manieth_time() -> None:
    world, call = at_menu()
    ask(world, call, 2)
    stepped = world.bodies(FlowStepped)[-1]
    assert (stepped.node, stepped.attempt, stepped.keys_within) == (ASK, 2, 5.0)


def test_after_a_menu_the_queue_knows_nothing_of_keys() -> None:
    """An announcement in the queue that ends must bring music, not a menu's time."""
    world, call = at_menu()
    heard(world, call)
    world.take(inputs.CallRouted(call, QueueId("q"), 0, world.now))
    assert world.floor.calls[call].place is Place.WAITING
    assert press(world, call) == []
    assert world.floor.calls[call].keys_until is None
    assert not any(isinstance(timer.then, inputs.MenuTimedOut) for timer in timers.due(world.floor, world.now))
