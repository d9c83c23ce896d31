"""What is owed for fees that were unlawfully evaded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tariff.money import surcharge
from tariff.money.bills import SurchargeDue
from tests.unit.tariff.histories import moment
from tests.unit.tariff.tables import CATALOGUE


def due(tariff: str, yen: str) -> SurchargeDue:
    table = CATALOGUE.table(tariff, moment("2025-06-01"))
    assert table is not None
    return surcharge.of(table, Decimal(yen))


@pytest.mark.parametrize("tariff", ["connect-smacom", "connect-miitel", "amics-line-hikari-denwa"])
def test_art_25_21_39_twice_the_evaded_fee_and_the_tax_on_it(tariff: str) -> None:
    found = due(tariff, "12345")
    assert (found.evaded_incl, found.surcharge, found.tax, found.total) == (13579, 24690, 2469, 40738)


def test_art_25_less_than_a_yen_is_cut_off() -> None:
    found = due("connect-smacom", "12345.6")
    assert (found.evaded_incl, found.surcharge, found.tax, found.total) == (13580, 24691, 2469, 40740)


def test_a_tariff_that_says_nothing_of_it_asks_for_the_fee_alone() -> None:
    found = due("arcstar-contact-center", "1000")
    assert (found.evaded_incl, found.surcharge, found.tax, found.total) == (1100, 0, 0, 1100)
