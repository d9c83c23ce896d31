"""A sixth tariff goes through order, entitlement and invoice without a line of program."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kernel.ids import ContractId, TenantId
from kernel.refusal import Code
from store.tariffs import packaged, quote_schema
from tariff.quote.answering import Door
from tariff.rights.contract import Contract, Item
from tariff.rights.entitlement import Count, Pool, entitled
from tariff.rights.order import check
from tariff.written import catalogue
from tests.unit.tariff.tables import TEXTS

FILE = Path(__file__).parents[2] / "data" / "own-tariff.toml"
KNOWN = catalogue.read({**TEXTS, FILE.name: FILE.read_text(encoding="utf-8")})
DOOR = Door(KNOWN, quote_schema(), lambda refused: {"en": refused.code})
HELD = {
    "HD-DESK": 5,
    "HD-POOL": 6,
    "HD-WAIT": 4,
    "HD-MENU": 2,
    "HD-NUMBER-FREE": 1,
    "HD-RECORD": 5,
    "HD-KEEP": 60,
}


def asked(**more: Any) -> dict[str, Any]:
    contract = {"start": "2026-05-10", "payment": "bank_transfer", "rows": HELD}
    return DOOR.answer({"tariff": "harbour-desk", "contract": contract, **more})


def decided(**rows: int) -> dict[str, Any]:
    """What becomes of an order of rows given as `HD_WAIT=5`."""
    order = {"at": "2026-05-20", "do": "change", "rows": {row.replace("_", "-"): n for row, n in rows.items()}}
    decision: dict[str, Any] = asked(orders=[order])["decisions"][1]
    return decision


def lines(month: str, **more: Any) -> dict[str, tuple[Any, Any]]:
    (invoice,) = asked(ask={"invoices": [month]}, **more)["invoices"]
    assert invoice["state"] == "issued"
    assert invoice["subtotal"] == sum(line["amount"] for line in invoice["lines"])
    return {line["row"]: (line.get("quantity"), line["amount"]) for line in invoice["lines"]}


def test_2_1_at_least_one_desk_and_3_1_a_number() -> None:
    without = DOOR.answer({"tariff": "harbour-desk", "contract": {"start": "2026-05-10", "rows": {"HD-DESK": 2}}})
    assert [(one["code"], one["clause"]) for one in without["decisions"]] == [("needs", "3.1")]
    refused = decided(HD_DESK=0, HD_RECORD=0)
    assert (refused["code"], refused["clause"], refused["used"], refused["limit"]) == ("quantity_below", "2.1", 0, 1)


def test_2_3_waiting_callers_and_menus_share_one_pool() -> None:
    refused = decided(HD_WAIT=5)
    assert (refused["code"], refused["clause"], refused["used"], refused["limit"]) == ("quantity_above", "2.3", 7, 6)
    assert decided(HD_WAIT=5, HD_MENU=1)["accepted"]


@pytest.mark.parametrize(("tier", "code"), [(30, "no_downgrade"), (90, None), (365, None), (366, "estimate_required")])
def test_2_5_the_time_of_keeping_only_grows(tier: int, code: str | None) -> None:
    assert decided(HD_KEEP=tier).get("code") == code


def test_what_is_had_is_what_was_bought_and_what_comes_with_it() -> None:
    (given,) = asked(ask={"entitlements_at": ["2026-05-20"]})["entitlements"]
    rows = {row["row"]: row for row in given["rows"]}
    assert {row: rows[row]["limit"] for row in ("HD-DESK", "HD-WAIT", "HD-MENU", "HD-RECORD")} == {
        "HD-DESK": 5,
        "HD-WAIT": 4,
        "HD-MENU": 2,
        "HD-RECORD": 5,
    }
    assert rows["HD-QUEUE"]["limit"] is None
    assert rows["HD-RECORD"]["retention"] == "P90D"


def test_2_4_recording_follows_the_desks() -> None:
    order = {"at": "2026-05-20", "do": "change", "rows": {"HD-DESK": 7}}
    (given,) = asked(orders=[order], ask={"entitlements_at": ["2026-05-21"]})["entitlements"]
    assert {row["row"]: row["limit"] for row in given["rows"]}["HD-RECORD"] == 7


def test_5_1_three_desks_and_5_2_two_places_are_free() -> None:
    found = lines("2026-05")
    assert found["HD-P-DESK"] == (2, 4800)
    assert found["HD-P-POOL"] == (4, 1402)
    assert found["HD-P-KEEP-90"] == (1, 1200)
    assert found["HD-O-START"] == (1, 5000)
    assert found["HD-H-PAPER"] == (1, 150)
    assert lines("2026-05", readings={"free_places": "none"})["HD-P-POOL"] == (6, 2103)


def test_6_1_a_call_has_a_price_however_long_6_2_or_one_per_half_minute() -> None:
    calls = [
        {"at": "2026-06-02T10:00", "seconds": 400, "direction": "out", "number": "050", "other": "fixed", "times": 3},
        {"at": "2026-06-02T10:00", "seconds": 61, "direction": "in", "number": "0120", "other": "mobile"},
        {"at": "2026-06-02T10:00", "seconds": 61, "direction": "out", "number": "050", "other": "international"},
    ]
    rated = asked(calls=calls, ask={"calls": True})["calls"]
    assert [(one.get("row"), one.get("units"), one.get("charge")) for one in rated[:2]] == [
        ("HD-C-OUT", 3, "38.25"),
        ("HD-C-IN", 3, "12.6"),
    ]
    assert rated[2]["code"] == "not_in_tariff"
    found = lines("2026-06", calls=calls[:2])
    assert (found["HD-C-OUT"], found["HD-C-IN"]) == ((3, 38), (3, 12))


def test_4_1_what_is_added_is_billed_from_the_next_month_7_2_its_work_at_once() -> None:
    orders = [{"at": "2026-06-15", "do": "change", "rows": {"HD-DESK": 7}}]
    june, july = lines("2026-06", orders=orders), lines("2026-07", orders=orders)
    assert (june["HD-P-DESK"], june["HD-O-DESK"]) == ((2, 4800), (2, 200))
    assert july["HD-P-DESK"] == (4, 9600)
    assert "HD-O-DESK" not in july


def test_before_its_table_there_is_no_tariff() -> None:
    early = DOOR.answer({"tariff": "harbour-desk", "contract": {"start": "2026-03-31", "rows": HELD}})
    assert early["decisions"][0]["code"] == "date_outside"


def test_the_platform_holds_contracts_under_it() -> None:
    begins = datetime(2026, 5, 10, tzinfo=UTC)
    rows = tuple(Item(row, quantity) for row, quantity in HELD.items())
    held = Contract(ContractId("c"), TenantId("t"), "harbour-desk", begins, rows)
    assert check(KNOWN, held) == ()
    given = entitled(KNOWN, [held], begins)
    assert given.seat_pools == (Pool("seat", 5, "2.1"),)
    assert (given.places, given.ivr) == (Count(4, "2.3", held.id), Count(2, "2.3", held.id))
    assert given.may("queue")
    flaws = check(KNOWN, replace(held, items=(*rows[:2], Item("HD-WAIT", 5), *rows[3:])))
    assert {(flaw.code, flaw.clause) for flaw in flaws} == {(Code.QUANTITY_ABOVE, "2.3")}


def test_the_platform_knows_the_tables_that_the_setting_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "harbour.toml").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no table", encoding="utf-8")
    for named in (FILE, tmp_path):
        monkeypatch.setenv("DENWABAN_TARIFFS", str(named))
        assert packaged.__wrapped__().knows("harbour-desk@2026-04-01")
    monkeypatch.delenv("DENWABAN_TARIFFS")
    assert not packaged.__wrapped__().knows("harbour-desk")
