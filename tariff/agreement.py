"""A tenant's contract with the orders that followed: its history, and what it is at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from kernel.refusal import Refused
from tariff import deciding, entitlement, timeline
from tariff.catalogue import Catalogue
from tariff.contract import Contract, Item
from tariff.entitlement import Entitled
from tariff.held import number
from tariff.history import Do, Head, History, Holding, Order, Quantity, State, Use
from tariff.terms import LastDay

_INSTANT: Final = timedelta(microseconds=1)
_AHEAD: Final = timedelta(days=400)
"""How far is looked for what happens by itself; whoever waits that long asks again."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract, the orders that were accepted after it was made, in their order, and what was measured of its use."""

    contract: Contract
    orders: tuple[Order, ...] = ()
    uses: tuple[Use, ...] = ()


def history(catalogue: Catalogue, agreement: Agreement) -> History | Refused:
    """Everything that became of the contract; a refusal where its first order, or one after it, may not be."""
    found = started(catalogue, agreement.contract, first(agreement.contract), agreement.uses)
    if isinstance(found, Refused):
        return found
    for order in agreement.orders:
        decision, found = deciding.decide(catalogue, found, order)
        if isinstance(decision, Refused):
            return decision
    return found if agreement.contract.ends is None else _ended(catalogue, found, agreement.contract.ends)


def started(catalogue: Catalogue, contract: Contract, order: Order, uses: tuple[Use, ...] = ()) -> History | Refused:
    """The history of a contract whose first order is this one."""
    decision, found = deciding.start(catalogue, replace(head(contract), uses=uses), order)
    if found is not None:
        return found
    assert isinstance(decision, Refused), "what is accepted begins a history"
    return decision


def _ended(catalogue: Catalogue, found: History, ends: datetime) -> History:
    """The history with the end that stands in the contract itself; where an order has ended it before, that counts."""
    terms = found.steps[-1].holding.table.terms.ending
    last = ends if terms is not None and terms.cancel is LastDay.BEFORE else ends - _INSTANT
    _, after = deciding.decide(catalogue, found, Order(last, Do.CANCEL))
    return after


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


def first(contract: Contract) -> Order:
    """The contract as its first order; what it has for several numbers or lines is counted together."""
    rows: Counter[str] = Counter()
    for item in contract.items:
        rows[item.row] += item.quantity
    said = contract.particulars
    quantities: dict[str, Quantity] = dict(rows)
    return Order(contract.begins, Do.START, quantities, settings=said.settings, facts=said.facts, type=said.type)


def at(catalogue: Catalogue, agreement: Agreement, moment: datetime) -> Contract | None:
    """The contract as it is held at `moment`; None while it is suspended, interrupted or over.

    One that nothing was ever ordered after is as it was made, also where the tables would not accept it today.
    """
    if not agreement.orders:
        return agreement.contract
    found = _holding(catalogue, agreement, moment)
    if found is None:
        return agreement.contract
    if found.state is not State.ACTIVE:
        return None
    return replace(agreement.contract, items=_items(agreement.contract, found), tariff=found.table.id)


def state(catalogue: Catalogue, agreement: Agreement, moment: datetime) -> State:
    """How the contract stands at `moment`."""
    found = _holding(catalogue, agreement, moment)
    return State.NOT_STARTED if found is None else found.state


def suspended(catalogue: Catalogue, agreement: Agreement, moment: datetime) -> str | None:
    """The clause by which the contract is suspended or interrupted at `moment`; None when it is not."""
    found = _holding(catalogue, agreement, moment) if agreement.orders else None
    if found is None or found.state not in (State.SUSPENDED, State.INTERRUPTED):
        return None
    terms = found.table.terms.suspension
    return found.table.id if terms is None else terms.clause


def entitled(catalogue: Catalogue, agreements: Sequence[Agreement], moment: datetime) -> Entitled:
    """What all these contracts of one tenant allow at `moment`, their orders included."""
    held = [
        contract for contract in (at(catalogue, agreement, moment) for agreement in agreements) if contract is not None
    ]
    found = entitlement.entitled(catalogue, held, moment)
    stopped = [
        clause for clause in (suspended(catalogue, agreement, moment) for agreement in agreements) if clause is not None
    ]
    later = [found.changes_at, *(_changes_at(catalogue, agreement, moment) for agreement in agreements)]
    return replace(
        found,
        changes_at=min((one for one in later if one is not None), default=None),
        suspended=stopped[0] if stopped and found.seats == 0 else "",
    )


def _changes_at(catalogue: Catalogue, agreement: Agreement, after: datetime) -> datetime | None:
    """The next moment after `after` at which the contract becomes another by its orders or by itself."""
    found = history(catalogue, agreement) if agreement.orders else None
    if not isinstance(found, History):
        return None
    steps = timeline.settle(catalogue, found, after + _AHEAD).steps
    return min((step.at for step in steps if step.at > after), default=None)


def _holding(catalogue: Catalogue, agreement: Agreement, moment: datetime) -> Holding | None:
    found = history(catalogue, agreement)
    return timeline.settle(catalogue, found, moment).at(moment) if isinstance(found, History) else None


def _items(contract: Contract, holding: Holding) -> tuple[Item, ...]:
    """What is had, for the numbers or lines of the contract where the amounts are still theirs."""
    kept: list[Item] = []
    for row, quantity in holding.quantities.items():
        before = [item for item in contract.items if item.row == row]
        if sum(item.quantity for item in before) == quantity:
            kept.extend(before)
        else:
            kept.append(Item(row, number(quantity), _only([item.of for item in before])))
    return tuple(kept)


def _only(named: Sequence[str]) -> str:
    return named[0] if len(set(named)) == 1 else ""
