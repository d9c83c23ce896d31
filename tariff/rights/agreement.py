"""A tenant's contract with the orders that followed: its history, and what it is at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final

from kernel.refusal import Refused
from tariff.holding.held import number
from tariff.holding.history import Do, History, Holding, Order, State, Use
from tariff.orders import deciding, timeline
from tariff.rights import entitlement, first_order
from tariff.rights.contract import Contract, Item
from tariff.rights.entitlement import Entitled
from tariff.written.catalogue import Catalogue
from tariff.written.terms import LastDay

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
    found = started(catalogue, agreement.contract, first_order.order(agreement.contract), agreement.uses)
    if isinstance(found, Refused):
        return found
    for order in agreement.orders:
        decision, found = deciding.decide(catalogue, found, order)
        if isinstance(decision, Refused):
            return decision
    return found if agreement.contract.ends is None else _ended(catalogue, found, agreement.contract.ends)


def started(catalogue: Catalogue, contract: Contract, order: Order, uses: tuple[Use, ...] = ()) -> History | Refused:
    """The history of a contract whose first order is this one."""
    decision, found = deciding.start(catalogue, replace(first_order.head(contract), uses=uses), order)
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


def at(catalogue: Catalogue, agreement: Agreement, moment: datetime) -> Contract | None:
    """The contract as it is held at `moment`; None while it is suspended, interrupted or over.

    One that nothing was ever ordered after is as it was made, also where the tables would not accept it today.
    """
    return _as_held(agreement.contract, _held(_changed(catalogue, agreement, moment), moment))


def state(catalogue: Catalogue, agreement: Agreement, moment: datetime) -> State:
    """How the contract stands at `moment`."""
    found = _held(_settled(catalogue, agreement, moment), moment)
    return State.NOT_STARTED if found is None else found.state


def entitled(catalogue: Catalogue, agreements: Sequence[Agreement], moment: datetime) -> Entitled:
    """What all these contracts of one tenant allow at `moment`, their orders included."""
    courses = [_changed(catalogue, agreement, moment + _AHEAD) for agreement in agreements]
    holdings = [_held(course, moment) for course in courses]
    held = [_as_held(one.contract, holding) for one, holding in zip(agreements, holdings, strict=True)]
    tables = {one.contract.id: here.table for one, here in zip(agreements, holdings, strict=True) if here is not None}
    contracts = [contract for contract in held if contract is not None]
    found = entitlement.entitled(catalogue, contracts, moment, tables)
    stopped = [clause for clause in map(_stopped, holdings) if clause is not None]
    later = [step.at for course in courses if course is not None for step in course.steps if step.at > moment]
    changes = [*later, *([] if found.changes_at is None else [found.changes_at])]
    return replace(
        found,
        changes_at=min(changes, default=None),
        suspended=stopped[0] if stopped and found.seats == 0 else "",
    )


def _changed(catalogue: Catalogue, agreement: Agreement, until: datetime) -> History | None:
    """What became of a contract after which something was ordered, or that another table took over."""
    contract = agreement.contract
    taken = catalogue.table(contract.tariff, contract.begins) is not catalogue.table(contract.tariff, until)
    return _settled(catalogue, agreement, until) if agreement.orders or taken else None


def _settled(catalogue: Catalogue, agreement: Agreement, until: datetime) -> History | None:
    """What became of the contract, with what happens by itself until then; None where it may not be held at all."""
    found = history(catalogue, agreement)
    return timeline.settle(catalogue, found, until) if isinstance(found, History) else None


def _held(course: History | None, moment: datetime) -> Holding | None:
    return None if course is None else course.at(moment)


def _as_held(contract: Contract, holding: Holding | None) -> Contract | None:
    if holding is None:
        return contract
    if holding.state is not State.ACTIVE:
        return None
    facts = {each.name: getattr(holding.facts, each.name) for each in fields(holding.facts)}
    said = replace(contract.particulars, type=holding.type, settings=holding.settings, facts=facts)
    return replace(contract, items=_items(contract, holding), tariff=holding.table.id, particulars=said)


def _stopped(holding: Holding | None) -> str | None:
    """The clause by which the contract is suspended or interrupted; None when it is not."""
    if holding is None or holding.state not in (State.SUSPENDED, State.INTERRUPTED):
        return None
    terms = holding.table.terms.suspension
    return holding.table.id if terms is None else terms.clause


def _items(contract: Contract, holding: Holding) -> tuple[Item, ...]:
    """What is had, for the numbers or lines of the contract where the amounts are still theirs."""
    kept: list[Item] = []
    for row, quantity in holding.quantities.items():
        before = [item for item in contract.items if item.row == row]
        if before and sum(number(item.quantity) for item in before) == number(quantity):
            kept.extend(before)
        else:
            kept.append(Item(row, quantity, _only([item.of for item in before])))
    return tuple(kept)


def _only(named: Sequence[str]) -> str:
    return named[0] if len(set(named)) == 1 else ""
