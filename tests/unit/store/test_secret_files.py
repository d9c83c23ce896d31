"""A secret is made once, however many want it at once."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest

from store.secret_files import ensure_secret


def test_who_comes_while_it_is_being_made_gets_the_same_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secrets" / "database"
    others: list[str] = []
    make = secrets.token_urlsafe

    def interrupted(size: int) -> str:
        monkeypatch.undo()
        others.append(ensure_secret(path))
        return make(size)

    monkeypatch.setattr("store.secret_files.secrets.token_urlsafe", interrupted)
    assert [ensure_secret(path)] == others
    assert ensure_secret(path) == others[0]
    assert [file.name for file in path.parent.iterdir()] == ["database"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
