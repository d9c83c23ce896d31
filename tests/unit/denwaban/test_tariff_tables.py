"""`denwaban tariff validate|show|diff` and the page of prices."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from denwaban import prices_page, tariff_diff, tariff_show, tariff_validate
from denwaban.tariff_show import find
from tariff.written.rows import Table
from tests.unit.tariff.tables import CATALOGUE

OWN = Path(__file__).parents[2] / "data" / "own-tariff.toml"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def table(named: str) -> Table:
    found = find(CATALOGUE, named, NOW)
    assert found is not None
    return found


def shown(named: str, language: str) -> str:
    out = io.StringIO()
    tariff_show.show(Console(file=out, width=240), table(named), language)
    return out.getvalue()


def test_every_table_of_the_platform_can_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert tariff_validate.main([]) == 0
    said = capsys.readouterr().out
    assert "arcstar-contact-center@old: " in said
    assert len(said.splitlines()) == sum(len(versions) for versions in CATALOGUE.tables.values())


def test_a_table_of_ones_own_is_validated_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tariff_validate.main([OWN]) == 0
    assert capsys.readouterr().out.startswith("harbour-desk@2026-04-01: ")
    bad = tmp_path / "bad.toml"
    bad.write_text(OWN.read_text(encoding="utf-8").replace('price = "2400", ', ""), encoding="utf-8")
    assert tariff_validate.main([bad]) == 1
    assert f"{bad}: row HD-P-DESK: price: missing" in capsys.readouterr().err
    assert tariff_validate.main([tmp_path / "none.toml"]) == 1


@pytest.mark.parametrize("named", sorted(table.id for versions in CATALOGUE.tables.values() for table in versions))
def test_what_is_shown_names_every_row_in_both_languages(named: str) -> None:
    for language in ("ja", "en"):
        said = shown(named, language)
        missing = [row.id for row in table(named).rows if f" {row.id} " not in said]
        assert missing == []


def test_a_rule_is_shown_in_words_with_its_clause() -> None:
    assert "as many as rows ACC-F01; follows [Annex-10(1)]" in shown("arcstar-contact-center", "en")
    assert "次の数と同数 rows ACC-F01; follows [Annex-10(1)]" in shown("arcstar-contact-center", "ja")


def test_without_a_version_the_table_in_force_is_meant_or_else_the_last() -> None:
    assert table("freedial-navidial").version == "2022-12-01"
    before = find(CATALOGUE, "connect-smacom", datetime(2020, 1, 1, tzinfo=UTC))
    assert before is not None
    assert before.version == "2025-04-01"
    assert find(CATALOGUE, "connect-smacom@2020-01-01", NOW) is None
    assert tariff_show.main("no-such-tariff", "en") == 1


def test_a_difference_tells_what_went_what_came_and_what_changed() -> None:
    said = list(tariff_diff.differences(table("freedial-navidial@old"), table("freedial-navidial@2022-12-01"), "en"))
    gone = {text.split()[0] for sign, text in said if sign == "-"}
    assert gone == {
        *("FD-03", "FD-11", "FD-12", "G-03", "ND-06"),
        *("FD-P-NUISANCE", "FD-P-AGENT", "FD-P-AGENT-D", "ND-P-AGENT", "ND-P-AGENT-D"),
    }
    assert not [text for sign, text in said if sign == "+"]
    assert not [text for sign, text in said if sign == "~" and " price: " in text]
    assert any(text.startswith("FD-04 rules: ") for sign, text in said if sign == "~")


def test_a_table_does_not_differ_from_itself() -> None:
    own = table("connect-miitel")
    assert list(tariff_diff.differences(own, own, "ja")) == []


def test_the_page_of_prices_has_every_priced_row() -> None:
    lines = prices_page.page().splitlines()
    priced = [
        row.id
        for versions in CATALOGUE.tables.values()
        for one in versions
        for row in one.rows
        if row.price is not None
    ]
    assert sum(line.startswith("| ") for line in lines) == len(priced) + sum(line.startswith("| row") for line in lines)
    assert "| CSM-H2 | Re-invoice issue [再請求書発行手数料] | fee | document | 191 | 210 | T2-2 |" in lines
    assert any(line.startswith("| MT-C2 |") and "| 8.49 | 9.339 |" in line for line in lines)
