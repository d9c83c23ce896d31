"""Decides: what an input means for a floor, as facts and effects in order; it reads the floor and changes nothing.

The driver applies each fact (`evolve`) before it asks for the next item, so a rule may rely on the facts it has
yielded so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from acd import (
    attempts,
    calls,
    configure,
    cut_off,
    dialling,
    inputs,
    interventions,
    keys,
    menus,
    nodes,
    offers,
    waits,
    whispers,
)
from acd.aftermath import NOTED, Aftermath
from acd.calling_back import callback_calls, callbacks
from acd.effects import Effect
from acd.facts import Body, ShardTaken
from acd.inputs import Input
from acd.leaving import callback_asking, messages, overflow, overflow_dialling
from acd.matching import match, prepare
from acd.model import Call, Direction, Floor, Leg, Party, Place
from acd.talking import controls, hold, listening, park, talks, transfers
from acd.work import absence, agents, connectable, single_queues, wrap_up

Decided = Body | Effect
_SUPERVISOR, _INBOUND = Party.SUPERVISOR, Direction.INBOUND
_TALKING, _WAITING, _OVERFLOW = Place.TALKING, Place.WAITING, Place.OVERFLOW
# A member of an enum takes Python 3.11 ten times as long as a name.


def decide(floor: Floor, given: Input, now: datetime) -> Iterator[Decided]:
    """The facts and effects that follow from `given` at the moment `now`.

    A late input yields nothing, nor does an order that has been given before: its outcome is known.
    """
    kind = type(given)
    if kind in _ORDERS and given.command in floor.outcomes:  # type: ignore[union-attr]
        return
    noted: Aftermath | None = None
    for item in _RULES[kind](floor, given, now):
        yield item
        note = NOTED.get(type(item))
        if note is not None:
            if noted is None:
                noted = Aftermath()
            note(noted, floor, item)
    if noted is not None:
        yield from noted.follows(floor, now)
    if floor.limits.suspended and floor.open:
        yield from absence.send_home(floor)


def _shard_taken(_floor: Floor, given: inputs.ShardWasTaken, _now: datetime) -> Iterator[Decided]:
    yield ShardTaken(given.epoch)


def _recovered(floor: Floor, given: inputs.RecoveryFinished, now: datetime) -> Iterator[Decided]:
    yield from nodes.recovered(floor, given, now)
    yield from overflow_dialling.once_more(floor)
    yield from callback_asking.once_more(floor)
    yield from callbacks.once_more(floor)


def _playback_ended(floor: Floor, given: inputs.PlaybackEnded, now: datetime) -> Iterator[Decided]:
    call = floor.calls.get(given.call)
    if call is not None:
        agent = whispers.told(floor, call, given.playback)
        if agent is not None:
            yield from offers.whispered(floor, agent, now)
        elif call.place is Place.ENDING and call.told is None:
            yield from interventions.farewell_heard(floor, given, now)
        else:
            yield from _of(floor, call, calls, overflow).playback_ended(floor, given, now)


def _leg_answered(floor: Floor, given: inputs.LegAnswered, now: datetime) -> Iterator[Decided]:
    leg = floor.legs.get(given.leg)
    if leg is None:
        return iter(())
    call = floor.calls[leg.call]
    if leg.party is _SUPERVISOR:
        return listening.answered(floor, given)
    if call.place is _TALKING and offers.offer_on(floor, leg) is None:
        return talks.leg_answered(floor, given, now)
    rules = _of(floor, call, offers, overflow_dialling)
    follows: Iterator[Decided] = rules.leg_answered(floor, given, now)
    return follows


def _leg_ended(floor: Floor, given: inputs.LegEnded, now: datetime) -> Iterator[Decided]:
    leg = floor.legs.get(given.leg)
    if leg is None:
        return iter(())
    if cut_off.at_its_far_end(floor, leg, given.why):
        return _cut_off(floor, leg, given, now)
    return _leg_gone(floor, leg, given, now)


def _cut_off(floor: Floor, leg: Leg, given: inputs.LegEnded, now: datetime) -> Iterator[Decided]:
    yield from cut_off.rest(floor, leg, now)
    yield from _leg_gone(floor, leg, given, now)


def _leg_gone(floor: Floor, leg: Leg, given: inputs.LegEnded, now: datetime) -> Iterator[Decided]:
    call = floor.calls[leg.call]
    if leg.party is _SUPERVISOR:
        return listening.leg_ended(floor, given, now)
    rules = talks if call.place is _TALKING else _of(floor, call, calls, overflow_dialling)
    follows: Iterator[Decided] = rules.leg_ended(floor, given, now)
    return follows


def _dial_time_ended(floor: Floor, given: inputs.DialTimeEnded, now: datetime) -> Iterator[Decided]:
    leg = floor.legs.get(given.leg)
    if leg is not None:
        call = floor.calls[leg.call]
        yield from (talks if call.place is _TALKING else _of(floor, call, attempts, overflow_dialling)).time_ended(
            floor, given, now
        )


def _recording_wanted(floor: Floor, given: inputs.RecordingWanted, now: datetime) -> Iterator[Decided]:
    call = floor.calls.get(given.call)
    if call is not None:
        speaks = messages.speaks(call)
        yield from (messages if speaks else calls).recording_wanted(floor, given, now)


def _of(floor: Floor, call: Call, came_in: Any, overflows: Any) -> Any:
    """The rules for a call at this moment: an agent makes it, it goes the way of an overflow chain, or it came in. One
    that waits in a queue is like any other, whoever began it."""
    if call.place is _OVERFLOW:
        return overflows
    if call.callback is not None and callback_calls.is_rung(floor, call):
        return callback_calls
    return came_in if call.direction is _INBOUND or call.place is _WAITING else attempts


# The table is keyed by the input's own class, which mypy cannot tie to each rule's argument: hence Any.
_RULES: Final[dict[type, Callable[[Floor, Any, datetime], Iterator[Decided]]]] = {
    inputs.CallArrived: calls.arrived,
    inputs.FlowMoved: calls.flow_moved,
    inputs.DigitPressed: keys.pressed,
    inputs.MenuTimedOut: menus.timed_out,
    inputs.CallRouted: waits.routed,
    inputs.CallReleased: calls.released,
    inputs.LegHeld: hold.held,
    inputs.LegUnheld: hold.unheld,
    inputs.PlaybackEnded: _playback_ended,
    inputs.LegAnswered: _leg_answered,
    inputs.LegEnded: _leg_ended,
    inputs.PhoneDialled: dialling.phone_dialled,
    inputs.CallOrdered: dialling.ordered,
    inputs.LegAlerts: attempts.leg_alerts,
    inputs.DialTimeEnded: _dial_time_ended,
    inputs.OfferFailed: offers.failed,
    inputs.LegReady: prepare.ready,
    inputs.PreparedGone: prepare.gone,
    inputs.PreparedIdle: prepare.idle,
    inputs.PhoneMoved: prepare.phone_moved,
    inputs.RecordingWanted: _recording_wanted,
    inputs.LineSeen: agents.line_seen,
    inputs.LiveSeen: absence.live_seen,
    inputs.AbsenceLasted: absence.lasted,
    inputs.RingTimeEnded: offers.ring_time_ended,
    inputs.WrapUpTimeEnded: wrap_up.time_ended,
    inputs.LongestWaitReached: waits.longest_wait_reached,
    inputs.AnnouncementDue: waits.announcement_due,
    inputs.WaitStepDue: match.step_due,
    inputs.ConversationStood: offers.conversation_stood,
    inputs.OverflowWayFound: overflow_dialling.way_found,
    inputs.WayBackFound: overflow.way_back_found,
    inputs.MessageTimeEnded: messages.time_ended,
    inputs.CallbackAskTimeEnded: keys.ask_time_ended,
    inputs.CallbackWayFound: callbacks.way_found,
    inputs.CallbackDue: callbacks.due,
    inputs.LineRested: agents.line_rested,
    inputs.InviteParty: transfers.invite,
    inputs.ControlTalk: controls.control,
    inputs.DropParty: controls.drop,
    inputs.SendDigits: controls.send_digits,
    inputs.ParkCall: park.park,
    inputs.PickUpCall: park.pick_up,
    inputs.PhonePickedUp: park.phone_picked_up,
    inputs.ParkTimeEnded: park.time_ended,
    inputs.SignIn: agents.sign_in,
    inputs.SignOut: agents.sign_out,
    inputs.SetWish: agents.set_wish,
    inputs.EndWrapUp: wrap_up.end,
    inputs.ExtendWrapUp: wrap_up.extend,
    inputs.LeaveQueue: single_queues.leave,
    inputs.JoinQueue: single_queues.join,
    inputs.TellConnectable: connectable.told,
    inputs.ListenIn: listening.listen,
    inputs.StopListening: listening.stop,
    inputs.ListenRingEnded: listening.ring_ended,
    inputs.MoveCall: interventions.move,
    inputs.PrioritiseCall: interventions.prioritise,
    inputs.PickCall: interventions.pick,
    inputs.WithdrawCall: interventions.withdraw,
    inputs.UseConfig: configure.use_config,
    inputs.ShardWasTaken: _shard_taken,
    inputs.NodeWasLost: nodes.lost,
    inputs.RecoveryFinished: _recovered,
}
_ORDERS: Final = frozenset(kind for kind in _RULES if hasattr(kind, "command"))
"""Inputs whose outcome is remembered."""
