"""The bench of invoices makes the same invoices every time, out of all the calls it says."""

from __future__ import annotations

from tests.load import invoices


def test_the_same_records_make_the_same_invoices() -> None:
    first, again = invoices.measure(3, 300), invoices.measure(3, 300)
    assert (first.lines, first.yen) == (again.lines, again.yen)
    assert (first.tenants, first.calls) == (3, 300)


def test_more_calls_make_dearer_invoices() -> None:
    assert invoices.measure(3, 600).yen > invoices.measure(3, 300).yen
