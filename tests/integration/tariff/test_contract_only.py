"""Features that are a line, a device or a visit: what the platform knows of them is their contract and their price."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.tariff.asked import Asked

ASKED = Asked()
ACC, AML = "arcstar-contact-center", "amics-line-hikari-denwa"


@pytest.fixture(scope="module", autouse=True)
def _answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    ASKED.ask(tmp_path_factory.mktemp("quote"))


def line(name: str, rows: dict[str, int], **more: Any) -> str:
    """An Amics contract from 2024-09-11 on."""
    return ASKED.case(name, AML, "2024-09-11", rows, **more)


ACCESS = [("ACC-F18", "universal_one", 15000, "ACC-W-CLOUD"), ("ACC-F19", "fic", 10000, "ACC-W-OTHER")]
for row, network, _, _ in ACCESS:
    ASKED.case(
        row,
        ACC,
        "2022-04-01",
        {"ACC-F01": 200},
        type="ACC-T2",
        facts={"access": network},
        orders=[{"at": "2022-05-10", "do": "change", "settings": {row: {"connection": "vlan 2"}}}],
        ask={"entitlements_at": ["2022-04-02"], "invoices": ["2022-05"]},
    )
    ASKED.case(
        f"{row} without consent",
        ACC,
        "2022-04-01",
        {"ACC-F01": 200},
        type="ACC-T2",
        facts={"access": network, "consents": ["portal"]},
    )
ASKED.case("plan 2", ACC, "2022-04-01", {"ACC-F01": 200}, type="ACC-T3", facts={"access": "universal_one"})


@pytest.mark.parametrize(
    ("row", "yen", "work"),
    [pytest.param(row, yen, work, marks=pytest.mark.feature(row, "refusal"), id=row) for row, _, yen, work in ACCESS],
)
def test_art_9_2_the_access_network_has_its_holders_consent_and_its_work_a_price(row: str, yen: int, work: str) -> None:
    others = {one for one, *_ in ACCESS} - {row}
    assert ASKED.limit(row, row) is None
    assert [ASKED.limit(row, other) for other in others] == [0]
    assert ASKED.lines(row, "2022-05")[work] == (1, yen)
    assert ASKED.decision(f"{row} without consent")[:2] == ("needs", "Art.9-2(5)")
    assert ASKED.decision("plan 2")[:2] == ("needs", "Art.4-2")


LINES = [f"AML-F{number:02}" for number in range(1, 7)]
for row in LINES:
    line(row, {row: 1}, prices={row: 3000}, ask={"invoices": ["2024-09"]})
    line(f"{row} without price", {row: 1}, ask={"invoices": ["2024-09"]})
    line(f"{row} twice", {row: 1, LINES[LINES.index(row) - 1]: 1})
    line(f"{row} of another", {row: 1}, facts={"host": "other_contractor"})


@pytest.mark.parametrize("row", [pytest.param(row, marks=pytest.mark.feature(row, "refusal"), id=row) for row in LINES])
def test_x2_1_a_line_is_of_one_kind_and_billed_by_the_day_at_its_quoted_price(row: str) -> None:
    assert ASKED.lines(row, "2024-09")[row] == (1, 2000)
    (unknown,) = ASKED.answer(f"{row} without price")["invoices"]
    assert (unknown["state"], unknown["rows"]) == ("unpriced", [row])
    assert ASKED.decision(f"{row} twice")[:2] == ("excluded_by", "X2-1")
    assert ASKED.decision(f"{row} of another")[:2] == ("needs", "Art.7")


GROUPS = [("AML-F07", 4), ("AML-F08", 8), ("AML-F09", 16)]
for row, least in GROUPS:
    for lines in (least - 1, least):
        line(f"{row} {lines}", {"AML-F04": 1, row: 1}, facts={"group_lines": lines, "representative": True})
line("nobody for all", {"AML-F04": 1, "AML-F09": 1}, facts={"group_lines": 16})


@pytest.mark.parametrize(
    ("row", "least"),
    [pytest.param(*one, marks=pytest.mark.feature(one[0], "limit", "refusal"), id=one[0]) for one in GROUPS],
)
def test_x2_1_a_plan_for_apartments_has_its_least_lines(row: str, least: int) -> None:
    assert ASKED.decision(f"{row} {least - 1}") == ("quantity_below", "X2-1", least - 1, least)
    assert ASKED.decision(f"{row} {least}") == ()


@pytest.mark.feature("AML-F09", "refusal")
def test_x2_1_plan_2_is_ordered_by_one_representative() -> None:
    assert ASKED.decision("nobody for all")[:2] == ("needs", "X2-1")


OTHERS = ["AML-F48", "AML-F49", "AML-F51"]
for row in OTHERS:
    dropped = [{"at": "2024-10-11", "do": "change", "rows": {row: 0}}]
    line(row, {"AML-F03": 1, row: 1}, prices={"AML-F03": 3000, row: 310}, orders=dropped, ask={"invoices": ["2024-10"]})
    line(f"{row} without price", {row: 1}, ask={"invoices": ["2024-09"]})


@pytest.mark.parametrize("row", [pytest.param(row, marks=pytest.mark.feature(row), id=row) for row in OTHERS])
def test_art_35_what_is_given_up_is_paid_until_the_day_before(row: str) -> None:
    assert ASKED.lines(row, "2024-10")[row] == (1, 100)
    (unknown,) = ASKED.answer(f"{row} without price")["invoices"]
    assert (unknown["state"], unknown["code"], unknown["rows"]) == ("unpriced", "estimate_required", [row])


returned = [{"at": "2024-10-20", "row": "AML-P8", "yen": 12000}]
line("not returned", {"AML-F03": 1}, prices={"AML-F03": 3000}, charges=returned, ask={"invoices": ["2024-10"]})


@pytest.mark.feature("AML-F51")
def test_art_24_2_a_terminal_that_does_not_come_back_is_paid() -> None:
    assert ASKED.lines("not returned", "2024-10")["AML-P8"][1] == 12000
