"""What becomes of an offer: accepted, missed, refused, withdrawn or lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import absence, match, missed, places, prepare, whispers
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
)
from acd.inputs import LegAnswered, LineRested, OfferFailed, RingTimeEnded
from acd.model import Agent, Call, Floor, Leg, LegState, Line, Offer, Party
from kernel.ids import ConversationId, derive
from kernel.moment import after

LINE_REST: Final = 5.0
"""Seconds for which a phone that could not be rung is left alone, so that one broken phone cannot eat the queue."""
REFUSAL_CAUSES: Final = frozenset({17, 19, 21})
"""Q.850: user busy, no answer from user, call rejected: the phone was reached and turned the call down."""


def leg_answered(floor: Floor, given: LegAnswered, now: datetime) -> Iterator[Body | Effect]:
    """A party picked up. The agent of the running offer starts the conversation; anyone later changes nothing."""
    leg = floor.legs.get(given.leg)
    if leg is None or leg.state is LegState.UP:
        return
    if leg.party is Party.CALLER:
        yield LegUp(leg.id, leg.call)
        return
    call = floor.calls[leg.call]
    offer = offer_on(floor, leg)
    if offer is None:
        return
    yield LegUp(leg.id, call.id)
    if whispers.wanted(call):
        yield from whispers.begin(call, offer, leg, now)
    else:
        yield from _accept(floor, call, offer, leg, now)


def whispered(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """The agent has heard what there was to say to him: now he talks."""
    offer = None if agent.offer is None else floor.offers.get(agent.offer)
    if offer is not None:
        yield from _accept(floor, floor.calls[offer.call], offer, floor.legs[offer.leg], now)


def _accept(floor: Floor, call: Call, offer: Offer, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is None:
        return
    announcing = call.playback
    conversation = ConversationId(derive("conv", now, call.id, call.offers_made))
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


def ring_time_ended(floor: Floor, given: RingTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It rang out: the missed policy is applied to the agent, the call keeps its place and goes to the next at once."""
    offer = floor.offers.get(given.offer)
    if offer is None or floor.agents[offer.agent].whisper is not None:
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
        yield LineChanged(agent.id, Line.FAILED)
        yield from prepare.drop(agent, "line_failed")
        failed = agent.line_since or now
        yield SetTimer(after(failed, LINE_REST), LineRested(agent.id, failed))


def leg_gone(floor: Floor, offer: Offer, cause: int, why: str, now: datetime) -> Iterator[Body | Effect]:
    """The channel of a running offer ended by itself: turned down, at the latest after the whisper, or not reached."""
    if why != "hung_up":
        yield OfferLost(offer.id, offer.call, offer.agent, why)
        yield from absence.watch(floor, offer.agent)
    elif cause in REFUSAL_CAUSES or floor.agents[offer.agent].whisper is not None:
        yield OfferRefused(offer.id, offer.call, offer.agent, cause)
        yield from absence.watch(floor, offer.agent)
        yield from prepare.drop(floor.agents[offer.agent], "refused")
    else:
        yield from lost(floor, offer, f"cause_{cause}", now)


def withdraw(floor: Floor, call: Call, why: str) -> Iterator[Body | Effect]:
    """Take back the running offers of a call that ends; `calls.end` then stops the ringing."""
    for offer in offers_of(floor, call):
        yield OfferWithdrawn(offer.id, call.id, offer.agent, why)
        yield from absence.watch(floor, offer.agent)


def offers_of(floor: Floor, call: Call) -> list[Offer]:
    """The offers that ring for the call now, the oldest first."""
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
