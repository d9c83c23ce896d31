"""What the lines of an invoice come from."""

from __future__ import annotations

from typing import Final

from api import ledgers
from api.schemas import entry as shapes
from api.schemas.invoice import Line
from api.schemas.ledger import RatedCall
from api.services import Services
from api.showing_entries import shown
from kernel.ids import ContractId, TenantId
from store.orders import Placed
from store.tariffs import packaged
from tariff.counting.month import Month, day_of, month_of
from tariff.money.closed import ClosedLine, ClosedMonth
from tariff.written.rows import RowKind

CALL_RATE: Final = "call_rate"


async def behind(uses: Services, closed: ClosedMonth, line: ClosedLine, *, by: bool) -> shapes.Evidence:
    """The entries that a line names, the orders that name its row until its month was over, and its calls; `by`: also
    who entered what."""
    tenant, contract = TenantId(closed.tenant), ContractId(closed.contract)
    entries = await uses.entries.of(tenant, contract)
    named = shown(entries, frozenset(line.entries))
    placed = (await uses.orders.of(tenant)).get(contract, ())
    month = Month(*map(int, (line.month or closed.month).split("-")))
    return shapes.Evidence(
        line=Line.model_validate(line),
        entries=named if by else [one.model_copy(update={"by": ""}) for one in named],
        orders=[_order(one) for one in placed if _concerns(one, line, closed, month)],
        calls=await _calls(uses, closed, line, month, priced=any(one.kind == CALL_RATE for one in named)),
    )


async def _calls(
    uses: Services, closed: ClosedMonth, line: ClosedLine, month: Month, *, priced: bool
) -> list[RatedCall]:
    """The calls of a row that prices calls, or whose calls were `priced` by an entry."""
    table = packaged().table(closed.tariff, month.begins)
    row = None if table is None else table.row(line.row)
    if row is None or not (priced or row.kind is RowKind.PER_CALL):
        return []
    ledger = await ledgers.rated(uses, TenantId(closed.tenant), month)
    return [call for call in ledger.calls if (call.contract, call.row) == (closed.contract, line.row)]


def _concerns(one: Placed, line: ClosedLine, closed: ClosedMonth, month: Month) -> bool:
    """Whether an order names the row of the line, or what that row prices, not later than its month."""
    table = packaged().table(closed.tariff, month.begins)
    row = None if table is None else table.row(line.row)
    names = {line.row} if row is None else {line.row, row.feature}
    return bool(names & set(one.order.rows)) and month_of(day_of(one.order.at)) <= month


def _order(one: Placed) -> shapes.PlacedOrder:
    return shapes.PlacedOrder(number=one.number, at=one.order.at, do=one.order.do, rows=dict(one.order.rows))
