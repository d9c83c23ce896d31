"""What callers who do not want to wait may do in a history, and those who are called back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from acd import inputs
from acd.config.waiting import CallbackRule, Cause, First, OverflowStep, StepKind, Waiting
from acd.leaving.callback_asking import CONFIRM_KEY
from acd.model import Destination, Place
from kernel.ids import CallbackId, LineId, TrunkName
from kernel.refusal import Code, Refused
from tests.unit.acd.mixes import MIXES
from tests.unit.acd.play import CONFIGS, Play, use

KEY: Final = "9"
OVER: Final = Destination(LineId("l1"), (TrunkName("t1"), TrunkName("t2")))
WAYS: Final = (OVER, OVER, OVER, Destination(LineId("l1"), (TrunkName("t2"),)), Refused(Code.NO_LINE))
_USUAL: Final = CONFIGS[0]
_Q0, _Q1, _Q2 = _USUAL.queues
_WAITING: Final = Waiting(
    overflow=(OverflowStep(StepKind.CALLBACK, (Cause.KEY, Cause.LONGEST_WAIT)), OverflowStep(StepKind.ANNOUNCEMENT)),
    leave_key=KEY,
    redial_within=20.0,
)
_AGENT_FIRST: Final = CallbackRule(First.AGENT, attempts=2, retry_after=9.0, ring_time=12.0)
_CALLER_FIRST: Final = CallbackRule(First.CALLER, certainty=0.6, attempts=2, retry_after=4.0, ring_time=12.0)
_BY_AGENT: Final = replace(_Q0, waiting=_WAITING, callback=_AGENT_FIRST, version=3)
_BY_CALLER: Final = replace(_Q1, longest_wait=30.0, waiting=_WAITING, callback=_CALLER_FIRST, version=3)
RULES: Final = (
    replace(_USUAL, queues=(_BY_AGENT, _BY_CALLER, _Q2)),
    replace(_USUAL, queues=(_BY_AGENT, _BY_CALLER, _Q2), numbers=()),
    replace(_USUAL, queues=(replace(_BY_AGENT, callback=_CALLER_FIRST, version=4), _BY_CALLER, _Q2), numbers=()),
)


def _known_arrives(play: Play, who: int, what: int) -> None:
    """Somebody whose number is told calls a queue that calls back."""
    floor = play.world.floor
    if not any(queue.config.waiting.leave_key == KEY for queue in floor.queues.values()):
        play.world.take(use(RULES[who % len(RULES)], MIXES[what % len(MIXES)], floor.config + 1))
    play.world.arrive(("q0", "q1", "q1*")[who % 3], mark=f"mark {what}")


def _asks(play: Play, who: int, what: int) -> None:
    """One who waits presses the key, and nearly always confirms if he can be called and is asked."""
    waiting = [one.id for one in play.world.floor.calls.values() if one.place is Place.WAITING and one.mark]
    play.world.way_back = WAYS[(who + what) % len(WAYS)]
    if waiting:
        call = waiting[who % len(waiting)]
        play.world.take(inputs.DigitPressed(call, KEY))
        if what % 8:
            play.world.take(inputs.DigitPressed(call, CONFIRM_KEY))


def _way_found(play: Play, who: int, what: int) -> None:
    """It is known over which line he is called, or that none leads to him."""
    asked = [one.id for one in play.world.floor.callbacks.values() if one.destination is None]
    if asked:
        play.world.take(inputs.CallbackWayFound(CallbackId(asked[who % len(asked)]), WAYS[what % len(WAYS)]))


def _rung(play: Play) -> list[str]:
    """The channels of those who are being called back."""
    floor, channels = play.world.floor, play.world.switch.channels
    legs = [floor.legs.get(one.leg) for one in channels.values() if not one.up and not one.endpoint]
    return [leg.channel for leg in legs if leg is not None and floor.calls[leg.call].callback is not None]


def _called_acts(play: Play, who: int, what: int) -> None:
    """Who is called back answers, or he is not reached, or a trunk is at fault."""
    rung, switch = _rung(play), play.world.switch
    if not rung:
        return
    name = rung[who % len(rung)]
    match what % 6:
        case 0 | 1 | 2:
            switch.answer(name)
        case 3:
            switch.fail(name, 17, 486, elsewhere=False)
        case 4:
            switch.fail(name, 34, 503, elsewhere=True)
        case _:
            switch.end(name)
    if what % 2:
        play.world.deliver("report", name)


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "known_arrives": _known_arrives,
    "asks": _asks,
    "way_found": _way_found,
    "called_acts": _called_acts,
}
WEIGHTS: Final = {"known_arrives": 16, "asks": 10, "way_found": 12, "called_acts": 14}
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
