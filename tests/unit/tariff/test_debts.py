"""Open items: the oldest first, interest for each part that is late, deposits, and what a cancellation makes due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from tariff.counting.records import Debt, Payment
from tariff.holding.history import History
from tariff.money import debts
from tariff.money.bills import DepositLeft, Settled
from tests.unit.tariff.histories import deposited, ended, started

SMACOM = started("connect-smacom", "2025-04-10", {"CSM-F01": 5})
MIITEL = started("connect-miitel", "2025-04-01", {"MT-F01": 16, "MT-F03": 1})
AMICS = started("amics-line-hikari-denwa", "2024-09-01", {"AML-F10": 1}, prices={"AML-F10": "1000"})


def settled(
    history: History, owed: Sequence[tuple[int, str]], paid: Sequence[tuple[str, int]], on: str | None = None
) -> Settled:
    return debts.settle(
        history,
        [Debt(Decimal(yen), date.fromisoformat(due)) for yen, due in owed],
        [Payment(date.fromisoformat(at), Decimal(yen)) for at, yen in paid],
        None if on is None else date.fromisoformat(on),
    )


def one(history: History, yen: int, due: str, paid: str) -> tuple[int, int]:
    (part,) = settled(history, [(yen, due)], [(paid, yen)]).interest
    return part.days, int(part.interest)


@pytest.mark.parametrize(("paid", "days", "interest"), [("07-10", 9, 0), ("07-11", 10, 328), ("08-31", 61, 2001)])
def test_art_26_smacom_late_interest(paid: str, days: int, interest: int) -> None:
    assert one(SMACOM, 82610, "2025-06-30", f"2025-{paid}") == (days, interest)


@pytest.mark.parametrize(("paid", "days", "interest"), [("06-10", 9, 0), ("06-11", 10, 543), ("09-01", 92, 4997)])
def test_art_22_miitel_late_interest(paid: str, days: int, interest: int) -> None:
    assert one(MIITEL, 135806, "2025-05-31", f"2025-{paid}") == (days, interest)


def test_example_3_of_the_door() -> None:
    assert one(MIITEL, 36500, "2025-08-31", "2025-09-30") == (29, 423)


@pytest.mark.parametrize(
    ("due", "paid", "days", "interest"),
    [
        ("2025-06-30", "2025-07-01", 0, 0),
        ("2025-06-30", "2025-07-02", 1, 20),
        ("2028-02-15", "2028-03-15", 28, 560),
    ],
)
def test_art_40_amics_has_no_grace_and_years_of_365_days(due: str, paid: str, days: int, interest: int) -> None:
    assert one(AMICS, 50000, due, paid) == (days, interest)


def test_year_days_actual_counts_leap_years_as_366() -> None:
    for reading, interest in (("365", 1152), ("actual", 1148)):
        history = started("connect-smacom", "2025-04-01", {"CSM-F01": 16}, readings={"year_days": reading})
        assert one(history, 100000, "2028-02-01", "2028-03-02") == (29, interest)


def test_paid_on_time_or_early_bears_none() -> None:
    assert one(MIITEL, 50000, "2025-06-30", "2025-06-30") == (0, 0)
    assert one(MIITEL, 50000, "2025-06-30", "2025-06-01") == (0, 0)


def test_a_tariff_without_a_word_about_it_charges_no_interest() -> None:
    arcstar = started("arcstar-contact-center", "2022-04-01", {"ACC-F01": 200}, type="ACC-T2")
    assert one(arcstar, 50000, "2025-06-30", "2025-12-31") == (183, 0)


def test_gr_10_payments_settle_the_oldest_due_date_first_and_each_part_runs_to_its_own_payment() -> None:
    found = settled(
        SMACOM,
        [(30000, "2025-07-31"), (20000, "2025-06-30")],
        [("2025-10-01", 40000), ("2025-08-31", 25000)],
    )
    parts = [(part.debt, part.paid.isoformat(), part.yen, part.days, part.interest) for part in found.interest]
    assert parts == [
        (1, "2025-08-31", 20000, 61, 20000 * 145 * 61 // 365000),
        (0, "2025-08-31", 5000, 30, 5000 * 145 * 30 // 365000),
        (0, "2025-10-01", 25000, 61, 25000 * 145 * 61 // 365000),
    ]


def test_late_interest_bears_none() -> None:
    debt = Debt(Decimal(5000), date(2025, 6, 30), "late_interest")
    (part,) = debts.settle(SMACOM, [debt], [Payment(date(2025, 12, 31), Decimal(5000))]).interest
    assert (part.days, part.interest) == (183, 0)


def test_what_is_left_is_seen_at_the_end_of_a_day() -> None:
    found = settled(SMACOM, [(3000, "2025-06-30")], [("2025-07-01", 1000), ("2025-07-02", 500)], on="2025-07-01")
    assert [(left.left, left.due.isoformat()) for left in found.debts] == [(2000, "2025-06-30")]
    assert len(found.interest) == 2
    assert found.deposit is None


def test_art_24_a_deposit_is_set_off_against_what_is_overdue() -> None:
    history = deposited(SMACOM, "2025-05-01", 10000)
    found = settled(history, [(6000, "2025-06-30"), (8000, "2025-07-31")], [], on="2025-07-31")
    assert [left.left for left in found.debts] == [0, 8000]
    assert found.deposit == DepositLeft(Decimal(6000), Decimal(0))


def test_art_24_after_the_end_it_is_set_off_against_everything_and_the_rest_given_back() -> None:
    history = ended(deposited(SMACOM, "2025-05-01", 20000), "2025-07-15")
    found = settled(history, [(6000, "2025-06-30"), (8000, "2025-08-31")], [], on="2025-07-31")
    assert [left.left for left in found.debts] == [0, 0]
    assert found.deposit == DepositLeft(Decimal(14000), Decimal(6000))


def test_art_15_the_contractor_s_cancellation_makes_every_open_debt_due() -> None:
    history = ended(MIITEL, "2025-07-15")
    owed = [(6000, "2025-06-30"), (8000, "2025-08-31"), (500, "2025-09-30")]
    found = settled(history, owed, [("2025-07-01", 6000)], on="2025-07-31")
    assert [left.due.isoformat() for left in found.debts] == ["2025-06-30", "2025-07-15", "2025-07-15"]
    before = settled(history, owed, [], on="2025-07-14")
    assert [left.due.isoformat() for left in before.debts] == ["2025-06-30", "2025-08-31", "2025-09-30"]


def test_art_15_interest_runs_from_the_day_it_became_due() -> None:
    (part,) = settled(ended(MIITEL, "2025-07-15"), [(36500, "2025-08-31")], [("2025-08-14", 36500)]).interest
    assert (part.days, part.interest) == (29, 423)


def test_other_tariffs_leave_due_dates_as_they_are() -> None:
    found = settled(ended(SMACOM, "2025-07-15"), [(8000, "2025-08-31")], [], on="2025-07-31")
    assert found.debts[0].due == date(2025, 8, 31)


def test_gr_13_what_is_paid_in_advance_settles_what_falls_due_later_and_bears_nothing() -> None:
    owed = [(30000, "2025-07-31"), (30000, "2025-08-31")]
    early = settled(SMACOM, owed, [("2025-06-10", 50000)], "2025-06-10")
    assert [(one.yen, one.days, one.interest) for one in early.interest] == [(30000, 0, 0), (20000, 0, 0)]
    assert [one.left for one in early.debts] == [0, 10000]
