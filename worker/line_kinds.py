"""The kind of line behind a number, looked at when the call is recorded: it stays when the number is erased."""

from __future__ import annotations

from kernel.ids import PersonalId, TenantId
from kernel.usage import LineKind
from reports.rated_calls import line_kind
from store.personal import PersonalStore


class LineKinds:
    """Asks for numbers."""

    def __init__(self, personal: PersonalStore) -> None:
        self._personal = personal

    async def of(self, tenant: TenantId, caller: PersonalId) -> LineKind | None:
        """The kind of line; None when the number is not there."""
        number = await self._personal.get(tenant, caller)
        return None if number is None else line_kind(number)
