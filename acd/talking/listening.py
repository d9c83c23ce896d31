"""A supervisor listens to a talk, whispers to its agent or joins it; the call itself is not touched by any of it.

He stays with the customer: to whomever the call is given, he hears it there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from acd.effects import Effect, EndSpying, HangUp, RingSupervisor, SetTimer, Spy
from acd.facts import (
    Body,
    CallEnded,
    CommandDone,
    CommandRefused,
    HearingChanged,
    LegGone,
    LegStarted,
    LegUp,
    ListeningMoved,
    ListeningRenewed,
    ListeningStarted,
)
from acd.inputs import LegAnswered, LegEnded, ListenIn, ListenRingEnded, StopListening
from acd.matching import match, prepare
from acd.model import Agent, Call, Floor, Leg, LegState, Line, Listening, Party, Place, Work
from acd.work import absence, desks
from kernel.ids import AgentId, CallId, LegId, derive
from kernel.moment import after
from kernel.refusal import Code, Refused

RING_LIMIT: Final = 30.0
"""Seconds for which a supervisor's phone may ring."""


def listen(floor: Floor, given: ListenIn, now: datetime) -> Iterator[Body | Effect]:
    """His phone is rung and then hears the talk; who listens to it already is heard by others from now on."""
    current = _of(floor, given)
    target = _target(floor, given)
    no = None if current is not None else _refusal(floor, given)
    if isinstance(target, Refused) or no is not None:
        yield _refused(given, target if isinstance(target, Refused) else no or Refused(Code.NOT_LISTENING))
    elif current is not None:
        yield from _change(floor, current, given)
        yield CommandDone(given.command, given.agent, given.call)
    else:
        yield from _ring(floor, floor.agents[given.agent], target, given, now)
        yield CommandDone(given.command, given.agent, given.call)


def _ring(floor: Floor, agent: Agent, target: Leg, given: ListenIn, now: datetime) -> Iterator[Body | Effect]:
    if target.agent is None:
        return
    leg = LegId(derive("leg", now, given.call, "supervisor", given.command))
    yield from prepare.drop(agent, "listening")
    yield LegStarted(leg, given.call, Party.SUPERVISOR, target.node, leg, agent.id, now, up=False)
    yield ListeningStarted(leg, given.call, agent.id, target.id, target.agent, given.hearing)
    yield RingSupervisor(given.call, leg, target.node, agent.endpoint, leg)
    yield SetTimer(after(now, RING_LIMIT), ListenRingEnded(leg))
    yield from prepare.heads(floor, agent.queues, now)


def _change(floor: Floor, listening: Listening, given: ListenIn) -> Iterator[Body | Effect]:
    if listening.hearing is given.hearing:
        return
    before = listening.spy
    yield HearingChanged(listening.leg, listening.call, listening.agent, given.hearing)
    leg = floor.legs[listening.leg]
    if leg.state is LegState.UP:
        yield EndSpying(leg.node, before)
        yield _spy(floor, listening, leg)


def answered(floor: Floor, given: LegAnswered) -> Iterator[Body | Effect]:
    """He has picked up: from now on he hears the talk, if it still goes on."""
    leg = floor.legs[given.leg]
    if leg.state is LegState.UP:
        return
    yield LegUp(leg.id, leg.call)
    listening = floor.listenings[leg.id]
    if listening.to in floor.legs:
        yield _spy(floor, listening, leg)
    else:
        yield _hang_up(leg)


def ring_ended(floor: Floor, given: ListenRingEnded, _now: datetime) -> Iterator[Body | Effect]:
    """He does not pick up."""
    leg = floor.legs.get(given.leg)
    if leg is not None and leg.state is LegState.RINGING:
        yield _hang_up(leg)


def stop(floor: Floor, given: StopListening, _now: datetime) -> Iterator[Body | Effect]:
    """He listens no more; hanging his phone up does the same."""
    listening = _of(floor, given)
    if listening is None:
        yield _refused(given, Refused(Code.NOT_LISTENING, params=(("agent", given.agent),)))
        return
    yield _hang_up(floor.legs[listening.leg])
    yield CommandDone(given.command, given.agent, given.call)


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """He is out of the talk, which goes on without him."""
    leg = floor.legs[given.leg]
    listening, call = floor.listenings[leg.id], floor.calls[leg.call]
    yield EndSpying(leg.node, listening.spy)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    agent = floor.agents.get(listening.agent)
    if agent is not None:
        yield from absence.watch(floor, agent.id)
        if agent.leaving:
            yield from absence.remove(floor, agent)
        else:
            yield from match.for_agent(floor, agent, now)
    if not call.legs and call.place is Place.ENDING:
        yield CallEnded(call.id, call.ending)


def follow(floor: Floor, talks: Collection[CallId]) -> Iterator[Body | Effect]:
    """Who listens in these calls goes on with the agent who talks with the customer now, or meanwhile with the customer
    himself; he is heard by nobody there until he says so. With the call his listening ends.

    The agent he listens to he hears wherever that one talks. What hears a channel does so only among those it was begun
    with (docs/asterisk-facts.md): when they are others, it is begun anew.
    """
    for listening in [one for one in floor.listenings.values() if one.call in talks]:
        heard, leg = floor.legs.get(listening.to), floor.legs[listening.leg]
        stays = heard is not None and heard.agent is not None
        heir = heard if stays else _heir(floor, floor.calls[listening.call], listening)
        before = listening.spy
        if heir is None:
            if heard is None:
                yield _hang_up(leg)
            continue
        if heir is not heard:
            yield ListeningMoved(leg.id, listening.call, listening.agent, heir.id, heir.agent)
        elif listening.outdated:
            yield ListeningRenewed(leg.id, listening.call, listening.agent)
        if listening.spy != before and leg.state is LegState.UP:
            yield EndSpying(leg.node, before)
            yield _spy(floor, listening, leg)


def _heir(floor: Floor, call: Call, listening: Listening) -> Leg | None:
    """Of those who are left: an agent who talks there, else whoever came last from outside, else the customer.

    The last: what hears a channel that is alone may not hear who comes to it (docs/asterisk-facts.md).
    """
    if call.place is Place.ENDING:
        return None
    own = None if call.conversation is None else floor.conversations[call.conversation]
    legs = [floor.legs[one] for one in sorted(call.legs) if floor.legs[one].node == floor.legs[listening.leg].node]
    talking = [one for one in legs if own is not None and one.id in own.legs]
    agents = [one for one in talking if one.agent not in (None, listening.agent)]
    outside = sorted((one for one in talking if one.agent is None), key=lambda one: one.started, reverse=True)
    customer = [one for one in legs if one.id == call.caller_leg and one.agent is None]
    return next(iter([*agents, *outside, *customer]), None)


def _of(floor: Floor, given: ListenIn | StopListening) -> Listening | None:
    """What the agent's phone listens to already, if it is this call."""
    agent = floor.agents.get(given.agent)
    listening = None if agent is None or agent.aside is None else floor.listenings.get(agent.aside)
    return listening if listening is not None and listening.call == given.call else None


def _target(floor: Floor, given: ListenIn) -> Leg | Refused:
    """The leg of the agent to be listened to: the one who is named, or the first who talks there."""
    call = floor.calls.get(given.call)
    legs = [] if call is None or call.place is not Place.TALKING else [floor.legs[one] for one in sorted(call.legs)]
    talking = [leg for leg in legs if leg.conversation is not None and leg.agent is not None]
    fit = [leg for leg in talking if leg.agent != given.agent and given.to in (None, leg.agent)]
    return fit[0] if fit else Refused(Code.CALL_NOT_TALKING, params=(("call", given.call),))


def _refusal(floor: Floor, given: ListenIn) -> Refused | None:
    """Why this phone cannot be rung for it now; whether he is signed in does not matter."""
    agent = floor.agents.get(given.agent)
    params = (("agent", given.agent),)
    if agent is None or agent.leaving:
        return Refused(Code.UNKNOWN_AGENT, params=params)
    if agent.work not in (Work.FREE, Work.WRAP_UP) or agent.leg is not None or agent.aside is not None:
        return Refused(Code.BUSY_WITH_CALL, params=params)
    if agent.line is not Line.UP:
        return Refused(Code.PHONE_UNREACHABLE, params=params)
    elsewhere = None if agent.signed_in else desks.phone_of(floor, agent, "")
    return elsewhere if isinstance(elsewhere, Refused) else None


def _spy(floor: Floor, listening: Listening, leg: Leg) -> Spy:
    return Spy(listening.spy, leg.node, leg.id, leg.channel, floor.legs[listening.to].channel, listening.hearing)


def _hang_up(leg: Leg) -> HangUp:
    return HangUp(leg.id, leg.node, leg.channel)


def _refused(given: ListenIn | StopListening, no: Refused) -> CommandRefused:
    agent: AgentId = given.agent
    return CommandRefused(given.command, agent, no.code, no.clause, no.used, no.limit, no.params, given.call)
