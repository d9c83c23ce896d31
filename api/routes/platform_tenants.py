"""The tenants of the platform: whoever runs it takes in a new one, who is served at once."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Response

from api import in_force
from api.ask import IdPath, Me, Uses
from api.identity import Person
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas.common import Listing
from api.schemas.platform import NewTenant, Tenant, TenantChange, TenantWanted
from api.services import Services
from kernel.ids import TenantId
from kernel.refusal import Code, Refused
from store import tenants as rows
from store.config import TenantConfig
from store.logins import Login, Role
from store.tenants import PLATFORM

PASSWORD_BYTES: Final = 18

router = APIRouter(prefix="/platform/tenants", tags=["platform"], dependencies=[needs(Permission.RUN_PLATFORM)])


@router.get("")
async def list_tenants(uses: Uses) -> Listing[Tenant]:
    """Every tenant, by id."""
    versions = {config.tenant: config.version for config in await uses.platform.configs.load_all()}
    known = await uses.platform.tenants.all()
    return Listing(items=[_shown(tenant, versions.get(tenant.id, 0)) for tenant in known])


@router.get("/{tenant}")
async def get_tenant(tenant: IdPath, uses: Uses) -> Tenant:
    """One tenant."""
    known = await uses.platform.tenants.get(TenantId(tenant))
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    config = await uses.platform.configs.load(known.id)
    return _shown(known, 0 if config is None else config.version)


@router.post("", status_code=201)
async def add_tenant(wanted: TenantWanted, me: Me, uses: Uses, response: Response) -> NewTenant:
    """A new tenant with an empty configuration and one admin; 202 while the controller is away.

    He may do nothing until he has a contract.
    """
    tenant = rows.Tenant(TenantId(wanted.id), wanted.name, wanted.time_zone)
    if tenant.id == PLATFORM or not await uses.platform.tenants.add(tenant, me.author):
        raise RefusalRaised(Refused(Code.NAME_TAKEN))
    password = wanted.password or secrets.token_urlsafe(PASSWORD_BYTES)
    await uses.platform.logins.put(Login(tenant.id, wanted.admin, Role.ADMIN), password)
    there = await _serve(uses, me, tenant)
    if not there:
        response.status_code = 202
    return NewTenant(
        **_shown(tenant, 1).model_dump(),
        admin=wanted.admin,
        password=password if wanted.password is None else None,
        in_force=there,
    )


@router.patch("/{tenant}")
async def change_tenant(tenant: IdPath, wanted: TenantChange, me: Me, uses: Uses, response: Response) -> Tenant:
    """Another name or time zone, from the next call on and on the board at once; 202 while the controller is away."""
    known = await uses.platform.tenants.get(TenantId(tenant))
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)

    def change(config: TenantConfig) -> TenantConfig:
        return replace(config, name=wanted.name or config.name, time_zone=wanted.time_zone or config.time_zone)

    config = await uses.platform.configs.edit(known.id, change, me.author)
    if not await in_force.bring(uses, known.id):
        response.status_code = 202
    return Tenant(id=config.tenant, name=config.name, time_zone=config.time_zone, version=config.version)


async def _serve(uses: Services, me: Person, tenant: rows.Tenant) -> bool:
    """Publish the first, empty version: from then on a controller has a floor for the tenant."""
    await uses.platform.configs.begin(tenant.id, me.author)
    return await in_force.bring(uses, tenant.id)


def _shown(tenant: rows.Tenant, version: int) -> Tenant:
    return Tenant(id=tenant.id, name=tenant.name, time_zone=tenant.time_zone, version=version)
