"""Giving a call away [転送], or asking first [相談]: blind, attended by turns, and all together [会議]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from acd import dial_rules, lines
from acd.config.waiting import Cause
from acd.demand import Demand
from acd.effects import Disconnect, Effect, HangUp, StopRinging
from acd.facts import (
    Body,
    CallDemanded,
    CallTransferred,
    CommandDone,
    CommandRefused,
    ConversationEnded,
    ConversationTaken,
    InvitationTurned,
    JoinRefused,
    WaitRefused,
)
from acd.inputs import InviteParty
from acd.matching import choose
from acd.model import Agent, Call, Conversation, Destination, Floor, Invitation, Leg, LegState, Place, Purpose, Queue
from acd.talking import conversations, hold, invitations, queueing
from acd.waiting import admission, joining
from kernel.ids import AgentId, CallId, CommandId
from kernel.refusal import Code, Refused

Acting = Callable[[Leg], "Iterator[Body | Effect] | Refused"]
"""What an order does with the leg of who gave it."""


def talker(floor: Floor, agent_id: AgentId, call_id: CallId) -> tuple[Agent, Leg] | Refused:
    """The agent and his leg of this call that talks, or why he has none."""
    agent = floor.agents.get(agent_id)
    leg = None if agent is None or agent.leg is None else floor.legs.get(agent.leg)
    if agent is None or leg is None or leg.call != call_id or leg.state is not LegState.UP:
        return Refused(Code.NOT_ON_CALL, params=(("agent", agent_id),))
    here = floor.calls[leg.call].place is Place.TALKING and (leg.conversation is not None or leg.keeps is not None)
    return (agent, leg) if here else Refused(Code.NOT_ON_CALL, params=(("agent", agent_id),))


def refuse(command: CommandId, agent: AgentId, no: Refused) -> CommandRefused:
    """The command is not carried out."""
    return CommandRefused(command, agent, no.code, no.clause, no.used, no.limit, no.params)


def invite(floor: Floor, given: InviteParty, now: datetime) -> Iterator[Body | Effect]:
    """Command: somebody is to take the call over, to be asked, or to join."""
    found = talker(floor, given.agent, given.call)
    no = found if isinstance(found, Refused) else _refusal(floor, found[1], given, now)
    if isinstance(found, Refused) or no is not None:
        yield refuse(given.command, given.agent, no or Refused(Code.NOT_ON_CALL))
        return
    agent, leg = found
    call = floor.calls[leg.call]
    queue = None if given.queue is None else floor.queues.get(given.queue)
    yield from hold.release(floor, leg)
    match given.purpose:
        case Purpose.TRANSFER if queue is not None:
            yield from _to_queue(floor, call, leg, agent, queue, given, now)
        case Purpose.TRANSFER:
            yield CallTransferred(call.id, agent.id, None, attended=False)
            yield from invitations.ring(floor, call, _invitation(floor, call, None, given, now), now)
            yield from conversations.leave(floor, call, leg)
            yield HangUp(leg.id, leg.node, leg.channel)
        case Purpose.CONSULT:
            yield from conversations.keep(floor, call, leg)
            yield from invitations.ring(floor, call, _invitation(floor, call, leg, given, now), now)
        case _:
            yield from invitations.ring(floor, call, _invitation(floor, call, leg, given, now), now)
    yield CommandDone(given.command, given.agent)


def _invitation(floor: Floor, call: Call, by: Leg | None, given: InviteParty, now: datetime) -> Invitation:
    to, want = given.destination, ""
    queue = None if given.queue is None else floor.queues.get(given.queue)
    if queue is not None:
        want = _want(floor, call, queue, given, now)
        to = Destination(colleague=choose.in_line(floor, queue, want)[0][3])
    if isinstance(to, Refused):
        raise TypeError("a refused destination is not rung")
    by_leg = None if by is None else by.id
    leg = invitations.new_leg(call, now)
    shown = given.shown or call.number
    return Invitation(leg, given.purpose, by_leg, given.agent, to, given.to, shown, given.queue, want=want)


def _want(floor: Floor, call: Call, queue: Queue, given: InviteParty, now: datetime) -> str:
    """What is asked of who is to take the call in this queue."""
    return joining.want_in(floor, queue, call, now, now, _demand(call, given))


def _to_queue(
    floor: Floor, call: Call, leg: Leg, agent: Agent, queue: Queue, given: InviteParty, now: datetime
) -> Iterator[Body | Effect]:
    demand = _demand(call, given)
    if demand != call.demand:
        yield CallDemanded(call.id, demand)
    (other,) = conversations.others(floor, leg)
    yield CallTransferred(call.id, agent.id, queue.config.id, attended=False)
    yield from queueing.join(floor, call, other, queue, now, given.priority)
    yield HangUp(leg.id, leg.node, leg.channel)


def _demand(call: Call, given: InviteParty) -> Demand:
    return Demand(given.requirements) if given.requirements else call.demand


def _refusal(floor: Floor, leg: Leg, given: InviteParty, now: datetime) -> Refused | None:
    call, to = floor.calls[leg.call], given.destination
    if call.invitation is not None:
        return Refused(Code.ALREADY_INVITING)
    if leg.keeps is not None or not conversations.others(floor, leg):
        return Refused(Code.CONSULTING)
    if given.queue is not None:
        return _no_queue(floor, call, leg, given, now)
    if isinstance(to, Refused):
        return to
    if to.colleague is not None:
        return dial_rules.colleague_out_of_reach(floor, to.colleague)
    return None if to.emergency else lines.refusal(floor, to.line)


def _no_queue(floor: Floor, call: Call, leg: Leg, given: InviteParty, now: datetime) -> Refused | None:
    queue = None if given.queue is None else floor.queues.get(given.queue)
    params = (("queue", given.queue or ""),)
    if queue is None:
        return Refused(Code.UNKNOWN_QUEUE, params=params)
    if given.purpose is not Purpose.TRANSFER:
        fit = floor.open and choose.in_line(floor, queue, _want(floor, call, queue, given, now))
        return None if fit else Refused(Code.NOBODY_FREE, params=params)
    if len(conversations.others(floor, leg)) != 1 or leg.conversation != call.conversation:
        return Refused(Code.TOO_MANY_PARTIES)
    no = admission.refusal(floor, call, queue, _want(floor, call, queue, given, now), _demand(call, given))
    return None if no is None else _takes_nobody(call, no)


def _takes_nobody(call: Call, no: WaitRefused | JoinRefused) -> Refused:
    """What keeps a caller out keeps out whom an agent sends, who hears of it and goes on with him."""
    if isinstance(no, WaitRefused):
        return Refused(Code.WAITING_PLACES_EXCEEDED, no.clause, no.used, no.limit, (("number", call.number),))
    rule = {Cause.EMPTY: "join_empty", Cause.FULL: "most"}.get(no.cause, "ratio")
    code = Code.QUEUE_EMPTY if no.cause is Cause.EMPTY else Code.QUEUE_FULL
    return Refused(code, f"waiting.{rule}", no.waiting, no.limit, (("queue", no.queue),))


def complete(floor: Floor, leg: Leg) -> Iterator[Body | Effect] | Refused:
    """He leaves, and those he talked with by turns are together; one who still rings takes the call over."""
    if leg.keeps is None:
        return Refused(Code.NOT_CONSULTING)
    return _complete(floor, leg)


def _complete(floor: Floor, leg: Leg) -> Iterator[Body | Effect]:
    call = floor.calls[leg.call]
    if leg.agent is not None:
        yield CallTransferred(call.id, leg.agent, None, attended=leg.conversation is not None)
    yield from hand_over(floor, call, leg)
    yield HangUp(leg.id, leg.node, leg.channel)


def cancel(floor: Floor, leg: Leg) -> Iterator[Body | Effect] | Refused:
    """Whom he asked is hung up, and he goes back; one who only rings is not wanted any more."""
    call = floor.calls[leg.call]
    if leg.keeps is None and (call.invitation is None or call.invitation.by != leg.id):
        return Refused(Code.NOT_CONSULTING)
    return _cancel(floor, call, leg)


def _cancel(floor: Floor, call: Call, leg: Leg) -> Iterator[Body | Effect]:
    if call.invitation is not None and call.invitation.by == leg.id:
        yield from conversations.withdraw(floor, call)
    if leg.keeps is None:
        return
    beside = leg.conversation if leg.keeps == call.conversation else leg.keeps
    asked = [] if beside is None else [floor.legs[one] for one in sorted(floor.conversations[beside].legs - {leg.id})]
    if beside is None:
        yield from conversations.go_back(floor, call, leg)
        return
    keeps_it = leg.keeps == beside
    yield from conversations.end(floor, call, floor.conversations[beside])
    for one in asked:
        yield HangUp(one.id, one.node, one.channel)
    if not keeps_it:
        yield from conversations.go_back(floor, call, leg)


def swap(floor: Floor, leg: Leg) -> Iterator[Body | Effect] | Refused:
    """He talks with those who waited, and those he talked with wait."""
    if leg.keeps is None or leg.conversation is None:
        return Refused(Code.NOT_CONSULTING)
    return _swap(floor, leg)


def _swap(floor: Floor, leg: Leg) -> Iterator[Body | Effect]:
    if leg.keeps is None or leg.conversation is None:
        return
    call, kept = floor.calls[leg.call], floor.conversations[leg.keeps]
    yield from hold.release(floor, leg)
    yield ConversationTaken(leg.id, kept.id, call.id)
    yield from conversations.keep(floor, call, leg)
    yield from conversations.join(floor, call, kept, (leg,))


def merge(floor: Floor, leg: Leg) -> Iterator[Body | Effect] | Refused:
    """All talk together."""
    if leg.keeps is None or leg.conversation is None:
        return Refused(Code.NOT_CONSULTING)
    return _merge(floor, leg)


def _merge(floor: Floor, leg: Leg) -> Iterator[Body | Effect]:
    call = floor.calls[leg.call]
    yield from hold.release(floor, leg)
    yield from _bring_together(floor, call, leg, staying=(leg,))


def hand_over(floor: Floor, call: Call, leg: Leg) -> Iterator[Body | Effect]:
    """The leg leaves all it is in and keeps; those it talked with by turns are together."""
    if call.invitation is not None and call.invitation.by == leg.id:
        yield InvitationTurned(call.id, call.invitation.leg)
    if leg.conversation is None and leg.keeps is not None:
        yield ConversationTaken(leg.id, leg.keeps, call.id)
        yield StopRinging(leg.node, leg.channel)
    else:
        yield from _bring_together(floor, call, leg, staying=())


def _bring_together(floor: Floor, call: Call, leg: Leg, staying: Iterable[Leg]) -> Iterator[Body | Effect]:
    """Of the two conversations the call's own goes on, or else the one that is kept."""
    if leg.conversation is None or leg.keeps is None:
        return
    current, kept = floor.conversations[leg.conversation], floor.conversations[leg.keeps]
    target, source = (current, kept) if current.id == call.conversation else (kept, current)
    moved = [floor.legs[one] for one in sorted(source.legs - {leg.id})]
    if target is current:
        yield ConversationTaken(leg.id, kept.id, call.id)
        if not list(staying):
            yield from conversations.part(leg)
    else:
        yield from conversations.part(leg)
        yield ConversationTaken(leg.id, kept.id, call.id)
        moved = [*moved, *staying]
    yield from _move(floor, call, source, target, moved)


def _move(
    floor: Floor, call: Call, source: Conversation, target: Conversation, moved: list[Leg]
) -> Iterator[Body | Effect]:
    for leg in [one for one in moved if one.conversation == source.id]:
        yield from conversations.part(leg)
    yield ConversationEnded(source.id, call.id)
    yield from conversations.join(floor, call, target, moved)
    yield Disconnect(source.id, moved[0].node)
