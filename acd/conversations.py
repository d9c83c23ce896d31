"""Who hears whom in a call that talks: parties join, leave and go back, and who is left alone is not left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from acd import absence, agents, calls, offers
from acd.effects import Connect, Disconnect, Effect, HangUp, StartMusic, StopMusic, StopRecording
from acd.facts import (
    AgentFreed,
    Body,
    ConversationEnded,
    LegGone,
    LegJoined,
    LegLeft,
    RecordingEnded,
)
from acd.inputs import LegEnded
from acd.model import Call, Conversation, Floor, Leg, Work
from kernel.ids import LegId

COMPLETED = "completed"


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """A party of a call that talks is gone; the others talk on as long as two of them hear each other."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    broken = given.why == calls.PLATFORM_FAILURE
    left: set[LegId] = set()
    offer = offers.offer_on(floor, leg)
    if offer is not None:
        yield from offers.leg_gone(floor, offer, given.cause, given.why, now)
    if leg.conversation is not None:
        left = floor.conversations[leg.conversation].legs - {leg.id}
        yield from leave(floor, call, leg)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    yield from let_go(floor, leg, call, broken, now)
    if broken:
        for conversation in list(call.conversations):
            yield from end(floor, call, floor.conversations[conversation])
        yield from calls.end(floor, call, calls.PLATFORM_FAILURE)
    else:
        yield from settle(floor, call, left)


def let_go(floor: Floor, leg: Leg, call: Call, broken: bool, now: datetime) -> Iterator[Body | Effect]:
    """The agent of a leg that is gone is free again, or wraps up."""
    agent = None if leg.agent is None else floor.agents.get(leg.agent)
    if agent is not None and agent.call == call.id and agent.work is Work.OFFERED:
        yield AgentFreed(agent.id, call.id)
        yield from absence.watch(floor, agent.id)
    yield from agents.leg_gone(floor, leg, call, broken, now)


def leave(floor: Floor, call: Call, leg: Leg) -> Iterator[Body | Effect]:
    """The leg leaves its conversation for good; one in which nobody hears anybody any more is over."""
    if leg.conversation is None:
        return
    conversation = floor.conversations[leg.conversation]
    if not stands(floor, call, conversation, conversation.legs - {leg.id}):
        yield from end(floor, call, conversation)
        return
    yield LegLeft(leg.id, conversation.id, call.id)
    if call.recorded_leg == leg.id:
        yield from _end_recording(floor, call)
    yield from comfort(floor, call, conversation)


def settle(floor: Floor, call: Call, left: Iterable[LegId]) -> Iterator[Body | Effect]:
    """Those who were `left` without a conversation are hung up; with the last conversation the call is over."""
    if not call.conversations:
        yield from offers.withdraw(floor, call, "call_over")
        yield from calls.end(floor, call, COMPLETED)
        return
    for leg in (floor.legs[one] for one in sorted(left) if one in floor.legs):
        if leg.conversation is None:
            yield HangUp(leg.id, leg.node, leg.channel)


def stands(_floor: Floor, _call: Call, _conversation: Conversation, legs: Iterable[LegId]) -> bool:
    """Whether the conversation goes on with these legs."""
    return len(set(legs)) > 1


def comfort(floor: Floor, call: Call, conversation: Conversation) -> Iterator[Effect]:
    """Who waits alone hears music."""
    if len(conversation.legs) == 1:
        leg = floor.legs[min(conversation.legs)]
        yield StartMusic(leg.node, leg.channel, call.settings.music if call.settings is not None else "default")


def join(floor: Floor, call: Call, conversation: Conversation, legs: Iterable[Leg]) -> Iterator[Body | Effect]:
    """These legs, which are in no conversation, hear from now on who is in this one."""
    waiting = [floor.legs[one] for one in sorted(conversation.legs)]
    coming = list(legs)
    for leg in coming:
        yield LegJoined(leg.id, conversation.id, call.id)
    for leg in waiting if len(waiting) == 1 else ():
        yield StopMusic(leg.node, leg.channel)
    yield Connect(conversation.id, coming[0].node, tuple(leg.channel for leg in coming))


def end(floor: Floor, call: Call, conversation: Conversation) -> Iterator[Body | Effect]:
    """Nobody is left to hear anybody: those who are still in it leave, and its bridge is taken away."""
    legs = sorted(conversation.legs)
    node = floor.legs[legs[0]].node
    recorded = call.recorded_leg in conversation.legs
    for leg_id in legs:
        yield LegLeft(leg_id, conversation.id, call.id)
    yield ConversationEnded(conversation.id, call.id)
    if recorded:
        yield from _end_recording(floor, call)
    yield Disconnect(conversation.id, node)


def _end_recording(floor: Floor, call: Call) -> Iterator[Body | Effect]:
    recording, leg = call.recording, floor.legs.get(call.recorded_leg) if call.recorded_leg is not None else None
    if recording is not None:
        yield RecordingEnded(recording, call.id)
        if leg is not None:
            yield StopRecording(recording, leg.node, leg.channel)
