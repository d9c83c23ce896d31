"""Features whose substance is a contract, a price or an order, shown from outside by the tariffs' door."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.tariff.asked import Asked

ASKED = Asked()
ACC, CSM, MT = "arcstar-contact-center", "connect-smacom", "connect-miitel"
FD, AML = "freedial-navidial", "amics-line-hikari-denwa"
NAVI = {"direction": "in", "number": "navidial", "other": "fixed", "seconds": 180, "charge": 90, "reference": 30}


@pytest.fixture(scope="module", autouse=True)
def _answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    ASKED.ask(tmp_path_factory.mktemp("quote"))


def change(at: str, rows: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"at": at, "do": "change", **({} if rows is None else {"rows": rows}), **more}


RANGES = [("ACC-T1", 20, 1000), ("ACC-T2", 200, 2000), ("ACC-T3", 200, 400)]
for kind, least, most in RANGES:
    for seats in (least - 1, least, most, most + 1):
        ASKED.case(f"{kind} {seats}", ACC, "2022-04-01", {"ACC-F01": seats}, type=kind)
ASKED.case("T3 early", ACC, "2021-04-06", {"ACC-F01": 200}, type="ACC-T3")
ASKED.case(
    "T2 old",
    ACC,
    "2021-01-01",
    {"ACC-F01": 300},
    type="ACC-T2-OLD",
    ask={"entitlements_at": ["2021-04-06", "2021-04-07"]},
)


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [pytest.param(*one, marks=pytest.mark.feature(one[0], "limit", "refusal"), id=one[0]) for one in RANGES],
)
def test_art_4_2_a_kind_of_contract_has_its_range_of_seats(kind: str, least: int, most: int) -> None:
    assert ASKED.decision(f"{kind} {least - 1}") == ("quantity_below", "Art.4-2", least - 1, least)
    assert ASKED.decision(f"{kind} {least}") == ASKED.decision(f"{kind} {most}") == ()
    assert ASKED.decision(f"{kind} {most + 1}") == ("quantity_above", "Art.4-2", most + 1, most)


@pytest.mark.feature("ACC-T2")
@pytest.mark.feature("ACC-T3", "refusal")
def test_supplement_2_the_undivided_category_becomes_plan_1_and_plan_2_begins() -> None:
    before, after = ASKED.answer("T2 old")["entitlements"]
    assert (before["version"], before["type"]) == ("arcstar-contact-center@old", "ACC-T2-OLD")
    assert (after["version"], after["type"]) == ("arcstar-contact-center@2021-04-07", "ACC-T2")
    assert ASKED.decision("T3 early")[0] == "not_in_tariff"


ASKED.case(
    "expansion",
    ACC,
    "2022-04-01",
    {"ACC-F01": 300, "ACC-F09": 300, "ACC-F10": "400-1000", "ACC-F11": "400-1000"},
    type="ACC-T2",
    orders=[
        change("2022-05-10", {"ACC-F10": "400-2000"}),
        change("2022-05-11", {"ACC-F10": "400-2000", "ACC-F11": "400-2000"}),
        change("2022-06-10", {"ACC-F10": "400-1000", "ACC-F11": "400-1000"}),
    ],
    ask={"invoices": ["2022-04", "2022-05"]},
)
ASKED.case("one-sided", ACC, "2022-04-01", {"ACC-F01": 300, "ACC-F09": 300, "ACC-F10": "400-1000"}, type="ACC-T2")


@pytest.mark.feature("ACC-F10", "limit", "refusal")
@pytest.mark.feature("ACC-F11", "limit", "refusal")
def test_annex_5_and_6_expansion_goes_up_only_and_at_the_second_site_alike() -> None:
    assert ASKED.decision("expansion", 1) == ("quantity_must_equal", "Annex-6(1)", "400-1000", "400-2000")
    assert ASKED.decision("expansion", 2) == ()
    assert ASKED.decision("expansion", 3)[:2] == ("no_downgrade", "Annex-5(1)")
    assert ASKED.decision("one-sided")[:2] == ("needs", "Annex-6(1)")
    april, may = (ASKED.lines("expansion", month) for month in ("2022-04", "2022-05"))
    assert (april["ACC-P-TE-400-1000"], april["ACC-P-TEDR-400-1000"]) == ((1, 187500), (1, 175000))
    assert (may["ACC-P-TE-400-2000"], may["ACC-P-TEDR-400-2000"]) == ((1, 725000), (1, 662500))
    assert may["ACC-W-TE"] == (1, 44000)


TIERS = [
    ("ACC-F12", "ACC-F05", 93, 186, 366, 200, "Annex-7(1)", "ACC-P-CAP-STD-400-186", 87500),
    ("ACC-F13", "ACC-F06", 46, 186, 366, 279, "Annex-8(1)", "ACC-P-CAP-HQ-400-186", 181250),
]
for tier, records, _plain, low, high, none, *_rest in TIERS:
    ASKED.case(
        tier,
        ACC,
        "2022-04-01",
        {"ACC-F01": 300, records: 300, tier: low},
        type="ACC-T2",
        orders=[
            change("2022-05-10", {tier: high}),
            change("2022-06-10", {tier: low}),
            change("2022-06-11", {tier: none}),
        ],
        recordings=[{"row": records, "made": "2022-04-02T10:00"}],
        ask={"invoices": ["2022-04"]},
    )
    ASKED.case(
        f"no {tier}",
        ACC,
        "2022-04-01",
        {"ACC-F01": 300, records: 300},
        type="ACC-T2",
        recordings=[{"row": records, "made": "2022-04-02T10:00"}],
    )


@pytest.mark.parametrize(
    ("tier", "plain", "high", "clause", "price", "yen"),
    [
        pytest.param(t, p, h, c, r, y, marks=pytest.mark.feature(t, "limit", "refusal"), id=t)
        for t, _, p, _, h, _, c, r, y in TIERS
    ],
)
def test_annex_7_and_8_a_tier_lengthens_the_keeping_and_never_shortens_it(
    tier: str, plain: int, high: int, clause: str, price: str, yen: int
) -> None:
    assert ASKED.decision(tier, 1) == ()
    assert ASKED.decision(tier, 2)[:2] == ("no_downgrade", clause)
    assert ASKED.decision(tier, 3)[:2] == ("not_in_tariff", "T1-2-2-2")
    assert ASKED.lines(tier, "2022-04")[price] == (1, yen)
    (kept,), (short,) = ASKED.answer(tier)["recordings"], ASKED.answer(f"no {tier}")["recordings"]
    assert short["retention"] == f"P{plain}D"
    assert kept["retention"] == f"P{high}D"
    assert kept["gone_from"] > short["gone_from"]


ASKED.case(
    "statement",
    CSM,
    "2025-05-10",
    {"CSM-F01": 5},
    orders=[{"at": "2025-06-10", "do": "once", "rows": {"CSM-H1": 2}}],
    charges=[{"at": "2025-06-12", "row": "CSM-H1", "yen": 120, "tax": "inclusive"}],
    ask={"invoices": ["2025-06"]},
)


@pytest.mark.feature("CSM-F29")
def test_t2_1_each_sending_of_a_statement_costs_200_yen_and_its_postage() -> None:
    (june,) = ASKED.answer("statement")["invoices"]
    sent = [line for line in june["lines"] if line["row"] == "CSM-H1"]
    assert (2, 400) in [(line.get("quantity"), line["amount"]) for line in sent]
    assert len(sent) == 2


ESTIMATED = [("CSM-F31", "Art.21(2)"), ("CSM-F32", "Art.30(2)"), ("CSM-F33", "Art.27")]
for row, _ in ESTIMATED:
    rows = {"CSM-F01": 5, row: 1}
    ASKED.case(f"{row} no", CSM, "2025-05-10", rows, ask={"invoices": ["2025-05"]})
    ASKED.case(f"{row} yes", CSM, "2025-05-10", rows, prices={row: 50000}, ask={"invoices": ["2025-05", "2025-06"]})
    entered = [{"at": "2025-06-20", "row": row, "yen": 7000}]
    ASKED.case(f"{row} cost", CSM, "2025-05-10", {"CSM-F01": 5}, charges=entered, ask={"invoices": ["2025-06"]})


@pytest.mark.parametrize(
    ("row", "clause"),
    [pytest.param(*one, marks=pytest.mark.feature(one[0], "refusal"), id=one[0]) for one in ESTIMATED],
)
def test_what_is_estimated_is_billed_once_and_not_before_its_price_is_known(row: str, clause: str) -> None:
    (unknown,) = ASKED.answer(f"{row} no")["invoices"]
    assert (unknown["state"], unknown["code"], unknown["rows"]) == ("unpriced", "estimate_required", [row])
    assert ASKED.lines(f"{row} yes", "2025-05")[row] == (1, 50000)
    assert row not in ASKED.lines(f"{row} yes", "2025-06")
    assert ASKED.lines(f"{row} cost", "2025-06")[row][1] == 7000
    (line,) = [one for one in ASKED.answer(f"{row} cost")["invoices"][0]["lines"] if one["row"] == row]
    assert line["clause"] == clause


def call(other: str, seconds: int, direction: str = "out", number: str = "050") -> dict[str, Any]:
    return {"at": "2025-08-04T14:00", "direction": direction, "number": number, "other": other, "seconds": seconds}


OUT = [call("fixed", 180), call("fixed", 181), call("mobile", 61), call("ip_phone", 999), call("international", 1)]
INTO = [call(other, 61, "in", "0120") for other in ("fixed", "mobile", "ip_phone", "satellite")]
ASKED.case(
    "calls", MT, "2025-07-01", {"MT-F01": 16, "MT-F03": 1, "MT-F04": 1}, calls=[*OUT, *INTO], ask={"calls": True}
)


def rated(first: int, count: int) -> list[tuple[Any, ...]]:
    told = ASKED.answer("calls")["calls"][first : first + count]
    return [(one.get("row"), one.get("units"), one.get("charge"), one.get("code")) for one in told]


@pytest.mark.feature("MT-F13", "refusal")
def test_pl_050_calls_made_are_rated_by_started_units_and_unlisted_ones_refused() -> None:
    assert rated(0, 3) == [
        ("MT-C2", 1, "8.49", None),
        ("MT-C2", 2, "16.98", None),
        ("MT-C3", 2, "33.8", None),
    ]
    assert rated(3, 1)[0][0] == "MT-C4"
    assert float(rated(3, 1)[0][2]) == 0
    assert rated(4, 1)[0][3] == "not_in_tariff"


@pytest.mark.feature("MT-F14", "refusal")
def test_pl_tf_calls_received_are_rated_by_the_callers_line() -> None:
    assert rated(5, 3) == [
        ("MT-C6", 2, "14.0", None),
        ("MT-C7", 2, "40.0", None),
        ("MT-C8", 2, "14.0", None),
    ]
    assert rated(8, 1)[0][3] == "not_in_tariff"


for persons in (10, 11):
    ASKED.case(f"{persons} IDs", MT, "2025-07-01", {"MT-F01": persons, "MT-F03": 1}, ask={"invoices": ["2025-07"]})
for name, fell in (("within", "2025-12-31"), ("after", "2026-01-01")):
    orders = [change(fell, {"MT-F01": 10})]
    months = ["2025-07", fell[:7]]
    ASKED.case(
        f"{name} 6 months", MT, "2025-07-01", {"MT-F01": 11, "MT-F03": 1}, orders=orders, ask={"invoices": months}
    )


@pytest.mark.feature("MT-F15", "limit")
def test_pl_base_a_small_contract_costs_its_fee_once() -> None:
    assert ASKED.lines("10 IDs", "2025-07")["MT-B6"] == (1, 89000)
    assert "MT-B6" not in ASKED.lines("11 IDs", "2025-07")
    assert ASKED.lines("within 6 months", "2025-12")["MT-B6"] == (1, 89000)
    assert "MT-B6" not in ASKED.lines("after 6 months", "2026-01")


SPECIFIC = {"discounts": ["D10", "D11", "D12"]}
ASKED.case(
    "specific",
    FD,
    "2023-01-10",
    {"FD-06": 2, "FD-08": 1, "FD-13": 1},
    facts=SPECIFIC,
    ask={"invoices": ["2023-02"]},
    prices={"FD-13": 0},
)
ASKED.case("specific and waiting", FD, "2023-01-10", {"FD-06": 1, "FD-08": 1, "FD-10": 1}, facts=SPECIFIC)
ASKED.case("specific alone", FD, "2023-01-10", {"FD-06": 1, "FD-08": 1}, facts={"discounts": ["D10"]})
ASKED.case("specific without mobile", FD, "2023-01-10", {"FD-06": 1}, facts=SPECIFIC)


@pytest.mark.feature("FD-06", "limit", "refusal")
def test_fd_r_67_to_71_the_function_specific_kind_is_a_closed_set_at_its_own_price() -> None:
    assert ASKED.decision("specific") == ()
    assert ASKED.lines("specific", "2023-02")["FD-P-SPECIFIC"] == (2, 600)
    assert ASKED.decision("specific and waiting")[:2] == ("excluded_by", "FD-n.4")
    assert ASKED.decision("specific alone")[:2] == ("needs", "FD-r.68")
    assert ASKED.decision("specific without mobile")[:2] == ("needs", "FD-r.70")


PER_NUMBER = {"FD-07": 3, "FD-08": 1}
ASKED.case(
    "per number",
    FD,
    "2023-01-10",
    PER_NUMBER,
    facts={"discounts": ["D11"]},
    orders=[change("2023-03-05", {"FD-08": 0})],
    ask={"invoices": ["2023-02"], "entitlements_at": ["2023-03-04", "2023-03-06"]},
)
ASKED.case("per number without", FD, "2023-01-10", PER_NUMBER)
ASKED.case("per number and waiting", FD, "2023-01-10", {**PER_NUMBER, "FD-10": 1}, facts={"discounts": ["D11"]})


@pytest.mark.feature("FD-07", "limit", "refusal")
def test_fd_r_63_to_66_a_basic_charge_for_each_number() -> None:
    assert ASKED.lines("per number", "2023-02")["FD-P-NUMBER"] == (3, 3000)
    assert ASKED.decision("per number without")[:2] == ("needs", "FD-r.64")
    assert ASKED.decision("per number and waiting")[:2] == ("excluded_by", "FD-r.65")
    assert [ASKED.limit("per number", "FD-07", at) for at in (0, 1)] == [3, 0]


def navi(rerouted: str, other: str = "fixed") -> dict[str, Any]:
    return {**NAVI, "at": "2023-02-01T10:00", "rerouted": rerouted, "other": other}


NAVI_CALLS = [navi("no"), navi("busy_detour"), navi("busy_detour", "public_phone")]
PAID = {"ND-02": ["30", "30", "90"], "ND-03": ["90", "30", "90"], "ND-04": ["90", "0", "0"]}
"""The caller's part of each of those calls."""
for row in PAID:
    ASKED.case(
        row,
        FD,
        "2023-01-10",
        {row: 2, "ND-13": 1},
        prices={"ND-13": 0},
        calls=NAVI_CALLS,
        ask={"calls": True, "invoices": ["2023-01"]},
    )
    ASKED.case(f"{row} 050", FD, "2023-01-10", {row: 1, "ND-13": 1}, facts={"line": "ip_network_050"})
    ASKED.case(f"{row} flat", FD, "2023-01-10", {row: 1, "ND-13": 1, "ND-05": 1, "ND-16": 1})


@pytest.mark.parametrize(
    ("row", "price"),
    [
        pytest.param(row, price, marks=pytest.mark.feature(row, "limit", "refusal"), id=row)
        for row, price in (("ND-02", "ND-P-RATE"), ("ND-03", "ND-P-DETOUR"), ("ND-04", "ND-P-REVERSE"))
    ],
)
def test_nd_r_8_the_charge_of_a_call_is_split_between_caller_and_contractor(row: str, price: str) -> None:
    told = ASKED.answer(row)["calls"]
    assert [float(one["caller"]) for one in told] == [float(yen) for yen in PAID[row]]
    assert all(float(one["caller"]) + float(one["contractor"]) == 90 for one in told)
    assert ASKED.lines(row, "2023-01")[price] == (2, 6000)
    assert ASKED.decision(f"{row} 050")[:2] == ("excluded_by", "ND-r.37")
    assert ASKED.decision(f"{row} flat")[:2] == ("excluded_by", "ND-r.22")


CITIES = [
    "tokyo",
    "sapporo",
    "sendai",
    "yokohama",
    "kawasaki",
    "chiba",
    "nagoya",
    "kyoto",
    "osaka",
    "kobe",
    "hiroshima",
    "kitakyushu",
    "fukuoka",
]
TYPE_1, TYPE_2 = ({"settings": {"ND-05": {"type": kind}}} for kind in (1, 2))
ASKED.case(
    "flat 1", FD, "2023-01-10", {"ND-05": 1, "ND-16": 1}, **TYPE_1, prices={"ND-16": 100}, ask={"invoices": ["2023-01"]}
)
ASKED.case("flat 1 alone", FD, "2023-01-10", {"ND-05": 1}, **TYPE_1)
ASKED.case("flat 2", FD, "2023-01-10", {"ND-05": 1}, **TYPE_2, facts={"cities": CITIES})
ASKED.case("flat 2 less", FD, "2023-01-10", {"ND-05": 1}, **TYPE_2, facts={"cities": CITIES[1:]})
ASKED.case("flat elsewhere", FD, "2023-01-10", {"ND-05": 1, "ND-16": 1}, **TYPE_1, facts={"line": "subscriber"})


@pytest.mark.feature("ND-05", "limit", "refusal")
def test_nd_r_15_and_21_flat_charging_costs_nothing_and_asks_for_its_lines() -> None:
    assert ASKED.lines("flat 1", "2023-01").get("ND-P-FLAT", (1, 0))[1] == 0
    assert ASKED.decision("flat 1 alone")[:2] == ("needs", "ND-r.15(1)")
    assert ASKED.decision("flat 2") == ()
    assert ASKED.decision("flat 2 less")[:2] == ("needs", "ND-r.15(2)")
    assert ASKED.decision("flat elsewhere")[:2] == ("needs", "ND-r.21")


SIZES = {"AML-F43": 20, "AML-F44": 100, "AML-F45": 500, "AML-F46": 1000, "AML-F47": 12000}
LISTED = {"AML-F03": 1, "AML-F10": 1, "AML-F42": 1}
for row, size in SIZES.items():
    for entries in (size, size + 1):
        ASKED.case(
            f"{row} {entries}",
            AML,
            "2024-09-10",
            {**LISTED, row: 1},
            settings={"AML-F42": {"list": entries}},
            ask={"entitlements_at": ["2024-09-11"]},
        )
    ASKED.case(f"{row} alone", AML, "2024-09-10", {"AML-F03": 1, "AML-F10": 1, row: 1})


@pytest.mark.parametrize(
    ("row", "size"),
    [pytest.param(*one, marks=pytest.mark.feature(one[0], "limit", "refusal"), id=one[0]) for one in SIZES.items()],
)
def test_x2_2_1_a_plan_has_its_number_of_entries(row: str, size: int) -> None:
    assert ASKED.decision(f"{row} {size}") == ()
    assert ASKED.limit(f"{row} {size}", row) == size
    assert ASKED.decision(f"{row} {size + 1}") == ("limit_exceeded", "X2-2(1)", size + 1, size)
    assert ASKED.decision(f"{row} alone")[:2] == ("needs", "X2-2(1)")
