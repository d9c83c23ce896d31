"""The door answers the three worked examples as they are printed, and every answer fits the schema."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tariff.quote.answering import Door
from tests.unit.tariff.quote.cases import ACC, CSM, EXAMPLES, MT, SCHEMA, bent
from tests.unit.tariff.tables import CATALOGUE

OUTPUT = Draft202012Validator({"$ref": "#/$defs/output", "$defs": SCHEMA["$defs"]})
DOOR = Door(CATALOGUE, SCHEMA, lambda refused: {"en": f"{refused.code}."})


def answered(case: object) -> dict[str, Any]:
    """The answer to a case; it fits the schema."""
    answer = DOOR.answer(case)
    OUTPUT.validate(answer)
    return answer


def refused(case: object) -> dict[str, Any]:
    """The first decision that is a no."""
    return next(one for one in answered(case)["decisions"] if not one["accepted"])


def without_arithmetic(said: Any) -> Any:
    """The answer without what only explains it."""
    if isinstance(said, list):
        return [without_arithmetic(one) for one in said]
    if not isinstance(said, dict):
        return said
    return {name: without_arithmetic(one) for name, one in said.items() if name not in ("arithmetic", "sentence")}


@pytest.mark.parametrize(
    ("case", "answer"),
    [(case, answer) for case, answer in EXAMPLES],
    ids=[case["id"] for case, _ in EXAMPLES],
)
@pytest.mark.parametrize("section", ["id", "decisions", "invoices", "calls", "recordings", "interest"])
def test_a_worked_example_is_answered_as_printed(case: dict[str, Any], answer: dict[str, Any], section: str) -> None:
    found, printed = without_arithmetic(answered(case)), without_arithmetic(answer)
    if section == "invoices" and section in printed:
        # What a month comes to without the fees for its document may be told, but need not be.
        for got, told in zip(found[section], printed[section], strict=True):
            assert {name: got[name] for name in told} == told
    else:
        assert found.get(section) == printed.get(section)


def test_the_entitlements_of_the_first_example_are_those_printed_and_what_comes_with_them() -> None:
    (found,), (printed,) = answered(CSM)["entitlements"], EXAMPLES[0][1]["entitlements"]
    rows = {row.pop("row"): row for row in found.pop("rows")}
    for row in printed.pop("rows"):
        got = rows.pop(row.pop("row"))
        assert {name: got[name] for name in row} == row
    assert found == printed
    assert {row["limit"] for row in rows.values()} == {None}


def test_a_case_that_does_not_fit_keeps_its_id_and_says_where() -> None:
    answer = answered(bent(CSM, "/contract/rows/CSM-F03", -1))
    assert answer == {
        "id": "e1",
        "error": {"path": "/contract/rows/CSM-F03", "message": "-1 is less than the minimum of 0"},
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/tariff", "connect-nobody"),
        ("/version", "2001-01-01"),
        ("/readings", {"moon_phase": "full"}),
        ("/readings", {"carry_over": "perhaps"}),
    ],
)
def test_what_names_no_table_or_reading_is_an_error(path: str, value: object) -> None:
    assert answered(bent(CSM, path, value))["error"]["path"].startswith(path)


def test_an_outage_that_is_over_before_it_began_is_an_error() -> None:
    outage = {"known": "2025-11-05T10:00", "restored": "2025-11-05T09:00", "cause": "operator"}
    assert answered(bent(CSM, "/outages", [outage]))["error"]["path"] == "/outages/0/restored"
    late = {
        "failed": "2025-11-07T10:00",
        "known": "2025-11-05T08:00",
        "restored": "2025-11-05T09:00",
        "cause": "operator",
    }
    assert answered(bent(CSM, "/outages", [late]))["error"]["path"] == "/outages/0/failed"


def test_a_row_that_the_tariff_does_not_have_is_a_refusal_not_an_error() -> None:
    answer = answered(bent(CSM, "/contract/rows/ACC-F01", 7))
    assert [one["code"] for one in answer["decisions"]] == ["not_in_tariff"]
    assert answer["decisions"][0]["row"] == "ACC-F01"


def test_a_start_before_the_table_is_a_refusal() -> None:
    assert refused(bent(CSM, "/contract/start", "1850-01-01"))["code"] == "date_outside"


def test_after_a_refused_start_nothing_is_held_and_nothing_owed() -> None:
    answer = answered(bent(CSM, "/contract/rows/CSM-F13", 8))
    assert len(answer["decisions"]) == 1
    assert [one["state"] for one in answer["entitlements"]] == ["not_started"]
    assert [one["state"] for one in answer["invoices"]] == ["none", "none"]
    assert "recordings" not in answer


def test_a_refused_order_changes_nothing() -> None:
    before = answered(bent(ACC, "/orders", ACC["orders"][1:]))
    assert answered(ACC)["invoices"] == before["invoices"]


def test_what_is_not_asked_is_not_answered() -> None:
    case = {name: part for name, part in MT.items() if name not in ("ask", "payments", "debts")}
    assert set(answered(case)) == {"id", "decisions"}


def test_debts_are_told_as_of_a_day() -> None:
    case = bent(bent(MT, "/ask/on", "2025-10-01"), "/payments/0/yen", "36000.5")
    assert answered(case)["debts"] == [{"left": "499.5", "due": "2025-08-31"}]
