"""The seats of the tenant: what is in use, and who took, returned or was refused one, the newest first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.ask import Me, Uses
from api.paging import Cursor, Limit, page
from api.permissions import Permission, needs
from api.schemas.seat import SeatEntry, SeatPool, Seats
from reports.seat_ledger import SEAT_FACTS, ledger, pools

router = APIRouter(prefix="/seats", tags=["seats"])


@router.get("", dependencies=[needs(Permission.SEE_ENTITLEMENTS)])
async def list_seats(
    me: Me, uses: Uses, request: Request, response: Response, limit: Limit = 50, cursor: Cursor = None
) -> Seats:
    """The pools as they are now, and the ledger; `used` and `limit` of a line count the seats of its kind."""
    found = await page(uses.facts.newest(me.tenant, SEAT_FACTS, limit, cursor), request, response)
    return Seats(
        pools=[SeatPool.model_validate(pool) for pool in pools(uses.boards.board(me.tenant).floor)],
        items=[SeatEntry.model_validate(line) for line in ledger(found.rows)],
        next_cursor=found.next_cursor,
    )
