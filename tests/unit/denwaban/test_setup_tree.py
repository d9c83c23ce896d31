"""Which unpacked Asterisk is taken, and which is not good enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from denwaban.setup import tree
from denwaban.setup.errors import SetupFailed


def make_tree(root: Path, without: str = "") -> Path:
    for part in (
        "usr/sbin/asterisk",
        "usr/lib64/ld-linux-x86-64.so.2",
        "usr/share/asterisk/moh/music.wav",
        "usr/share/asterisk/rest-api/resources.json",
        "usr/share/asterisk/sounds/en/hello.gsm",
    ):
        if not without or without not in part:
            (root / part).parent.mkdir(parents=True, exist_ok=True)
            (root / part).touch()
    return root


def test_the_newest_complete_tree_is_taken(tmp_path: Path) -> None:
    make_tree(tmp_path / "asterisk-22.9.9")
    wanted = make_tree(tmp_path / "asterisk-22.10.1")
    make_tree(tmp_path / "asterisk-22.11.0", without="moh")
    make_tree(tmp_path / ".asterisk-half" / "tree")
    assert tree.find_tree(tmp_path) == wanted


@pytest.mark.parametrize("part", ["sbin", "lib64", "moh", "rest-api", "sounds"])
def test_a_tree_without_a_part_is_not_complete(tmp_path: Path, part: str) -> None:
    assert tree.is_complete(make_tree(tmp_path / "whole"))
    assert not tree.is_complete(make_tree(tmp_path / "half", without=part))


def test_too_old_a_release_is_no_tree(tmp_path: Path) -> None:
    make_tree(tmp_path / "asterisk-22.10.0")
    assert tree.find_tree(tmp_path) is None


def test_a_named_folder_without_asterisk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENWABAN_ASTERISK_DIR", str(tmp_path))
    with pytest.raises(SetupFailed, match=r"holds no Asterisk; Asterisk 22\.10\.1 or newer is needed"):
        tree.ensure()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1\n", (22, 10, 1)),
        ("asterisk-22.9.0", (22, 9, 0)),
        ("", None),
    ],
)
def test_versions_are_read(text: str, version: tuple[int, int, int] | None) -> None:
    assert tree.parse_version(text) == version
