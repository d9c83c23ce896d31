"""One change of a tenant's configuration: read, matched, checked and published in one step, then brought into force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fastapi import Response

from api import in_force
from api.fitness import fits
from api.flaws import told
from api.identity import Person
from api.licences import exceeded, held
from api.preconditions import Match, etag
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.services import Services
from api.shape_flaws import SECTION
from kernel.ids import TenantId
from kernel.refusal import Code, Refused
from store.config import Change, TenantConfig
from store.config_parts import Thing, things, with_thing, without
from store.errors import NameTaken

Kept = TypeVar("Kept", bound=Thing)


async def configuration(uses: Services, tenant: TenantId) -> TenantConfig:
    """The newest version; an empty one when nothing was published yet."""
    return await uses.configs.load(tenant) or TenantConfig(tenant, "")


def find(config: TenantConfig, kind: str, id: str) -> Thing:
    """One thing; 404 when there is none."""
    found = things(config, kind).get(id)
    if found is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return found


async def allowed(uses: Services, me: Person, kind: str, id: str, match: Match) -> None:
    """Ends a request early that `put` would refuse for its preconditions, before anything costly is done for it."""
    before = things(await configuration(uses, me.tenant), kind).get(id)
    match.allows(None if before is None else before.version)


async def put(
    uses: Services, me: Person, kind: str, id: str, match: Match, make: Callable[[TenantConfig, Thing | None], Thing]
) -> TenantConfig:
    """Publish the configuration with what `make` gives of the thing there is, or of None when it is new."""

    def change(config: TenantConfig) -> TenantConfig:
        before = things(config, kind).get(id)
        match.allows(None if before is None else before.version)
        return with_thing(config, kind, make(config, before))

    return await publish(uses, me, change)


async def remove(uses: Services, me: Person, kind: str, id: str, match: Match) -> TenantConfig:
    """Publish the configuration without that thing; 404 when there is none, 422 where it is still named."""

    def change(config: TenantConfig) -> TenantConfig:
        match.allows(find(config, kind, id).version)
        return without(config, kind, id)

    try:
        return await publish(uses, me, change)
    except ProblemRaised as no:
        raise ProblemRaised(no.problem, no.headers, tuple(_still_named(flaw, id) for flaw in no.errors)) from no


def _still_named(flaw: Mapping[str, Any], id: str) -> Mapping[str, Any]:
    """Who takes something away is told where it is named, and not that it is not there."""
    missing = str(flaw["flaw"]).startswith("unknown_")
    return told(flaw["field"], flaw["flaw"], section=SECTION, said="still_named", thing=id) if missing else flaw


async def publish(uses: Services, me: Person, change: Change) -> TenantConfig:
    """Publish what `change` makes of the newest version when it fits; 422 otherwise, and nothing has changed."""
    entitled = await uses.contracts.entitled(me.tenant, uses.clock())
    users = await uses.users.all(me.tenant)

    def checked(config: TenantConfig) -> TenantConfig:
        after = change(config)
        fits(after, entitled, config)
        refused = exceeded(held(after, users), entitled)
        if refused is not None:
            raise RefusalRaised(refused)
        return after

    try:
        return await uses.configs.edit(me.tenant, checked, me.author)
    except NameTaken as taken:
        raise RefusalRaised(Refused(Code.NAME_TAKEN)) from taken


async def answered(uses: Services, config: TenantConfig, response: Response, thing: Thing | None = None) -> bool:
    """Wait until the floor goes by it; 202 when it does not yet. The answer carries the thing's ETag."""
    there = await in_force.bring(uses, config.tenant)
    response.status_code = 200 if there else 202
    if thing is not None:
        response.headers["ETag"] = etag(thing.version)
    return there
