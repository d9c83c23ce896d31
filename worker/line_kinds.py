"""The kind of line behind a number, looked at when the call is recorded: it stays when the number is erased."""

from __future__ import annotations

from collections.abc import Collection

from kernel.ids import PersonalId, TenantId
from kernel.usage import LineKind
from reports.rated_calls import line_kind
from store.personal import PersonalStore


class LineKinds:
    """Asks for numbers."""

    def __init__(self, personal: PersonalStore) -> None:
        self._personal = personal

    async def of(self, tenant: TenantId, callers: Collection[PersonalId]) -> dict[PersonalId, LineKind]:
        """The kinds of line of the numbers that are there."""
        return {
            caller: kind
            for caller, number in (await self._personal.get_many(tenant, callers)).items()
            if (kind := line_kind(number)) is not None
        }
