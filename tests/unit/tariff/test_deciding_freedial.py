"""Orders under FreeDial and NaviDial, before and after 2022-12-01, by remark and note."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from tariff.holding.history import Accepted, Do
from tests.unit.tariff.orders import Bought, code, no

YES = Accepted()
D11 = {"discounts": ("D11",)}
SPECIFIC = {"discounts": ("D10", "D11", "D12")}


def old(rows: dict[str, int], **said: object) -> Bought:
    return Bought("freedial-navidial", "2022-04-01", rows, **said)  # type: ignore[arg-type]


def new(rows: dict[str, int], **said: object) -> Bought:
    return Bought("freedial-navidial", "2023-04-01", rows, **said)  # type: ignore[arg-type]


CALLER_ID = ("FD-13", "FD-14", "FD-15", "FD-16", "FD-10", "FD-17", "FD-18", "FD-19", "FD-20", "FD-21", "FD-22", "FD-23")
PER_NUMBER = ("FD-10", "FD-17", "FD-18", "FD-19", "FD-20", "FD-21", "FD-22", "FD-23")
NOT_SPECIFIC = (*PER_NUMBER, "FD-24")


@pytest.mark.parametrize("row", CALLER_ID)
def test_fd_r_3_functions_not_with_caller_id_connection(row: str) -> None:
    assert code(new({"FD-04": 1, row: 1}).first) is Code.EXCLUDED_BY
    assert code(new({row: 1, "FD-04": 1}).first) is Code.EXCLUDED_BY
    assert code(new({"FD-05": 1, row: 1}, facts={"discounts": ("D1",)}).first) is Code.EXCLUDED_BY
    number = new({"FD-04": 1})
    refused = number.change("2023-05-01", {row: 1})
    assert no(refused)[:3] == ("excluded_by", "FD-r.3", row)
    assert new({"FD-01": 1, "FD-02": 1, row: 1}).first == YES


@pytest.mark.parametrize("row", PER_NUMBER)
def test_fd_r_65_functions_not_with_the_per_number_charge(row: str) -> None:
    facts = D11
    number = new({"FD-01": 1, "FD-07": 1, "FD-08": 1}, facts=facts)
    assert number.first == YES
    assert no(number.change("2023-05-01", {row: 1}))[:3] == ("excluded_by", "FD-r.65", row)


@pytest.mark.parametrize("row", NOT_SPECIFIC)
def test_fd_n_4_only_four_functions_beside_the_specific_kind(row: str) -> None:
    number = new({"FD-06": 1, "FD-08": 1}, facts=SPECIFIC)
    assert no(number.change("2023-05-01", {row: 1}))[::2][:2] == ("excluded_by", row)
    for allowed in ("FD-13", "FD-14", "FD-15", "FD-16"):
        assert number.change("2023-05-01", {allowed: 1}) == YES


@pytest.mark.parametrize("row", ["FD-11", "FD-12"])
def test_fd_n_4_withdrawn_functions_not_with_the_specific_kind(row: str) -> None:
    assert code(old({"FD-06": 1, "FD-08": 1, row: 1}, facts=SPECIFIC).first) is Code.EXCLUDED_BY


def test_fd_r_16_the_call_limit_and_what_it_cannot_be_with() -> None:
    limited = old({"FD-03": 1000})
    assert limited.limits("2022-04-01")["FD-03"] == 1000
    assert no(old({"FD-03": 1_000_000_000}).first)[::2] == ("quantity_above", "FD-03", 999_999_999)
    assert no(old({"FD-03": 9}, facts={"line": "ip_network"}).first)[:2] == ("excluded_by", "FD-r.62")
    refused = old({"FD-03": 9, "FD-07": 1, "FD-08": 1}, facts=D11).first
    assert no(refused)[:2] == ("excluded_by", "FD-r.65")


@pytest.mark.parametrize(
    ("row", "line", "clause"),
    [
        ("FD-18", "ip_network", "FD-r.62"),
        ("FD-18", "other_carrier_direct", "FD-r.58"),
        ("FD-11", "ip_network", "FD-r.62"),
        ("FD-11", "other_carrier_direct", "FD-r.58"),
        ("ND-02", "ip_network_050", "ND-r.37"),
        ("ND-17", "ip_network_050", "ND-r.37"),
    ],
)
def test_fd_r_58_62_and_nd_r_37_not_on_such_lines(row: str, line: str, clause: str) -> None:
    base = {"ND-01": 1} if row.startswith("ND") else {"FD-01": 1, "FD-02": 1}
    refused = old({**base, row: 1}, facts={"line": line}).first
    assert no(refused)[:3] == ("excluded_by", clause, row)


@pytest.mark.parametrize("minutes", [0, 6, 2.5, "x"])
@pytest.mark.parametrize("row", ["FD-10", "ND-07"])
def test_fd_r_24_and_nd_r_41_hold_from_one_to_five_whole_minutes(row: str, minutes: object) -> None:
    base = {"ND-01": 1} if row == "ND-07" else {"FD-01": 1}
    number = new({**base, row: 2}, settings={row: {"hold_minutes": 5}})
    assert number.first == YES
    assert no(number.change("2023-05-01", settings={row: {"hold_minutes": minutes}}))[::2][:2] == (
        "limit_exceeded",
        row,
    )


def test_a_setting_of_what_was_not_bought() -> None:
    number = new({"FD-01": 1})
    refused = number.change("2023-05-01", settings={"FD-10": {"hold_minutes": 3}})
    assert no(refused)[::2][:2] == ("not_licensed", "FD-10")


@pytest.mark.parametrize(
    ("row", "most", "clause"),
    [("FD-14", 10_000, "FD-n.5"), ("FD-15", 500, "FD-n.5"), ("ND-09", 500, "ND-n.8"), ("ND-10", 10_000, "ND-n.1")],
)
def test_fd_n_5_and_nd_n_1_n_8_destinations(row: str, most: int, clause: str) -> None:
    base = {"ND-01": 1} if row.startswith("ND") else {"FD-01": 1}
    assert new({**base, row: most}).first == YES
    assert no(new({**base, row: most + 1}).first) == ("quantity_above", clause, row, most + 1, most)


@pytest.mark.parametrize(
    ("facts", "most"),
    [
        ({"discounts": ("D1",)}, 3),
        ({"discounts": ("D4",)}, 3),
        ({"discounts": ("D4",), "discount_lines": 2}, 10),
        ({"discounts": ("D7",)}, 10),
    ],
)
def test_fd_n_1_the_list_of_communications_choice(facts: dict[str, object], most: int) -> None:
    assert new({"FD-05": 1}, facts=facts, settings={"FD-05": {"list": most}}).first == YES
    refused = new({"FD-05": 1}, facts=facts, settings={"FD-05": {"list": most + 1}}).first
    assert no(refused) == ("limit_exceeded", "FD-n.1", "FD-05", most + 1, most)


def test_fd_r_12_communications_choice_ends_with_the_discount_it_was_taken_with() -> None:
    assert no(new({"FD-05": 1}).first)[:3] == ("needs", "FD-r.12", "FD-05")
    assert code(new({"FD-05": 1}, facts={"discounts": ("D10",)}).first) is Code.NEEDS
    number = new({"FD-05": 1}, facts={"discounts": ("D1", "D10")})
    assert number.change("2023-05-01", facts={"discounts": ("D2",)}) == YES
    assert "FD-05" in number.limits("2023-04-30")
    assert "FD-05" not in number.limits("2023-05-01")


def test_fd_r_68_70_71_the_specific_kind_and_what_ends_it() -> None:
    rows = {"FD-06": 1, "FD-08": 1, "FD-13": 1}
    assert code(new(rows, facts={"discounts": ("D10", "D11")}).first) is Code.NEEDS
    any_of_them = new(rows, facts={"discounts": ("D10",)}, readings={"specific_discounts": "any"})
    assert any_of_them.first == YES
    assert code(new({"FD-06": 1}, facts=SPECIFIC).first) is Code.NEEDS
    for said in ({"rows": {"FD-08": 0}}, {"facts": {"discounts": ("D10",)}}):
        number = new(rows, facts=SPECIFIC)
        assert number.order(Do.CHANGE, "2023-05-01", **said) == YES  # type: ignore[arg-type]
        assert "FD-06" not in number.limits("2023-05-01")


def test_fd_r_63_64_66_the_per_number_charge_and_what_ends_it() -> None:
    assert code(new({"FD-01": 1, "FD-07": 1, "FD-08": 1}).first) is Code.NEEDS
    number = new({"FD-01": 1, "FD-07": 1, "FD-08": 1}, facts=D11)
    assert number.change("2023-05-01", {"FD-08": 0}) == YES
    assert "FD-07" not in number.limits("2023-05-01")
    rows = {"FD-04": 1, "FD-07": 1, "FD-08": 1}
    assert no(new(rows, facts=D11).first)[0] == "excluded_by"
    assert new(rows, facts=D11, readings={"caller_id_per_number": "accept"}).first == YES


ND_PAIRS = [
    ("ND-02", "ND-03"),
    ("ND-02", "ND-04"),
    ("ND-02", "ND-05"),
    ("ND-03", "ND-04"),
    ("ND-03", "ND-05"),
    ("ND-04", "ND-05"),
    ("ND-04", "ND-07"),
    ("ND-04", "ND-08"),
    ("ND-04", "ND-11"),
    ("ND-04", "ND-12"),
]


@pytest.mark.parametrize(("one", "other"), ND_PAIRS)
def test_nd_r_22_24_48_charging_functions_exclude_each_other(one: str, other: str) -> None:
    flat = {"settings": {"ND-05": {"type": 1}}} if "ND-05" in (one, other) else {}
    rows = {"ND-01": 1, one: 1, other: 1, "ND-14": 1, "ND-16": 1}
    assert code(new(rows, **flat).first) is Code.EXCLUDED_BY


def test_nd_r_9_detour_difference_needs_a_detour() -> None:
    assert code(new({"ND-01": 1, "ND-03": 1}).first) is Code.NEEDS
    for row in ("ND-13", "ND-14", "ND-15"):
        assert new({"ND-01": 1, "ND-03": 1, row: 1}).first == YES
    printed = {"detour_kinds": "as_printed"}
    assert code(new({"ND-01": 1, "ND-03": 1, "ND-13": 1}, readings=printed).first) is Code.NEEDS
    assert new({"ND-01": 1, "ND-03": 1, "ND-15": 1}, readings=printed).first == YES


CITIES = (
    *("tokyo", "sapporo", "sendai", "yokohama", "kawasaki", "chiba", "nagoya"),
    *("kyoto", "osaka", "kobe", "hiroshima", "kitakyushu", "fukuoka"),
)


def test_nd_r_15_nationwide_flat_charging_of_both_types() -> None:
    first = {"ND-05": {"type": 1}}
    assert no(new({"ND-01": 1, "ND-05": 1}, settings=first).first)[:3] == ("needs", "ND-r.15(1)", "ND-05")
    assert new({"ND-01": 1, "ND-05": 1, "ND-16": 1}, settings=first).first == YES
    second = {"ND-05": {"type": 2}}
    assert new({"ND-01": 1, "ND-05": 1}, settings=second, facts={"cities": CITIES}).first == YES
    refused = new({"ND-01": 1, "ND-05": 1}, settings=second, facts={"cities": CITIES[1:]}).first
    assert no(refused)[::2][:2] == ("needs", "ND-05")
    assert no(refused)[3:] == (12, 13)
    assert code(new({"ND-01": 1, "ND-05": 1}, settings={"ND-05": {"type": 3}}).first) is Code.LIMIT_EXCEEDED
    lines = {"line": "subscriber"}
    assert code(new({"ND-01": 1, "ND-05": 1, "ND-16": 1}, settings=first, facts=lines).first) is Code.NEEDS


def test_nd_r_23_giving_up_advanced_distribution_changes_the_number() -> None:
    number = new({"ND-01": 1, "ND-08": 1})
    assert number.change("2023-05-01", {"ND-08": 0}) == Accepted(("number_changes",))


@pytest.mark.parametrize("row", ["FD-04", "FD-05", "FD-06", "FD-07", "FD-11"])
def test_2_2_1_what_has_no_daily_amount_has_no_temporary_form(row: str) -> None:
    facts = {"discounts": ("D1",)} if row == "FD-05" else SPECIFIC
    refused = old({row: 1, "FD-08": 1}, facts=facts, temporary=True).first
    assert no(refused)[::2][:2] == ("not_in_tariff", row)


@pytest.mark.parametrize("row", ["FD-10", "FD-12"])
def test_2_2_1_what_has_a_daily_amount_has_one(row: str) -> None:
    assert old({"FD-01": 1, row: 1}, temporary=True).first == YES


# ---------------------------------------------------------------- what was withdrawn on 2022-12-01

WITHDRAWN = ["FD-03", "FD-11", "FD-12", "ND-06", "G-03"]


@pytest.mark.parametrize("row", WITHDRAWN)
def test_supplement_2_withdrawn_functions_are_closed_to_others(row: str) -> None:
    base = {"ND-01": 1} if row.startswith("ND") else {"FD-01": 1}
    for number in (new(base), old(base)):
        refused = number.change("2023-05-01", {row: 2})
        assert no(refused)[:3] == ("withdrawn", "附則 2", row)
    assert no(Bought("freedial-navidial", "2022-12-01", {**base, row: 2}).first)[:3] == ("withdrawn", "附則 2", row)
    assert Bought("freedial-navidial", "2022-11-30", {**base, row: 2}).first == YES


@pytest.mark.parametrize("row", ["FD-11", "FD-12", "ND-06", "G-03"])
def test_supplement_2_who_had_them_keeps_them_and_gets_no_more(row: str) -> None:
    base = {"ND-01": 1} if row.startswith("ND") else {"FD-01": 1}
    number = old({**base, row: 2})
    assert number.limits("2022-12-01")[row] == 2
    assert number.at("2022-12-01").version == "freedial-navidial@2022-12-01"
    assert no(number.change("2023-05-01", {row: 3})) == ("withdrawn", "附則 2", row, 3, 2)
    assert number.change("2023-05-01", {row: 1}) == YES
    assert number.change("2023-06-01", {row: 0}) == YES
    assert no(number.change("2023-07-01", {row: 1}))[0] == "withdrawn"


def test_supplement_2_a_kept_call_limit_may_be_set_anew() -> None:
    number = old({"FD-03": 1000})
    assert number.change("2023-05-01", {"FD-03": 2000}) == YES
    assert number.limits("2023-05-01")["FD-03"] == 2000


def test_supplement_2_the_conditions_of_what_is_kept_are_kept_too() -> None:
    number = old({"FD-03": 1000})
    assert no(number.change("2022-11-01", {"FD-23": 1}))[:3] == ("excluded_by", "FD-r.1", "FD-23")
    for row, facts in (("FD-23", {}), ("FD-02", {}), ("FD-07", D11)):
        wanted = {row: 1, "FD-08": 1} if row == "FD-07" else {row: 1}
        assert code(number.change("2023-05-01", wanted, facts=facts)) is Code.EXCLUDED_BY
    nuisance = old({"FD-01": 1, "FD-11": 1})
    assert code(nuisance.change("2023-05-01", {"FD-04": 1})) is Code.EXCLUDED_BY


def test_supplement_2_read_as_additional_functions_only() -> None:
    number = old({"FD-03": 1000, "FD-12": 1}, readings={"grandfather": "additional_only"})
    assert set(number.limits("2022-11-30T23:59")) >= {"FD-03", "FD-12"}
    assert "FD-03" not in number.limits("2022-12-01")
    assert "FD-12" in number.limits("2022-12-01")


def test_supplement_2_in_service_or_only_ordered_in_time() -> None:
    for readings, held in (({}, False), ({"grandfather_from": "ordered"}, True)):
        number = old({"FD-01": 1}, readings=readings)
        decision = number.change("2022-12-05", {"FD-12": 1}, ordered="2022-11-20")
        assert (decision == YES) is held
        assert ("FD-12" in number.limits("2022-12-06")) is held


def test_fd_r_33_nuisance_rejection_ends_with_a_transfer() -> None:
    number = old({"FD-01": 1, "FD-11": 1, "FD-12": 1})
    assert number.order(Do.TRANSFER, "2022-06-01") == YES
    assert set(number.limits("2022-06-01")) >= {"FD-01", "FD-12"}
    assert "FD-11" not in number.limits("2022-06-01")
    late = old({"FD-01": 1, "FD-11": 1})
    assert late.order(Do.TRANSFER, "2023-06-01") == YES
    assert "FD-11" not in late.limits("2023-06-01")


def test_nd_r_15_flat_charging_is_of_one_of_its_types_also_where_none_is_named() -> None:
    assert no(new({"ND-01": 1, "ND-05": 1}).first) == ("needs", "ND-r.15", "ND-05", 0, 13)
    assert new({"ND-01": 1, "ND-05": 1, "ND-16": 1}).first == YES
    assert new({"ND-01": 1, "ND-05": 1}, facts={"cities": CITIES}).first == YES


@pytest.mark.parametrize("beside", ["FD-04", "FD-05", "FD-23"])
def test_fd_n_3_the_additional_number_does_not_count_where_the_callers_number_decides(beside: str) -> None:
    facts = {"discounts": ("D1",)}
    for made in (old, new):
        for kind, accepted in (("telephone", True), ("line", True), ("additional", False)):
            wanted = made({"FD-25": 1, beside: 1}, settings={"FD-25": {"number": kind}}, facts=facts)
            assert (wanted.first == YES) is accepted
        assert no(wanted.first)[:3] == ("excluded_by", "FD-n.3", "FD-25")
    plain = new({"FD-01": 1, "FD-25": 1}, settings={"FD-25": {"number": "additional"}})
    assert plain.first == YES
    assert no(plain.change("2023-05-01", {"FD-23": 1}))[:3] == ("excluded_by", "FD-n.3", "FD-25")
    assert code(new({"FD-25": 1}, settings={"FD-25": {"number": "fax"}}).first) is Code.LIMIT_EXCEEDED
