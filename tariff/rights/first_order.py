"""A contract as its first order, and what it holds by it as long as nothing else is ordered."""

from __future__ import annotations

from tariff.holding.held import number
from tariff.holding.history import Do, Facts, Head, Holding, Order, Quantity, State
from tariff.orders.resulting import with_facts
from tariff.rights.contract import Contract
from tariff.written.rows import Table


def head(contract: Contract) -> Head:
    """What never changes about the contract."""
    said = contract.particulars
    return Head(
        tariff=contract.tariff,
        start=contract.begins,
        temporary=said.temporary,
        payment=said.payment,
        prices=said.prices,
        readings=said.readings,
    )


def order(contract: Contract) -> Order:
    """What it has for several numbers or lines is counted together; of a tier the step stays as it was written."""
    quantities: dict[str, Quantity] = {}
    for item in contract.items:
        before = quantities.get(item.row)
        quantities[item.row] = item.quantity if before is None else number(before) + number(item.quantity)
    said = contract.particulars
    return Order(contract.begins, Do.START, quantities, settings=said.settings, facts=said.facts, type=said.type)


def holding(contract: Contract, table: Table) -> Holding:
    """What is held under `table`, whether or not the table would accept it."""
    said = order(contract)
    quantities = {row: quantity for row, quantity in said.rows.items() if number(quantity)}
    return Holding(table, State.ACTIVE, said.type, quantities, said.settings, with_facts(Facts(), said))
