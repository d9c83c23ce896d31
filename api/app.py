"""The app: every door, every guard, no process."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from api import errors, pages
from api.body_limit import BodyLimit
from api.metrics import Counted
from api.routes import (
    agent_work,
    agents,
    audit,
    call_records,
    calls,
    configuration,
    entitlements,
    health,
    invoices,
    ledgers,
    listening,
    live,
    login,
    phone,
    platform_contracts,
    platform_entries,
    platform_invoices,
    platform_lines,
    platform_orders,
    platform_tenants,
    platform_trunks,
    queues,
    recordings,
    reports,
    seats,
    talks,
    users,
    waiting_calls,
    why,
)
from api.services import Services

PREFIX = "/api/v1"


def build(services: Services) -> FastAPI:
    """The app over these services."""
    app = FastAPI(title="denwaban", version="1", openapi_url=f"{PREFIX}/openapi.json", docs_url=None, redoc_url=None)
    app.state.services = services
    errors.install(app)
    doors = APIRouter(prefix=PREFIX)
    rooms = (
        login,
        agents,
        agent_work,
        queues,
        waiting_calls,
        calls,
        listening,
        talks,
        why,
        call_records,
        recordings,
        reports,
        seats,
        live,
        phone,
        configuration,
        users,
        entitlements,
        audit,
        invoices,
        ledgers,
        platform_tenants,
        platform_contracts,
        platform_entries,
        platform_orders,
        platform_invoices,
        platform_lines,
        platform_trunks,
        health,
    )
    for room in rooms:
        doors.include_router(room.router)
    app.include_router(doors)
    app.include_router(pages.router)
    app.include_router(health.router, include_in_schema=False)  # where a supervisor looks for them
    app.add_middleware(BodyLimit)
    app.add_middleware(Counted, metrics=services.metrics)
    return app
