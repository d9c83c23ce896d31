"""What becomes of callers who may not join a queue or do not stay in it, of a second node, and of time running out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from acd import inputs
from acd.config import Parking, PauseReason
from acd.config.waiting import Cause, Condition, OverflowStep, StepKind, Waiting
from acd.model import Place
from kernel.ids import AgentId, NodeId, QueueId, RecordingId
from tests.fakes.world import NODE
from tests.unit.acd.acts_of_dialling import DESTINATIONS
from tests.unit.acd.mixes import MIXES
from tests.unit.acd.play import CONFIGS, NAMES, Play, use

OTHER: Final = NodeId("node-2")
LEAVE_KEY: Final = "8"
RUNG: Final = (inputs.ListenRingEnded, inputs.DialTimeEnded, inputs.ParkTimeEnded, inputs.CallbackAskTimeEnded)
_USUAL: Final = CONFIGS[0]
_Q0, _Q1, _Q2 = _USUAL.queues
_NO_ROOM: Final = (Cause.FULL, Cause.RATIO, Cause.KEY)
_OUTSIDE: Final = OverflowStep(StepKind.NUMBER, number="+81312345699")
_MESSAGE: Final = OverflowStep(StepKind.VOICEMAIL, seconds=8.0)
_STRICT: Final = Waiting(
    join_empty=(Condition.PAUSED, Condition.UNAVAILABLE, Condition.UNKNOWN, Condition.SKILL_UNMET),
    leave_empty=(Condition.UNAVAILABLE, Condition.WRAP_UP),
    overflow=(OverflowStep(StepKind.NUMBER, (Cause.LONGEST_WAIT, Cause.KEY), number="+81312345698"), _MESSAGE),
    leave_key=LEAVE_KEY,
    redial_within=30.0,
)
_CROWDED: Final = Waiting(
    most=2,
    ratio=1.0,
    overflow=(
        OverflowStep(
            StepKind.QUEUE, (Cause.FULL, Cause.RATIO, Cause.KEY), QueueId("q2"), keeps_place=False, priority=4
        ),
        _OUTSIDE,
        OverflowStep(StepKind.ANNOUNCEMENT),
    ),
    leave_key=LEAVE_KEY,
    redial_within=8.0,
)
_FIRST: Final = replace(_Q0, longest_wait=25.0, waiting=_STRICT, version=5)
_SECOND: Final = replace(_Q1, longest_wait=25.0, waiting=_CROWDED, version=5)
RULES: Final = (
    replace(_USUAL, queues=(_FIRST, _SECOND, _Q2)),
    replace(_USUAL, queues=(_FIRST, _SECOND, _Q2), numbers=()),
    replace(_USUAL, queues=(replace(_FIRST, waiting=_CROWDED, version=6), _SECOND, _Q2), numbers=()),
)
PAUSES: Final = (PauseReason("late shift", "late shift"), PauseReason("coffee", "coffee"))


def _hurried_arrives(play: Play, who: int, what: int) -> None:
    """Somebody whose number is told, perhaps again, calls a queue with conditions and an overflow chain."""
    floor = play.world.floor
    if not any(queue.config.waiting.redial_within for queue in floor.queues.values()):
        given = use(RULES[who % len(RULES)], MIXES[what % len(MIXES)], floor.config + 1)
        play.world.take(replace(given, pauses=PAUSES[: what % 3], parking=Parking(("701", "702"), 5.0, what + 2)))
    play.world.arrive(("q0", "q1", "q0*")[who % 3], mark=f"mark {what % 5}", node=(NODE, OTHER)[what % 2])


def _leaves(play: Play, who: int, _what: int) -> None:
    """One who waits presses the key with which he leaves the queue."""
    waiting = [one.id for one in play.world.floor.calls.values() if one.place is Place.WAITING]
    if waiting:
        play.world.take(inputs.DigitPressed(waiting[who % len(waiting)], LEAVE_KEY))


def _way_found(play: Play, who: int, what: int) -> None:
    """It is known how the number of an overflow step is reached, or that it is not; now and then of an older step."""
    calls = [one for one in play.world.floor.calls.values() if one.overflow is not None]
    if calls:
        call = calls[who % len(calls)]
        step = 0 if call.overflow is None else call.overflow.at
        way = DESTINATIONS[(0, 1, 6, 0)[what % 4]]
        play.world.take(inputs.OverflowWayFound(call.id, step + (what == 15), way))


def _speaks(play: Play, who: int, _what: int) -> None:
    """The greeting of a voicemail has been heard, and what he says is recorded."""
    calls = [one for one in play.world.floor.calls.values() if one.overflow is not None]
    if calls:
        call = calls[who % len(calls)]
        if call.playback is not None:
            play.world.switch.finish_playback(call.playback)
            play.world.deliver_all()
        play.world.take(inputs.RecordingWanted(call.id, RecordingId(f"rec_{len(play.world.facts)}")))


def _time_comes(play: Play, _who: int, what: int) -> None:
    """Nothing happens until the next time runs out."""
    timers = sorted(play.world.switch.timers, key=lambda one: (one[0], repr(one[1])))
    for timer in timers[: 1 + what % 3]:
        if timer in play.world.switch.timers:
            play.world.now = max(play.world.now, timer[0])
            play.world.deliver("timer", timer)


def _phone_moves(play: Play, who: int, _what: int) -> None:
    """His phone registers from another address."""
    play.world.take(inputs.PhoneMoved(AgentId(NAMES[who % 4])))


def _other_node(play: Play, _who: int, what: int) -> None:
    """The second node can be used, or is lost."""
    play.world.take(inputs.NodeWasLost(OTHER) if what % 4 == 0 else inputs.RecoveryFinished(OTHER))


def _held_by_phone(play: Play, who: int, what: int) -> None:
    """Somebody who talks presses hold on his own telephone, or takes it back."""
    talking = [one for one in play.world.floor.legs.values() if one.conversation is not None]
    held = [one.id for one in talking if one.held is not None]
    if held and what % 4:
        play.world.take(inputs.LegUnheld(held[who % len(held)]))
    elif talking:
        play.world.take(inputs.LegHeld(talking[who % len(talking)].id))


def _rings_in_vain(play: Play, _who: int, _what: int) -> None:
    """A phone that is rung by no offer rings on until its time is over."""
    timers = [one for one in play.world.switch.timers if isinstance(one[1], RUNG)]
    if timers:
        timer = min(timers, key=lambda one: (one[0], repr(one[1])))
        play.world.now = max(play.world.now, timer[0])
        play.world.deliver("timer", timer)


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "hurried_arrives": _hurried_arrives,
    "leaves": _leaves,
    "overflow_way_found": _way_found,
    "speaks": _speaks,
    "time_comes": _time_comes,
    "rings_in_vain": _rings_in_vain,
    "phone_moves": _phone_moves,
    "other_node": _other_node,
    "held_by_anybody": _held_by_phone,
}
WEIGHTS: Final = {
    "hurried_arrives": 14, "leaves": 3, "overflow_way_found": 8, "speaks": 4, "time_comes": 12, "other_node": 2,
    "held_by_anybody": 3,
    "rings_in_vain": 3,
}  # fmt: skip
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
