"""What every order about an agent has in common: who he is, the refusal, and that somebody else gave it."""

from __future__ import annotations

from acd.facts import CommandRefused, StateForced
from acd.inputs import AgentCommand
from acd.model import Agent, Floor
from kernel.refusal import Code, Refused


def signed_in(floor: Floor, given: AgentCommand) -> Agent | Refused:
    """The agent of an order that only one at work can be given."""
    agent = floor.agents.get(given.agent)
    if agent is None or not agent.signed_in:
        code = Code.UNKNOWN_AGENT if agent is None else Code.NOT_SIGNED_IN
        return Refused(code, params=(("agent", given.agent),))
    return agent


def refused(given: AgentCommand, no: Refused) -> CommandRefused:
    """The order is not carried out."""
    return CommandRefused(given.command, given.agent, no.code, no.clause, no.used, no.limit, no.params)


def forced(given: AgentCommand, to: str, reason: str = "") -> StateForced:
    """The order came from somebody else than the agent."""
    return StateForced(given.agent, given.command, to, reason)
