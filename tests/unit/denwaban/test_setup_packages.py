"""What is missing is told in words a newcomer can act on."""

from __future__ import annotations

import pytest

from denwaban.setup import packages
from denwaban.setup.errors import SetupFailed
from denwaban.setup.programs import Need

MISSING = Need("Something 7 or newer", "something-server", lambda: False, "DENWABAN_SOMETHING (the program)")


def test_nothing_is_done_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(packages, "find_program", done.append)
    monkeypatch.setattr("denwaban.setup.packages.progress.run", lambda *told, **_: done.append(told))
    packages.ensure([Need("Something", "something", lambda: True)])
    assert done == []


def test_elsewhere_than_on_debian_the_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_program", lambda _name: None)
    with pytest.raises(SetupFailed, match=r"no Debian(?s:.)*Something 7 or newer; setting DENWABAN_SOMETHING"):
        packages.ensure([MISSING])


def test_without_root_and_sudo_the_command_for_root_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_program", lambda name: None if name == "sudo" else name)
    monkeypatch.setattr("denwaban.setup.packages.Path.exists", lambda _path: True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SetupFailed, match="As root: apt-get install something-server"):
        packages.ensure([MISSING])


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("dlstatus:1:50.0:Retrieving file 1 of 2", 0.25),
        ("pmstatus:redis-server:50.0:Unpacking", 0.75),
        ("pmstatus:redis-server", None),
        ("Setting up redis-server", None),
    ],
)
def test_the_progress_of_apt_is_read(line: str, share: float | None) -> None:
    assert packages.apt_fraction(line) == share
