"""Whom a fact concerns."""

from __future__ import annotations

from acd import facts
from acd.facts import Body
from acd.model import Floor
from kernel.ids import AgentId


def agents_of(floor: Floor, body: Body) -> set[AgentId]:
    """The agents of whom the fact may change what they do; asked before it is applied, while its leg still stands."""
    match body:
        case facts.AgentConfigured():
            return {body.agent.id}
        case (
            facts.LegGone()
            | facts.LegJoined()
            | facts.LegLeft()
            | facts.LegHeld()
            | facts.LegUnheld()
            | facts.ConversationKept()
            | facts.ConversationTaken()
        ):
            leg = floor.legs.get(body.leg)
            return set() if leg is None or leg.agent is None else {leg.agent}
        case facts.ConversationEnded():
            conversation = floor.conversations.get(body.conversation)
            legs = conversation.legs if conversation is not None else ()
            return {talker for leg in legs if (talker := floor.legs[leg].agent) is not None}
        case facts.CommandDone() | facts.CommandRefused() | facts.SeatRefused() | facts.LegStarted():
            return set()
        case facts.LiveChanged():
            return set()
        case _:
            agent: AgentId | None = getattr(body, "agent", None)
            return set() if agent is None else {agent}
