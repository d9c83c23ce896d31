"""docs/settings.md is what the settings classes say."""

from __future__ import annotations

import pytest

from denwaban import settings_page
from tests.architecture.sources import ROOT


def test_the_page_of_settings_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DENWABAN_SIP_PORT", "5999")
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), (
        "run: python -m denwaban settings-page"
    )


def test_every_setting_is_on_the_page() -> None:
    page = settings_page.page()
    fields = {field for settings in settings_page.CLASSES for field in settings.model_fields}
    assert fields
    assert [field for field in sorted(fields) if f"| `DENWABAN_{field.upper()}` |" not in page] == []
