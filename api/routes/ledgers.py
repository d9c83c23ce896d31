"""The ledgers of the tenant: what was used, minute by minute, behind each line of an invoice; JSON or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel

from api import ledgers
from api.ask import Me, Uses
from api.permissions import Permission, needs
from api.schemas import ledger as shapes
from api.schemas.invoice import MONTH_PATTERN
from api.services import Services
from api.sheets import written
from tariff.counting.month import Month, day_of, month_of

router = APIRouter(prefix="/ledgers", tags=["contracts"], dependencies=[needs(Permission.SEE_ENTITLEMENTS)])

CSV: Final = "text/csv"
Wanted = Annotated[str | None, Query(alias="month", pattern=MONTH_PATTERN, description="Left out: the running one.")]
Accept = Annotated[str, Header()]
_CSV_TOO: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {CSV: {}}}}


@router.get("/seats", response_model=shapes.SeatLedger, responses=_CSV_TOO)
async def seat_ledger(me: Me, uses: Uses, month: Wanted = None, accept: Accept = "") -> shapes.SeatLedger | Response:
    """Who had a seat from when to when, the most in use by day, and how many were refused; as CSV the uses alone."""
    found = await ledgers.seats(uses, me.tenant, _month(uses, month))
    return _csv(found.uses, ("agent", "kind", "taken", "returned", "why")) if CSV in accept else found


@router.get("/waiting-places", response_model=shapes.PlaceLedger, responses=_CSV_TOO)
async def place_ledger(me: Me, uses: Uses, month: Wanted = None, accept: Accept = "") -> shapes.PlaceLedger | Response:
    """Which call waited from when to when, and the most at the same time by day and number; as CSV the waits alone."""
    found = await ledgers.places(uses, me.tenant, _month(uses, month))
    return _csv(found.uses, ("call", "number", "taken", "returned")) if CSV in accept else found


@router.get("/calls", response_model=shapes.CallLedger, responses=_CSV_TOO)
async def call_ledger(me: Me, uses: Uses, month: Wanted = None, accept: Accept = "") -> shapes.CallLedger | Response:
    """The calls by rate class, and each of them as it was rated; as CSV the calls alone."""
    found = await ledgers.rated(uses, me.tenant, _month(uses, month))
    return _csv(found.calls, tuple(shapes.RatedCall.model_fields)) if CSV in accept else found


@router.get("/storage", response_model=shapes.StorageLedger, responses=_CSV_TOO)
async def storage_ledger(
    me: Me, uses: Uses, month: Wanted = None, accept: Accept = ""
) -> shapes.StorageLedger | Response:
    """Hours of recordings that were kept at the end of each day of the month; as CSV the days alone."""
    found = await ledgers.storage(uses, me.tenant, _month(uses, month))
    return _csv(found.days, tuple(shapes.StorageDay.model_fields)) if CSV in accept else found


@router.get("/ivr", response_model=shapes.IvrLedger, responses=_CSV_TOO)
async def ivr_ledger(me: Me, uses: Uses, month: Wanted = None, accept: Accept = "") -> shapes.IvrLedger | Response:
    """How many rules with an IVR there were from when on, and how many beyond the contract; as CSV the counts alone."""
    found = await ledgers.ivr(uses, me.tenant, _month(uses, month))
    return _csv(found.uses, tuple(shapes.IvrUse.model_fields)) if CSV in accept else found


def _month(uses: Services, text: str | None) -> Month:
    return month_of(day_of(uses.clock())) if text is None else Month(*map(int, text.split("-")))


def _csv(rows: Iterable[BaseModel], columns: Sequence[str]) -> Response:
    return Response(written(columns, (row.model_dump(mode="json") for row in rows)), media_type=CSV)
