"""Months that wait, small ones or those agreed to be paid together, and which are settled by one document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tariff.counting.month import Month
from tariff.counting.yen import NOTHING
from tariff.money.bills import InvoiceState
from tariff.written.terms import CarryOver


@dataclass(frozen=True, slots=True)
class Waiting:
    """A month and its own amount, tax included.

    `terms`: the rule it is under, None where nothing is carried over. `fees`: what a document adds, where that counts
    for the limit. `together`: so many months are agreed to be paid by one document, whatever they come to. `final`:
    nothing waits beyond it; `ready` False: it cannot be billed. `credited`: it has credits for months whose documents
    were fixed, by which it may come to less than nothing.
    """

    month: Month
    amount: Decimal
    terms: CarryOver | None
    fees: Decimal = NOTHING
    together: int = 1
    final: bool = False
    ready: bool = True
    credited: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a month; `months`: those settled by its document."""

    month: Month
    state: InvoiceState
    months: tuple[Month, ...] = ()


def settle(months: Iterable[Waiting]) -> list[Settlement]:
    """Every month in turn."""
    held: list[Waiting] = []
    found = []
    for one in months:
        if not one.ready:
            found.append(Settlement(one.month, InvoiceState.UNPRICED))
        elif not one.final and (_waits(held, one) or _owed_back(held, one)):
            held.append(one)
            found.append(Settlement(one.month, InvoiceState.HELD))
        elif held or one.amount > 0 or _owed_back(held, one):
            found.append(Settlement(one.month, InvoiceState.ISSUED, tuple(each.month for each in [*held, one])))
            held = []
        else:
            found.append(Settlement(one.month, InvoiceState.NONE))
    return found


def _owed_back(held: list[Waiting], one: Waiting) -> bool:
    """Credits that came late are more than what there is to take them from: they go on to the next document."""
    together = [*held, one]
    return any(each.credited for each in together) and sum(each.amount for each in together) < 0


def _waits(held: list[Waiting], one: Waiting) -> bool:
    """Until as many are together as was agreed; or up to the limit, for at most so many months after the first. A first
    month of nothing does not wait."""
    if not held and one.amount <= 0:
        return False
    if one.together > 1:
        return len(held) + 1 < one.together
    if one.terms is None:
        return False
    total = sum((each.amount for each in held), one.amount + one.fees)
    return len(held) < one.terms.months and total <= one.terms.limit
