"""The fees of a month that come back: by the month, by the day, or by the term."""

from __future__ import annotations

from collections.abc import Iterator

from tariff.counting.month import Month
from tariff.money.account import DAILY, MONTHLY, Account
from tariff.money.billing_days import by_day
from tariff.money.billing_months import billing_of, held, is_billed
from tariff.money.billing_terms import by_term
from tariff.money.fees import Fee, Unpriced, share, whole
from tariff.written.rows import Table
from tariff.written.terms import ChangeBilled, StartMonth


def fees(of: Account, month: Month) -> Iterator[Fee | Unpriced]:
    """Every recurring fee of a month."""
    days = of.life.overlap(month)
    table = table_in(of, month)
    if of.head.temporary:
        if days is not None:
            yield from by_day(of, month, days, DAILY)
        return
    billing = billing_of(of, table)
    if billing.change is ChangeBilled.BY_DAY:
        if days is not None:
            yield from by_day(of, month, days, MONTHLY)
    elif is_billed(of, billing, month):
        found = list(held(of, billing, month))
        if month == of.life.started and billing.start is StartMonth.BY_DAY and days is not None:
            yield from (share(one, month, *days) for one in found)
        else:
            yield from (whole(one, month) for one in found)
    yield from by_term(of, month)


def table_in(of: Account, month: Month) -> Table:
    """The table in force for the contract at the end of the month, or of the contract."""
    last = month.last if of.life.last is None else min(month.last, of.life.last)
    return (of.life.on(max(last, of.life.first)) or of.history.steps[0].holding).table
