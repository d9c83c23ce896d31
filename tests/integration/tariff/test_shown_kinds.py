"""More features of contract, price and order: kinds of telephone, tiers of storage, an interruption, a limit."""

from __future__ import annotations

import pytest

from tests.integration.tariff.asked import Asked

ASKED = Asked()
CSM, MT, FD, AML = "connect-smacom", "connect-miitel", "freedial-navidial", "amics-line-hikari-denwa"


@pytest.fixture(scope="module", autouse=True)
def _answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    ASKED.ask(tmp_path_factory.mktemp("quote"))


KINDS = {"AML-F10": False, "AML-F11": True, "AML-F12": False, "AML-F13": True}
"""Kinds of telephone, and whether the six functions are in their fee."""
SIX = [f"AML-F{number}" for number in range(14, 20)]
PRICES = {"AML-F03": 3000, **dict.fromkeys(KINDS, 900), **dict.fromkeys(SIX, 300)}
for kind in KINDS:
    rows = {"AML-F03": 1, kind: 1}
    ASKED.case(
        f"{kind} with six",
        AML,
        "2024-09-01",
        {**rows, **dict.fromkeys(SIX, 1)},
        prices=PRICES,
        ask={"invoices": ["2024-09"]},
    )
    ASKED.case(
        kind, AML, "2024-09-01", rows, prices=PRICES, ask={"invoices": ["2024-09"], "entitlements_at": ["2024-09-02"]}
    )
    ASKED.case(f"{kind} without line", AML, "2024-09-01", {kind: 1})
    ASKED.case(
        f"{kind} without price", AML, "2024-09-01", rows, prices={"AML-F03": 3000}, ask={"invoices": ["2024-09"]}
    )


@pytest.mark.parametrize(
    ("kind", "plus"),
    [pytest.param(*one, marks=pytest.mark.feature(one[0], "refusal"), id=one[0]) for one in KINDS.items()],
)
def test_x2_2_1_a_telephone_needs_a_line_and_a_plus_kind_has_six_functions_in_its_fee(kind: str, plus: bool) -> None:
    assert ASKED.decision(f"{kind} without line")[:2] == ("needs", "X2-2(1)")
    (unknown,) = ASKED.answer(f"{kind} without price")["invoices"]
    assert (unknown["state"], unknown["rows"]) == ("unpriced", [kind])
    assert ASKED.lines(kind, "2024-09")[kind] == (1, 900)
    given = [ASKED.limit(kind, row) for row in SIX]
    charged = [ASKED.lines(f"{kind} with six", "2024-09").get(row, (1, 0))[1] for row in SIX]
    assert given == ([1] * 6 if plus else [0] * 6)
    assert charged == ([0] * 6 if plus else [300] * 6)


TERMS = [(1, 28800, 105600), (2, 57600, 211200)]
for years, *_ in TERMS:
    row = f"MT-F12-{years}Y"
    for hours in (501, 1000, 1001, 10000, 10001):
        ASKED.case(
            f"{row} {hours}",
            MT,
            "2025-07-01",
            {"MT-F01": 11, "MT-F03": 1, row: hours},
            ask={"invoices": ["2025-07", "2025-08"], "entitlements_at": ["2025-07-02"]},
        )


@pytest.mark.feature("MT-F12", "limit", "refusal")
@pytest.mark.parametrize(("years", "small", "large"), TERMS)
def test_pl_store_hours_are_raised_to_a_tier_that_is_paid_once_for_its_term(years: int, small: int, large: int) -> None:
    row = f"MT-F12-{years}Y"
    for hours, tier, yen in ((501, 1000, small), (1000, 1000, small), (1001, 2000, large)):
        assert ASKED.limit(f"{row} {hours}", row) == tier
        assert ASKED.lines(f"{row} {hours}", "2025-07")[f"MT-S-{tier}-{years}Y"] == (1, yen)
        assert f"MT-S-{tier}-{years}Y" not in ASKED.lines(f"{row} {hours}", "2025-08")
    assert ASKED.decision(f"{row} 10000") == ()
    assert ASKED.decision(f"{row} 10001") == ("estimate_required", "PL-store", 10001, 10000)


ASKED.case(
    "interrupted",
    CSM,
    "2025-05-10",
    {"CSM-F01": 5},
    orders=[{"at": "2025-06-10", "do": "interrupt"}, {"at": "2025-08-10", "do": "resume"}],
    ask={"invoices": ["2025-06", "2025-07"], "entitlements_at": ["2025-06-09", "2025-07-01", "2025-08-11"]},
)


@pytest.mark.feature("CSM-F30", "refusal")
def test_art_18_and_22_while_interrupted_nothing_may_be_used_and_the_fee_goes_on() -> None:
    states = [one["state"] for one in ASKED.answer("interrupted")["entitlements"]]
    assert states == ["active", "interrupted", "active"]
    assert [ASKED.limit("interrupted", "CSM-F01", at) for at in range(3)] == [5, 0, 5]
    for month in ("2025-06", "2025-07"):
        assert ASKED.lines("interrupted", month)["CSM-M1"] == (5, 9900)


for destinations in (10000, 10001):
    ASKED.case(f"{destinations} destinations", FD, "2023-01-10", {"ND-01": 1, "ND-10": destinations})


@pytest.mark.feature("ND-10", "limit", "refusal")
def test_nd_n_1_a_number_has_at_most_10_000_destinations() -> None:
    assert ASKED.decision("10000 destinations") == ()
    assert ASKED.decision("10001 destinations") == ("quantity_above", "ND-n.1", 10001, 10000)
