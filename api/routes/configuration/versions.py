"""The versions of a tenant's configuration: which is the newest, which there were, and one of them again."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.ask import Me, Uses
from api.configuring import answered, publish
from api.excess import warnings
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.common import Listing
from api.schemas.configuration import Configuration, Written
from store.config import Published, TenantConfig

router = APIRouter(prefix="/configuration")

VersionPath = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_configuration(me: Me, uses: Uses) -> Configuration:
    """The newest version."""
    newest = next(iter(await uses.configs.versions(me.tenant)), None)
    if newest is None:
        return Configuration(version=0, published_at=None)
    return _shown(newest)


@router.get("/versions", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_versions(me: Me, uses: Uses) -> Listing[Configuration]:
    """Every version, the newest first."""
    known = await uses.configs.versions(me.tenant)
    return Listing(items=[_shown(version) for version in known])


@router.post("/versions/{version}/restore", dependencies=[needs(Permission.CONFIGURE)])
async def restore(version: VersionPath, me: Me, uses: Uses, response: Response) -> Written:
    """Publish an old version again, as a new one; what the platform has set (name, time zone, lines) stays as now."""
    old = await uses.configs.load(me.tenant, version)
    if old is None:
        raise ProblemRaised(Problem.NOT_FOUND)

    await uses.prompts.ensure_all(old)

    def again(newest: TenantConfig) -> TenantConfig:
        return replace(old, version=newest.version, name=newest.name, time_zone=newest.time_zone, lines=newest.lines)

    config = await publish(uses, me, again)
    there = await answered(uses, config, response)
    return Written(version=config.version, in_force=there, warnings=await warnings(uses, me, config))


def _shown(version: Published) -> Configuration:
    return Configuration(
        version=version.version,
        published_at=version.published_at,
        published_by=None if version.by is None else version.by.login,
        published_by_tenant=None if version.by is None else version.by.tenant,
    )
