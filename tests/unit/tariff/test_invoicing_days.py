"""Fees by the day: Amics Line by its days had, FreeDial and NaviDial by the month or, for temporary use, by the day."""

from __future__ import annotations

from tariff.holding.history import Facts
from tariff.money.bills import InvoiceState
from tests.unit.tariff.histories import amounts, bought, changed, ended, invoice, invoices, line, started

AMICS = "amics-line-hikari-denwa"
PRICES = {"AML-F03": "5000", "AML-F10": "500", "AML-F11": "1500", "AML-F14": "400", "AML-F16": "300"}


def test_art_35_1_from_the_day_of_the_start_to_the_day_before_the_end() -> None:
    history = ended(started(AMICS, "2025-07-05", {"AML-F03": 1}, prices=PRICES), "2025-09-20")
    july, august, september, october = invoices(history, ["2025-07", "2025-08", "2025-09", "2025-10"])
    assert (line(july, "AML-F03").days, line(july, "AML-F03").amount) == (27, 5000 * 27 // 31)
    assert (line(august, "AML-F03").days, line(august, "AML-F03").amount) == (31, 5000)
    assert (line(september, "AML-F03").days, line(september, "AML-F03").amount) == (19, 5000 * 19 // 30)
    assert line(september, "AML-F03").arithmetic == "1 × 5000 × 19 ÷ 30"
    assert october.state is InvoiceState.NONE


def test_art_35_1_start_and_end_on_one_day_are_one_day() -> None:
    history = ended(started(AMICS, "2025-07-05", {"AML-F03": 1}, prices=PRICES), "2025-07-05")
    assert line(invoice(history, "2025-07"), "AML-F03").days == 1


def test_art_35_1_a_function_taken_and_given_up_on_one_day_is_one_day() -> None:
    history = started(AMICS, "2025-07-05", {"AML-F03": 1, "AML-F10": 1}, prices=PRICES)
    history = changed(history, "2025-08-10T10:00", {"AML-F14": 1})
    history = changed(history, "2025-08-10T15:00", {"AML-F14": 0})
    found = invoice(history, "2025-08")
    assert (line(found, "AML-F14").days, line(found, "AML-F14").amount) == (1, 400 // 31)
    assert line(found, "AML-F03").days == 31


def test_art_35_1_a_function_given_up_on_a_day_was_had_until_the_day_before() -> None:
    history = started(AMICS, "2025-07-05", {"AML-F03": 1, "AML-F10": 1, "AML-F14": 1}, prices=PRICES)
    found = invoice(changed(history, "2025-08-10", {"AML-F14": 0}), "2025-08")
    assert (line(found, "AML-F14").days, line(found, "AML-F14").amount) == (9, 400 * 9 // 31)


def test_a_new_price_holds_from_its_day() -> None:
    dated = {"AML-F03": [("2025-07-01", "5000"), ("2025-08-11", "6000")]}
    found = invoice(started(AMICS, "2025-07-05", {"AML-F03": 1}, prices=dated), "2025-08")
    assert [(one.unit_price, one.days, one.amount) for one in found.lines] == [
        (5000, 10, 5000 * 10 // 31),
        (6000, 21, 6000 * 21 // 31),
    ]


def test_proration_whole_bills_months_that_are_touched() -> None:
    history = started(AMICS, "2025-07-05", {"AML-F03": 1}, prices=PRICES, readings={"proration": "whole"})
    assert [amounts(one)["AML-F03"] for one in invoices(ended(history, "2025-08-20"), ["2025-07", "2025-08"])] == [
        5000,
        5000,
    ]


def test_art_34_without_a_quotation_an_invoice_cannot_be_made() -> None:
    history = started(AMICS, "2025-07-01", {"AML-F03": 1, "AML-F10": 1, "AML-F21": 2}, prices=PRICES)
    found = invoice(history, "2025-07")
    assert (found.state, found.rows, found.total, found.lines) == (InvoiceState.UNPRICED, ("AML-F21",), 0, ())


def test_x2_2_1_note_1_functions_of_plus_are_in_its_fee() -> None:
    for base, reading, functions in (
        ("AML-F10", "six", 700),
        ("AML-F11", "six", 0),
        ("AML-F13", "six", 0),
        ("AML-F11", "none", 0),
        ("AML-F13", "none", 700),
    ):
        rows = {"AML-F03": 1, base: 1, "AML-F14": 1, "AML-F16": 1}
        prices = {**PRICES, "AML-F13": "2000"}
        history = started(AMICS, "2025-07-01", rows, prices=prices, readings={"plus_functions": reading})
        found = amounts(invoice(history, "2025-07"))
        assert found.get("AML-F14", 0) + found.get("AML-F16", 0) == functions


def test_2_2_1_permanent_use_costs_the_monthly_amount() -> None:
    history = started("freedial-navidial", "2024-01-20", {"ND-01": 1, "ND-02": 2, "ND-07": 3}, prices={"ND-01": "800"})
    found = invoice(history, "2024-01")
    assert amounts(found) == {"ND-01": 800, "ND-P-RATE": 6000, "ND-P-WAIT": 4500}
    assert found.total == 11300 * 11 // 10


def test_2_2_1_temporary_use_costs_the_daily_amount_for_each_day_begun() -> None:
    history = started(
        "freedial-navidial", "2024-01-20T15:00", {"ND-01": 1, "ND-07": 3}, temporary=True, prices={"ND-01": "80"}
    )
    history = ended(history, "2024-02-03")
    january, february = invoices(history, ["2024-01", "2024-02"])
    assert (line(january, "ND-P-WAIT-D").days, line(january, "ND-P-WAIT-D").amount) == (12, 3 * 150 * 12)
    assert line(january, "ND-P-WAIT-D").arithmetic == "3 × 150 × 12"
    assert (line(february, "ND-P-WAIT-D").days, amounts(february)["ND-01"]) == (3, 240)


def test_fd_r_63_the_charge_per_number_stands_in_place_of_the_basic_one() -> None:
    facts = Facts(discounts=("D11",))
    history = started("freedial-navidial", "2024-01-20", {"FD-01": 1, "FD-07": 2, "FD-08": 1}, facts=facts)
    assert amounts(invoice(history, "2024-01")) == {"FD-P-NUMBER": 2000}


def test_fd_r_1_2_a_call_limit_is_no_number_of_units() -> None:
    history = started("freedial-navidial", "2022-01-20", {"FD-03": 50000}, prices={"FD-03": "900"})
    assert amounts(invoice(history, "2022-02")) == {"FD-03": 900}


def test_art_20_what_is_declared_at_each_use_is_billed_for_each_use() -> None:
    prices = {**PRICES, "AML-F52": "120"}
    history = started(AMICS, "2025-07-01", {"AML-F03": 1, "AML-F52": 1}, prices=prices)
    history = bought(bought(history, "2025-08-05", {"AML-F52": 2}), "2025-08-20", {"AML-F52": 1})
    july, august = invoices(history, ["2025-07", "2025-08"])
    assert amounts(july) == {"AML-F03": 5000}
    assert amounts(august) == {"AML-F03": 5000, "AML-F52": 360}
    assert (line(august, "AML-F52").quantity, line(august, "AML-F52").clause) == (3, "Art.20")
    unpriced = bought(started(AMICS, "2025-07-01", {"AML-F03": 1}, prices=PRICES), "2025-08-05", {"AML-F52": 1})
    assert invoice(unpriced, "2025-08").rows == ("AML-F52",)
