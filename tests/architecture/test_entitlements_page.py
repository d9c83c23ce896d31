"""docs/entitlements.md is what the tariff tables say."""

from __future__ import annotations

from denwaban import entitlements_page
from tests.architecture.sources import ROOT


def test_the_page_of_entitlements_is_current() -> None:
    written = (ROOT / "docs" / "entitlements.md").read_text(encoding="utf-8")
    assert written == entitlements_page.page(), (
        "run: python -m denwaban tariff entitlements-page > docs/entitlements.md"
    )
