"""Who hears whom in a call that talks: parties join, leave, keep a place and go back; who waits alone hears music."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from acd import calls, offers
from acd.effects import (
    Connect,
    Disconnect,
    Effect,
    HangUp,
    Separate,
    StartMusic,
    StopMusic,
    StopRecording,
    StopRinging,
    Unmute,
)
from acd.facts import (
    Body,
    CallUnparked,
    ConversationEnded,
    ConversationKept,
    ConversationTaken,
    InvitationEnded,
    LegJoined,
    LegLeft,
    RecordingEnded,
)
from acd.model import Call, Conversation, Floor, Leg, Purpose
from kernel.ids import LegId

DEFAULT_MUSIC = "default"


def own(floor: Floor, call: Call) -> Conversation | None:
    """The conversation in which whoever the call is about talks."""
    return None if call.conversation is None else floor.conversations[call.conversation]


def others(floor: Floor, leg: Leg) -> list[Leg]:
    """Whom the leg is in a conversation with."""
    if leg.conversation is None:
        return []
    return [floor.legs[one] for one in sorted(floor.conversations[leg.conversation].legs - {leg.id})]


def stands(floor: Floor, call: Call, conversation: Conversation, legs: Collection[LegId]) -> bool:
    """Whether the conversation goes on with these legs: two hear each other, or somebody comes to the one who waits."""
    if len(legs) != 1:
        return bool(legs)
    if any(floor.legs[one].keeps == conversation.id for one in call.legs):
        return True
    if conversation.id != call.conversation:
        return False
    invitation = call.invitation
    comes = invitation is not None and invitation.purpose is not Purpose.CONSULT and invitation.by not in legs
    return comes or call.parked is not None or call.returns_to is not None


def part(leg: Leg) -> Iterator[Body | Effect]:
    """The leg leaves its conversation, and no order to hold stays behind in it."""
    if leg.held_by_order:
        yield Unmute(leg.node, leg.channel)
    if leg.conversation is not None:
        yield LegLeft(leg.id, leg.conversation, leg.call)


def leave(floor: Floor, call: Call, leg: Leg) -> Iterator[Body | Effect]:
    """The leg leaves its conversation for good; one in which nobody hears anybody any more is over."""
    if leg.conversation is None:
        return iter(())
    conversation = floor.conversations[leg.conversation]
    if stands(floor, call, conversation, conversation.legs - {leg.id}):
        return _go_on_without(floor, call, conversation, leg)
    return end(floor, call, conversation)


def _go_on_without(floor: Floor, call: Call, conversation: Conversation, leg: Leg) -> Iterator[Body | Effect]:
    yield from part(leg)
    if call.recorded_leg == leg.id:
        yield from _end_recording(floor, call)
    yield from comfort(floor, call, conversation)


def keep(floor: Floor, call: Call, leg: Leg) -> Iterator[Body | Effect]:
    """The leg leaves its conversation for a while."""
    if leg.conversation is None:
        return
    conversation = floor.conversations[leg.conversation]
    yield from part(leg)
    yield ConversationKept(leg.id, conversation.id, call.id, held=conversation.id == call.conversation)
    yield Separate(conversation.id, leg.node, (leg.channel,))
    yield from comfort(floor, call, conversation)


def go_back(floor: Floor, call: Call, leg: Leg) -> Iterator[Body | Effect]:
    """The leg goes back to the conversation it keeps."""
    if leg.keeps is None:
        return
    conversation = floor.conversations[leg.keeps]
    yield ConversationTaken(leg.id, conversation.id, call.id)
    yield StopRinging(leg.node, leg.channel)
    yield from join(floor, call, conversation, (leg,))


def join(floor: Floor, call: Call, conversation: Conversation, legs: Iterable[Leg]) -> Iterator[Body | Effect]:
    """These legs, which are in no conversation, hear from now on who is in this one."""
    waiting, coming = listeners(floor, conversation), list(legs)
    for leg in coming:
        yield LegJoined(leg.id, conversation.id, call.id)
    for leg in (*waiting, *coming):
        if leg not in listeners(floor, conversation):
            yield StopMusic(leg.node, leg.channel)
    yield Connect(conversation.id, coming[0].node, tuple(leg.channel for leg in coming))
    yield from comfort(floor, call, conversation)


def comfort(floor: Floor, call: Call, conversation: Conversation) -> Iterator[Effect]:
    """Who is left to wait hears music."""
    for leg in listeners(floor, conversation):
        yield StartMusic(leg.node, leg.channel, music(call))


def listeners(floor: Floor, conversation: Conversation) -> list[Leg]:
    """Who hears music in it: one who is alone, or alone with an agent who ordered a hold."""
    legs = [floor.legs[one] for one in sorted(conversation.legs)]
    held = [leg for leg in legs if leg.held_by_order]
    if len(legs) == 1:
        return legs
    return [leg for leg in legs if leg not in held] if len(legs) == 2 and held else []


def music(call: Call) -> str:
    """What whoever has to wait in this call hears."""
    return DEFAULT_MUSIC if call.settings is None else call.settings.music


def end(floor: Floor, call: Call, conversation: Conversation) -> Iterator[Body | Effect]:
    """Nobody is left to hear anybody: those who are still in it leave, and its bridge is taken away."""
    legs = sorted(conversation.legs)
    node = floor.legs[legs[0]].node
    recorded = call.recorded_leg in legs
    if call.parked is not None and conversation.id == call.conversation:
        yield CallUnparked(call.id, call.parked.place, "gone")
    for leg_id in legs:
        yield from part(floor.legs[leg_id])
    yield ConversationEnded(conversation.id, call.id)
    for keeper in sorted(call.legs):
        if floor.legs[keeper].keeps == conversation.id:
            yield ConversationTaken(keeper, conversation.id, call.id)
    if recorded:
        yield from _end_recording(floor, call)
    yield Disconnect(conversation.id, node)


def withdraw(floor: Floor, call: Call) -> Iterator[Body | Effect]:
    """Who is being rung is not wanted any more."""
    if call.invitation is not None:
        leg = floor.legs[call.invitation.leg]
        yield InvitationEnded(call.id, leg.id, "withdrawn")
        yield HangUp(leg.id, leg.node, leg.channel)


def finish(floor: Floor, call: Call, outcome: str) -> Iterator[Body | Effect]:
    """Everybody is hung up."""
    for conversation in [floor.conversations[one] for one in call.conversations]:
        yield from end(floor, call, conversation)
    if call.invitation is not None:
        yield InvitationEnded(call.id, call.invitation.leg, "withdrawn")
    if call.offers:
        yield from offers.withdraw(floor, call, "call_over")
    yield from calls.end(floor, call, outcome)


def settle(floor: Floor, call: Call, left: Iterable[LegId], outcome: str = calls.COMPLETED) -> Iterator[Body | Effect]:
    """Those who were `left` without anybody go back to whom they keep, or are hung up; with the last conversation the
    call is over, and ends so."""
    return _settle_apart(floor, call, left) if call.conversations else finish(floor, call, outcome)


def _settle_apart(floor: Floor, call: Call, left: Iterable[LegId]) -> Iterator[Body | Effect]:
    for leg in [floor.legs[one] for one in sorted(left) if one in floor.legs]:
        if leg.conversation is None and leg.keeps is not None:
            yield from go_back(floor, call, leg)
        elif leg.conversation is None:
            yield HangUp(leg.id, leg.node, leg.channel)


def _end_recording(floor: Floor, call: Call) -> Iterator[Body | Effect]:
    recording, leg = call.recording, floor.legs.get(call.recorded_leg) if call.recorded_leg is not None else None
    if recording is not None:
        yield RecordingEnded(recording, call.id)
        if leg is not None:
            yield StopRecording(recording, leg.node, leg.channel)
