"""What becomes of an offer: accepted, missed, refused, withdrawn or lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import whispers
from acd.config.service import AfterMissed, Service
from acd.effects import Connect, Effect, HangUp, SetTimer, StopMusic, StopPlayback
from acd.facts import (
    Body,
    ConversationStarted,
    LegGone,
    LegJoined,
    LegUp,
    LineChanged,
    OfferAccepted,
    OfferLost,
    OfferRefused,
    OfferWithdrawn,
    WishChanged,
)
from acd.inputs import ConversationStood, LegAnswered, LineRested, OfferFailed, RingTimeEnded
from acd.matching import match, prepare
from acd.model import REFUSED, Agent, Call, Floor, Leg, LegState, Line, Offer, OfferKind, Party, Wish
from acd.waiting import joining, places
from acd.work import absence, missed
from kernel.ids import ConversationId, derive
from kernel.moment import after, seconds_between

LINE_REST: Final = 5.0
"""Seconds for which a phone that could not be rung is left alone, so that one broken phone cannot eat the queue."""
ANSWERED_ELSEWHERE: Final = "answered_elsewhere"
REFUSAL_CAUSES: Final = frozenset({19, 21})
"""Q.850: no answer from user, call rejected: the phone was reached and turned the call down."""
BUSY: Final = 17
"""Q.850: user busy: the phone is in a call that is none of ours, which says nothing about the agent's will."""
_UP: Final = LegState.UP
_CALLER: Final = Party.CALLER
_BY_TURN: Final = OfferKind.QUEUE
# A member of an enum takes Python 3.11 ten times as long as a name.


def leg_answered(floor: Floor, given: LegAnswered, now: datetime) -> Iterator[Body | Effect]:
    """A party picked up. The agent of the running offer starts the conversation; anyone later changes nothing."""
    leg = floor.legs.get(given.leg)
    if leg is None or leg.state is _UP:
        return
    if leg.party is _CALLER:
        yield LegUp(leg.id, leg.call)
        return
    call = floor.calls[leg.call]
    offer = offer_on(floor, leg)
    if offer is None:
        return
    yield LegUp(leg.id, call.id)
    if _has_been_taken(call, offer):
        # Somebody was quicker: he is let go with the others when the conversation stands, and never connected.
        return
    if whispers.wanted(call):
        yield from whispers.begin(call, offer, leg, now)
    else:
        yield from accept(floor, call, offer, leg, now)


def whispered(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """The agent has heard what there was to say to him: now he talks, unless somebody was quicker."""
    offer = None if agent.offer is None else floor.offers.get(agent.offer)
    if offer is not None and not _has_been_taken(floor.calls[offer.call], offer):
        yield from accept(floor, floor.calls[offer.call], offer, floor.legs[offer.leg], now)


def accept(floor: Floor, call: Call, offer: Offer, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """The agent has answered, on `leg`: the wait is over, and the two are to hear each other."""
    caller = None if call.caller_leg is None else floor.legs[call.caller_leg]
    if caller is None:
        return
    announcing = call.playback
    conversation = ConversationId(derive("conv", now, call.id, offer.id))
    yield OfferAccepted(offer.id, call.id, offer.agent)
    if call.queue is not None:
        yield from places.leave(floor, call, call.queue, "answered", now)
    yield ConversationStarted(conversation, call.id)
    yield LegJoined(caller.id, conversation, call.id)
    yield LegJoined(leg.id, conversation, call.id)
    if announcing is not None:
        yield StopPlayback(caller.node, announcing)
    yield StopMusic(caller.node, caller.channel)
    yield Connect(conversation, caller.node, (caller.channel, leg.channel))
    yield from prepare.at_work(floor, floor.agents[offer.agent], now)


def conversation_stood(floor: Floor, given: ConversationStood, _now: datetime) -> Iterator[Body | Effect]:
    """The parties hear each other: only now may the phones of all others that ring for the call be silent."""
    conversation = floor.conversations.get(given.conversation)
    if conversation is not None:
        yield from release_others(floor, floor.calls[conversation.call])


def release_others(floor: Floor, call: Call) -> Iterator[Body | Effect]:
    """Take back what its queue still rings for a call that talks; it is nobody's missed call."""
    for offer in offers_of(floor, call):
        if _has_been_taken(call, offer):
            yield from release(floor, offer)


def _has_been_taken(call: Call, offer: Offer) -> bool:
    """Another agent of the queue has answered; offers to somebody by name may be made while the call talks."""
    return call.conversation is not None and offer.kind is _BY_TURN


def release(floor: Floor, offer: Offer) -> Iterator[Body | Effect]:
    """Take back an offer whose call another agent has."""
    yield OfferWithdrawn(offer.id, offer.call, offer.agent, ANSWERED_ELSEWHERE)
    yield from absence.watch(floor, offer.agent)
    leg = floor.legs.get(offer.leg)
    if leg is not None:
        yield HangUp(leg.id, leg.node, leg.channel, ANSWERED_ELSEWHERE)


def others_ring(floor: Floor, call: Call) -> bool:
    """Somebody has answered, but it has not been told yet that the two hear each other."""
    known = call.served_by in floor.queues and floor.reaches(call)
    return known and any(_has_been_taken(call, offer) for offer in offers_of(floor, call))


def never_stood(floor: Floor, call: Call, leg: Leg, now: datetime) -> bool:
    """An agent who talks with a queue's caller is gone before it was told that the two hear each other, or so soon that
    nobody was served: by what his queue says about that."""
    if leg.agent is None or leg.conversation is None or call.served_by not in floor.queues or not floor.reaches(call):
        return False
    if call.offers and others_ring(floor, call):
        return True
    conversation, settings = floor.conversations[leg.conversation], call.settings
    alone = call.caller_leg is not None and conversation.legs == {call.caller_leg, leg.id}
    simple = alone and len(call.conversations) == 1 and call.invitation is None and call.returns_to is None
    within = (
        0.0 if settings is None or leg.served_for is None or call.queued is None else settings.service.dropped_within
    )
    return simple and leg.id != call.caller_leg and seconds_between(conversation.started, now) < within


def wait_on(floor: Floor, call: Call, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """Who answered has gone without a talk: the caller waits on at his old place."""
    yield from _dropped(floor, call, leg, now)
    yield from joining.rejoin(floor, call, now)
    yield from next_one(floor, call, now)


def next_one(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The call waits again: who has answered meanwhile is connected, else whoever can be is rung."""
    for offer in offers_of(floor, call):
        other = floor.legs.get(offer.leg)
        if other is not None and other.state is LegState.UP:
            yield from accept(floor, call, offer, other, now)
            return
    yield from places.offer_again(floor, call, now)


def _dropped(floor: Floor, call: Call, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """He is given nothing before he says ready; where the missed policy lets agents be, his phone rests at least, or he
    might be rung for the same call for ever."""
    agent = None if leg.agent is None else floor.agents.get(leg.agent)
    service = Service() if call.settings is None else call.settings.service
    if agent is None or agent.wish is not Wish.READY:
        return
    if service.missed_then is not AfterMissed.NOTHING:
        yield WishChanged(agent.id, Wish.PAUSED, REFUSED)
        yield from prepare.drop(agent, "refused")
    elif agent.line is Line.UP:
        yield from rests(agent, now)


def ring_time_ended(floor: Floor, given: RingTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It rang out: the missed policy is applied to the agent, the call keeps its place and goes to the next at once."""
    offer = floor.offers.get(given.offer)
    if offer is None or floor.agents[offer.agent].whisper is not None:
        return
    if _has_been_taken(floor.calls[offer.call], offer):
        yield from release(floor, offer)
        return
    leg = floor.legs.get(offer.leg)
    if leg is not None and floor.open and leg.node not in floor.nodes:
        yield from _stranded(floor, offer, leg, now)
        return
    yield from missed.rang_out(floor, offer)
    yield from _take_leg_back(floor, offer)
    yield from places.offer_again(floor, floor.calls[offer.call], now)


def _stranded(floor: Floor, offer: Offer, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """Nobody knows whether it has rung, since the caller's node is away: the agent is free for those of the others."""
    yield OfferLost(offer.id, offer.call, offer.agent, "node_lost")
    yield LegGone(leg.id, leg.call, leg.channel, 0, "gone")
    yield from places.hold(floor, floor.calls[offer.call])
    yield from absence.watch(floor, offer.agent)
    yield from absence.remove_if_leaving(floor, offer.agent)
    agent = floor.agents.get(offer.agent)
    if agent is not None:
        yield from match.for_agent(floor, agent, now)


def failed(floor: Floor, given: OfferFailed, now: datetime) -> Iterator[Body | Effect]:
    """The phone could not be rung: there is no channel, the line rests, the call goes to the next agent."""
    offer = floor.offers.get(given.offer)
    if offer is None:
        return
    yield from lost(floor, offer, given.reason, now)
    if offer.leg in floor.legs:
        yield LegGone(offer.leg, offer.call, floor.legs[offer.leg].channel, 0, "gone")
    yield from absence.remove_if_leaving(floor, offer.agent)
    yield from places.offer_again(floor, floor.calls[offer.call], now)


def lost(floor: Floor, offer: Offer, reason: str, now: datetime) -> Iterator[Body | Effect]:
    """The offer is over for a technical reason; the line rests a while."""
    yield OfferLost(offer.id, offer.call, offer.agent, reason)
    yield from absence.watch(floor, offer.agent)
    agent = floor.agents[offer.agent]
    if agent.line is Line.UP:
        yield from rests(agent, now)


def rests(agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """His phone is not rung for a while."""
    yield LineChanged(agent.id, Line.FAILED)
    yield from prepare.drop(agent, "line_failed")
    failed = agent.line_since or now
    yield SetTimer(after(failed, LINE_REST), LineRested(agent.id, failed))


def leg_gone(floor: Floor, offer: Offer, cause: int, why: str, now: datetime) -> Iterator[Body | Effect]:
    """The channel of a running offer ended by itself: turned down, at the latest after the whisper, or not reached."""
    if why != "hung_up":
        yield OfferLost(offer.id, offer.call, offer.agent, why)
        yield from absence.watch(floor, offer.agent)
    elif cause == BUSY and floor.agents[offer.agent].whisper is None:
        if _has_been_taken(floor.calls[offer.call], offer):
            # Somebody was quicker: nobody knows whether he would have taken it.
            yield from lost(floor, offer, "busy", now)
        else:
            yield from _busy(floor, offer, now)
    elif cause in REFUSAL_CAUSES or floor.agents[offer.agent].whisper is not None:
        yield OfferRefused(offer.id, offer.call, offer.agent, cause)
        yield from absence.watch(floor, offer.agent)
        yield from prepare.drop(floor.agents[offer.agent], "refused")
    else:
        yield from lost(floor, offer, f"cause_{cause}", now)


def _busy(floor: Floor, offer: Offer, now: datetime) -> Iterator[Body | Effect]:
    """Missed by the policy of the queue; who is given calls on may be rung again when his phone has rested."""
    yield from missed.rang_out(floor, offer)
    agent = floor.agents[offer.agent]
    if agent.signed_in and agent.wish is Wish.READY and agent.line is Line.UP:
        yield from rests(agent, now)


def withdraw(floor: Floor, call: Call, why: str) -> Iterator[Body | Effect]:
    """Take back the running offers of a call that ends; `calls.end` then stops the ringing."""
    for offer in offers_of(floor, call):
        yield OfferWithdrawn(offer.id, call.id, offer.agent, why)
        yield from absence.watch(floor, offer.agent)


def offers_of(floor: Floor, call: Call) -> list[Offer]:
    """The offers that ring for the call now, the oldest first."""
    if not call.offers:
        return []
    return sorted((floor.offers[one] for one in call.offers), key=lambda offer: (offer.made, offer.id))


def offer_on(floor: Floor, leg: Leg) -> Offer | None:
    """The running offer that rings on this leg."""
    agent = None if leg.agent is None else floor.agents.get(leg.agent)
    offer = None if agent is None or agent.offer is None else floor.offers.get(agent.offer)
    return offer if offer is not None and offer.leg == leg.id else None


def _take_leg_back(floor: Floor, offer: Offer) -> Iterator[Effect]:
    leg = floor.legs.get(offer.leg)
    if leg is not None:
        yield HangUp(leg.id, leg.node, leg.channel, "no_answer")
