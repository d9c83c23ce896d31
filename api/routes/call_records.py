"""The finished calls, the newest first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.ask import Me, Uses
from api.paging import Cursor, Limit, page
from api.permissions import Permission, needs
from api.schemas.call_record import CallRecord
from api.schemas.common import Page

router = APIRouter(prefix="/call-records", tags=["call records"])


@router.get("", dependencies=[needs(Permission.SEE_CALLS)])
async def list_call_records(
    me: Me, uses: Uses, request: Request, response: Response, limit: Limit = 50, cursor: Cursor = None
) -> Page[CallRecord]:
    """One record per finished call; it appears a moment after the call's end."""
    found = await page(uses.records.list_records(me.tenant, limit, cursor), request, response)
    numbers = await uses.personal.get_many(me.tenant, [row.caller for row in found.rows])
    items = [
        CallRecord.model_validate(row).model_copy(update={"caller": numbers.get(row.caller, "")}) for row in found.rows
    ]
    return Page(items=items, next_cursor=found.next_cursor)
