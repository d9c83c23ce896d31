"""Park places [パーク保留]: a call waits at a short number until somebody picks it up, or goes back when it is time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import dial_rules
from acd.effects import AnswerCaller, Effect, HangUp, SetTimer
from acd.facts import (
    AgentDialled,
    AgentFreed,
    Body,
    CallParked,
    CallUnparked,
    CommandDone,
    LegStarted,
)
from acd.inputs import ParkCall, ParkTimeEnded, PhonePickedUp, PickUpCall
from acd.matching import prepare
from acd.model import Agent, Call, Destination, Floor, Invitation, Leg, Party, Purpose, Work
from acd.talking import conversations, hold, invitations, transfers
from kernel.moment import after
from kernel.refusal import Code, Refused


def park(floor: Floor, given: ParkCall, now: datetime) -> Iterator[Body | Effect]:
    """Command: whom he talks with waits at a park place, and he is free."""
    found = transfers.talker(floor, given.agent, given.call)
    no = found if isinstance(found, Refused) else _refusal(floor, found[1], given.place)
    if isinstance(found, Refused) or isinstance(no, Refused):
        yield transfers.refuse(given.command, given.agent, no if isinstance(no, Refused) else Refused(Code.NOT_ON_CALL))
        return
    agent, leg = found
    yield from hold.release(floor, leg)
    until = after(now, floor.parking.seconds)
    yield CallParked(leg.call, agent.id, no, until)
    yield from conversations.leave(floor, floor.calls[leg.call], leg)
    yield HangUp(leg.id, leg.node, leg.channel)
    yield SetTimer(until, ParkTimeEnded(leg.call, until))
    yield CommandDone(given.command, given.agent)


def _refusal(floor: Floor, leg: Leg, place: str) -> Refused | str:
    """The rule that says no, or the place it gets."""
    call = floor.calls[leg.call]
    if call.invitation is not None:
        return Refused(Code.ALREADY_INVITING)
    if leg.keeps is not None or leg.conversation != call.conversation:
        return Refused(Code.CONSULTING)
    if len(conversations.others(floor, leg)) != 1:
        return Refused(Code.TOO_MANY_PARTIES)
    if place and place not in floor.parking.places:
        return Refused(Code.UNKNOWN_PARK_PLACE, params=(("place", place),))
    if place:
        return Refused(Code.PARK_PLACE_TAKEN, params=(("place", place),)) if place in floor.parked else place
    free = next((one for one in floor.parking.places if one not in floor.parked), None)
    limit = len(floor.parking.places)
    return Refused(Code.NO_PARK_PLACE, used=len(floor.parked), limit=limit) if free is None else free


def time_ended(floor: Floor, given: ParkTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It has waited long enough; while somebody is just picking it up, he is waited for."""
    call = floor.calls.get(given.call)
    if call is None or call.parked is None or call.parked.until != given.until or call.invitation is not None:
        return
    yield from invitations.unpark(floor, call, now)


def timer(call: Call) -> Iterator[SetTimer]:
    """Until when it may stay, for a controller that comes back."""
    if call.parked is not None:
        yield SetTimer(call.parked.until, ParkTimeEnded(call.id, call.parked.until))


def pick_up(floor: Floor, given: PickUpCall, now: datetime) -> Iterator[Body | Effect]:
    """Command: the agent's own phone rings, and with his answer he has the call."""
    call = parked_at(floor, given.place)
    no = dial_rules.engaged(floor.agents.get(given.agent)) or dial_rules.colleague_out_of_reach(floor, given.agent)
    if call is None:
        no = Refused(Code.NOTHING_PARKED, params=(("place", given.place),))
    elif call.invitation is not None:
        no = Refused(Code.ALREADY_INVITING)
    if no is not None or call is None:
        yield transfers.refuse(given.command, given.agent, no or Refused(Code.NOTHING_PARKED))
        return
    leg, to = invitations.new_leg(call, now), Destination(colleague=given.agent)
    invitation = Invitation(leg, Purpose.PICK_UP, None, given.agent, to, shown=call.number)
    yield from invitations.ring(floor, call, invitation, now)
    yield CommandDone(given.command, given.agent)


def phone_picked_up(floor: Floor, given: PhonePickedUp, now: datetime) -> Iterator[Body | Effect]:
    """The agent's phone dialled the place: he has the call at once."""
    call, agent = parked_at(floor, given.place), floor.agents.get(given.agent)
    own = None if call is None else conversations.own(floor, call)
    if call is None or own is None or agent is None or not may_pick_up(agent) or given.leg in floor.legs:
        return
    if agent.work is Work.WRAP_UP and agent.call is not None:
        yield AgentFreed(agent.id, agent.call)
    yield from conversations.withdraw(floor, call)
    yield LegStarted(given.leg, call.id, Party.AGENT, given.node, given.channel, agent.id, given.at, up=False)
    yield AgentDialled(agent.id, call.id, given.leg)
    yield CallUnparked(call.id, given.place, "picked_up", agent.id, given.leg)
    yield AnswerCaller(given.node, given.channel)
    yield from conversations.join(floor, call, own, (floor.legs[given.leg],))
    yield from prepare.heads(floor, agent.queues, now)


def parked_at(floor: Floor, place: str) -> Call | None:
    """What stands there."""
    call = floor.parked.get(place)
    return None if call is None else floor.calls[call]


def may_pick_up(agent: Agent | None) -> bool:
    """Whether his phone may take a call by dialling its place."""
    return agent is not None and dial_rules.takes_part(agent, None)
