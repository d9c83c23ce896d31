"""For the supervisor and the monitoring: alive, ready, metrics."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Response

from api.ask import Uses

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> dict[str, bool]:
    """The process answers."""
    return {"ok": True}


@router.get("/ready")
async def ready(uses: Uses) -> Response:
    """200 only when boards and database are fine and the controller has ARI and its rebuild; else 503."""
    parts = await uses.ready()
    fine = all(parts.values())
    return Response(orjson.dumps({"ready": fine, **parts}), 200 if fine else 503, media_type="application/json")


@router.get("/metrics")
async def metrics(uses: Uses) -> Response:
    """Counts and gauges for Prometheus."""
    return Response(uses.metrics.page(), media_type=uses.metrics.media_type)
