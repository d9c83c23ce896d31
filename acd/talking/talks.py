"""What happens to a call that talks: somebody answers, somebody is gone, somebody has rung long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import calls, cut_off, offers
from acd.effects import Connect, Effect, HangUp, Mute, Separate, StopMusic, Unmute
from acd.facts import Body, InvitationTurned, LegGone, LegUp
from acd.inputs import DialTimeEnded, LegAnswered, LegEnded
from acd.model import Call, Floor, Leg, LegState, Party, Place
from acd.talking import conversations, invitations, transfers
from acd.work import agents
from kernel.ids import LegId

_WAITING = Place.WAITING


def leg_answered(floor: Floor, given: LegAnswered, now: datetime) -> Iterator[Body | Effect]:
    """Who was invited is there; of one who is in the talk already it is noted."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    if leg.state is LegState.UP:
        return
    if call.invitation is not None and call.invitation.leg == leg.id:
        yield from invitations.answered(floor, call, leg, now)
    elif leg.conversation is not None or leg.id == call.caller_leg:
        yield LegUp(leg.id, call.id)


def time_ended(floor: Floor, given: DialTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It has rung long enough."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    if call.invitation is not None and call.invitation.leg == leg.id:
        yield from invitations.time_ended(floor, call, now)


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """A party of a call that talks is gone; the others talk on as long as two of them hear each other. Where he was cut
    off with another node than theirs they go on as if he had hung up, but who is left alone has not been served."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    broken = given.why == calls.PLATFORM_FAILURE
    cut = broken and cut_off.at_its_far_end(floor, leg, given.why)
    dropped = not broken and leg.agent is not None and offers.never_stood(floor, call, leg, now)
    past = call.invitation if call.invitation is not None and call.invitation.leg == leg.id else None
    offer = offers.offer_on(floor, leg)
    if offer is not None:
        yield from offers.leg_gone(floor, offer, given.cause, given.why, now)
    if past is not None:
        yield from invitations.ended(call, given)
    left: set[LegId] = set()
    if leg.keeps is not None and (cut or not broken):
        yield from transfers.hand_over(floor, call, leg)
    else:
        if call.invitation is not None:
            yield from _turn(call, leg)
        if leg.conversation is not None:
            left = floor.conversations[leg.conversation].legs - {leg.id}
            yield from conversations.leave(floor, call, leg)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    if dropped and not call.conversations:
        yield from offers.wait_on(floor, call, leg, now)
    if cut and not call.conversations:
        yield from cut_off.go_back(floor, call, left, now)
    yield from agents.leg_gone(floor, leg, call, broken or (dropped and call.place is _WAITING), now)
    if call.place is _WAITING:
        return
    if broken and not cut and not _others_talk(floor, call):
        yield from conversations.finish(floor, call, calls.PLATFORM_FAILURE)
    elif past is not None:
        yield from invitations.go_on_without(floor, call, past, given.elsewhere, now)
    else:
        yield from conversations.settle(floor, call, left, calls.PLATFORM_FAILURE if cut else calls.COMPLETED)
        if call.returns_to is not None:
            yield from _return(floor, call, leg, now)


def _others_talk(floor: Floor, call: Call) -> bool:
    """Whether two of the call hear each other still."""
    return any(len(floor.conversations[one].legs) > 1 for one in call.conversations)


def _turn(call: Call, leg: Leg) -> Iterator[Body]:
    if call.invitation is not None and call.invitation.by == leg.id:
        yield InvitationTurned(call.id, call.invitation.leg)


def _return(floor: Floor, call: Call, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """He has hung up to whom the call goes back, so that he can be rung."""
    if call.returns_to == leg.agent and call.invitation is None:
        yield from invitations.give_back(floor, call, now)


def restore(floor: Floor, call: Call) -> Iterator[Effect]:
    """What is to be done so that they hear each other as the facts say: for one who comes back after a time without.

    Of those to be connected some may be so already.
    """
    for conversation in [floor.conversations[one] for one in call.conversations]:
        legs = [floor.legs[one] for one in sorted(conversation.legs)]
        listeners = conversations.listeners(floor, conversation)
        for leg in legs:
            if leg not in listeners:
                yield StopMusic(leg.node, leg.channel)
            yield (Mute if leg.held_by_order else Unmute)(leg.node, leg.channel)
        yield from conversations.comfort(floor, call, conversation)
        yield Connect(conversation.id, legs[0].node, tuple(leg.channel for leg in legs))
    for leg in [floor.legs[one] for one in sorted(call.legs)]:
        rung = call.invitation is not None and call.invitation.leg == leg.id
        if leg.keeps is not None and leg.conversation is None:
            yield Separate(leg.keeps, leg.node, (leg.channel,))
        elif leg.conversation is None and not rung and leg.party is not Party.SUPERVISOR:
            yield HangUp(leg.id, leg.node, leg.channel)
