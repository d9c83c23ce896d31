"""Who is called back in a story: a queue that calls back, somebody who asks for it, and the call that does it."""

from __future__ import annotations

from typing import Any

from acd import facts, inputs
from acd.config import QueueConfig
from acd.config.waiting import CallbackRule, Cause, First, OverflowStep, StepKind, Waiting
from acd.model import Call, Destination
from kernel.ids import CallId, LegId, LineId, PersonalId, QueueId, TrunkName, call_id
from tests.fakes.world import NODE, World
from tests.stories import agent, open_floor, queue

OUT = Destination(LineId("line"), (TrunkName("first"),))
TO_R = OverflowStep(StepKind.QUEUE, queue=QueueId("r"))
ASK = OverflowStep(StepKind.CALLBACK, (Cause.KEY, Cause.LONGEST_WAIT))


def calls_back(*more: OverflowStep, longest: float = 0.0, **rule: Any) -> QueueConfig:
    return queue(
        "q", longest_wait=longest, waiting=Waiting(overflow=(ASK, *more), leave_key="9"), callback=CallbackRule(**rule)
    )


def comes(world: World, mark: str | None = None, number: str = "q") -> CallId:
    """Somebody calls, nobody else has his number; it is told, unless he hides it (mark "")."""
    world.callers += 1
    channel = f"caller-{world.callers}"
    call, leg = call_id(NODE, channel, world.now), LegId(f"leg_{channel}")
    world.switch.caller_comes(channel, leg, call)
    to, known = PersonalId(f"pii_{channel}"), f"mark of {channel}" if mark is None else mark
    world.take(inputs.CallArrived(call, leg, NODE, channel, number, to, world.now, mark=known))
    return call


def asks(world: World, call: CallId) -> facts.CallbackRequested:
    """He presses the key and confirms."""
    world.take(inputs.DigitPressed(call, "9"))
    world.take(inputs.DigitPressed(call, "1"))
    requested: facts.CallbackRequested = world.bodies(facts.CallbackRequested)[-1]
    return requested


def goes(world: World, requested: facts.CallbackRequested, way: Destination = OUT) -> None:
    """He hears thanks, and the tenant's line leads to him."""
    for playback in list(world.switch.playing):
        world.switch.finish_playback(playback)
    world.take(inputs.CallbackWayFound(requested.callback, way))
    world.deliver_all()


def back(world: World) -> Call:
    """The call that calls back now."""
    (call,) = [one for one in world.floor.calls.values() if one.callback is not None]
    return call


def customer(world: World) -> str:
    leg = back(world).callee_leg
    assert leg is not None
    return world.floor.legs[leg].channel


def called_first(certain: float = 0.98, **more: Any) -> tuple[World, facts.CallbackRequested]:
    """A queue that calls the caller first; nobody takes calls yet."""
    config = calls_back(first=First.CALLER, certainty=certain, **more)
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(config,))
    return world, asks(world, comes(world))


def their_phone(world: World) -> str:
    leg = back(world).caller_leg
    assert leg is not None
    return world.floor.legs[leg].channel
