"""Licences given to persons by name: who holds how many of which, and whether a person's licence lets him telephone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api.identity import Person
from api.problems import RefusalRaised
from api.services import Services
from kernel.ids import AgentId, TenantId
from kernel.refusal import Code, Refused
from store.config_parts import TenantConfig
from store.logins import Login
from tariff.rights.entitlement import NOTHING, Entitled

FORBIDDEN = 403


def held(config: TenantConfig, users: Iterable[Login]) -> dict[str, str]:
    """The licence of each person: of an agent his own login's, or else the one he is configured to work under."""
    persons = {str(account.id): account.agent.licence for account in config.agents}
    for user in users:
        person = str(user.agent) if user.agent is not None else f"login {user.login}"
        persons[person] = user.licence or persons.get(person, "")
    return {person: licence for person, licence in persons.items() if licence}


def exceeded(persons: Mapping[str, str], entitled: Entitled) -> Refused | None:
    """The first kind of licence that more persons would hold by name than the contracts have, or that nobody has."""
    for kind in sorted(set(persons.values())):
        used, named = sum(one == kind for one in persons.values()), entitled.named(kind)
        if named is not None and used > named.limit:
            return Refused(Code.LICENCE_EXHAUSTED, named.clause, used - 1, named.limit, (("kind", kind),))
        if not entitled.may(kind):
            return Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=(("feature", kind),))
    return None


async def telephones(uses: Services, me: Person, agent: AgentId) -> None:
    """Ends the request with 403 when the person behind the agent holds a licence without telephone (view only)."""
    refused = await without_telephone(uses, me, agent)
    if refused is not None:
        raise RefusalRaised(refused, FORBIDDEN)


async def without_telephone(uses: Services, me: Person, agent: AgentId) -> Refused | None:
    """The refusal of a person whose licence does not let him telephone; None when it does, or when he needs none."""
    floor = uses.boards.board(me.tenant).floor
    own = me.licence if me.agent == agent else await _licence_of(uses, me.tenant, agent)
    configured = floor.agents.get(agent)
    licence = own or ("" if configured is None else configured.config.licence)
    if not licence or floor.limits.pool(licence) is not None:
        return None
    given = (await uses.contracts.entitled(me.tenant, uses.clock())).list()
    rows = [one for one in given if one.kind == licence]
    if not rows or any(one.licence for one in rows):
        return None
    return Refused(Code.FEATURE_NOT_LICENSED, rows[0].clause, params=(("feature", "telephone"),))


async def _licence_of(uses: Services, tenant: TenantId, agent: AgentId) -> str:
    users = await uses.users.of_agent(tenant, agent)
    return next((user.licence for user in users if user.licence), "")
