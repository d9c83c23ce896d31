"""Features of contract and order: counts that are refused, what comes in a number kind, paid by use, ahead or later."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.integration.tariff.asked import Asked

ASKED = Asked()
ACC, CSM, FD, AML = "arcstar-contact-center", "connect-smacom", "freedial-navidial", "amics-line-hikari-denwa"


@pytest.fixture(scope="module", autouse=True)
def _answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    ASKED.ask(tmp_path_factory.mktemp("quote"))


def change(at: str, rows: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"at": at, "do": "change", **({} if rows is None else {"rows": rows}), **more}


GATEWAY_AWAY = {"known": "2022-05-10T00:00", "restored": "2022-05-12T00:00", "cause": "own_gateway"}
ASKED.case(
    "gateways",
    ACC,
    "2022-04-01",
    {"ACC-F01": 200, "ACC-F16": 50},
    type="ACC-T2",
    orders=[change("2022-05-20", {"ACC-F16": 51})],
    outages=[GATEWAY_AWAY, {**GATEWAY_AWAY, "cause": "operator"}],
    ask={"invoices": ["2022-06"], "entitlements_at": ["2022-05-21"]},
)
ASKED.case("gateways before", ACC, "2021-04-06", {"ACC-F01": 200, "ACC-F16": 1}, type="ACC-T2-OLD")


@pytest.mark.feature("ACC-F16", "limit", "refusal")
def test_annex_11_fifty_interfaces_cost_nothing_and_their_failure_does_not_count_against_the_service() -> None:
    assert ASKED.decision("gateways") == ()
    assert ASKED.decision("gateways", 1) == ("quantity_above", "Annex-11", 51, 50)
    assert ASKED.limit("gateways", "ACC-F16") == 50
    (june,) = ASKED.answer("gateways")["invoices"]
    assert [line["row"] for line in june["lines"]] == ["ACC-P-SEAT"]
    gateway, whole = ASKED.answer("gateways")["outages"]
    assert (gateway["sla_excluded"], whole["sla_excluded"]) == (True, False)
    assert ASKED.decision("gateways before")[0] == "not_in_tariff"


ASKED.case(
    "seats",
    ACC,
    "2022-04-01",
    {"ACC-F01": 300, "ACC-F08": 250},
    type="ACC-T2",
    facts={"lines": [{"channels": 260}]},
    in_use=[{"at": "2022-04-20", "row": "ACC-F01", "number": 270}],
    orders=[
        change("2022-05-10", {"ACC-F01": 265}),
        change("2022-05-11", {"ACC-F01": 280}),
        change("2022-05-12", {"ACC-F01": 400, "ACC-F08": 401}),
    ],
    ask={"invoices": ["2022-05", "2022-06"]},
)
ASKED.case(
    "channels",
    ACC,
    "2022-04-01",
    {"ACC-F01": 300},
    type="ACC-T2",
    facts={"lines": [{"channels": 260}]},
    orders=[change("2022-05-10", {"ACC-F01": 259}), change("2022-05-11", {"ACC-F01": 260})],
)


@pytest.mark.feature("ACC-F01", "limit", "refusal")
def test_art_9_2_6_seats_are_not_lowered_below_their_use_or_the_channels_of_a_line() -> None:
    assert ASKED.decision("seats", 1) == ("seats_in_use", "T1-2-1-2", 270, 265)
    assert ASKED.decision("seats", 2) == ()
    assert ASKED.decision("seats", 3) == ("quantity_above", "Annex-3", 401, 400)
    assert ASKED.decision("channels", 1) == ("quantity_above", "Art.9-2(6)", 260, 259)
    assert ASKED.decision("channels", 2) == ()
    assert ASKED.lines("seats", "2022-05")["ACC-W-SEATS"] == (1, 7000)
    assert ASKED.lines("seats", "2022-06")["ACC-P-SEAT"] == (280, 4480000)


DESTINATIONS = [("FD-14", 10000, "FD-n.5"), ("FD-15", 500, "FD-n.5"), ("ND-09", 500, "ND-n.8")]
for row, most, _ in DESTINATIONS:
    basic = "FD-01" if row.startswith("FD") else "ND-01"
    for wanted in (most, most + 1):
        ASKED.case(
            f"{row} {wanted}",
            FD,
            "2023-01-10",
            {basic: 1, row: wanted},
            prices={basic: 1000, row: 2},
            ask={"entitlements_at": ["2023-01-11"], "invoices": ["2023-02"]},
        )
    more = [change("2023-02-10", {row: most}), change("2023-02-11", {row: most + 1})]
    ASKED.case(f"{row} grows", FD, "2023-01-10", {basic: 1, row: 2}, orders=more)


@pytest.mark.parametrize(
    ("row", "most", "clause"),
    [pytest.param(*one, marks=pytest.mark.feature(one[0], "limit", "refusal"), id=one[0]) for one in DESTINATIONS],
)
def test_so_many_destinations_and_not_one_more(row: str, most: int, clause: str) -> None:
    assert ASKED.decision(f"{row} {most}") == ()
    assert ASKED.limit(f"{row} {most}", row) == most
    assert ASKED.lines(f"{row} {most}", "2023-02")[row] == (most, 2 * most)
    assert ASKED.decision(f"{row} {most + 1}") == ("quantity_above", clause, most + 1, most)
    assert ASKED.decision(f"{row} grows", 1) == ()
    assert ASKED.decision(f"{row} grows", 2) == ("quantity_above", clause, most + 1, most)


BESIDE = {"FD-23": {}, "FD-04": {}, "FD-05": {"facts": {"discounts": ["D1"]}}}
for row, more_said in BESIDE.items():
    for kind in ("telephone", "line", "additional"):
        said: dict[str, Any] = {"settings": {"FD-25": {"number": kind}}, **more_said}
        ASKED.case(f"{kind} with {row}", FD, "2023-01-10", {"FD-25": 1, row: 1}, **said)
ASKED.case(
    "additional",
    FD,
    "2023-01-10",
    {"FD-01": 1, "FD-25": 1},
    settings={"FD-25": {"number": "additional"}},
    orders=[change("2023-02-10", {"FD-23": 1})],
)


@pytest.mark.feature("FD-25", "refusal")
def test_fd_n_3_the_additional_number_counts_unless_the_callers_number_decides() -> None:
    assert ASKED.decision("additional") == ()
    assert ASKED.decision("additional", 1)[:2] == ("excluded_by", "FD-n.3")
    for row in BESIDE:
        assert ASKED.decision(f"telephone with {row}") == ASKED.decision(f"line with {row}") == ()
        assert ASKED.decision(f"additional with {row}")[:2] == ("excluded_by", "FD-n.3")


PHONE = {"AML-F03": 1, "AML-F10": 1}
for numbers in (4, 5):
    ASKED.case(
        f"{numbers} additional",
        AML,
        "2024-09-01",
        {**PHONE, "AML-F21": numbers},
        prices={"AML-F03": 3000, "AML-F10": 500, "AML-F21": 100},
        ask={"entitlements_at": ["2024-09-02"], "invoices": ["2024-09"]},
    )


@pytest.mark.feature("AML-F21", "limit", "refusal")
def test_x2_2_1_four_numbers_beside_the_contracts_own() -> None:
    assert ASKED.decision("4 additional") == ()
    assert ASKED.limit("4 additional", "AML-F21") == 4
    assert ASKED.lines("4 additional", "2024-09")["AML-F21"] == (4, 400)
    assert ASKED.decision("5 additional") == ("quantity_above", "X2-2(1)", 5, 4)


ACROSS = ["AML-F30", "AML-F31", "AML-F32", "AML-F33"]
for row in ACROSS:
    across = {row: {"across_lines": True}}
    rows = {**PHONE, "AML-F28": 1, row: 1}
    ASKED.case(f"{row} within", AML, "2024-09-01", rows, settings={row: {"across_lines": False}})
    ASKED.case(f"{row} alone", AML, "2024-09-01", rows, settings=across)
    ASKED.case(f"{row} across", AML, "2024-09-01", {**rows, "AML-F29": 1}, settings=across)
    given_up = [change("2024-10-01", {"AML-F29": 0})]
    ASKED.case(f"{row} given up", AML, "2024-09-01", {**rows, "AML-F29": 1}, settings=across, orders=given_up)
ASKED.case("F29 alone", AML, "2024-09-01", {**PHONE, "AML-F29": 1})


@pytest.mark.feature("AML-F29", "refusal")
def test_x2_2_1_a_destination_on_another_line_asks_for_the_management_of_several() -> None:
    assert ASKED.decision("F29 alone")[:2] == ("needs", "X2-2(1)")
    for row in ACROSS:
        assert ASKED.decision(f"{row} within") == ASKED.decision(f"{row} across") == ()
        assert ASKED.decision(f"{row} alone")[:2] == ("needs", "X2-2(1)")
        assert ASKED.decision(f"{row} given up", 1)[:2] == ("needs", "X2-2(1)")


USED = [{"at": f"2024-09-{day}", "do": "once", "rows": {"AML-F52": times}} for day, times in (("05", 2), ("20", 1))]
ASKED.case(
    "by use",
    AML,
    "2024-09-01",
    {"AML-F03": 1, "AML-F52": 1},
    prices={"AML-F03": 3000, "AML-F52": 120},
    orders=USED,
    ask={"invoices": ["2024-09", "2024-10"]},
)
ASKED.case(
    "by use without price",
    AML,
    "2024-09-01",
    {"AML-F03": 1},
    prices={"AML-F03": 3000},
    orders=USED,
    ask={"invoices": ["2024-09"]},
)


@pytest.mark.feature("AML-F52", "refusal")
def test_art_20_what_is_declared_at_each_use_is_paid_for_each_use_at_a_price_that_must_be_there() -> None:
    assert ASKED.lines("by use", "2024-09")["AML-F52"] == (3, 360)
    assert "AML-F52" not in ASKED.lines("by use", "2024-10")
    (unknown,) = ASKED.answer("by use without price")["invoices"]
    assert (unknown["state"], unknown["code"], unknown["rows"]) == ("unpriced", "estimate_required", ["AML-F52"])


SIZES = {"AML-F43": 20, "AML-F44": 100, "AML-F45": 500, "AML-F46": 1000, "AML-F47": 12000}
LISTED = {"AML-F03": 1, "AML-F10": 1, "AML-F42": 1}
PLANS = list(SIZES)
for smaller, larger in pairwise(PLANS):
    swap = {smaller: 0, larger: 1}
    back = {smaller: 1, larger: 0}
    ASKED.case(
        f"{smaller} to {larger}",
        AML,
        "2024-09-10",
        {**LISTED, smaller: 1},
        settings={"AML-F42": {"list": SIZES[smaller]}},
        orders=[
            change("2024-10-01", swap),
            change("2024-10-02", settings={"AML-F42": {"list": SIZES[smaller] + 1}}),
            change("2024-10-03", back),
            change("2024-10-04", settings={"AML-F42": {"list": SIZES[smaller]}}),
            change("2024-10-05", back),
        ],
        ask={"entitlements_at": ["2024-10-03", "2024-10-06"]},
    )


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        pytest.param(*pair, marks=[pytest.mark.feature(row, "refusal") for row in pair], id="-".join(pair))
        for pair in pairwise(PLANS)
    ],
)
def test_x2_2_1_a_larger_plan_keeps_the_entries_and_a_smaller_one_must_hold_them(smaller: str, larger: str) -> None:
    case, size = f"{smaller} to {larger}", SIZES[smaller]
    assert [ASKED.decision(case, order) for order in (1, 2, 4, 5)] == [()] * 4
    assert ASKED.decision(case, 3) == ("limit_exceeded", "X2-2(1)", size + 1, size)
    assert [ASKED.limit(case, row, 0) for row in (smaller, larger)] == [0, SIZES[larger]]
    assert [ASKED.limit(case, row, 1) for row in (smaller, larger)] == [size, 0]


ASKED.case(
    "advance",
    CSM,
    "2025-05-10",
    {"CSM-F01": 15},
    debts=[{"yen": 32780, "due": "2025-07-31"}, {"yen": 32780, "due": "2025-08-31"}],
    payments=[{"at": "2025-06-10", "yen": 50000}],
    ask={"on": "2025-06-10", "invoices": ["2025-06", "2025-07"]},
)


@pytest.mark.feature("CSM-F34")
def test_gr_13_what_is_paid_in_advance_lessens_the_next_bills_and_bears_no_interest() -> None:
    answer = ASKED.answer("advance")
    assert [one["total"] for one in answer["invoices"]] == [32780, 32780]
    assert [(one["yen"], one["days"], one["interest"]) for one in answer["interest"]] == [(32780, 0, 0), (17220, 0, 0)]
    assert [one["left"] for one in answer["debts"]] == [0, 15560]


for agreed in ("1", "3"):
    ASKED.case(
        f"{agreed} together",
        CSM,
        "2025-05-10",
        {"CSM-F01": 5},
        readings={"paid_together": agreed},
        orders=[{"at": "2025-10-20", "do": "cancel"}],
        ask={"invoices": ["2025-06", "2025-07", "2025-08", "2025-09", "2025-10"]},
    )


@pytest.mark.feature("CSM-F35", "limit")
def test_gr_12_months_agreed_to_be_paid_together_are_lines_of_one_invoice_and_none_waits_beyond_the_end() -> None:
    assert [one["state"] for one in ASKED.answer("1 together")["invoices"]] == ["issued"] * 5
    june, july, august, september, october = ASKED.answer("3 together")["invoices"]
    assert [one["state"] for one in (june, july, august)] == ["held", "held", "issued"]
    assert (june["total"], july["total"]) == (0, 0)
    assert august["months"] == ["2025-06", "2025-07", "2025-08"]
    fees = [line for line in august["lines"] if line["row"] == "CSM-M1"]
    assert [(line.get("month", "2025-08"), line["amount"]) for line in fees] == [
        ("2025-06", 9900),
        ("2025-07", 9900),
        ("2025-08", 9900),
    ]
    assert [line["amount"] for line in august["lines"] if line["row"] == "CSM-H3"] == [100]
    assert (september["state"], october["months"]) == ("held", ["2025-09", "2025-10"])
