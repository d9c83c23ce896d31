"""GR-11 as a machine: what is held, what is invoiced, and how many months may wait."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tariff.counting.month import Month
from tariff.money import carrying
from tariff.money.bills import InvoiceState
from tariff.money.carrying import Waiting
from tariff.written.terms import CarryOver

GR_11 = CarryOver(3000, 2, "GR-11")
NAMES = {"-": InvoiceState.NONE, "h": InvoiceState.HELD, "i": InvoiceState.ISSUED, "u": InvoiceState.UNPRICED}


def settled(amounts: list[int], final: int | None = None, missing: int | None = None) -> tuple[str, list[int]]:
    """What becomes of months of these amounts, in letters; and how many each document settles."""
    months = [
        Waiting(Month(2025, 1).plus(at), Decimal(amount), GR_11, final=at == final, ready=at != missing)
        for at, amount in enumerate(amounts)
    ]
    found = carrying.settle(months)
    letters = {state: letter for letter, state in NAMES.items()}
    return "".join(letters[one.state] for one in found), [len(one.months) for one in found if one.months]


@pytest.mark.parametrize(
    ("amounts", "states", "documents"),
    [
        ([0], "-", []),
        ([1], "h", []),
        ([3000], "h", []),
        ([3001], "i", [1]),
        ([1000, 2000], "hh", []),
        ([1000, 0], "hh", []),
        ([1000, 2001], "hi", [2]),
        ([1000, 0, 0], "hhi", [3]),
        ([1000, 1000, 1000], "hhi", [3]),
        ([1000, 1000, 9000], "hhi", [3]),
        ([1000, 5000, 1000], "hih", [2]),
        ([1000, 1000, 1000, 1000, 0, 0, 0], "hhihhi-", [3, 3]),
    ],
)
def test_gr_11_what_waits_and_what_is_billed(amounts: list[int], states: str, documents: list[int]) -> None:
    assert settled(amounts) == (states, documents)


def test_gr_11_nothing_waits_in_the_last_month() -> None:
    assert settled([1000, 500], final=1) == ("hi", [2])
    assert settled([1000, 0], final=1) == ("hi", [2])
    assert settled([0, 0], final=1) == ("--", [])


def test_a_month_without_a_price_neither_waits_nor_takes_along() -> None:
    assert settled([1000, 500, 100], missing=1) == ("huh", [])


def test_without_the_rule_every_month_is_billed() -> None:
    months = [Waiting(Month(2025, 1), Decimal(1), None), Waiting(Month(2025, 2), Decimal(0), None)]
    found = carrying.settle(months)
    assert [one.state for one in found] == [InvoiceState.ISSUED, InvoiceState.NONE]
