"""Each timer left out wherever the floor sets it, also from its own list of what stands (`acd.timers`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from acd import effects, inputs, timers
from acd.model import Call, Floor, LegState, Place
from tests.fakes import world
from tests.unit.acd.plants import Items, Patch, Plant

Where = Callable[[Floor, Any], bool]


def _anywhere(_floor: Floor, _then: Any) -> bool:
    return True


def _never(kind: type, where: Where = _anywhere) -> Callable[[Patch], None]:
    """No timer brings an input of this kind, or none of those for which `where` holds."""

    def kept(floor: Floor, items: Iterable[Any]) -> Items:
        for item in items:
            left_out = isinstance(item, effects.SetTimer) and isinstance(item.then, kind) and where(floor, item.then)
            if not left_out:
                yield item

    def plant(patch: Patch) -> None:
        decide, due = world.decide, timers.due  # type: ignore[attr-defined]

        def wrong(floor: Floor, given: inputs.Input, now: datetime) -> Items:
            return kept(floor, decide(floor, given, now))

        patch.setattr(world, "decide", wrong)
        patch.setattr(timers, "due", lambda floor, now: kept(floor, due(floor, now)))

    return plant


def _of_call(holds: Callable[[Floor, Call], bool]) -> Where:
    """Of legs of such calls."""

    def where(floor: Floor, then: inputs.DialTimeEnded) -> bool:
        leg = floor.legs.get(then.leg)
        return leg is not None and leg.state is LegState.RINGING and holds(floor, floor.calls[leg.call])

    return where


def _calls_out(_floor: Floor, call: Call) -> bool:
    return call.place is Place.DIALLING and call.callback is None


def _calls_back(floor: Floor, call: Call) -> bool:
    return call.place is Place.DIALLING and call.callback in floor.callbacks


def _overflows(_floor: Floor, call: Call) -> bool:
    return call.place is Place.OVERFLOW


def _invites(_floor: Floor, call: Call) -> bool:
    return call.invitation is not None


def _whispered(floor: Floor, then: inputs.PlaybackEnded) -> bool:
    return any(agent.whisper == then.playback for agent in floor.agents.values())


def _told(floor: Floor, then: inputs.PlaybackEnded) -> bool:
    call = floor.calls.get(then.call)
    return call is not None and call.told is not None


_CALLS_BACK: Final = ("known_arrives", "asks", "way_found") * 40
_TALKS: Final = ("talk_begins", "come_to_work", "answer") * 30

TIMER_PLANTS: Final = (
    Plant("an offer's ringing has no timer", "j", _never(inputs.RingTimeEnded)),
    Plant("a wrap-up has no timer", "j", _never(inputs.WrapUpTimeEnded)),
    Plant("the rest of a line has no timer", "j", _never(inputs.LineRested), often=("phone_breaks", "arrive") * 40),
    Plant("the longest wait has no timer", "j", _never(inputs.LongestWaitReached)),
    Plant("the announcements of a wait have no timer", "j", _never(inputs.AnnouncementDue)),
    Plant("the steps of a wait have no timer", "j", _never(inputs.WaitStepDue)),
    Plant("an absence has no timer at all", "j", _never(inputs.AbsenceLasted)),
    Plant("a menu has no timer", "j", _never(inputs.MenuTimedOut), often=("arrive", "prompt_ends", "deliver") * 40),
    Plant("a call out has no timer", "j", _never(inputs.DialTimeEnded, _of_call(_calls_out))),
    Plant(
        "an attempt to call back has no timer", "j", _never(inputs.DialTimeEnded, _of_call(_calls_back)), _CALLS_BACK
    ),
    Plant(
        "who is called for who overflows has no timer",
        "j",
        _never(inputs.DialTimeEnded, _of_call(_overflows)),
        ("hurried_arrives", "leaves", "overflow_way_found") * 80,
    ),
    Plant("an invitation has no timer", "j", _never(inputs.DialTimeEnded, _of_call(_invites))),
    Plant("a parked call has no timer", "j", _never(inputs.ParkTimeEnded), _TALKS + ("fetched", "park") * 30),
    Plant("the question about a callback has no timer", "j", _never(inputs.CallbackAskTimeEnded), _CALLS_BACK),
    Plant("a callback has no timer", "ju", _never(inputs.CallbackDue), _CALLS_BACK),
    Plant("a message has no timer", "j", _never(inputs.MessageTimeEnded), ("hurried_arrives", "speaks", "leaves") * 40),
    Plant("a supervisor's ringing telephone has no timer", "j", _never(inputs.ListenRingEnded)),
    Plant("a leg made ahead has no timer", "jo", _never(inputs.PreparedIdle)),
    Plant(
        "a whisper has no timer",
        "j",
        _never(inputs.PlaybackEnded, _whispered),
        ("use_config", "arrive", "come_to_work", "answer") * 80,
    ),
    Plant("what an agent is told has no timer", "j", _never(inputs.PlaybackEnded, _told)),
)
