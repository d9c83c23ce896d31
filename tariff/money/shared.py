"""Which part of a call's charge the contractor pays, and by which of the rows that are held."""

from __future__ import annotations

from decimal import Decimal

from tariff.counting.records import Call
from tariff.counting.yen import NOTHING
from tariff.holding.history import Holding
from tariff.written.pricing import Split
from tariff.written.rows import Row


def contractor(call: Call, holding: Holding) -> tuple[Row, Decimal] | None:
    """The row that moves most of one such call's charge to the contractor, and how much; None: the caller pays all."""
    found: tuple[Row, Decimal] | None = None
    if call.charge is None:
        return None
    for row in holding.table.rows:
        if row.split is not None and row.id in holding.quantities and _concerns(row.split, call):
            moved = _moved(row.split, call.charge, call.reference)
            if moved > (NOTHING if found is None else found[1]):
                found = row, moved
    return found


def _concerns(split: Split, call: Call) -> bool:
    return (
        call.number in split.numbers
        and (not split.others or call.other in split.others)
        and (not split.rerouted or call.rerouted in split.rerouted)
    )


def _moved(split: Split, charge: Decimal, reference: Decimal | None) -> Decimal:
    if split.whole:
        return charge
    return NOTHING if reference is None else max(NOTHING, charge - reference)
