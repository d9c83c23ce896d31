"""The seats of a tenant: what is in use, and the ledger of how it came to that."""

from __future__ import annotations

from api.schemas.common import Moment, Page, Shape
from reports.seat_ledger import SeatEvent


class SeatPool(Shape):
    """The seats of one kind of concurrent licence; `limit` None: not limited."""

    kind: str
    used: int
    limit: int | None
    clause: str


class SeatEntry(Shape):
    """A seat was taken, returned or refused; `used` of `limit` seats of this kind are taken after it.

    `why`: of a return signed_out, absent (live view and phone were gone for the grace time) or removed (the agent).
    """

    seq: int
    at: Moment
    event: SeatEvent
    agent: str
    kind: str
    used: int
    limit: int | None
    why: str
    clause: str


class Seats(Page[SeatEntry]):
    """What is in use now, and the ledger, the newest first."""

    pools: list[SeatPool]
