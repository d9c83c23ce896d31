"""Fees for a term of several months, billed as one amount when it begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from tariff.counting.month import Month, day_after, day_of, later, month_of
from tariff.money import account
from tariff.money.account import MONTHLY, Account, Count, counts
from tariff.money.fees import Fee, Unpriced, term
from tariff.written.pricing import Counted
from tariff.written.rows import Table

_AT_START: Final = "at_start"


def is_per_term(of: Account, table: Table, counted: Counted) -> bool:
    """Whether it is billed by the term, and not by the month."""
    return counted.term_months is not None and of.reading(table, "storage_billing") in ("", _AT_START)


def by_term(of: Account, month: Month) -> Iterator[Fee | Unpriced]:
    """What is billed as one amount, in the month in which its term begins."""
    for since, until, one in _runs(of):
        length, number = one.counted.term_months or 1, 0
        while (begins := later(since, length * number)) <= month.last and (until is None or begins < until):
            if month_of(begins) == month:
                holding = of.life.on(begins)
                dated = one if holding is None else replace(one, price=account.price(of, one.row, holding, begins))
                yield term(dated, month)
            number += 1


def _runs(of: Account) -> Iterator[tuple[date, date | None, Count]]:
    """The runs of days with the same tier of each row that is billed by the term: from, until before, what counts."""
    running: dict[str, tuple[date, Count]] = {}
    ends = None if of.life.last is None else day_after(of.life.last)
    for span in of.life.spans:
        day = day_of(span.begins)
        now = {
            one.row.id: one
            for one in counts(of, span.holding, day, MONTHLY)
            if is_per_term(of, span.holding.table, one.counted)
        }
        for row, (since, one) in list(running.items()):
            if row not in now:
                yield since, day, one
                del running[row]
        for row, one in now.items():
            running.setdefault(row, (day, one))
    for since, one in running.values():
        yield since, ends, one
