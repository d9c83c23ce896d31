"""Arcstar Contact Center: whole months, resource classes, and a fee for each work."""

from __future__ import annotations

import pytest

from tariff.holding.history import History
from tariff.money.bills import InvoiceState
from tests.unit.tariff.histories import amounts, changed, ended, invoice, invoices, line, started

ARCSTAR = "arcstar-contact-center"


def plan_1(rows: dict[str, int | str], **given: dict[str, str]) -> History:
    return started(ARCSTAR, "2022-04-01", rows, type="ACC-T2", readings=given.get("readings", {}))


def test_example_2_of_the_door() -> None:
    history = started(ARCSTAR, "2022-04-01", {"ACC-F01": 220, "ACC-F15": 220}, type="ACC-T3")
    history = changed(history, "2022-06-01", {"ACC-F01": 260}, follow={"ACC-F15": 260})
    june = invoice(history, "2022-06")
    assert [(one.row, one.quantity, one.unit_price, one.amount, one.clause) for one in june.lines] == [
        ("ACC-P-SEAT", 260, 16000, 4160000, "T1-2-1-2"),
        ("ACC-P-WFM", 260, 250, 65000, "T1-2-2-2"),
        ("ACC-W-SEATS", 1, 7000, 7000, "T2-2-2"),
    ]
    assert (june.subtotal, june.total) == (4232000, 4655200)
    assert june.tax[0].amount == 423200


def test_t2_2_2_the_start_is_one_work_and_dr_another() -> None:
    rows = {"ACC-F01": 400, "ACC-F05": 100, "ACC-F09": 400, "ACC-F12": "186"}
    found = amounts(invoice(plan_1(rows), "2022-04"))
    assert found == {
        "ACC-P-SEAT": 400 * 16000,
        "ACC-P-REC-STD": 350000,
        "ACC-P-DR": 400 * 7000,
        "ACC-P-CAP-STD-400-186": 87500,
        "ACC-W-START": 175000,
        "ACC-W-START-DR": 125000,
    }


def test_start_options_own_work_adds_a_work_for_each_option() -> None:
    rows = {"ACC-F01": 400, "ACC-F05": 100, "ACC-F07": 400, "ACC-F10": "400-1000", "ACC-F12": "186"}
    found = amounts(invoice(plan_1(rows, readings={"start_options": "own_work"}), "2022-04"))
    assert (found["ACC-W-START"], found["ACC-W-FEATURE"], found["ACC-W-CAP"], found["ACC-W-TE"]) == (
        175000,
        14000,
        19000,
        44000,
    )


def test_t2_2_2_seats_across_a_resource_class_cost_the_dearer_work() -> None:
    history = changed(plan_1({"ACC-F01": 400}), "2022-06-10", {"ACC-F01": 401})
    found = amounts(invoice(history, "2022-06"))
    assert found["ACC-W-SEATS-CLASS"] == 44000
    assert "ACC-W-SEATS" not in found


def test_t2_2_2_with_tenant_expansion_it_is_any_other_change() -> None:
    history = changed(plan_1({"ACC-F01": 400, "ACC-F10": "400-1000"}), "2022-06-10", {"ACC-F01": 401})
    found = amounts(invoice(history, "2022-06"))
    assert found["ACC-W-SEATS"] == 7000
    assert "ACC-W-SEATS-CLASS" not in found


def test_t2_2_2_one_work_for_each_row_and_feature_touched() -> None:
    history = plan_1({"ACC-F01": 300, "ACC-F07": 300, "ACC-F12": "186", "ACC-F05": 300})
    rows = {"ACC-F01": 310, "ACC-F08": 20, "ACC-F14": 1, "ACC-F12": "279", "ACC-F10": "400-1000"}
    history = changed(history, "2022-06-10", rows, follow={"ACC-F07": 310})
    found = amounts(invoice(history, "2022-06"))
    works = {row: yen for row, yen in found.items() if row.startswith("ACC-W")}
    assert works == {"ACC-W-SEATS": 7000, "ACC-W-FEATURE": 14000, "ACC-W-CAP": 19000, "ACC-W-TE": 44000}


def test_expansion_dr_work_is_one_with_the_other_or_its_own() -> None:
    rows = {"ACC-F01": 400, "ACC-F09": 400}
    for reading, features in (("one_work", 0), ("own_work", 7000)):
        history = plan_1(rows, readings={"expansion_dr_work": reading})
        history = changed(history, "2022-06-10", {"ACC-F10": "400-1000", "ACC-F11": "400-1000"})
        found = amounts(invoice(history, "2022-06"))
        assert (found["ACC-W-TE"], found.get("ACC-W-FEATURE", 0)) == (44000, features)
        assert (found["ACC-P-TE-400-1000"], found["ACC-P-TEDR-400-1000"]) == (187500, 175000)


@pytest.mark.parametrize(
    ("row", "reading", "work", "yen"),
    [
        ("ACC-F18", "other", "ACC-W-CLOUD", 15000),
        ("ACC-F19", "other", "ACC-W-OTHER", 10000),
        ("ACC-F19", "cloud_connect", "ACC-W-CLOUD", 15000),
    ],
)
def test_fic_settings_work_new_connection_settings_are_a_work(row: str, reading: str, work: str, yen: int) -> None:
    history = plan_1({"ACC-F01": 300}, readings={"fic_settings_work": reading})
    history = changed(history, "2022-06-10", {}, settings={row: {"connection": "b"}})
    assert amounts(invoice(history, "2022-06"))[work] == yen


@pytest.mark.parametrize(
    ("seats", "expansion", "tier", "price"),
    [
        (400, None, "366", 181250),
        (401, None, "366", 525000),
        (1001, None, "366", 1037500),
        (400, "400-2000", "366", 1037500),
        (400, "400-1000", "2557", 4725000),
    ],
)
def test_t1_2_2_2_capacity_costs_what_its_resource_class_costs(
    seats: int, expansion: str | None, tier: str, price: int
) -> None:
    rows: dict[str, int | str] = {"ACC-F01": seats, "ACC-F12": tier}
    if expansion is not None:
        rows["ACC-F10"] = expansion
    found = amounts(invoice(plan_1(rows), "2022-05"))
    assert sum(yen for row, yen in found.items() if row.startswith("ACC-P-CAP")) == price


def test_part_month_whole_bills_the_most_that_was_had_in_the_month() -> None:
    history = changed(plan_1({"ACC-F01": 300, "ACC-F12": "186"}), "2022-06-10", {"ACC-F01": 200, "ACC-F12": "366"})
    june, july = invoices(history, ["2022-06", "2022-07"])
    assert (line(june, "ACC-P-SEAT").quantity, line(july, "ACC-P-SEAT").quantity) == (300, 200)
    assert "ACC-P-CAP-STD-400-186" not in amounts(june)
    assert amounts(june)["ACC-P-CAP-STD-400-366"] == 181250


def test_art_35_1_what_is_dropped_on_the_first_at_whatever_time_was_had_until_the_day_before() -> None:
    history = changed(plan_1({"ACC-F01": 300, "ACC-F14": 1}), "2022-07-01T10:00", {"ACC-F01": 200, "ACC-F14": 0})
    june, july = invoices(history, ["2022-06", "2022-07"])
    assert (line(june, "ACC-P-SEAT").quantity, amounts(june)["ACC-P-DNS"]) == (300, 50000)
    assert line(july, "ACC-P-SEAT").quantity == 200
    assert "ACC-P-DNS" not in amounts(july)


def test_part_month_by_day_bills_the_days() -> None:
    history = plan_1({"ACC-F01": 300}, readings={"part_month": "by_day"})
    history = ended(changed(history, "2022-06-10", {"ACC-F01": 200}), "2022-07-15")
    june, july = invoices(history, ["2022-06", "2022-07"])
    assert [(one.quantity, one.days, one.amount) for one in june.lines if one.row == "ACC-P-SEAT"] == [
        (300, 9, 300 * 16000 * 9 // 30),
        (200, 21, 200 * 16000 * 21 // 30),
    ]
    assert (line(july, "ACC-P-SEAT").days, line(july, "ACC-P-SEAT").amount) == (15, 200 * 16000 * 15 // 31)


@pytest.mark.parametrize(("reading", "normal", "dr"), [("replace", 725000, 662500), ("stack", 787500, 662500)])
def test_expansion_change_replaces_a_step_or_stacks_the_next_on_it(reading: str, normal: int, dr: int) -> None:
    rows = {"ACC-F01": 400, "ACC-F09": 400, "ACC-F10": "400-1000", "ACC-F11": "400-1000"}
    history = plan_1(rows, readings={"expansion_change": reading})
    history = changed(history, "2022-06-01", {"ACC-F10": "400-2000", "ACC-F11": "400-2000"})
    found = amounts(invoice(history, "2022-07"))
    assert sum(yen for row, yen in found.items() if row.startswith("ACC-P-TE-")) == normal
    assert sum(yen for row, yen in found.items() if row.startswith("ACC-P-TEDR-")) == dr


def test_category_1_has_no_printed_prices() -> None:
    history = started(ARCSTAR, "2022-04-01", {"ACC-F01": 50}, type="ACC-T1")
    found = invoice(history, "2022-05")
    assert (found.state, found.rows, found.total) == (InvoiceState.UNPRICED, ("ACC-P-SEAT",), 0)
    priced = started(ARCSTAR, "2022-04-01", {"ACC-F01": 50}, type="ACC-T1", prices={"ACC-P-SEAT": "9000"})
    assert amounts(invoice(priced, "2022-05")) == {"ACC-P-SEAT": 450000}
