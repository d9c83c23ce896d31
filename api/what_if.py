"""What a month of the tenant would have cost under another tariff."""

from __future__ import annotations

from api import deciding
from api.schemas.invoice import WhatIfWanted
from api.services import Services
from kernel.ids import ContractId, TenantId
from kernel.refusal import Refused
from reports.rated_calls import calls, rates_calls
from store.talks import talks
from store.tariffs import packaged
from tariff.counting.month import Month
from tariff.holding.history import Do, Order
from tariff.money.closed import ClosedMonth
from tariff.money.invoicing import Measured
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.rights.contract import Contract, Particulars

NAME = ContractId("what-if")
_MONTHS_BEFORE = 2
"""The contract is tried as one that has run for a while, so that neither a free first month nor works of the start
stand on the invoice."""


async def month_under(uses: Services, tenant: TenantId, wanted: WhatIfWanted) -> ClosedMonth | Refused:
    """The month's invoice, with the calls the tenant had in it; or why such a contract may not be held."""
    month = Month(*map(int, wanted.month.split("-")))
    start = month.plus(-_MONTHS_BEFORE).begins
    particulars = Particulars(
        type=wanted.type,
        payment=wanted.payment,
        settings=wanted.settings,
        facts=wanted.facts.given(),
        prices={row: ((None, yen),) for row, yen in wanted.prices.items()},
    )
    contract = Contract(NAME, tenant, wanted.tariff, start, (), particulars=particulars)
    order = Order(start, Do.START, wanted.rows, particulars.settings, particulars.facts, type=wanted.type)
    history = agreement.started(packaged(), contract, order)
    if isinstance(history, Refused):
        return history
    table, measured = packaged().table(wanted.tariff, start), Measured()
    if table is not None and rates_calls(table):
        had = await talks(uses.records, uses.personal, tenant, month.begins, month.plus(1).begins)
        measured = Measured(calls=tuple(call for _, call in calls(contract, table, had)))
    return deciding.month(Agreement(contract), history, month, measured, month.last, "")
