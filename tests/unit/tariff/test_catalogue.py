"""Tariff tables: those that are packaged are whole, and a bad one is refused with file, row and reason."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tariff.written import catalogue
from tariff.written.reading import BadTable
from tariff.written.rows import Basis, RowKind
from tests.unit.tariff.tables import CATALOGUE, NOW, TEXTS

SMACOM = next(text for name, text in TEXTS.items() if name.startswith("connect-smacom"))
HEAD = 'tariff = "x"\nversion = "2025-04-01"\nbegins = 2025-04-01\nname = { ja = "ア", en = "X" }\n'
NAME = 'name = { ja = "ア", en = "X" }\nclause = "Art.1"\n'
ITEM = f'[[row]]\nid = "X-1"\nfeature = "X-1"\nkind = "item"\nunit = "person"\ngives = "x"\n{NAME}'
PRICE = f'[[row]]\nid = "X-M"\nfeature = "X-1"\nkind = "monthly"\nunit = "person"\nprice = "980"\n{NAME}'


def refused(text: str, **others: str) -> BadTable:
    with pytest.raises(BadTable) as why:
        catalogue.read({"x.toml": text, **{f"{name}.toml": other for name, other in others.items()}})
    return why.value


def test_the_tables_of_the_demos_tariffs_are_packaged() -> None:
    assert {table.id for versions in CATALOGUE.tables.values() for table in versions} >= {
        "connect-miitel@2025-04-01",
        "connect-smacom@2025-04-01",
        "freedial-navidial@2022-12-01",
        "own-use@2020-01-01",
    }


@pytest.mark.parametrize(
    ("row", "price", "clause"),
    [
        ("CSM-M1", "1980", "T1-1"),
        ("CSM-M2", "5980", "T1-1"),
        ("CSM-M4", "1500", "T1-2"),
        ("CSM-M6", "580", "T1-3"),
        ("MT-B1", "6980", "PL-base"),
        ("MT-B2", "980", "PL-base"),
        ("MT-B3", "1500", "PL-base"),
        ("MT-B4", "2500", "PL-base"),
        ("MT-O1", "1500", "PL-CC"),
        ("MT-O2", "1980", "PL-CC"),
        ("MT-O10", "19000", "PL-CC"),
        ("MT-O11", "25000", "PL-CC"),
        ("MT-S-500-1Y", "0", "PL-store"),
    ],
)
def test_a_price_is_exact_and_names_its_clause(row: str, price: str, clause: str) -> None:
    found = CATALOGUE.row(row, NOW)
    assert found is not None
    assert (found[1].price, found[1].clause) == (Decimal(price), clause)


def test_licences_count_at_once_in_smacom_t1_1_and_by_name_in_miitel_pl_base() -> None:
    for row, basis in (("CSM-F02", Basis.CONCURRENT), ("MT-F01", Basis.NAMED), ("MT-F06", Basis.COUNT)):
        found = CATALOGUE.row(row, NOW)
        assert found is not None
        assert (found[1].kind, found[1].basis) == (RowKind.ITEM, basis)


def test_a_version_holds_from_the_first_moment_of_its_day_in_japan() -> None:
    last = datetime(2022, 11, 30, 14, 59, 59, tzinfo=UTC)
    first = datetime(2022, 11, 30, 15, tzinfo=UTC)
    before = CATALOGUE.table("freedial-navidial", last)
    found = CATALOGUE.table("freedial-navidial", first)
    assert before is not None
    assert found is not None
    assert (before.version, found.version) == ("old", "2022-12-01")
    assert CATALOGUE.table("freedial-navidial@2022-12-01", last) == found
    assert CATALOGUE.table("freedial-navidial@old", first) == before
    assert CATALOGUE.table("freedial-navidial@2019-01-01", first) is None


def test_a_later_version_takes_over_without_a_gap() -> None:
    earlier = HEAD.replace("begins = 2025-04-01", "begins = 2024-04-01\nends = 2025-04-01").replace(
        'version = "2025-04-01"', 'version = "2024-04-01"'
    )
    two = catalogue.read({"a.toml": HEAD + ITEM + PRICE, "b.toml": earlier + ITEM + PRICE})
    turn = datetime(2025, 3, 31, 15, tzinfo=UTC)
    versions = [two.table("x", moment) for moment in (datetime(2025, 3, 31, 14, tzinfo=UTC), turn)]
    assert [table.version for table in versions if table is not None] == ["2024-04-01", "2025-04-01"]


def test_the_smallest_table_is_read() -> None:
    assert catalogue.read({"x.toml": HEAD + ITEM + PRICE}).knows("x@2025-04-01")


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("tariff = ", "", "not TOML"),
        (HEAD, "", "row: at least one is needed"),
        (HEAD + ITEM, "X-1", "price: missing, no row prices it"),
        (HEAD + ITEM + PRICE.replace('price = "980"\n', ""), "X-M", "price: missing"),
        (HEAD + ITEM + PRICE.replace('"980"', "980"), "X-M", "price: must be text"),
        (HEAD + ITEM + PRICE.replace('"980"', "9.8"), "X-M", "price: must be text"),
        (HEAD + ITEM + PRICE.replace('"980"', '"9e2"'), "X-M", "price: '9e2' is none"),
        (HEAD + ITEM + PRICE.replace('"980"', '"-980"'), "X-M", "price: '-980' is none"),
        (HEAD + ITEM + 'price = "1"\n' + PRICE, "X-1", "price: item rows have none"),
        (HEAD + ITEM + PRICE.replace('unit = "person"', 'unit = "number"'), "X-M", "unit: number, but X-1 is sold by"),
        (HEAD + ITEM + PRICE.replace('unit = "person"', 'unit = "head"'), "X-M", "unit: there is no 'head'"),
        (
            HEAD + ITEM.replace('unit = "person"', 'unit = "term"') + PRICE,
            "X-1",
            "unit: nothing is counted by the term",
        ),
        (HEAD + ITEM + PRICE + PRICE, "X-M", "is there twice"),
        (HEAD + ITEM + PRICE + 'colour = "red"\n', "X-M", "colour: unknown field"),
        ('colour = "red"\n' + HEAD + ITEM + PRICE, "", "colour: unknown field"),
        (HEAD + ITEM + PRICE.replace("X-1", "X-2"), "X-1", "price: missing"),
        (
            HEAD + ITEM + PRICE + PRICE.replace("X-1", "X-2").replace("X-M", "X-N"),
            "X-N",
            "feature: there is no row",
        ),
        (HEAD + ITEM + 'retained_by = ["X-9"]\n' + PRICE, "X-1", "retained_by: X-9: no row of this table"),
        (HEAD + ITEM + 'retained_by = ["X-M"]\n' + PRICE, "X-1", "retained_by: X-M: no row of this table"),
        (HEAD + ITEM.replace("item", "free") + PRICE, "X-1", "included_in: a free row"),
        (HEAD + ITEM.replace("item", "tier") + PRICE, "X-1", "steps: a tier has them"),
        (HEAD + ITEM + "months = 0\n" + PRICE, "X-1", "months: must be a whole number"),
        (HEAD + ITEM.replace('clause = "Art.1"\n', "") + PRICE, "X-1", "clause: missing"),
        (HEAD + ITEM.replace('ja = "ア", ', "") + PRICE, "X-1", "name: needs ja and en"),
        (HEAD.replace("begins = 2025-04-01", 'begins = "2025-04-01"') + ITEM + PRICE, "", "begins: must be a day"),
        (HEAD + "ends = 2025-04-01\n" + ITEM + PRICE, "", "ends: not after begins"),
    ],
)
def test_a_bad_table_is_refused_with_file_row_and_reason(text: str, row: str, reason: str) -> None:
    why = refused(text)
    assert (why.file, why.row) == ("x.toml", row)
    assert why.reason.startswith(reason)
    assert str(why).startswith("x.toml: ")


def test_versions_may_not_overlap() -> None:
    why = refused(HEAD + ITEM + PRICE, y=HEAD.replace('"2025-04-01"', '"2025-10-01"') + ITEM + PRICE)
    assert why.reason.startswith("begins: overlaps the period of ")
    why = refused(HEAD + ITEM + PRICE, y=HEAD + ITEM + PRICE)
    assert why.reason.startswith("version: x@2025-04-01 is in ")


def test_a_missing_price_in_the_real_smacom_table_t1_1_is_found() -> None:
    why = refused(SMACOM.replace('price = "5980", ', ""))
    assert (why.row, why.reason) == ("CSM-M2", "price: missing, and a monthly row needs it")
