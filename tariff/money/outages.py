"""What is not owed because the service could not be used: whole units of hours, or the time itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from tariff.counting.month import Month, day_after, day_begins, day_of, month_of
from tariff.counting.records import Outage
from tariff.counting.yen import EXACT, NOTHING, part
from tariff.holding.history import History
from tariff.money import account
from tariff.money.account import Account
from tariff.money.bills import Line, MonthCredit, OutageCredit
from tariff.money.fees import Fee
from tariff.money.recurring import fees
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Table
from tariff.written.terms import Credit

GROSS: Final = "gross_negligence"
EXACTLY: Final = "exact"
_DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Spared:
    """What an outage spares: `days` whole units, each beginning on a day; or `seconds`, the time itself."""

    days: int
    seconds: int
    clause: str


def credit(catalogue: Catalogue, history: History, outage: Outage) -> OutageCredit:
    """What one outage spares, as if it were the only one."""
    of = account.of(catalogue, history)
    table = _table(of, outage)
    terms = table.terms.credit
    if terms is None:
        return OutageCredit(0, NOTHING)
    spared = _spared(terms, outage)
    parts = []
    for month in _months(outage):
        lines = credits(of, month, _fees(of, month), (outage,))
        if lines:
            parts.append(MonthCredit(month, -sum((line.amount for line in lines), NOTHING)))
    excluded = outage.cause in terms.sla_excluded if terms.sla_excluded else None
    total = sum((part.amount for part in parts), NOTHING)
    return OutageCredit(spared.days, total, spared.seconds, tuple(parts), excluded, spared.clause)


def credits(of: Account, month: Month, owed: Iterable[Fee], outages: Sequence[Outage]) -> list[Line]:
    """The lines that take from a month's fees what its outages spare; together never more than a fee."""
    found = []
    apart = list(_apart(of, outages))
    for fee in owed:
        left = fee.line.amount
        for outage in apart:
            table = _table(of, outage)
            if table.terms.credit is None or fee.whole is None or not _concerns(outage, fee, table):
                continue
            yen, told = _part(of, table, table.terms.credit, outage, _alive(of, fee, month), month)
            yen = min(yen, left)
            left -= yen
            if yen:
                clause = _spared(table.terms.credit, outage).clause
                made_of = (outage.entry,) if outage.entry else ()
                found.append(Line(fee.line.row, -yen, clause, month, arithmetic=told, entries=made_of))
    return found


def _apart(of: Account, outages: Sequence[Outage]) -> Iterator[Outage]:
    """Each without the time that an earlier one of the same things spares already."""
    until: dict[tuple[tuple[str, int], ...], datetime] = {}
    for outage in sorted(outages, key=lambda one: one.known):
        terms = _table(of, outage).terms.credit
        spared = None if terms is None else _spared(terms, outage)
        if spared is None or not (spared.days or spared.seconds):
            continue
        things = tuple(sorted(outage.affected.items()))
        begins = max(outage.known, until.get(things, outage.known))
        if begins < outage.restored:
            yield replace(outage, known=begins)
            until[things] = outage.restored


def _concerns(outage: Outage, fee: Fee, table: Table) -> bool:
    return not outage.affected or _named(outage, fee, table) is not None


def _named(outage: Outage, fee: Fee, table: Table) -> int | None:
    """How many of what the fee is for could not be used; 0: all of it, None: none."""
    row = table.row(fee.line.row)
    feature = fee.line.row if row is None else row.feature
    return outage.affected.get(fee.line.row, outage.affected.get(feature))


def _alive(of: Account, fee: Fee, month: Month) -> Fee:
    """The fee for no other days than the contract had."""
    first, last = of.life.overlap(month) or (fee.first, fee.last)
    return replace(fee, first=max(first, fee.first), last=min(last, fee.last))


def _fees(of: Account, month: Month) -> Iterator[Fee]:
    return (fee for fee in fees(of, month) if isinstance(fee, Fee))


def _table(of: Account, outage: Outage) -> Table:
    return (of.life.at(outage.known) or of.history.steps[0].holding).table


def _spared(terms: Credit, outage: Outage) -> Spared:
    """Nothing for a part of the service, nor for a cause that does not count."""
    if not outage.total or outage.cause not in terms.causes:
        return Spared(0, 0, terms.clause)
    lasted = outage.restored - outage.known
    if outage.cause == GROSS:
        clause = terms.gross_clause or terms.clause
        if terms.gross == EXACTLY:
            return Spared(0, max(0, lasted // timedelta(seconds=1)), clause)
        return Spared(max(0, lasted // timedelta(hours=terms.hours)), 0, clause)
    return Spared(max(0, lasted // timedelta(hours=terms.hours)), 0, terms.clause)


def _months(outage: Outage) -> Iterator[Month]:
    month, last = month_of(day_of(outage.known)), month_of(day_of(outage.restored))
    while month <= last:
        yield month
        month = month.plus(1)


def _part(of: Account, table: Table, terms: Credit, outage: Outage, fee: Fee, month: Month) -> tuple[Decimal, str]:
    """What of a fee one outage spares, and how that was computed."""
    spared = _spared(terms, outage)
    whole, share = fee.whole or NOTHING, _share(outage, fee, table)
    if share:
        whole = part(whole, *share)
    by = 30 if of.reading(table, "credit_day") == "thirty" else month.days
    if spared.seconds:
        number, hours, by = _seconds(outage, fee), 24, by * _DAY
    else:
        number, hours = _units(terms, outage, fee, spared.days), terms.hours
    yen, rest = divmod(EXACT.multiply(whole, Decimal(number * hours)), 24 * by)
    if rest and of.reading(table, "credit_rounding") == "floor_fee":
        yen += 1
    told = f"({fee.whole:f} × {share[0]} ÷ {share[1]})" if share else f"{whole:f}"
    return yen, f"-{told} × {number} ÷ {by}"


def _share(outage: Outage, fee: Fee, table: Table) -> tuple[int, int] | None:
    """So many of how many could not be used; None: all of them."""
    gone, had = _named(outage, fee, table), fee.line.quantity
    return (gone, had) if gone and had and gone < had else None


def _units(terms: Credit, outage: Outage, fee: Fee, days: int) -> int:
    """How many units begin on a day of the fee."""
    unit = timedelta(hours=terms.hours)
    before = -((outage.known - day_begins(fee.first)) // unit)
    until = -((outage.known - day_begins(day_after(fee.last))) // unit)
    return max(0, min(days, until) - max(0, before))


def _seconds(outage: Outage, fee: Fee) -> int:
    """How long it lasted within the days of the fee."""
    begins = max(outage.known, day_begins(fee.first))
    ends = min(outage.restored, day_begins(day_after(fee.last)))
    return max(0, (ends - begins) // timedelta(seconds=1))
