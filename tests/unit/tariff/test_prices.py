"""The tables' prices and a list of prices that was made apart from them: the same on both sides, none left over."""

from __future__ import annotations

import csv
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

import pytest

from tariff.written.rows import RowKind, Table
from tests.unit.tariff.tables import CATALOGUE

LIST = Path(__file__).parents[2] / "data" / "prices.csv"
TAX = Decimal("1.1")
COUNTS = {
    "arcstar-contact-center@2021-04-07": 68,
    "arcstar-contact-center@old": 49,
    "connect-smacom@2025-04-01": 20,
    "connect-miitel@2025-04-01": 47,
    "freedial-navidial@old": 18,
    "freedial-navidial@2022-12-01": 13,
    "amics-line-hikari-denwa@2024-08-01": 0,
}


def listed() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables() -> dict[str, Table]:
    return {table.id: table for versions in CATALOGUE.tables.values() for table in versions if table.id in COUNTS}


def in_tables() -> dict[tuple[str, str], Decimal]:
    """What is priced, by table and row; free rows only show that something costs nothing."""
    return {
        (table.id, row.id): row.price
        for table in tables().values()
        for row in table.rows
        if row.price is not None and row.kind is not RowKind.FREE
    }


def in_list() -> dict[tuple[str, str], Decimal]:
    return {
        (f"{line['tariff']}@{version}", line["row"]): Decimal(line["excl"])
        for line in listed()
        for version in line["versions"].split()
    }


def test_every_price_of_the_tables_is_listed_and_every_listed_price_is_in_its_tables() -> None:
    assert in_tables() == in_list()


@pytest.mark.parametrize(("table", "count"), COUNTS.items())
def test_each_table_has_as_many_prices_as_its_text(table: str, count: int) -> None:
    assert sum(of == table for of, _ in in_tables()) == count


def test_a_list_without_one_row_or_with_one_more_would_be_found() -> None:
    whole = in_list()
    first, *_ = whole
    assert in_tables() != {key: price for key, price in whole.items() if key != first}
    assert in_tables() != {**whole, ("connect-smacom@2025-04-01", "CSM-M99"): Decimal(1)}


def test_prices_with_tax_are_those_without_it_and_a_tenth() -> None:
    for line in listed():
        exact = Decimal(line["excl"]) * TAX
        assert Decimal(line["incl"]) in (exact, exact.to_integral_value(ROUND_FLOOR)), line["row"]


def test_each_price_names_a_clause_of_the_part_it_is_listed_in() -> None:
    for line in listed():
        parts = [part.strip() for part in line["clause"].split(",")]
        for version in line["versions"].split():
            row = tables()[f"{line['tariff']}@{version}"].row(line["row"])
            assert row is not None
            assert row.clause.startswith(tuple(parts)), line["row"]


def test_the_steps_of_an_expansion_are_looked_up_not_added() -> None:
    prices = in_tables()
    new = "arcstar-contact-center@2021-04-07"
    normal = [prices[(new, f"ACC-P-TE-{step}")] for step in ("400-1000", "1000-2000", "400-2000")]
    assert normal[0] + normal[1] != normal[2]


def test_high_quality_costs_what_standard_costs_for_twice_the_time() -> None:
    prices = in_tables()
    new = "arcstar-contact-center@2021-04-07"
    for size in (400, 1000, 2000):
        for high, standard in ((93, 186), (186, 366), (366, 731), (731, 1461), (1096, 2192), (1282, 2557)):
            assert prices[(new, f"ACC-P-CAP-HQ-{size}-{high}")] == prices[(new, f"ACC-P-CAP-STD-{size}-{standard}")]


def test_two_years_of_storage_cost_twice_one_year() -> None:
    prices = in_tables()
    for hours in (500, *range(1000, 10001, 1000)):
        one, two = (prices[("connect-miitel@2025-04-01", f"MT-S-{hours}-{years}Y")] for years in (1, 2))
        assert two == 2 * one
