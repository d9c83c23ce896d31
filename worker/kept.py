"""How long a tenant's recordings are kept: by what it had bought when the call ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from kernel.ids import TenantId
from recording.retention import expires
from store.errors import Unreadable
from tariff.rights.entitlement import NOTHING, Entitled, Retention

_NO_RIGHT: Final = Retention(0, NOTHING)
"""Recorded by a right that nothing tells of any more: kept through the day of the call, so that it is not lost at once
to a contract that was entered too late."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """Asked once for each recording, when its call has ended."""

    entitled: Callable[[TenantId, datetime], Awaitable[Entitled]]
    """What the tenant's contracts allow at a moment."""

    async def until(self, tenant: TenantId, began: datetime, ended: datetime) -> tuple[datetime, str] | None:
        """From when on it is not kept, and by which clause; None: it is kept until somebody deletes it.

        A contract that ended during the call still counts as it did when the recording began. Where the contracts
        cannot be read, nothing is deleted for that.
        """
        try:
            at_end = (await self.entitled(tenant, ended)).recording
            right = at_end or (await self.entitled(tenant, began)).recording or _NO_RIGHT
        except Unreadable as error:
            _log.error("contracts cannot be read: a recording is kept without end", tenant=tenant, error=str(error))
            return None
        if right.months is None and right.days is None:
            return None
        return expires(ended, right.months or 0, right.days or 0), right.clause
