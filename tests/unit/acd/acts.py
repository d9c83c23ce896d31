"""What may happen in a history: each act takes the play and two numbers that choose who and what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd import inputs
from acd.calls import PLATFORM_FAILURE
from acd.model import Line, Place, Wish
from kernel.ids import AgentId, RecordingId
from tests.fakes.simulated_switch import endpoint_of
from tests.fakes.world import NODE
from tests.unit.acd.invariants import broken
from tests.unit.acd.mixes import MIXES
from tests.unit.acd.play import CONFIGS, NAMES, Play, use

NUMBERS: Final = ("q0", "q0", "q1", "q1!", "q0!", "q2", "q1~", "q0~", "menu", "menu", "nobody", "q0*", "q1*", "q0@",
    "q1@",)  # fmt: skip
PAUSES: Final = ("", "lunch", "no such reason")
JUMPS: Final = (0.5, 1.0, 4.0, 9.0, 21.0, 70.0)
# Said again these mean something new: what the line, the node or the configuration is now.
NOT_REPEATABLE: Final = (
    inputs.LineSeen, inputs.LiveSeen, inputs.UseConfig, inputs.ShardWasTaken, inputs.NodeWasLost,
    inputs.RecoveryFinished, inputs.LegHeld, inputs.LegUnheld, inputs.PhoneMoved,
)  # fmt: skip


def _nothing(_play: Play, _who: int, _what: int) -> None:
    """The simplest step, towards which hypothesis shrinks."""


def _arrive(play: Play, who: int, what: int) -> None:
    play.world.arrive(NUMBERS[who % len(NUMBERS)], waited=float(what % 4) if what > 8 else 0.0)


def _deliver(play: Play, who: int, _what: int) -> None:
    waiting = play.world.deliverable()
    if waiting:
        play.world.deliver(*waiting[who % len(waiting)])


def _pass_time(play: Play, who: int, _what: int) -> None:
    play.world.pass_time(JUMPS[who % len(JUMPS)])


def _phone(play: Play, who: int, up: bool) -> str | None:
    """A phone that talks, or one that rings."""
    switch = play.world.switch
    names = [switch.ringing(endpoint_of(AgentId(name))) for name in NAMES]
    fit = [name for name in names if name is not None and switch.channels[name].up is up]
    fit = [name for name in fit if not switch.channels[name].calls]
    return fit[who % len(fit)] if fit else None


def _answer(play: Play, who: int, what: int) -> None:
    phone = _phone(play, who, up=False)
    if phone is not None:
        play.world.switch.answer(phone)
        if what % 2:
            play.world.deliver_all()


def _reject(play: Play, who: int, what: int) -> None:
    phone = _phone(play, who, up=False)
    if phone is not None:
        play.world.switch.end(phone, (17, 21, 19, 34, 0)[what % 5])


def _agent_hangs_up(play: Play, who: int, _what: int) -> None:
    phone = _phone(play, who, up=True)
    if phone is not None:
        play.world.switch.end(phone)


def _caller_hangs_up(play: Play, who: int, _what: int) -> None:
    callers = [one.name for one in play.world.switch.channels.values() if not one.endpoint]
    if callers:
        play.world.switch.end(callers[who % len(callers)])


def _prompt_ends(play: Play, who: int, _what: int) -> None:
    playing = list(play.world.switch.playing)
    if playing:
        play.world.switch.finish_playback(playing[who % len(playing)])


def _key(play: Play, who: int, what: int) -> None:
    """Somebody presses a key, wherever he is."""
    calls = list(play.world.floor.calls)
    if calls:
        play.world.take(inputs.DigitPressed(calls[who % len(calls)], "19A5"[what % 4]))


def _sign_in(play: Play, who: int, _what: int) -> None:
    play.world.take(inputs.SignIn(play.command(), AgentId(NAMES[who % 4])))


def _sign_out(play: Play, who: int, _what: int) -> None:
    play.world.take(inputs.SignOut(play.command(), AgentId(NAMES[who % 4])))


def _ready(play: Play, who: int, _what: int) -> None:
    play.world.take(inputs.SetWish(play.command(), AgentId(NAMES[who % 4]), Wish.READY))


def _pause(play: Play, who: int, what: int) -> None:
    reason = PAUSES[what % len(PAUSES)]
    play.world.take(inputs.SetWish(play.command(), AgentId(NAMES[who % 4]), Wish.PAUSED, reason))


def _come_to_work(play: Play, who: int, _what: int) -> None:
    if AgentId(NAMES[who % 4]) in play.world.floor.agents:
        name = AgentId(NAMES[who % 4])
        play.world.take(inputs.LineSeen(name, up=True))
        play.world.take(inputs.SignIn(play.command(), name))
        play.world.take(inputs.SetWish(play.command(), name, Wish.READY))


def _line(play: Play, who: int, what: int) -> None:
    play.world.take(inputs.LineSeen(AgentId(NAMES[who % 4]), up=what % 3 != 0))


def _live(play: Play, who: int, what: int) -> None:
    play.world.take(inputs.LiveSeen(AgentId(NAMES[who % 4]), up=what % 2 != 0))


def _goes_home(play: Play, who: int, _what: int) -> None:
    """Browser and phone are switched off, without signing out."""
    play.world.take(inputs.LiveSeen(AgentId(NAMES[who % 4]), up=False))
    play.world.take(inputs.LineSeen(AgentId(NAMES[who % 4]), up=False))


def _line_returns(play: Play, who: int, what: int) -> None:
    """A phone that failed registers again before its rest is over; it may fail again at once."""
    failed = [one.id for one in play.world.floor.agents.values() if one.line is Line.FAILED]
    if failed:
        name = failed[who % len(failed)]
        play.world.take(inputs.LineSeen(name, up=True))
        phone = play.world.switch.ringing(endpoint_of(name))
        if phone is not None and what % 2:
            play.world.switch.end(phone, 34)
            play.world.deliver("report", phone)


def _phone_breaks(play: Play, who: int, _what: int) -> None:
    play.world.switch.broken ^= {endpoint_of(AgentId(NAMES[who % 4]))}


def _record(play: Play, who: int, _what: int) -> None:
    talking = [call.id for call in play.world.floor.calls.values() if call.place is Place.TALKING]
    if talking:
        recording = RecordingId(f"rec_{len(play.world.facts)}")
        play.world.take(inputs.RecordingWanted(talking[who % len(talking)], recording))


def _repeat(play: Play, who: int, what: int) -> None:
    """Something that was said before is said again: nothing may follow from it."""
    said = play.world.taken[-1 - (who * 16 + what) % len(play.world.taken)]
    if isinstance(said, NOT_REPEATABLE) or _is_news(play, said):
        return
    followed = play.world.take(said, perform=False)
    not followed or broken("i", f"{said} again gave {followed}")


def _is_news(play: Play, said: inputs.Input) -> bool:
    """A channel that has ended cannot arrive again; what was passed over when it was due may still be done."""
    calls = play.world.floor.calls
    if isinstance(said, inputs.CallArrived | inputs.PhoneDialled):
        return said.call not in calls
    if isinstance(said, inputs.DigitPressed) and said.call in calls and calls[said.call].mark:
        # Who could be called back may ask for it again and again.
        return True
    if isinstance(said, inputs.CallbackDue):
        return said.callback in play.world.floor.callbacks
    if isinstance(said, inputs.FlowMoved | inputs.DigitPressed):
        # Keys are pressed again and again, and only the flow itself says where it goes.
        return said.call in calls and calls[said.call].place is Place.FLOW
    if isinstance(said, inputs.MenuTimedOut):
        return said.call in calls and calls[said.call].keys_until is not None
    if isinstance(said, inputs.LongestWaitReached):
        return said.call in calls and calls[said.call].place is Place.WAITING
    if isinstance(said, inputs.WaitStepDue):
        return said.call in calls and calls[said.call].place is Place.WAITING
    if isinstance(said, inputs.PreparedIdle):
        prepared = play.world.floor.agents.get(said.agent)
        return prepared is not None and prepared.prepared == said.channel
    if isinstance(said, inputs.DialTimeEnded):
        # Until it is quiet it may be told to be so once more.
        return said.leg in play.world.floor.legs
    if isinstance(said, inputs.PhonePickedUp):
        return said.leg not in play.world.floor.legs
    if isinstance(said, inputs.RecordingWanted):
        # Wanted before there was anything to record.
        return said.call in calls and calls[said.call].recording is None
    if isinstance(said, inputs.ParkTimeEnded):
        return said.call in calls and calls[said.call].parked is not None
    if isinstance(said, inputs.AbsenceLasted):
        agent = play.world.floor.agents.get(said.agent)
        return agent is not None and agent.absent_since == said.since
    if isinstance(said, inputs.AnnouncementDue) and said.call in calls:
        announced = calls[said.call].announced
        return announced is None or announced < said.due
    return False


def _use_config(play: Play, who: int, what: int) -> None:
    """The next version, the same with other limits, or one that comes late."""
    version = play.world.floor.config + (1, 1, 0, -1)[what % 4]
    play.world.take(use(CONFIGS[(who + what) % len(CONFIGS)], MIXES[what % len(MIXES)], version))


def _restart(play: Play, _who: int, _what: int) -> None:
    play.world.rebuilt() == play.world.floor or broken("e", "a restart would give another floor")
    play.world.restart()


def _die_before_effects(play: Play, who: int, _what: int) -> None:
    """The controller writes its journal and dies before it can do what it has decided."""
    switch = play.world.switch
    told = [
        *(then for _, then in switch.due(play.world.now)),
        *(waiting[0] for waiting in switch.reports.values() if waiting),
    ]
    told.append(inputs.SetWish(play.command(), AgentId(NAMES[who % 4]), Wish.READY))
    play.world.take(told[who % len(told)], perform=False)
    play.world.restart()


def _asterisk_dies(play: Play, _who: int, _what: int) -> None:
    """Every channel is gone at once, on each node; the floor is told so, and Asterisk is back."""
    world = play.world
    play.every_node_lost()
    world.switch.crash()
    for leg in sorted(world.floor.legs):
        world.take(inputs.LegEnded(leg, why=PLATFORM_FAILURE))
    world.recover()


def _rush(play: Play, who: int, what: int) -> None:
    """Three callers at once."""
    for more in range(3):
        _arrive(play, who + more, what)


def _node_lost(play: Play, _who: int, _what: int) -> None:
    play.world.take(inputs.NodeWasLost(NODE))


def _recovered(play: Play, _who: int, _what: int) -> None:
    if NODE not in play.world.floor.nodes:
        play.every_node_lost()
        play.world.recover()


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "nothing": _nothing,
    "arrive": _arrive,
    "deliver": _deliver,
    "pass_time": _pass_time,
    "answer": _answer,
    "reject": _reject,
    "caller_hangs_up": _caller_hangs_up,
    "agent_hangs_up": _agent_hangs_up,
    "prompt_ends": _prompt_ends,
    "key": _key,
    "sign_in": _sign_in,
    "sign_out": _sign_out,
    "ready": _ready,
    "pause": _pause,
    "come_to_work": _come_to_work,
    "line": _line,
    "live": _live,
    "goes_home": _goes_home,
    "line_returns": _line_returns,
    "phone_breaks": _phone_breaks,
    "record": _record,
    "repeat": _repeat,
    "use_config": _use_config,
    "restart": _restart,
    "die_before_effects": _die_before_effects,
    "asterisk_dies": _asterisk_dies,
    "rush": _rush,
    "node_lost": _node_lost,
    "recovered": _recovered,
}
# How often each act stands in the hat; "nothing" once, for shrinking.
WEIGHTS: Final = {
    "arrive": 9, "deliver": 16, "pass_time": 9, "answer": 8, "reject": 3, "caller_hangs_up": 4, "agent_hangs_up": 3,
    "prompt_ends": 3, "key": 3, "ready": 5, "come_to_work": 4, "repeat": 5, "recovered": 3, "record": 2, "line": 2,
    "use_config": 2, "pause": 2, "line_returns": 4, "live": 2, "goes_home": 2,
}  # fmt: skip
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
