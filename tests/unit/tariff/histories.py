"""Contracts in time, built by hand for the tests of money: what was had, from when, by which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kernel.moment import TOKYO
from tariff.counting.month import Month
from tariff.holding.history import Do, Facts, Head, History, Holding, Order, Quantity, Settings, State, Step, Use
from tariff.money import invoicing
from tariff.money.bills import Invoice, Line
from tariff.money.invoicing import Measured
from tests.unit.tariff.tables import CATALOGUE

Rows = Mapping[str, Quantity]
NOTHING_MEASURED = Measured()


def moment(text: str) -> datetime:
    """A day, or a time, of Japan."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def month(text: str) -> Month:
    """The month written 2025-11."""
    year, number = text.split("-")
    return Month(int(year), int(number))


def started(
    tariff: str,
    at: str,
    rows: Rows,
    *,
    type: str = "",
    facts: Facts | None = None,
    payment: str = "account_transfer",
    temporary: bool = False,
    prices: Mapping[str, str | Sequence[tuple[str, str]]] | None = None,
    readings: Mapping[str, str] | None = None,
    uses: Sequence[tuple[str, str, int]] = (),
) -> History:
    """A contract with its first order."""
    table = CATALOGUE.table(tariff, moment(at))
    assert table is not None
    head = Head(
        tariff,
        moment(at),
        temporary,
        payment,
        {row: _prices(given) for row, given in (prices or {}).items()},
        readings or {},
        tuple(Use(moment(when), row, number) for when, row, number in uses),
    )
    holding = Holding(table, State.ACTIVE, type, dict(rows), {}, facts or Facts())
    return History(head, (Step(moment(at), holding, Order(moment(at), Do.START, dict(rows), type=type)),))


def changed(
    history: History, at: str, rows: Rows, *, settings: Settings | None = None, follow: Rows | None = None
) -> History:
    """The contract after an order that names new quantities; `follow`: those that come along without being named."""
    last = history.steps[-1].holding
    quantities = {**last.quantities, **rows, **(follow or {})}
    holding = replace(
        last,
        quantities={row: quantity for row, quantity in quantities.items() if quantity},
        settings={**last.settings, **(settings or {})},
    )
    order = Order(moment(at), Do.CHANGE, dict(rows), settings or {})
    return replace(history, steps=(*history.steps, Step(moment(at), holding, order)))


def ended(history: History, at: str, do: Do = Do.CANCEL) -> History:
    """The contract given up on a day: had until its end, or until the day before, as its tariff says."""
    last = history.steps[-1].holding
    order = Order(moment(at), do)
    same = last.table.terms.ending is None or last.table.terms.ending.cancel == "same"
    over = moment(at[:10]) + timedelta(days=1 if same else 0)
    over = max(over, history.steps[-1].at)
    return replace(history, steps=(*history.steps, Step(over, replace(last, state=State.ENDED), order)))


def bought(history: History, at: str, rows: Rows) -> History:
    """The contract after rows were bought once."""
    return replace(history, bought=(*history.bought, Order(moment(at), Do.ONCE, dict(rows))))


def deposited(history: History, at: str, yen: int) -> History:
    """The contract after a deposit was asked for."""
    order = Order(moment(at), Do.DEPOSIT, yen=Decimal(yen))
    return replace(history, deposits=(*history.deposits, order))


def invoice(history: History, of: str, measured: Measured = NOTHING_MEASURED) -> Invoice:
    """The invoice of a month."""
    return invoicing.invoices(CATALOGUE, history, [month(of)], measured)[0]


def invoices(history: History, months: Sequence[str], measured: Measured = NOTHING_MEASURED) -> list[Invoice]:
    """The invoices of several months."""
    return list(invoicing.invoices(CATALOGUE, history, [month(one) for one in months], measured))


def amounts(found: Invoice) -> dict[str, int]:
    """The sums of an invoice by row."""
    sums: dict[str, int] = {}
    for line in found.lines:
        sums[line.row] = sums.get(line.row, 0) + int(line.amount)
    return sums


def line(found: Invoice, row: str) -> Line:
    """The only line of a row."""
    (one,) = [line for line in found.lines if line.row == row]
    return one


def _prices(given: str | Sequence[tuple[str, str]]) -> tuple[tuple[date | None, Decimal], ...]:
    if isinstance(given, str):
        return ((None, Decimal(given)),)
    return tuple((date.fromisoformat(since), Decimal(yen)) for since, yen in given)
