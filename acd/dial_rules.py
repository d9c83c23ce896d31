"""May this agent make this call now? And what does his phone get when he may not?"""

from __future__ import annotations

from typing import Final

from acd import lines
from acd.model import Agent, Destination, Direction, Floor, Line, Work
from kernel.ids import AgentId
from kernel.refusal import Code, Refused

SIP: Final = {
    Code.UNREADABLE_NUMBER: 484,
    Code.UNKNOWN_EXTENSION: 404,
    Code.COLLEAGUE_BUSY: 486,
    Code.COLLEAGUE_AWAY: 480,
    Code.CHANNELS_EXHAUSTED: 486,
    Code.BUSY_WITH_CALL: 486,
}
"""What a phone that dialled is answered, where it is not FORBIDDEN."""
FORBIDDEN: Final = 403
SILENT: Final = frozenset(SIP)
"""Refusals that a phone tells by its own tone; all others are spoken first."""


def refusal(floor: Floor, agent: Agent | None, destination: Destination | Refused) -> Refused | None:
    """The rule that says no, or None. Emergency calls come before every rule, those that no line carries included."""
    if isinstance(destination, Refused):
        if destination.code is Code.EMERGENCY_NOT_AVAILABLE_ON_LINE:
            return destination
        return engaged(agent) or destination
    if destination.emergency:
        return None
    return engaged(agent) or _out_of_reach(floor, agent, destination) or lines.refusal(floor, destination.line)


def takes_part(agent: Agent | None, refused: Refused | None) -> bool:
    """Whether the call is the agent's work. An emergency call of one who is not signed in, or who is busy, is put
    through beside what he does; a call that is refused does not end his wrap-up."""
    if agent is None or not agent.signed_in or agent.leg is not None or agent.aside is not None:
        return False
    return agent.work is Work.FREE or (agent.work is Work.WRAP_UP and refused is None)


def colleague_out_of_reach(floor: Floor, colleague: AgentId) -> Refused | None:
    """Why the colleague cannot be rung, or None: paused he can, at work he cannot."""
    agent = floor.agents.get(colleague)
    if agent is None:
        return Refused(Code.UNKNOWN_EXTENSION)
    params = (("agent", colleague),)
    if not agent.signed_in or agent.line is not Line.UP:
        return Refused(Code.COLLEAGUE_AWAY, params=params)
    free = agent.work is Work.FREE and agent.leg is None and agent.aside is None
    return None if free else Refused(Code.COLLEAGUE_BUSY, params=params)


def direction(destination: Destination | Refused) -> Direction:
    """Out of the house, unless it is for a colleague."""
    inside = isinstance(destination, Destination) and destination.colleague is not None
    return Direction.INTERNAL if inside else Direction.OUTBOUND


def engaged(agent: Agent | None) -> Refused | None:
    """Why he can begin no call now, or None."""
    if agent is None:
        return Refused(Code.UNKNOWN_AGENT)
    params = (("agent", agent.id),)
    if not agent.signed_in:
        return Refused(Code.NOT_SIGNED_IN, params=params)
    busy = agent.work in (Work.OFFERED, Work.ON_CALL) or agent.leg is not None or agent.aside is not None
    return Refused(Code.BUSY_WITH_CALL, params=params) if busy else None


def _out_of_reach(floor: Floor, agent: Agent | None, destination: Destination) -> Refused | None:
    if destination.colleague is None:
        return None
    if agent is not None and destination.colleague == agent.id:
        return Refused(Code.COLLEAGUE_BUSY, params=(("agent", agent.id),))
    return colleague_out_of_reach(floor, destination.colleague)
