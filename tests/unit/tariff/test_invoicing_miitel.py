"""MiiTel: whole months of named users, storage by the term, calls by the started unit, excess that is billed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tariff.counting.records import Call
from tariff.holding.history import History
from tariff.money.bills import InvoiceState
from tariff.money.invoicing import Measured
from tests.unit.tariff.histories import amounts, changed, ended, invoice, invoices, line, moment, started


def contract(rows: dict[str, int | str], at: str = "2025-07-10", **readings: str) -> History:
    return started("connect-miitel", at, {"MT-F03": 1, "MT-F01": 11, **rows}, readings=readings)


def test_the_month_of_the_start_is_whole_and_numbers_are_billed_once() -> None:
    found = invoice(contract({"MT-F04": 2}), "2025-07")
    assert amounts(found) == {"MT-B1": 11 * 6980, "MT-B3": 1500, "MT-B4": 5000}
    assert found.total == (11 * 6980 + 6500) * 11 // 10


def test_base_fee_twice_bills_both_blocks() -> None:
    found = amounts(invoice(contract({"MT-F04": 2}, base_fee="twice"), "2025-07"))
    assert (found["MT-C1"], found["MT-C5"]) == (1500, 5000)


def test_change_from_the_next_month_or_at_once() -> None:
    for reading, quantity in (("next_month", 11), ("at_once", 15)):
        history = changed(contract({}, change_from=reading), "2025-08-05", {"MT-F01": 15})
        assert line(invoice(history, "2025-08"), "MT-B1").quantity == quantity
        assert line(invoice(history, "2025-09"), "MT-B1").quantity == 15


def test_free_start_on_leaves_the_month_of_the_start_free() -> None:
    assert invoice(contract({}, free_start="on"), "2025-07").state is InvoiceState.NONE


@pytest.mark.parametrize(("end", "billed"), [("2025-09-01", True), ("2025-08-31", False)])
def test_every_month_that_is_touched_is_whole(end: str, billed: bool) -> None:
    found = invoice(ended(contract({}), end), "2025-09")
    assert (found.state is InvoiceState.ISSUED) is billed


@pytest.mark.parametrize(("users", "extra"), [(100, 0), (101, 200), (150, 10000)])
def test_pl_cc_seat_map_and_agent_list_cost_more_for_each_user_above_100(users: int, extra: int) -> None:
    found = amounts(invoice(contract({"MT-F01": 60, "MT-F02": users - 60, "MT-F09": 1, "MT-F10": 1}), "2025-08"))
    assert (found["MT-O6"], found.get("MT-O7", 0), found["MT-O8"], found.get("MT-O9", 0)) == (
        30000,
        extra,
        30000,
        extra,
    )


def test_map_users_full_function_counts_those_alone() -> None:
    rows = {"MT-F01": 101, "MT-F02": 50, "MT-F09": 1}
    assert amounts(invoice(contract(rows, map_users="full_function"), "2025-08"))["MT-O7"] == 200


def test_pl_cc_predictive_calls_cost_per_person_per_month_and_once() -> None:
    history = changed(contract({}), "2025-08-20", {"MT-F08": 11})
    august, september = invoices(history, ["2025-08", "2025-09"])
    assert amounts(august)["MT-O4"] == 300000
    assert "MT-O5" not in amounts(august)
    found = amounts(september)
    assert (found["MT-O3"], found["MT-O5"], found.get("MT-O4")) == (38500, 50000, None)


def test_pl_cc_predictive_calls_had_again_are_not_begun_again() -> None:
    history = changed(contract({"MT-F08": 11}), "2025-08-01", {"MT-F08": 0})
    history = changed(history, "2025-10-01", {"MT-F08": 11})
    assert "MT-O4" not in amounts(invoice(history, "2025-10"))


@pytest.mark.parametrize(("full", "fee"), [(10, 89000), (11, 0)])
def test_pl_base_a_contract_of_ten_or_fewer_full_ids_bears_the_administrative_fee(full: int, fee: int) -> None:
    assert amounts(invoice(contract({"MT-F01": full}), "2025-07")).get("MT-B6", 0) == fee


@pytest.mark.parametrize(("at", "fee"), [("2025-09-30", 89000), ("2025-10-01", 0)])
def test_pl_base_so_does_one_that_becomes_so_within_six_months(at: str, fee: int) -> None:
    history = changed(contract({}, at="2025-04-01"), at, {"MT-F01": 10})
    assert amounts(invoice(history, at[:7])).get("MT-B6", 0) == fee


def test_pl_base_the_administrative_fee_is_owed_once() -> None:
    history = contract({"MT-F01": 10}, at="2025-04-01")
    history = changed(changed(history, "2025-05-10", {"MT-F01": 12}), "2025-06-10", {"MT-F01": 9})
    assert [amounts(one).get("MT-B6", 0) for one in invoices(history, ["2025-04", "2025-05", "2025-06"])] == [
        89000,
        0,
        0,
    ]


STORAGE = {
    "500": 0,
    "1000": 28800,
    "2000": 105600,
    "3000": 151200,
    "4000": 192000,
    "5000": 228000,
    "6000": 259200,
    "7000": 285600,
    "8000": 307200,
    "9000": 324000,
    "10000": 336000,
}


@pytest.mark.parametrize(("hours", "total"), STORAGE.items())
def test_pl_store_the_total_of_the_term_is_billed_at_its_start(hours: str, total: int) -> None:
    months = ["2025-07", "2025-08", "2026-07", "2027-07"]
    one_year = [amounts(one) for one in invoices(contract({"MT-F12-1Y": hours}), months)]
    assert [found.get(f"MT-S-{hours}-1Y", 0) for found in one_year] == [total, 0, total, total]
    two_years = [amounts(one) for one in invoices(contract({"MT-F12-2Y": hours}), months)]
    assert [found.get(f"MT-S-{hours}-2Y", 0) for found in two_years] == [2 * total, 0, 0, 2 * total]


def test_storage_billing_monthly_spreads_the_total() -> None:
    found = invoice(contract({"MT-F12-2Y": "2000"}, storage_billing="monthly"), "2025-08")
    assert line(found, "MT-S-2000-2Y").amount == 211200 // 24


def test_pl_store_a_higher_tier_begins_a_term_of_its_own() -> None:
    history = changed(contract({"MT-F12-1Y": "1000"}), "2025-09-10", {"MT-F12-1Y": "2000"})
    months = ["2025-07", "2025-09", "2026-07", "2026-09"]
    found = [amounts(one) for one in invoices(history, months)]
    assert [one.get("MT-S-1000-1Y", 0) + one.get("MT-S-2000-1Y", 0) for one in found] == [28800, 105600, 0, 105600]


@pytest.mark.parametrize(
    ("reading", "contracted", "excess"), [("instead", 2 * 19000, 3 * 25000), ("on_top", 5 * 19000, 3 * 25000)]
)
def test_pl_cc_ivr_beyond_the_contract_is_billed_at_the_excess_price(
    reading: str, contracted: int, excess: int
) -> None:
    history = started(
        "connect-miitel",
        "2025-07-10",
        {"MT-F01": 11, "MT-F03": 1, "MT-F11": 2},
        readings={"ivr_excess": reading},
        uses=[("2025-07-20", "MT-F11", 2), ("2025-08-10", "MT-F11", 5), ("2025-08-12", "MT-F11", 1)],
    )
    july, august, september = invoices(history, ["2025-07", "2025-08", "2025-09"])
    assert "MT-O11" not in amounts(july)
    assert (amounts(august)["MT-O10"], amounts(august)["MT-O11"]) == (contracted, excess)
    assert amounts(september)["MT-O10"] == 2 * 19000


@pytest.mark.parametrize(("reading", "excess"), [("next_month", 3), ("at_once", 0)])
def test_pl_cc_excess_is_what_was_used_beyond_what_is_billed(reading: str, excess: int) -> None:
    history = started(
        "connect-miitel",
        "2025-07-10",
        {"MT-F01": 11, "MT-F03": 1, "MT-F11": 2},
        uses=[("2025-07-20", "MT-F11", 2), ("2025-08-10", "MT-F11", 5)],
        readings={"change_from": reading},
    )
    history = changed(history, "2025-08-10", {"MT-F11": 5})
    assert amounts(invoice(history, "2025-08")).get("MT-O11", 0) == excess * 25000
    assert "MT-O11" not in amounts(invoice(history, "2025-09"))


def test_pl_cc_a_lower_contract_is_billed_in_full_until_the_month_ends() -> None:
    rows = {"MT-F01": 11, "MT-F03": 1, "MT-F11": 5}
    history = started("connect-miitel", "2025-07-10", rows, uses=[("2025-07-20", "MT-F11", 5)])
    history = changed(history, "2025-08-10", {"MT-F11": 3})
    august, september = invoices(history, ["2025-08", "2025-09"])
    assert "MT-O11" not in amounts(august)
    assert (amounts(september)["MT-O10"], amounts(september)["MT-O11"]) == (3 * 19000, 2 * 25000)


def test_calls_are_summed_by_rate_and_cut_off_once_a_month() -> None:
    calls = (
        Call(moment("2025-08-04T14:00"), "out", "050", "fixed", Decimal(181), times=3),
        Call(moment("2025-08-31T23:59"), "out", "050", "fixed", Decimal(10)),
        Call(moment("2025-08-04T14:00"), "in", "0120", "mobile", Decimal(61)),
        Call(moment("2025-08-04T14:00"), "out", "050", "ip_phone", Decimal(600)),
        Call(moment("2025-09-01T00:00"), "out", "050", "fixed", Decimal(10)),
    )
    found = invoice(contract({"MT-F04": 1}), "2025-08", Measured(calls=calls))
    assert (line(found, "MT-C2").quantity, line(found, "MT-C2").amount) == (7, 59)  # 7 × 8.49 = 59.43
    assert (line(found, "MT-C7").quantity, line(found, "MT-C7").amount) == (2, 40)
    assert "MT-C4" not in amounts(found)


def test_call_rounding_each_call_cuts_off_every_call() -> None:
    calls = (Call(moment("2025-08-04T14:00"), "out", "050", "fixed", Decimal(181), times=3),)
    found = invoice(contract({}, call_rounding="each_call"), "2025-08", Measured(calls=calls))
    assert line(found, "MT-C2").amount == 3 * 16
