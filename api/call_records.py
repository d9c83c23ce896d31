"""Call records as people see them: with the caller's number, which lies apart so that it can be erased."""

from __future__ import annotations

from collections.abc import Sequence

from api.schemas.call_record import CallRecord
from api.services import Services
from kernel.ids import TenantId
from store.record_rows import CallRecordRow


async def shown(uses: Services, tenant: TenantId, rows: Sequence[CallRecordRow]) -> list[CallRecord]:
    """The records in their order; a number that was withheld or erased is empty."""
    numbers = await uses.personal.get_many(tenant, [row.caller for row in rows])
    return [CallRecord.model_validate(row).model_copy(update={"caller": numbers.get(row.caller, "")}) for row in rows]
