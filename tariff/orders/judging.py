"""An order's change of what is had, judged: the holding it makes, and everything the table has against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kernel.refusal import Code, Refused
from tariff.holding.history import History, Order
from tariff.orders import versions
from tariff.orders.asking import asked, table_for
from tariff.orders.change import Broken, Change
from tariff.orders.checks import broken
from tariff.orders.deeds import UNSAID, no
from tariff.orders.resulting import resulting
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Table


@dataclass(frozen=True, slots=True)
class Judged:
    """The change, and what is wrong with asking for it at all; rules are asked when that is nothing."""

    change: Change
    misasked: tuple[Refused, ...]

    def flaws(self) -> Iterator[Refused]:
        """Everything wrong with it, the first thing first."""
        yield from self.misasked
        if not self.misasked:
            yield from broken(self.change)


def judge(catalogue: Catalogue, history: History, table: Table, order: Order) -> Judged:
    """The order, under `table`, on top of what the history's last step holds (nothing: it is the first)."""
    head = history.head
    table = table_for(catalogue, table, head, order)
    before = history.steps[-1].holding if history.steps else None
    wanted, flaws = asked(catalogue, table, head, before, order)
    after = resulting(head, table, history.steps, order, wanted)
    uses = sorted((use for use in head.uses if use.at <= order.at), key=lambda use: use.at)
    change = Change(head, before, after, order, {use.row: use.number for use in uses})
    return Judged(change, (*_of_type(catalogue, table, after.type), *flaws))


def _of_type(catalogue: Catalogue, table: Table, type_: str) -> Iterator[Refused]:
    """A table with types asks for one of them, and one without for none."""
    if type_ and type_ not in table.types:
        row = versions.any_row(catalogue, table, type_)
        yield no(Broken(Code.NOT_IN_TARIFF), UNSAID if row is None else row.clause, type_)
    elif table.types and not type_:
        first = table.row(table.types[0])
        needed = (("needed", " / ".join(table.types)),)
        yield no(Broken(Code.NEEDS, params=needed), UNSAID if first is None else first.clause)
