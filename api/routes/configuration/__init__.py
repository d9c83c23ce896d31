"""The doors of a tenant's configuration: one file per kind of thing, and one for its versions."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.configuration import (
    agents,
    callers,
    dialling,
    flows,
    hours,
    numbers,
    parking,
    pauses,
    prompts,
    queues,
    versions,
)

router = APIRouter(tags=["configuration"])
for kind in (versions, queues, agents, numbers, flows, hours, prompts, dialling, pauses, parking, callers):
    router.include_router(kind.router)
