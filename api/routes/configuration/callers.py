"""Callers of whom the tenant says something: whom they prefer, whether they come first, what they need."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from api.ask import IdPath, Me, Uses
from api.configuring import allowed, answered, configuration, find, put, remove
from api.flaws import told
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.problems import Problem, ProblemRaised
from api.schemas.common import Listing
from api.schemas.configuration import Written
from api.schemas.configuration_of_callers import Caller, CallerWanted
from api.services import Services
from kernel.ids import AgentId, PersonalId, TenantId, derive
from numbering import japan
from numbering.dialled import Dialled, Kind
from store.config_parts import CallerConfig, TenantConfig, Thing, things
from store.personal import PersonalText

KIND = "callers"
router = APIRouter(prefix="/configuration/callers")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_callers(me: Me, uses: Uses) -> Listing[Caller]:
    """Every caller in his newest version."""
    return Listing(items=await _shown(uses, me.tenant, (await configuration(uses, me.tenant)).callers))


@router.get("/{caller}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_caller(caller: IdPath, me: Me, uses: Uses, response: Response) -> Caller:
    """One caller; his ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), KIND, caller)
    assert isinstance(found, CallerConfig)
    response.headers["ETag"] = etag(found.version)
    (shown,) = await _shown(uses, me.tenant, (found,))
    return shown


@router.put("/{caller}", dependencies=[needs(Permission.CONFIGURE)])
async def put_caller(
    caller: IdPath, wanted: CallerWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace what is said of a caller; holds for calls that begin from now on."""
    number = _number(wanted.number)
    await allowed(uses, me, KIND, caller, match)
    mark = uses.personal.mark(me.tenant, number)
    fresh = PersonalText(PersonalId(derive("person", uses.clock(), me.tenant, "listed", caller, mark)), number)
    before = things(await configuration(uses, me.tenant), KIND).get(caller)
    # Before the configuration, which points to it.
    await uses.personal.put_many(me.tenant, [fresh])

    def make(_config: TenantConfig, _before: Thing | None) -> CallerConfig:
        preferred = None if wanted.preferred is None else AgentId(wanted.preferred)
        skills = tuple(one.requirement() for one in wanted.skills)
        return CallerConfig(caller, mark, fresh.id, preferred, wanted.priority, wanted.vip, skills)

    try:
        config = await put(uses, me, KIND, caller, match, make)
    except Exception:
        await uses.personal.erase(me.tenant, [fresh.id])
        raise
    if isinstance(before, CallerConfig):
        await uses.personal.erase(me.tenant, [before.number])
    there = await answered(uses, config, response, find(config, KIND, caller))
    return Written(version=config.version, in_force=there)


@router.delete("/{caller}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_caller(caller: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Nothing is said of this caller any more, and his number is erased, in older versions of the configuration too."""
    before = find(await configuration(uses, me.tenant), KIND, caller)
    config = await remove(uses, me, KIND, caller, match)
    if isinstance(before, CallerConfig):
        await uses.personal.erase(me.tenant, [before.number])
    return Written(version=config.version, in_force=await answered(uses, config, response))


def _number(written: str) -> str:
    """In E.164, as callers' numbers are marked; 422 for what is none."""
    found = japan.read(written)
    if not isinstance(found, Dialled) or found.kind is Kind.EXTENSION:
        raise ProblemRaised(Problem.DOES_NOT_FIT, errors=(told("number", "unreadable_number"),))
    return found.number


async def _shown(uses: Services, tenant: TenantId, callers: Sequence[CallerConfig]) -> list[Caller]:
    numbers = await uses.personal.get_many(tenant, [one.number for one in callers])
    return [
        Caller.model_validate({**_plain(one), "number": numbers.get(one.number, "")}, from_attributes=True)
        for one in callers
    ]


def _plain(one: CallerConfig) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", "version", "preferred", "priority", "vip", "skills")}
