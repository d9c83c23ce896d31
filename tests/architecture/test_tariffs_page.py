"""docs/tariffs.md explains every word a table may write, and its examples are read as they stand."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

import pytest

from tariff.written.pricing import Counted, Due, Happening, Rated, Split
from tariff.written.reading_fields import CHECKS, Place, filled, rule
from tariff.written.rows import Row, RowKind, Table, Unit
from tariff.written.rules import Rule, When
from tariff.written.terms import Terms
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "tariffs.md").read_text(encoding="utf-8")
BLOCKS = [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
DERIVED = {"basis", "check"}
"""What no table writes."""


def examples() -> list[dict[str, object]]:
    tables = [*BLOCKS, *(row for block in BLOCKS for row in block.get("row", []))]
    return [one for table in tables for one in table.get("rules", [])]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_each_rule_is_explained_with_an_example(name: str) -> None:
    assert f"\n**{name}**: " in PAGE
    mine = [one for one in examples() if one["rule"] == name]
    assert mine
    for one in mine:
        assert isinstance(rule(one, Place("tariffs.md")), Rule)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_each_field_of_a_rule_is_named(name: str) -> None:
    (start,) = [found.start() for found in re.finditer(rf"\n\*\*{name}\*\*: ", PAGE)]
    explained = PAGE[start : PAGE.index("\n**", start + 3) if name != "warns" else PAGE.index("## Prices")]
    assert [field.name for field in fields(CHECKS[name]) if field.name not in explained] == []


@pytest.mark.parametrize("kind", [Row, Rule, When, Counted, Due, Rated, Split, Table, Terms])
def test_each_field_is_named(kind: type) -> None:
    wanted = [field.name for field in fields(kind) if field.name not in DERIVED]
    assert [
        name for name in wanted if f"`{name}`" not in PAGE and f"**{name}**" not in PAGE and f"{name} =" not in PAGE
    ] == []


def test_each_field_of_the_terms_is_named() -> None:
    parts = [one for hint in get_type_hints(Terms).values() for one in (hint, *get_args(hint)) if is_dataclass(one)]
    assert parts
    wanted = {field.name for part in parts for field in fields(part)}
    assert {name for name in wanted if f"`{name}`" not in PAGE} == set()


@pytest.mark.parametrize("words", [Unit, RowKind, Happening])
def test_each_word_is_listed(words: type[Unit] | type[RowKind] | type[Happening]) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE.replace("\n", " ")] == []


def test_the_examples_of_rows_prices_and_terms_are_read() -> None:
    place = Place("tariffs.md")
    rows = [row for block in BLOCKS for row in (*block.get("row", []), *block.get("prices", []))]
    assert len(rows) >= 6
    for row in rows:
        assert filled(Row, {"feature": row["id"], **row}, place).id == row["id"]
    (terms,) = [block["terms"] for block in BLOCKS if "terms" in block]
    assert filled(Terms, terms, place).carry_over is not None


def test_the_page_quotes_the_tariff_it_names() -> None:
    own = tomllib.loads((ROOT / "tests" / "data" / "own-tariff.toml").read_text(encoding="utf-8"))
    known = {row["id"]: row for row in (*own["row"], *own["prices"])}
    quoted = [row for block in BLOCKS for row in (*block.get("row", []), *block.get("prices", []))]
    for row in quoted:
        assert {name: known[row["id"]][name] for name in row} == row
