"""Where the store looks for its server and its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from store.settings import StoreSettings


def test_everything_lies_below_var_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DENWABAN_VAR", str(tmp_path))
    monkeypatch.setenv("DENWABAN_PERSONAL_KEY_FILE", "/keys/personal")
    settings = StoreSettings()
    assert settings.database_url == f"postgresql+asyncpg:///denwaban?host={tmp_path}/run"
    assert settings.database_tenant_password_file == tmp_path / "secrets" / "database_tenant"
    assert settings.personal_key_file == Path("/keys/personal")


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(ValidationError):
        StoreSettings(database_url="postgresql+asyncpg://user:secret@host/denwaban")
