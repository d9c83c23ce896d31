"""Hot-desking: an agent signs in at another phone of the tenant, which is his for as long as he works there."""

from __future__ import annotations

from acd.model import Agent, Floor
from kernel.ids import AgentId
from kernel.refusal import Code, Refused


def phone_of(floor: Floor, agent: Agent, phone: str) -> Agent | Refused:
    """The agent whose desk phone it is at which `agent` would work: `phone` is his extension or id, "" his own.

    Two agents are never at the same phone, nor does one sit down at a phone that is in a call.
    """
    owner = agent if not phone else _named(floor, phone)
    if owner is None:
        return Refused(Code.UNKNOWN_PHONE, params=(("phone", phone),))
    there = [floor.agents[one] for one in sorted(floor.desks.get(owner.config.endpoint, ())) if one != agent.id]
    taken = next((one for one in there if one.signed_in or one.leg is not None or one.aside is not None), None)
    return owner if taken is None else Refused(Code.PHONE_TAKEN, params=(("agent", taken.id),))


def _named(floor: Floor, phone: str) -> Agent | None:
    known = (floor.agents.get(one) for one in (AgentId(phone), *sorted(floor.extensions.get(phone, ()))))
    return next((one for one in known if one is not None and not one.leaving), None)
