"""Rights that come with some licences: whether this tenant has one, and whether this person does."""

from __future__ import annotations

from typing import Final

from api.identity import Person
from api.problems import RefusalRaised
from api.services import Services
from kernel.refusal import Code, Refused
from tariff.rights.entitlement import NOTHING

FORBIDDEN: Final = 403
MONITORING: Final = "monitoring"
"""To listen in on a colleague's call."""


async def has(uses: Services, me: Person, kind: str) -> None:
    """Ends the request with 403 where a tariff of the tenant sells this and he has not got it, or where the person's
    own licence does not bring it."""
    entitled = await uses.contracts.entitled(me.tenant, uses.clock())
    params = (("feature", kind),)
    if entitled.lacks(kind):
        raise RefusalRaised(Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=params), FORBIDDEN)
    licence = me.licence or _configured(uses, me)
    carriers = entitled.carriers(kind)
    if licence and carriers and entitled.may(licence) and licence not in carriers:
        clause = next((one.clause for one in entitled.list() if one.kind == licence), NOTHING)
        raise RefusalRaised(Refused(Code.FEATURE_NOT_LICENSED, clause, params=params), FORBIDDEN)


def _configured(uses: Services, me: Person) -> str:
    """The licence under which his agent works."""
    agent = None if me.agent is None else uses.boards.board(me.tenant).floor.agents.get(me.agent)
    return "" if agent is None else agent.config.licence
