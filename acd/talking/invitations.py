"""Somebody is rung for a call that talks: he answers, or the next one is asked, or whoever asked goes on without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from acd import calls
from acd.effects import (
    Connect,
    Effect,
    HangUp,
    InviteInside,
    InviteOutside,
    SetTimer,
    StartRinging,
    StopMusic,
    StopRinging,
)
from acd.facts import (
    AgentAnswered,
    AgentFreed,
    AgentRung,
    Body,
    CallReturns,
    CallUnparked,
    ConversationStarted,
    DialTried,
    InvitationAccepted,
    InvitationEnded,
    LegJoined,
    LegStarted,
    LegUp,
    PartyInvited,
)
from acd.inputs import DialTimeEnded, LegEnded
from acd.matching import choose, prepare
from acd.model import Agent, Call, Destination, Floor, Invitation, Leg, Line, Party, Purpose, Work
from acd.talking import conversations, queueing
from kernel.ids import ConversationId, LegId, derive
from kernel.moment import after

RING_INSIDE: Final = 20.0
RING_OUTSIDE: Final = 120.0
"""Seconds for which a colleague may ring where no queue of the call says how long, and somebody outside."""


def new_leg(call: Call, now: datetime) -> LegId:
    """The leg of the next one who is rung."""
    return LegId(derive("leg", now, call.id, "invited", call.invitations + 1))


def ring(floor: Floor, call: Call, invitation: Invitation, now: datetime) -> Iterator[Body | Effect]:
    """Ring whom the invitation names; who asked hears it ring, if he waits for the answer alone."""
    beside = _beside(floor, call)
    if beside is None:
        return
    yield PartyInvited(call.id, invitation)
    to = invitation.destination
    if to.colleague is not None:
        agent = floor.agents[to.colleague]
        if agent.work is Work.WRAP_UP and agent.call is not None:
            yield AgentFreed(agent.id, agent.call)
        yield LegStarted(invitation.leg, call.id, Party.AGENT, beside.node, invitation.leg, agent.id, now, up=False)
        yield AgentRung(agent.id, call.id, invitation.leg)
    elif to.line is not None:
        trunk = to.trunks[invitation.tried - 1]
        yield DialTried(call.id, invitation.leg, to.line, trunk, invitation.shown, to.kind)
        yield LegStarted(
            invitation.leg, call.id, Party.CALLEE, beside.node, invitation.leg, None, now, up=False, line=to.line
        )
    yield from once_more(floor, call)
    yield SetTimer(after(now, _limit(call, invitation)), DialTimeEnded(invitation.leg))
    by = None if invitation.by is None else floor.legs.get(invitation.by)
    if by is not None and by.conversation is None:
        yield StartRinging(by.node, by.channel)
    if to.colleague is not None:
        yield from prepare.heads(floor, floor.agents[to.colleague].queues, now)


def once_more(floor: Floor, call: Call) -> Iterator[Effect]:
    """What is to be done for the invitation that runs: for one who comes back and finds that it was not."""
    invitation = call.invitation
    beside = _beside(floor, call)
    if invitation is None or beside is None:
        return
    leg, to = floor.legs[invitation.leg], invitation.destination
    if to.colleague is not None:
        endpoint = floor.agents[to.colleague].endpoint
        yield InviteInside(call.id, leg.id, leg.node, endpoint, leg.channel, invitation.shown, beside.channel)
    elif invitation.to is not None:
        trunk = to.trunks[invitation.tried - 1]
        yield InviteOutside(
            call.id, leg.id, leg.node, trunk, leg.channel, invitation.to, invitation.shown, to.withheld, beside.channel
        )


def timer(floor: Floor, call: Call) -> Iterator[SetTimer]:
    """The end of the ringing, for a controller that comes back."""
    if call.invitation is not None:
        leg = floor.legs[call.invitation.leg]
        yield SetTimer(after(leg.started, _limit(call, call.invitation)), DialTimeEnded(leg.id))


def answered(floor: Floor, call: Call, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """He is there: with who asked alone, or with all of them."""
    invitation, own = call.invitation, conversations.own(floor, call)
    if invitation is None or own is None:
        return
    yield LegUp(leg.id, call.id)
    if leg.agent is not None:
        yield AgentAnswered(leg.agent, call.id)
    if invitation.purpose is Purpose.PICK_UP and call.parked is not None:
        yield CallUnparked(call.id, call.parked.place, "picked_up", leg.agent, leg.id)
    yield InvitationAccepted(call.id, leg.id)
    by = None if invitation.by is None else floor.legs.get(invitation.by)
    if invitation.purpose is Purpose.CONSULT and by is not None:
        beside = ConversationId(derive("conv", now, call.id, "beside", call.invitations))
        yield ConversationStarted(beside, call.id)
        yield LegJoined(by.id, beside, call.id)
        yield LegJoined(leg.id, beside, call.id)
        yield StopRinging(by.node, by.channel)
        yield StopMusic(by.node, by.channel)
        yield Connect(beside, by.node, (by.channel, leg.channel))
    else:
        yield from conversations.join(floor, call, own, (leg,))
    if leg.agent is not None:
        yield from prepare.at_work(floor, floor.agents[leg.agent], now)


def time_ended(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """It has rung long enough."""
    past = call.invitation
    if past is not None:
        leg = floor.legs[past.leg]
        yield InvitationEnded(call.id, leg.id, "no_answer")
        yield HangUp(leg.id, leg.node, leg.channel, "no_answer")
        yield from go_on_without(floor, call, past, False, now)


def ended(call: Call, given: LegEnded) -> Iterator[Body]:
    """Who was rung does not come."""
    yield InvitationEnded(call.id, given.leg, "failed", given.cause, given.sip)


def go_on_without(
    floor: Floor, call: Call, past: Invitation, elsewhere: bool, now: datetime
) -> Iterator[Body | Effect]:
    """Ask the next trunk, or the queue's next agent; else whoever asked goes back, and what was given away returns."""
    again = _next(floor, call, past, elsewhere, now)
    if again is not None:
        yield from ring(floor, call, again, now)
        return
    own = conversations.own(floor, call)
    by = None if past.by is None else floor.legs.get(past.by)
    match past.purpose:
        case Purpose.CONSULT if by is not None:
            yield from conversations.go_back(floor, call, by)
        case Purpose.TRANSFER if own is not None and len(own.legs) == 1 and past.queue in floor.queues:
            yield from queueing.rejoin(floor, call, floor.legs[min(own.legs)], floor.queues[past.queue], now)
        case Purpose.TRANSFER if own is not None and len(own.legs) == 1:
            yield CallReturns(call.id, past.agent)
            yield from give_back(floor, call, now)
        case Purpose.RETURN:
            yield from _give_up(floor, call, now)
        case Purpose.PICK_UP if call.parked is not None and now >= call.parked.until:
            yield from unpark(floor, call, now)
        case _:
            return


def unpark(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Nobody has picked it up: it goes back to who parked it."""
    if call.parked is not None:
        parked = call.parked
        yield CallReturns(call.id, parked.agent)
        yield CallUnparked(call.id, parked.place, "returned")
        yield from give_back(floor, call, now)


def give_back(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Ring who gave it away; at once, or as soon as he has hung up."""
    agent = None if call.returns_to is None else floor.agents.get(call.returns_to)
    if agent is not None and agent.leg is not None and agent.leg in call.legs:
        return
    if agent is None or not _is_free_for(agent, call):
        yield from _give_up(floor, call, now)
        return
    to = Destination(colleague=agent.id)
    yield from ring(
        floor, call, Invitation(new_leg(call, now), Purpose.RETURN, None, agent.id, to, shown=call.number), now
    )


def _is_free_for(agent: Agent, call: Call) -> bool:
    """A pause, and the wrap-up of this very call, do not keep him from taking it back."""
    wraps_up = agent.work is Work.WRAP_UP and agent.call == call.id
    has_phone = agent.line is Line.UP and agent.leg is None and agent.aside is None
    return agent.signed_in and has_phone and (agent.work is Work.FREE or wraps_up)


def _give_up(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Nobody is there for whoever waits: the queue it came from has to find somebody, if there is one, in his turn."""
    own, queue = conversations.own(floor, call), None if call.served_by is None else floor.queues.get(call.served_by)
    if own is None or queue is None or len(own.legs) != 1:
        yield from conversations.finish(floor, call, calls.NOT_TAKEN)
    else:
        yield from queueing.rejoin(floor, call, floor.legs[min(own.legs)], queue, now)


def _next(floor: Floor, call: Call, past: Invitation, elsewhere: bool, now: datetime) -> Invitation | None:
    wanted = past.by is None or past.by in floor.legs
    if not wanted or conversations.own(floor, call) is None:
        return None
    leg, tried = new_leg(call, now), past.tried + 1
    if elsewhere and past.tried < len(past.destination.trunks):
        return replace(past, leg=leg, tried=tried)
    queue = None if past.queue is None else floor.queues.get(past.queue)
    line = [] if queue is None or not floor.open else choose.in_line(floor, queue, past.want)
    if not line:
        return None
    return replace(past, leg=leg, tried=tried, destination=Destination(colleague=line[0][3]))


def _beside(floor: Floor, call: Call) -> Leg | None:
    """One of those who wait for who is rung."""
    own = conversations.own(floor, call)
    return None if own is None else floor.legs[min(own.legs)]


def _limit(call: Call, invitation: Invitation) -> float:
    if invitation.destination.colleague is None:
        return RING_OUTSIDE
    return RING_INSIDE if call.settings is None else call.settings.ring_time
