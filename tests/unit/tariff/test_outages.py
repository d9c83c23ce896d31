"""What is not owed for an outage: whole units of 24 hours from when the operator knew, or the time itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tariff.counting.records import Outage
from tariff.holding.history import History
from tariff.money import outages
from tariff.money.bills import OutageCredit
from tariff.money.invoicing import Measured
from tests.unit.tariff.histories import changed, ended, invoice, moment, started
from tests.unit.tariff.tables import CATALOGUE

ARCSTAR = started("arcstar-contact-center", "2022-04-01", {"ACC-F01": 200}, type="ACC-T2")
SMACOM = started("connect-smacom", "2025-09-12", {"CSM-F03": 7, "CSM-F13": 7})


def outage(known: str, restored: str, cause: str = "operator", *, total: bool = True) -> Outage:
    return Outage(moment(known), moment(restored), cause, total=total)


def credit(history: History, one: Outage) -> OutageCredit:
    return outages.credit(CATALOGUE, history, one)


@pytest.mark.parametrize(
    ("restored", "days"),
    [
        ("2022-06-11T09:59", 0),
        ("2022-06-11T10:00", 1),
        ("2022-06-12T09:59:59", 1),
        ("2022-06-12T10:00", 2),
    ],
)
def test_art_23_2_2_row_1_whole_days_of_24_hours_from_when_it_was_known(restored: str, days: int) -> None:
    found = credit(ARCSTAR, outage("2022-06-10T10:00", restored))
    assert (found.days, found.seconds) == (days, 0)
    assert found.credit == 200 * 16000 * days // 30
    assert found.clause == "Art.23-2(2) row 1"


def test_gr_5_a_unit_belongs_to_the_day_and_so_the_month_in_which_it_begins() -> None:
    found = credit(SMACOM, outage("2025-10-30T18:00", "2025-11-03T17:59"))
    assert found.days == 3  # 30 and 31 October, 1 November
    october = 55860 * 2 // 31 + 14000 * 2 // 31
    november = 55860 // 30 + 14000 // 30
    assert [(str(part.month), part.amount) for part in found.months] == [("2025-10", october), ("2025-11", november)]
    assert found.credit == october + november


def test_art_22_2_2_the_free_first_month_has_nothing_to_give_back() -> None:
    found = credit(SMACOM, outage("2025-09-20", "2025-09-25"))
    assert (found.days, found.credit, found.months) == (5, 0, ())


def test_credit_day_thirty_divides_every_month_by_thirty() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F03": 7}, readings={"credit_day": "thirty"})
    assert credit(history, outage("2025-10-10", "2025-10-12")).credit == 55860 * 2 // 30


def test_credit_rounding_floor_fee_cuts_off_the_fee_instead() -> None:
    for reading, expected in (("floor_credit", 3603), ("floor_fee", 3604)):  # 3603.87
        history = started("connect-smacom", "2025-09-12", {"CSM-F03": 7}, readings={"credit_rounding": reading})
        assert credit(history, outage("2025-10-10", "2025-10-12")).credit == expected


def test_art_23_2_2_row_2_gross_negligence_spares_the_time_itself() -> None:
    found = credit(ARCSTAR, outage("2022-06-10T10:00", "2022-06-10T10:30", "gross_negligence"))
    assert (found.days, found.seconds, found.credit) == (0, 1800, 200 * 16000 * 1800 // (30 * 86400))
    assert found.clause == "Art.23-2(2) row 2"


def test_gross_negligence_over_the_end_of_a_month_counts_in_both() -> None:
    found = credit(ARCSTAR, outage("2022-06-30T22:00", "2022-07-01T01:00", "gross_negligence"))
    assert [part.amount for part in found.months] == [
        200 * 16000 * 7200 // (30 * 86400),
        200 * 16000 * 3600 // (31 * 86400),
    ]


def test_art_44_gross_negligence_keeps_the_threshold() -> None:
    history = started("amics-line-hikari-denwa", "2025-07-01", {"AML-F10": 1}, prices={"AML-F10": "3100"})
    assert credit(history, outage("2025-08-01", "2025-08-01T20:00", "gross_negligence")).days == 0
    found = credit(history, outage("2025-08-01", "2025-08-03", "gross_negligence"))
    assert (found.days, found.seconds, found.credit) == (2, 0, 200)


@pytest.mark.parametrize(("cause", "days"), [("own_network", 2), ("other_network", 0), ("contractor", 0)])
def test_r9_whose_network_was_out_decides(cause: str, days: int) -> None:
    assert credit(ARCSTAR, outage("2022-06-10", "2022-06-12", cause)).days == days


def test_a_part_of_the_service_spares_nothing() -> None:
    assert credit(ARCSTAR, outage("2022-06-10", "2022-06-12", total=False)).days == 0


@pytest.mark.parametrize(
    ("cause", "excluded"), [("own_gateway", True), ("works_announced", True), ("works_unannounced", False)]
)
def test_gr13_4_causes_left_out_of_the_service_level(cause: str, excluded: bool) -> None:
    assert credit(ARCSTAR, outage("2022-06-10", "2022-06-10T01:00", cause)).sla_excluded is excluded


def test_a_tariff_without_credits_gives_none() -> None:
    history = started("connect-miitel", "2025-07-01", {"MT-F01": 16, "MT-F03": 1})
    assert credit(history, outage("2025-08-01", "2025-08-09")) == OutageCredit(0, Decimal(0))


def test_gr_4_4_the_credit_is_taken_from_the_month_s_fees() -> None:
    found = invoice(SMACOM, "2025-10", Measured(outages=(outage("2025-10-10", "2025-10-12"),)))
    credits = [(one.row, one.amount, one.clause) for one in found.lines if one.amount < 0]
    assert credits == [
        ("CSM-M3", -(55860 * 2 // 31), "Art.22(2)(2) row 1"),
        ("CSM-M5", -(14000 * 2 // 31), "Art.22(2)(2) row 1"),
    ]
    assert found.subtotal == 55860 + 14000 - 55860 * 2 // 31 - 14000 * 2 // 31 + 100


def test_nothing_is_spared_for_days_after_the_end() -> None:
    found = credit(ended(SMACOM, "2025-10-20"), outage("2025-10-19", "2025-10-29"))
    assert (found.days, found.credit) == (10, 55860 * 2 // 31 + 14000 * 2 // 31)


def test_several_outages_never_spare_more_than_the_fee() -> None:
    whole = outage("2022-06-01", "2022-07-01")
    found = invoice(ARCSTAR, "2022-06", Measured(outages=(whole, whole)))
    assert found.subtotal == 0


@pytest.mark.parametrize(
    ("second", "units"),
    [
        (outage("2022-06-11", "2022-06-13"), 3),
        (outage("2022-06-10T12:00", "2022-06-11T13:00"), 2),
        (outage("2022-06-11T06:00", "2022-06-11T18:00", "gross_negligence"), 2),
        (outage("2022-06-11", "2022-06-13", "own_gateway"), 2),
        (outage("2022-06-12", "2022-06-13"), 3),
    ],
)
def test_r8_one_hour_is_spared_once_whatever_is_entered_about_it(second: Outage, units: int) -> None:
    first = outage("2022-06-10", "2022-06-12")
    for both in ((first, second), (second, first)):
        june = invoice(ARCSTAR, "2022-06", Measured(outages=both))
        spared = -sum(line.amount for line in june.lines if line.amount < 0)
        assert spared in (200 * 16000 * units // 30, 200 * 16000 * 2 // 30 + 200 * 16000 * (units - 2) // 30)


def test_r8_only_recurring_fees_are_spared() -> None:
    history = changed(ARCSTAR, "2022-06-05", {"ACC-F14": 1})
    found = invoice(history, "2022-06", Measured(outages=(outage("2022-06-01", "2022-07-01"),)))
    assert [(one.row, one.amount) for one in found.lines if one.row.startswith("ACC-W")] == [("ACC-W-FEATURE", 7000)]
    assert found.subtotal == 7000
