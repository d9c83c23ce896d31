"""What does not fit the schema is told by its place; what fits is let in."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tariff.quote.fitting import Fitting, Misfit, Unreadable, parse, pointer
from tests.unit.tariff.quote.cases import CSM, EXAMPLES, MT, SCHEMA, bent

FITTING = Fitting(SCHEMA)


@pytest.mark.parametrize("case", [case for case, _ in EXAMPLES], ids=lambda case: case["id"])
def test_the_worked_examples_fit(case: dict[str, Any]) -> None:
    assert FITTING.misfit(case) is None


@pytest.mark.parametrize(
    "quantity",
    [-1, Decimal("1.5"), True, None, "x", "7-", "7\n", 10**13, Decimal("1e400"), "9" * 40, [1], ""],
    ids=repr,
)
def test_a_quantity_that_nobody_can_have(quantity: object) -> None:
    flaw = FITTING.misfit(bent(CSM, "/contract/rows/CSM-F03", quantity))
    assert flaw is not None
    assert flaw.path == "/contract/rows/CSM-F03"


@pytest.mark.parametrize("quantity", [0, 7, Decimal("7.0"), "7", "400-1000", 10**12], ids=repr)
def test_a_quantity_that_may_be_asked_for(quantity: object) -> None:
    assert FITTING.misfit(bent(CSM, "/contract/rows/CSM-F03", quantity)) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/contract/start", "2025-02-30"),
        ("/contract/start", "2025-09-12T25:00"),
        ("/contract/start", "２０２５-09-12"),
        ("/contract/start", "0001-01-01"),
        ("/orders/0/at", "2025-11-31"),
        ("/orders/0/ordered", "2025-00-01"),
        ("/orders/0/do", "bye"),
        ("/ask/invoices/0", "2025-13"),
        ("/ask/invoices/0", "3000-01"),
        ("/ask/entitlements_at/0", "yesterday"),
        ("/ask/on", "2023-02-29"),
        ("/contract/prices", {"CSM-M3": "a lot"}),
        ("/tariff", 5),
        ("/orders", {}),
    ],
)
def test_no_such_day_word_or_kind(path: str, value: object) -> None:
    flaw = FITTING.misfit(bent(CSM, path, value))
    assert flaw is not None
    assert flaw.path.startswith(path)


def test_a_name_that_the_schema_does_not_know_is_pointed_at() -> None:
    assert FITTING.misfit(bent(CSM, "/contract/colour", "red")) == Misfit(
        "/contract/colour", "Additional properties are not allowed ('colour' was unexpected)"
    )
    flaw = FITTING.misfit(bent(CSM, "/contract/rows/csm seven", 1))
    assert flaw is not None
    assert flaw.path == "/contract/rows/csm seven"


@pytest.mark.parametrize("yen", [Decimal("1E+999999"), "9" * 60, Decimal("0." + "1" * 40)], ids=repr)
def test_an_amount_that_nobody_pays(yen: object) -> None:
    flaw = FITTING.misfit(bent(MT, "/debts/0/yen", yen))
    assert flaw is not None
    assert flaw.path == "/debts/0/yen"


@pytest.mark.parametrize("case", [5, None, [], "x", {}], ids=repr)
def test_what_is_no_case_at_all(case: object) -> None:
    flaw = FITTING.misfit(case)
    assert flaw is not None
    assert flaw.path == ""


@pytest.mark.parametrize("text", ["{", "[NaN]", "", "[" * 100_000])
def test_a_text_that_is_no_json(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


def test_fractions_are_exact() -> None:
    assert parse("8.49") == Decimal("8.49")
    assert parse(json.dumps(CSM)) == CSM


def test_a_pointer_is_written_as_rfc_6901_says() -> None:
    assert pointer(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
