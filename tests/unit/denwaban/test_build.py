"""A child's build name changes with anything it was started from, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from denwaban import build


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "acd").mkdir()
    (tmp_path / "acd" / "match.py").write_text("one")
    (tmp_path / "requirements.txt").write_text("a==1")
    return tmp_path


def test_code_and_lock_file_count(root: Path) -> None:
    first = build.of_sources(root)
    assert build.of_sources(root) == first
    (root / "acd" / "match.py").write_text("two")
    second = build.of_sources(root)
    (root / "requirements.txt").write_text("a==2")
    assert len({first, second, build.of_sources(root)}) == 3


def test_notes_and_tests_do_not_count(root: Path) -> None:
    first = build.of_sources(root)
    (root / "acd" / "notes.md").write_text("x")
    (root / "tests").mkdir()
    (root / "tests" / "test_match.py").write_text("x")
    assert build.of_sources(root) == first


def test_a_setting_counts_wherever_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    first = build.of_process(["api"], {}, "s")
    monkeypatch.setenv("DENWABAN_API_PORT", "9999")
    second = build.of_process(["api"], {}, "s")
    third = build.of_process(["api"], {"DENWABAN_API_PORT": "8888"}, "s")
    monkeypatch.setenv("HOME_OF_SOMETHING_ELSE", "x")
    assert build.of_process(["api"], {}, "s") == second
    assert len({first, second, third}) == 3


def test_parts_do_not_run_together() -> None:
    assert build.fingerprint(["ab", "c"]) != build.fingerprint(["a", "bc"])


def test_a_folder_is_named_by_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("1")
    first = build.of_folder(tmp_path, "*.conf")
    (tmp_path / "a.log").write_text("1")
    assert build.of_folder(tmp_path, "*.conf") == first
    (tmp_path / "a.conf").rename(tmp_path / "b.conf")
    assert build.of_folder(tmp_path, "*.conf") != first
