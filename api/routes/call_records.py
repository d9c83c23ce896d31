"""The finished calls, the newest first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.ask import Me, Uses
from api.call_records import shown
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
    return Page(items=await shown(uses, me.tenant, found.rows), next_cursor=found.next_cursor)
