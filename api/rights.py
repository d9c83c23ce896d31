"""Rights that come with some licences: whether this tenant has one, and whether this person does."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Depends

from api.ask import Me, Uses
from api.identity import Person
from api.problems import RefusalRaised
from api.services import Services
from kernel.refusal import Code, Refused
from tariff.rights.entitlement import NOTHING, Entitled

FORBIDDEN: Final = 403
MONITORING: Final = "monitoring"
"""To listen in on a colleague's call."""
ANALYSIS: Final = "analysis"
"""Statistics of others' calls."""
WATCHING: Final = "watching"
"""To see what colleagues are doing now."""
PRESENCE: Final = "presence"
"""The same between business phones."""


async def has(uses: Services, me: Person, *kinds: str) -> None:
    """Ends the request with 403 where a tariff of the tenant sells these and he has not got one of them, or where the
    person's own licence brings none."""
    refused = await refusal(uses, me, *kinds)
    if refused is not None:
        raise RefusalRaised(refused, FORBIDDEN)


async def refusal(uses: Services, me: Person, *kinds: str) -> Refused | None:
    """Why the person has none of these: what is said of the first; None when he has one."""
    entitled = await uses.contracts.entitled(me.tenant, uses.clock())
    licence = me.licence or _configured(uses, me)
    refused = [_refusal(entitled, licence, kind) for kind in kinds]
    return None if None in refused else refused[0]


def _refusal(entitled: Entitled, licence: str, kind: str) -> Refused | None:
    params = (("feature", kind),)
    if entitled.lacks(kind):
        return Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=params)
    carriers = entitled.carriers(kind)
    if licence and carriers and entitled.may(licence) and licence not in carriers:
        clause = next((one.clause for one in entitled.list() if one.kind == licence), NOTHING)
        return Refused(Code.FEATURE_NOT_LICENSED, clause, params=params)
    return None


class Brings:
    """Lets in whom a right brings: 403 with the refusal otherwise."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    async def __call__(self, me: Me, uses: Uses) -> None:
        await has(uses, me, *self.kinds)


def brings(*kinds: str) -> Any:
    """What a door that only some licences open writes into its `dependencies`, after the permission."""
    return Depends(Brings(*kinds))


def _configured(uses: Services, me: Person) -> str:
    """The licence under which his agent works."""
    agent = None if me.agent is None else uses.boards.board(me.tenant).floor.agents.get(me.agent)
    return "" if agent is None else agent.config.licence
