"""Tokens as their holders have them after login, made here: two thousand logins by password would take minutes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlalchemy import insert

from api.tokens import Tokens
from kernel.ids import TenantId
from store.engine import tenant_engine, tenant_session
from store.logins import Role
from store.settings import StoreSettings
from store.tables.tenants import logins
from tests.platform import Platform

_NO_PASSWORD = "!"


def of_supervisor(platform: Platform, tenant: str) -> str:
    """The token of the tenant's supervisor."""
    return _issue(platform, tenant, platform.tenant(tenant)["supervisor"]["login"])


def of_admin(platform: Platform, tenant: str) -> str:
    """The token of the tenant's admin."""
    return _issue(platform, tenant, platform.tenant(tenant)["admin"]["login"])


def of_agents(platform: Platform, tenant: str) -> dict[str, str]:
    """The token of each agent of the tenant, all of whom had no login; each has one now."""
    agents = [agent["id"] for agent in platform.tenant(tenant)["agents"]]
    asyncio.run(_give_logins(platform, tenant, agents))
    return {agent: _issue(platform, tenant, agent) for agent in agents}


def _issue(platform: Platform, tenant: str, login: str) -> str:
    key = (platform.var / "secrets" / "token_key").read_text().strip()
    token, _ = Tokens(key).issue(TenantId(tenant), login, datetime.now(UTC))
    return token


async def _give_logins(platform: Platform, tenant: str, agents: list[str]) -> None:
    engine = tenant_engine(StoreSettings(var=platform.var), size=1)
    rows = [
        {"tenant": tenant, "login": agent, "role": Role.AGENT.value, "agent": agent, "hash": _NO_PASSWORD}
        for agent in agents
    ]
    try:
        async with tenant_session(engine, TenantId(tenant)) as connection:
            await connection.execute(insert(logins), rows)
    finally:
        await engine.dispose()
