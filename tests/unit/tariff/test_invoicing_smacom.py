"""Connect SmaCom: free first month, whole last month, changes from the next month, and small months carried over."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tariff.counting.records import Charge
from tariff.holding.history import Do
from tariff.money.bills import InvoiceState
from tariff.money.invoicing import Measured
from tests.unit.tariff.histories import amounts, bought, changed, ended, invoice, invoices, line, moment, month, started


def test_example_1_of_the_door() -> None:
    history = changed(
        started("connect-smacom", "2025-09-12", {"CSM-F03": 7, "CSM-F13": 7}, payment="bank_transfer"),
        "2025-11-05",
        {"CSM-F03": 9, "CSM-F13": 9},
    )
    september, november, december = invoices(history, ["2025-09", "2025-11", "2025-12"])
    assert (september.state, september.total, september.lines) == (InvoiceState.NONE, 0, ())
    assert amounts(november) == {"CSM-M3": 55860, "CSM-M5": 14000, "CSM-H3": 100, "CSM-H6": 200}
    licences = line(november, "CSM-M3")
    assert (licences.quantity, licences.unit_price, licences.clause) == (7, 7980, "T1-1")
    assert licences.arithmetic == "7 × 7980"
    assert [one.clause for one in november.lines] == ["T1-1", "T1-2", "T2-3", "T2-4(3)"]
    assert (november.subtotal, november.total, november.amount) == (70160, 77176, 76846)
    assert [(part.rate, part.base, part.amount) for part in november.tax] == [(10, 70160, 7016)]
    assert november.months == (month("2025-11"),)
    assert amounts(december)["CSM-M3"] == 9 * 7980


def test_gr_4_3_a_change_on_the_first_is_billed_at_once() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F01": 10})
    history = changed(history, "2025-11-01T15:00", {"CSM-F01": 12})
    assert amounts(invoice(history, "2025-11"))["CSM-M1"] == 12 * 1980


@pytest.mark.parametrize(("day", "billed"), [("2025-11-01", 0), ("2025-11-02", 10 * 1980), ("2025-11-30", 10 * 1980)])
def test_gr_4_1_the_month_of_the_end_is_whole_unless_it_ends_on_the_first(day: str, billed: int) -> None:
    history = ended(started("connect-smacom", "2025-09-12", {"CSM-F01": 10}), day)
    assert amounts(invoice(history, "2025-11")).get("CSM-M1", 0) == billed
    assert invoice(history, "2025-12").state is InvoiceState.NONE


def test_gr_4_1_ended_by_the_host_on_the_second_is_a_whole_month() -> None:
    history = ended(started("connect-smacom", "2025-09-12", {"CSM-F01": 10}), "2025-11-02", Do.HOST_ENDED)
    assert amounts(invoice(history, "2025-11"))["CSM-M1"] == 10 * 1980


def test_gr_4_2_proviso_start_and_end_in_one_month_cost_the_month_at_the_start() -> None:
    history = changed(started("connect-smacom", "2025-09-12", {"CSM-F01": 10}), "2025-09-15", {"CSM-F01": 20})
    assert amounts(invoice(ended(history, "2025-09-30"), "2025-09"))["CSM-M1"] == 10 * 1980


def test_gr_4_2_started_in_one_month_and_ended_on_the_first_of_the_next_costs_nothing() -> None:
    history = ended(started("connect-smacom", "2025-09-12", {"CSM-F01": 10}), "2025-10-01")
    assert [one.total for one in invoices(history, ["2025-09", "2025-10"])] == [0, 0]


def test_t1_5_initial_fees_of_the_accommodation_leave_twenty_numbers_free() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F14": 1, "CSM-F23-T": 2, "CSM-F23-N": 25})
    assert amounts(invoice(history, "2025-09")) == {"CSM-O1": 60000, "CSM-O2": 5000, "CSM-H3": 100}
    assert amounts(invoice(history, "2025-10"))["CSM-M10"] == 25 * 300


def test_t1_5_what_is_added_to_the_accommodation_has_no_free_numbers() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F14": 1, "CSM-F23-T": 1, "CSM-F23-N": 5})
    history = changed(history, "2025-11-10", {"CSM-F23-T": 2, "CSM-F23-N": 8})
    found = amounts(invoice(history, "2025-11"))
    assert (found["CSM-O3"], found["CSM-O4"]) == (30000, 3000)
    assert "CSM-O1" not in found


def test_t1_5_an_option_that_begins_later_costs_its_initial_fees_then() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F14": 1})
    history = changed(history, "2025-11-10", {"CSM-F23-T": 1, "CSM-F23-N": 22})
    found = amounts(invoice(history, "2025-11"))
    assert (found["CSM-O1"], found["CSM-O2"]) == (30000, 2000)


def test_allowance_20_total_leaves_added_numbers_free_up_to_twenty() -> None:
    readings = {"allowance_20": "total"}
    history = started("connect-smacom", "2025-09-12", {"CSM-F23-T": 1, "CSM-F23-N": 15}, readings=readings)
    history = changed(history, "2025-11-10", {"CSM-F23-N": 22})
    assert amounts(invoice(history, "2025-11"))["CSM-O4"] == 2000


def test_start_month_fees_next_month_moves_works_out_of_the_free_month() -> None:
    rows = {"CSM-F23-T": 1, "CSM-F23-N": 1}
    history = started("connect-smacom", "2025-09-12", rows, readings={"start_month_fees": "next_month"})
    september, october = invoices(history, ["2025-09", "2025-10"])
    assert september.state is InvoiceState.NONE
    assert amounts(october)["CSM-O1"] == 30000


def test_gr_11_one_small_month_waits_for_the_next() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F01": 1})  # 2,178 a month
    october, november = invoices(history, ["2025-10", "2025-11"])
    assert (october.state, october.total, october.amount) == (InvoiceState.HELD, 0, 2178)
    assert november.state is InvoiceState.ISSUED
    assert november.months == (month("2025-10"), month("2025-11"))
    assert [(one.row, str(one.month)) for one in november.lines] == [
        ("CSM-M1", "2025-10"),
        ("CSM-M1", "2025-11"),
        ("CSM-H3", "2025-11"),
    ]
    assert (november.amount, november.total) == (2178, 2178 * 2 + 110)


def test_gr_11_at_most_two_months_wait() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F22": 1})  # 220 a month
    found = invoices(history, ["2025-10", "2025-11", "2025-12", "2026-01"])
    assert [one.state for one in found] == ["held", "held", "issued", "held"]
    assert found[2].months == (month("2025-10"), month("2025-11"), month("2025-12"))
    assert found[2].total == 3 * 220 + 110


def test_gr_11_nothing_in_the_second_month_waits_as_well() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F22": 1})
    history = changed(history, "2025-11-01", {"CSM-F22": 0, "CSM-F01": 0})
    found = invoices(history, ["2025-10", "2025-11", "2025-12", "2026-01"])
    assert [one.state for one in found] == ["held", "held", "issued", "none"]
    assert found[2].total == 220 + 110


def test_gr_11_more_than_the_limit_is_billed_at_once() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F14": 5})  # 3,190
    assert invoice(history, "2025-10").state is InvoiceState.ISSUED


def test_gr_11_nothing_waits_beyond_the_end() -> None:
    history = ended(started("connect-smacom", "2025-09-12", {"CSM-F22": 1}), "2025-10-20")
    found = invoice(history, "2025-10")
    assert (found.state, found.total) == (InvoiceState.ISSUED, 220 + 110)


def test_gr_11_what_waited_is_billed_in_the_month_of_the_end_even_on_its_first_day() -> None:
    history = ended(started("connect-smacom", "2025-09-12", {"CSM-F22": 1}), "2025-11-01")
    october, november = invoices(history, ["2025-10", "2025-11"])
    assert october.state is InvoiceState.HELD
    assert (november.state, november.total) == (InvoiceState.ISSUED, 220 + 110)


def test_carry_over_off_bills_every_month() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F22": 1}, readings={"carry_over": "off"})
    assert invoice(history, "2025-10").total == 220 + 110


def test_carry_counts_fees_takes_the_fees_of_the_document_into_the_limit() -> None:
    rows = {"CSM-F01": 1, "CSM-F14": 1}  # 2,816, and 3,146 with the fees for invoice and transfer
    plain = started("connect-smacom", "2025-09-12", rows, payment="bank_transfer")
    counted = started(
        "connect-smacom", "2025-09-12", rows, payment="bank_transfer", readings={"carry_counts_fees": "on"}
    )
    assert invoice(plain, "2025-10").state is InvoiceState.HELD
    issued = invoice(counted, "2025-10")
    assert (issued.state, issued.amount, issued.total) == (InvoiceState.ISSUED, 2816, 2816 + 330)


def test_carry_counts_fees_once_for_months_that_share_a_document() -> None:
    rows = {"CSM-F22": 6}  # 1,320 a month, 2,970 for two of them with 330 for one document
    counted = started(
        "connect-smacom", "2025-09-12", rows, payment="bank_transfer", readings={"carry_counts_fees": "on"}
    )
    states = [one.state for one in invoices(counted, ["2025-10", "2025-11", "2025-12"])]
    assert states == [InvoiceState.HELD, InvoiceState.HELD, InvoiceState.ISSUED]


def test_t2_2_a_reinvoice_is_cut_off_with_the_rest_of_the_document() -> None:
    history = bought(started("connect-smacom", "2025-09-12", {"CSM-F03": 1}), "2025-10-20", {"CSM-H2": 1})
    found = invoice(history, "2025-10")
    assert amounts(found) == {"CSM-M3": 7980, "CSM-H2": 191, "CSM-H3": 100}
    assert found.total == 8271 + 827


@pytest.mark.parametrize(("reading", "subtotal"), [("alone", 191), ("with_invoice_fee", 291)])
def test_reinvoice_a_document_that_is_nothing_else(reading: str, subtotal: int) -> None:
    history = ended(
        started("connect-smacom", "2025-09-12", {"CSM-F03": 1}, readings={"reinvoice": reading}), "2025-10-20"
    )
    assert invoice(bought(history, "2025-11-20", {"CSM-H2": 1}), "2025-11").subtotal == subtotal


def test_reinvoice_with_invoice_fee_bears_that_fee_too() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F03": 1}, readings={"reinvoice": "with_invoice_fee"})
    found = invoice(bought(history, "2025-10-20", {"CSM-H2": 1}), "2025-10")
    assert line(found, "CSM-H3").quantity == 2


def test_t2_1_each_sending_of_a_statement_is_a_fee_and_postage_is_entered_by_hand() -> None:
    history = bought(started("connect-smacom", "2025-09-12", {"CSM-F03": 1}), "2025-10-20", {"CSM-H1": 2})
    measured = Measured(charges=(Charge(moment("2025-10-21").date(), Decimal(180), "CSM-H1"),))
    assert amounts(invoice(history, "2025-10", measured))["CSM-H1"] == 580


def test_an_amount_entered_with_its_tax_keeps_that_tax() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F03": 1})
    charges = (Charge(moment("2025-10-21").date(), Decimal(1005), inclusive=True),)
    found = invoice(history, "2025-10", Measured(charges=charges))
    assert found.subtotal == 7980 + 100 + (1005 - 91)
    assert found.tax[0].amount == 808 + 91


def test_gr_7_an_amount_by_hand_is_cut_off() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F03": 1})
    charges = (Charge(moment("2025-10-21").date(), Decimal("1000.9"), "CSM-F31"),)
    assert amounts(invoice(history, "2025-10", Measured(charges=charges)))["CSM-F31"] == 1000


def test_art_21_2_what_is_on_an_estimate_waits_for_its_price_and_is_billed_once() -> None:
    rows = {"CSM-F03": 1, "CSM-F31": 1}
    assert invoice(started("connect-smacom", "2025-09-12", rows), "2025-10").rows == ("CSM-F31",)
    priced = started("connect-smacom", "2025-09-12", rows, prices={"CSM-F31": "50000"})
    september, october = invoices(priced, ["2025-09", "2025-10"])
    assert amounts(september) == {"CSM-F31": 50000, "CSM-H3": 100}
    assert "CSM-F31" not in amounts(october)


def test_a_price_of_the_contract_stands_instead_of_the_table_s_from_its_day() -> None:
    dated = started("connect-smacom", "2025-09-12", {"CSM-F03": 1}, prices={"CSM-M3": [("2025-11-01", "7000")]})
    assert [amounts(one)["CSM-M3"] for one in invoices(dated, ["2025-10", "2025-11"])] == [7980, 7000]


@pytest.mark.parametrize(("agreed", "states"), [("1", "iiii"), ("2", "hihi"), ("3", "hhih")])
def test_gr_12_months_agreed_to_be_paid_together_stand_on_one_document(agreed: str, states: str) -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F01": 10}, readings={"paid_together": agreed})
    found = invoices(history, ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01"])
    assert found[0].state is InvoiceState.NONE
    assert "".join(one.state[0] for one in found[1:]) == states
    first = next(one for one in found if one.state is InvoiceState.ISSUED)
    together = int(agreed)
    assert [str(each.month) for each in first.lines] == [f"2025-{10 + n}" for n in range(together)] + [str(first.month)]
    assert amounts(first) == {"CSM-M1": together * 19800, "CSM-H3": 100}
    assert first.total == (together * 19800 + 100) * 11 // 10


def test_gr_12_what_is_to_be_paid_together_is_paid_with_the_last_month() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F01": 10}, readings={"paid_together": "12"})
    last = invoice(ended(history, "2025-11-20"), "2025-11")
    assert (last.state, [str(one) for one in last.months]) == (InvoiceState.ISSUED, ["2025-10", "2025-11"])


def test_gr_11_and_gr_12_small_months_are_not_held_longer_for_it() -> None:
    history = started("connect-smacom", "2025-09-12", {"CSM-F01": 1}, readings={"paid_together": "2"})
    states = [one.state[0] for one in invoices(history, ["2025-10", "2025-11", "2025-12", "2026-01"])]
    assert "".join(states) == "hihi"
