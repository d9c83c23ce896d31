"""Orders under Connect SmaCom: each rule of its price table that is about quantities, by its clause."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from tariff.holding.history import Accepted
from tests.unit.tariff.orders import Bought, code, no

YES = Accepted()


def smacom(rows: dict[str, int], **said: object) -> Bought:
    return Bought("connect-smacom", "2025-09-12", rows, **said)  # type: ignore[arg-type]


def test_t1_2_recording_is_for_as_many_as_the_licences_both_ways() -> None:
    centre = smacom({"CSM-F03": 7, "CSM-F13": 7})
    assert no(centre.change("2025-11-05", {"CSM-F03": 9})) == ("quantity_must_equal", "T1-2", "CSM-F13", 7, 9)
    assert no(centre.change("2025-11-05", {"CSM-F13": 9})) == ("quantity_must_equal", "T1-2", "CSM-F13", 9, 7)
    assert centre.change("2025-11-05", {"CSM-F03": 9, "CSM-F13": 9}) == YES
    assert centre.limits("2025-11-04T23:59")["CSM-F03"] == 7
    assert centre.limits("2025-11-05")["CSM-F13"] == 9


def test_t1_2_the_kinds_of_licences_are_counted_together() -> None:
    assert smacom({"CSM-F01": 3, "CSM-F02": 2, "CSM-F12": 5}).first == YES
    wrong = smacom({"CSM-F01": 3, "CSM-F02": 2, "CSM-F12": 3}).first
    assert no(wrong) == ("quantity_must_equal", "T1-2", "CSM-F12", 3, 5)


@pytest.mark.parametrize(("recording", "held"), [(3, True), (2, True), (5, True), (4, False)])
def test_t1_2_read_as_for_each_kind_any_of_them_may_be_recorded(recording: int, held: bool) -> None:
    rows = {"CSM-F01": 3, "CSM-F02": 2, "CSM-F12": recording}
    assert (smacom(rows, readings={"recording_count": "each_kind"}).first == YES) is held


def test_t1_2_one_term_of_recording_and_from_six_months_to_three() -> None:
    centre = smacom({"CSM-F02": 4, "CSM-F13": 4})
    assert no(centre.change("2025-10-01", {"CSM-F12": 4}))[:3] == ("excluded_by", "T1-2", "CSM-F12")
    assert centre.change("2025-10-01", {"CSM-F12": 4, "CSM-F13": 0}) == YES
    assert centre.given("2025-10-01", "CSM-F12").retention == "P3M"
    assert centre.change("2025-11-01", {"CSM-F12": 0, "CSM-F13": 4}) == YES


def test_t1_2_both_terms_read_as_allowed_count_together() -> None:
    rows = {"CSM-F02": 4, "CSM-F12": 1, "CSM-F13": 3}
    assert code(smacom(rows).first) is Code.EXCLUDED_BY
    assert smacom(rows, readings={"recording_terms": "mixed"}).first == YES
    short = {"CSM-F02": 4, "CSM-F12": 1, "CSM-F13": 2}
    assert no(smacom(short, readings={"recording_terms": "mixed"}).first)[3:] == (3, 4)


def test_t1_4_recording_of_business_phones_and_the_app() -> None:
    assert no(smacom({"CSM-F14": 5, "CSM-F21": 4}).first) == ("quantity_must_equal", "T1-4", "CSM-F21", 4, 5)
    assert no(smacom({"CSM-F14": 5, "CSM-F22": 6}).first) == ("quantity_above", "T1-4", "CSM-F22", 6, 5)
    assert no(smacom({"CSM-F02": 5, "CSM-F22": 1}).first)[:3] == ("needs", "T1-4", "CSM-F22")


def test_t1_5_numbers_of_another_carrier_come_on_an_own_terminal() -> None:
    assert no(smacom({"CSM-F14": 5, "CSM-F23-N": 3}).first)[:3] == ("needs", "T1-5", "CSM-F23-N")
    assert smacom({"CSM-F14": 5, "CSM-F23-N": 3, "CSM-F23-T": 1}).first == YES


def test_t1_1_what_a_licence_does_not_include_cannot_be_named_alone() -> None:
    basic = smacom({"CSM-F01": 2})
    assert "CSM-F10" not in basic.limits("2025-10-01")
    assert "CSM-F04" in basic.limits("2025-10-01")
    assert no(basic.change("2025-10-01", {"CSM-F11": 1}))[:3] == ("needs", "Art.3, T1-1", "CSM-F11")
    assert basic.change("2025-10-01", {"CSM-F03": 1, "CSM-F11": 1}) == YES


def test_art_6_only_for_who_holds_a_voice_contract() -> None:
    for host in ("none", "other_contractor"):
        assert no(smacom({"CSM-F01": 2}, facts={"host": host}).first)[:2] == ("needs", "Art.6")


def test_seats_in_use_are_not_taken_away() -> None:
    centre = smacom({"CSM-F02": 9}, uses=[("2025-10-01", "CSM-F02", 7), ("2025-10-20", "CSM-F02", 2)])
    assert no(centre.change("2025-10-10", {"CSM-F02": 6})) == ("seats_in_use", "T1-1", "CSM-F02", 7, 6)
    assert centre.change("2025-10-10", {"CSM-F02": 7}) == YES
    assert centre.change("2025-10-20", {"CSM-F02": 2}) == YES


@pytest.mark.parametrize("row", ["CSM-M3", "CSM-H1", "CSM-F99", "MT-F01"])
def test_what_the_table_does_not_sell(row: str) -> None:
    decision = smacom({"CSM-F03": 2, row: 1}).first
    assert code(decision) is Code.NOT_IN_TARIFF
    assert no(decision)[2] == row
    assert no(decision)[1]
