"""What holds for every invoice, whatever was ordered, measured or entered."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tariff.counting.records import Charge, Debt, Outage, Payment
from tariff.holding.history import Do, History
from tariff.money import debts, outages
from tariff.money.bills import Invoice, InvoiceState
from tariff.money.invoicing import Measured
from tests.unit.tariff.histories import changed, ended, invoices, moment, started
from tests.unit.tariff.tables import CATALOGUE

BEGINS = date(2025, 4, 1)
DAYS = st.integers(0, 400).map(lambda days: BEGINS + timedelta(days=days))
MONTHS = [f"{2025 + number // 12}-{number % 12 + 1:02}" for number in range(3, 18)]
YEN = st.decimals(Decimal(0), Decimal(9999), places=1)
CHARGES = st.lists(st.builds(Charge, DAYS, YEN, st.just("CSM-F31"), st.booleans()), max_size=3).map(tuple)


@st.composite
def _contracts(draw: st.DrawFn, tariff: str, rows: tuple[str, ...], prices: dict[str, str]) -> History:
    quantity = st.integers(0, 4)
    first = draw(st.dictionaries(st.sampled_from(rows), st.integers(1, 4), min_size=1))
    days = sorted(draw(st.lists(DAYS, min_size=2, max_size=6, unique=True)))
    history = started(tariff, days[0].isoformat(), first, prices=prices, payment="bank_transfer")
    for day in days[1:-1]:
        named = draw(st.dictionaries(st.sampled_from(rows), quantity, min_size=1))
        history = changed(history, f"{day.isoformat()}T{draw(st.sampled_from(['00:00', '15:00']))}", named)
    if draw(st.booleans()):
        history = ended(history, days[-1].isoformat(), draw(st.sampled_from([Do.CANCEL, Do.HOST_ENDED])))
    return history


SMACOM = _contracts("connect-smacom", ("CSM-F01", "CSM-F14", "CSM-F22", "CSM-F23-T", "CSM-F23-N"), {})
AMICS = _contracts(
    "amics-line-hikari-denwa",
    ("AML-F10", "AML-F21", "AML-F22", "AML-F28"),
    {"AML-F10": "501", "AML-F21": "99", "AML-F22": "203", "AML-F28": "1007"},
)
OUTAGES = st.lists(
    st.builds(
        lambda day, hours, cause: Outage(
            moment(day.isoformat()), moment(day.isoformat()) + timedelta(hours=hours), cause
        ),
        DAYS,
        st.integers(0, 2000),
        st.sampled_from(["operator", "gross_negligence"]),
    ),
    max_size=4,
).map(tuple)


def _adds_up(one: Invoice) -> None:
    assert one.subtotal == sum(line.amount for line in one.lines)
    own = sum(line.own_tax or 0 for line in one.lines)
    taxed = sum(line.amount for line in one.lines if line.own_tax is None)
    if one.lines:
        assert one.tax[0].amount == taxed * 10 // 100 + own
    if one.state is InvoiceState.ISSUED:
        assert one.total == one.subtotal + one.tax[0].amount
    else:
        assert one.total == 0


@given(SMACOM, CHARGES, OUTAGES)
@settings(deadline=None, max_examples=60)
def test_an_invoice_is_the_sum_of_its_lines_and_its_tax(
    history: History, charges: tuple[Charge, ...], known: tuple[Outage, ...]
) -> None:
    for one in invoices(history, MONTHS, Measured(charges=charges, outages=known)):
        _adds_up(one)


@given(SMACOM, CHARGES)
@settings(deadline=None, max_examples=60)
def test_gr_11_every_month_that_costs_something_is_settled_once(history: History, charges: tuple[Charge, ...]) -> None:
    found = invoices(history, MONTHS, Measured(charges=charges))
    settled = [month for one in found for month in one.months]
    assert len(settled) == len(set(settled))
    still_held = [one.month for one in found[-2:] if one.state is InvoiceState.HELD]
    for one in found:
        assert not one.amount or one.month in settled or one.month in still_held
        assert len(one.months) <= 3
        shown = sum(line.amount for line in one.lines if line.row not in ("CSM-H3", "CSM-H6"))
        if one.state is InvoiceState.ISSUED:
            own = [other for other in found if other.month in one.months]
            assert shown == sum(
                line.amount for other in own for line in other.lines if line.month == other.month and _is_own(line.row)
            )


def _is_own(row: str) -> bool:
    return row not in ("CSM-H3", "CSM-H6")


@given(SMACOM, CHARGES, st.lists(st.sampled_from(MONTHS), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_asking_again_or_for_other_months_changes_nothing(
    history: History, charges: tuple[Charge, ...], months: list[str]
) -> None:
    measured = Measured(charges=charges)
    known = {str(one.month): one for one in invoices(history, MONTHS, measured)}
    assert [known[month] for month in months] == invoices(history, months, measured)


@given(st.one_of(SMACOM, AMICS), OUTAGES)
@settings(deadline=None, max_examples=60)
def test_what_outages_spare_is_never_more_than_the_fees(history: History, known: tuple[Outage, ...]) -> None:
    measured = invoices(history, MONTHS, Measured(outages=known))
    for one in measured:
        assert one.amount >= 0
    for outage in known:
        credit = outages.credit(CATALOGUE, history, outage)
        assert credit.credit == sum(part.amount for part in credit.months)
        assert not (credit.days and credit.seconds)


@given(AMICS)
@settings(deadline=None, max_examples=60)
def test_art_35_1_no_row_is_charged_for_more_days_than_the_month_has(history: History) -> None:
    for one in invoices(history, MONTHS):
        _adds_up(one)
        days: dict[str, int] = {}
        for line in one.lines:
            days[line.row] = days.get(line.row, 0) + (line.days or 0)
        assert all(number <= one.month.days for number in days.values())


@given(
    st.lists(st.builds(Debt, YEN, DAYS, st.sampled_from(["fees", "late_interest"])), max_size=5),
    st.lists(st.builds(Payment, DAYS, YEN), max_size=5),
    DAYS,
)
@settings(deadline=None, max_examples=80)
def test_payments_settle_debts_and_nothing_else(owed: list[Debt], paid: list[Payment], on: date) -> None:
    history = started("connect-smacom", "2025-04-01", {"CSM-F01": 1})
    found = debts.settle(history, owed, paid, on)
    assert sum(part.yen for part in found.interest) == min(
        sum(debt.yen for debt in owed), sum(payment.yen for payment in paid)
    )
    by_then = sum(payment.yen for payment in paid if payment.at <= on)
    assert sum(left.left for left in found.debts) == max(0, sum(debt.yen for debt in owed) - by_then)
    assert [part.paid for part in found.interest] == sorted(part.paid for part in found.interest)
