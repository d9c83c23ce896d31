"""What an accepted order does to a history, and how a refusal speaks of days and of the clause of an act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.refusal import Code, Refused
from tariff.holding.history import Do, Order, Step
from tariff.orders.change import Broken
from tariff.written.rows import Table

UNSAID: Final = "附則"
"""The clause where a text says from when it holds; also stands where nothing is there that could have one."""
ENDS: Final = frozenset({Do.CANCEL, Do.HOST_ENDED, Do.DISCONTINUE})
"""The orders with which a contract ends."""
FATES: Final = frozenset({Do.SUSPEND, Do.INTERRUPT, Do.RESUME, *ENDS})
"""The orders that change how a contract stands."""


@dataclass(frozen=True, slots=True)
class Deed:
    """The steps an accepted order adds, what it buys once, the deposit it asks for, and its warnings."""

    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    bought: tuple[Order, ...] = ()
    deposits: tuple[Order, ...] = ()


def no(found: Broken, clause: str, row: str = "") -> Refused:
    """The refusal; words in the place of numbers stand in its params, the row as "row"."""
    named = found.row or row
    params = (("row", named),) if named else ()
    used, said_used = _counted("used", found.used)
    limit, said_limit = _counted("limit", found.limit)
    return Refused(found.code, clause, used, limit, (*params, *found.params, *said_used, *said_limit))


def _counted(name: str, value: int | str | None) -> tuple[int | None, tuple[tuple[str, str], ...]]:
    if isinstance(value, str):
        return (int(value), ()) if value.isdigit() else (None, ((name, value),))
    return value, ()


def contradictory(table: Table, order: Order, used: date | str | int | None = None) -> Refused:
    """An order that cannot hold beside what is so already."""
    said = used.isoformat() if isinstance(used, date) else used
    return no(Broken(Code.CONTRADICTORY, said), clause_of(table, order))


def clause_of(table: Table, order: Order) -> str:
    """The clause an order of this kind stands in, where the table's terms have one."""
    terms = table.terms
    found = ""
    match order.do:
        case Do.SUSPEND | Do.RESUME | Do.INTERRUPT:
            found = "" if terms.suspension is None else terms.suspension.clause
        case Do.CANCEL:
            found = "" if terms.ending is None else terms.ending.cancel_clause
        case Do.HOST_ENDED:
            found = "" if terms.ending is None else terms.ending.host_clause
        case Do.DISCONTINUE:
            found = "" if terms.ending is None else terms.ending.notice_clause
        case Do.TRANSFER:
            found = "" if terms.transfer is None else terms.transfer.clause
        case Do.DEPOSIT:
            found = "" if terms.deposit is None else terms.deposit.clause
        case _:
            named = next((row for row in (table.row(id) for id in order.rows) if row is not None), None)
            found = terms.billing.clause if named is None else named.clause
    return found or UNSAID
