"""docs/prices.md is what the tariff tables say."""

from __future__ import annotations

from denwaban import prices_page
from tests.architecture.sources import ROOT


def test_the_page_of_prices_is_current() -> None:
    written = (ROOT / "docs" / "prices.md").read_text(encoding="utf-8")
    assert written == prices_page.page(), "run: python -m denwaban tariff prices-page > docs/prices.md"
