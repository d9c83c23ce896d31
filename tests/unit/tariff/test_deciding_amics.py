"""Orders under Amics Line and its Hikari Denwa, by clause of its annex."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from tariff.holding.history import Accepted
from tests.unit.tariff.orders import Bought, code, no

YES = Accepted()
PHONE = {"AML-F03": 1, "AML-F10": 1}


def amics(rows: dict[str, int], **said: object) -> Bought:
    return Bought("amics-line-hikari-denwa", "2025-04-10", rows, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("row", "least"), [("AML-F07", 4), ("AML-F08", 8), ("AML-F09", 16)])
def test_x2_1_a_group_plan_has_so_many_lines(row: str, least: int) -> None:
    facts = {"group_lines": least, "representative": True}
    assert amics({"AML-F06": 1, row: 1}, facts=facts).first == YES
    refused = amics({"AML-F06": 1, row: 1}, facts={**facts, "group_lines": least - 1}).first
    assert no(refused)[::2] == ("quantity_below", row, least)


def test_x2_1_plan_2_is_ordered_by_the_representative() -> None:
    refused = amics({"AML-F06": 1, "AML-F09": 1}, facts={"group_lines": 16}).first
    assert no(refused)[::2][:2] == ("needs", "AML-F09")


def test_x2_2_telephony_needs_a_line() -> None:
    assert code(amics({"AML-F10": 1}).first) is Code.NEEDS
    assert amics(PHONE).first == YES


def test_x2_2_1_number_request_needs_the_number_display() -> None:
    assert no(amics({**PHONE, "AML-F15": 1}).first)[::2][:2] == ("needs", "AML-F15")
    assert amics({**PHONE, "AML-F14": 1, "AML-F15": 1}).first == YES


def test_x2_2_1_note_1_plus_has_six_functions_in_it() -> None:
    plus = amics({"AML-F03": 1, "AML-F11": 1})
    for row in ("AML-F14", "AML-F15", "AML-F16", "AML-F17", "AML-F18", "AML-F19"):
        assert row in plus.limits("2025-04-10")
    assert plus.change("2025-05-01", {"AML-F15": 1}) == YES
    office = {"AML-F03": 1, "AML-F13": 1}
    assert "AML-F14" in amics(office).limits("2025-04-10")
    assert "AML-F14" not in amics(office, readings={"plus_functions": "none"}).limits("2025-04-10")


def test_x2_2_1_additional_numbers_and_lists_of_mail() -> None:
    assert no(amics({**PHONE, "AML-F21": 5}).first)[::2] == ("quantity_above", "AML-F21", 4)
    assert amics({**PHONE, "AML-F21": 4}).first == YES
    for row, name, most in [("AML-F19", "addresses", 5), ("AML-F19", "numbers", 30), ("AML-F20", "addresses", 5)]:
        phone = amics({**PHONE, row: 1}, settings={row: {name: most}})
        assert phone.first == YES
        refused = phone.change("2025-05-01", settings={row: {name: most + 1}})
        assert no(refused)[::2] == ("limit_exceeded", row, most)


@pytest.mark.parametrize(
    "row", ["AML-F29", "AML-F30", "AML-F31", "AML-F32", "AML-F33", "AML-F34", "AML-F35", "AML-F36"]
)
def test_x2_2_1_toll_free_functions_need_the_toll_free_service(row: str) -> None:
    assert no(amics({**PHONE, row: 1}).first)[::2][:2] == ("needs", row)
    assert amics({**PHONE, "AML-F28": 1, row: 1}).first == YES


@pytest.mark.parametrize("row", ["AML-F30", "AML-F31", "AML-F32", "AML-F33"])
def test_x2_2_1_across_lines_only_with_multi_line_management(row: str) -> None:
    rows = {**PHONE, "AML-F28": 1, row: 1}
    across = {row: {"across_lines": True}}
    assert no(amics(rows, settings=across).first)[::2][:2] == ("needs", row)
    assert amics({**rows, "AML-F29": 1}, settings=across).first == YES
    assert amics(rows, settings={row: {"across_lines": False}}).first == YES


def test_a11_busy_diversion_with_ratio_distribution_is_a_reading() -> None:
    rows = {**PHONE, "AML-F28": 1, "AML-F31": 1, "AML-F32": 1}
    assert code(amics(rows).first) is Code.EXCLUDED_BY
    assert amics(rows, readings={"diversion_with_ratio": "accept"}).first == YES


@pytest.mark.parametrize(
    ("plan", "most"),
    [("AML-F43", 20), ("AML-F44", 100), ("AML-F45", 500), ("AML-F46", 1000), ("AML-F47", 12000)],
)
def test_x2_2_1_the_list_of_permitted_numbers(plan: str, most: int) -> None:
    phone = amics({**PHONE, "AML-F42": 1, plan: 1}, settings={"AML-F42": {"list": most}})
    assert phone.first == YES
    assert phone.limits("2025-04-10")[plan] == most
    refused = phone.change("2025-05-01", settings={"AML-F42": {"list": most + 1}})
    assert no(refused)[::2] == ("limit_exceeded", "AML-F42", most)
    assert no(refused)[3] == most + 1


def test_x2_2_1_a_smaller_plan_has_to_hold_the_list() -> None:
    phone = amics({**PHONE, "AML-F42": 1, "AML-F44": 1}, settings={"AML-F42": {"list": 60}})
    refused = phone.change("2025-05-01", {"AML-F44": 0, "AML-F43": 1})
    assert no(refused)[3:] == (60, 20)
    assert phone.change("2025-05-01", {"AML-F44": 0, "AML-F45": 1}) == YES
    assert code(amics({**PHONE, "AML-F42": 1}).first) is Code.NEEDS
    assert code(amics({**PHONE, "AML-F43": 1}).first) is Code.NEEDS


@pytest.mark.parametrize("row", ["AML-F38", "AML-F39", "AML-F40", "AML-F41"])
def test_x2_2_1_types_of_hash_dial_need_it(row: str) -> None:
    assert no(amics({**PHONE, row: 1}).first)[::2][:2] == ("needs", row)
    assert amics({**PHONE, "AML-F37": 1, row: 1}).first == YES


@pytest.mark.parametrize("host", ["none", "other_contractor"])
def test_art_4_2_the_host_service_is_the_same_contractors(host: str) -> None:
    assert code(amics(PHONE, facts={"host": host}).first) in (Code.NEEDS, Code.EXCLUDED_BY)
