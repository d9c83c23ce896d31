"""Finding an Asterisk and writing its configuration, with trees that are only pretended."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from asterisk import tree
from asterisk.runtime import place, render, secret
from asterisk.settings import AsteriskSettings, Trunk
from kernel.errors import ConfigurationError

LOADER = """#!/bin/sh
echo "Asterisk {version}"
"""


def pretend(root: Path, version: str) -> Path:
    """A folder that looks like an unpacked Asterisk; its loader only tells the version."""
    libraries = root / "usr/lib/x86_64-linux-gnu"
    for folder in (libraries / "asterisk/modules", root / "usr/sbin", root / "usr/share/asterisk/rest-api"):
        folder.mkdir(parents=True)
    (root / "usr/sbin/asterisk").touch()
    loader = libraries / "ld-linux-x86-64.so.2"
    loader.write_text(LOADER.format(version=version))
    loader.chmod(0o755)
    return root


def test_the_newest_of_the_cache_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for version in ("22.9.9", "22.10.1", "22.11.0"):
        pretend(tmp_path / "denwaban" / f"asterisk-{version}", f"{version}~dfsg+~cs6-1")
    found = tree.find(None)
    assert found.version == (22, 11, 0)
    assert found.command[1] == "--library-path"
    assert found.command[-1].endswith("asterisk-22.11.0/usr/sbin/asterisk")


@pytest.mark.parametrize("version", ["22.10.0", "22.9.9", "20.99.9", "nonsense"])
def test_one_that_is_too_old_is_refused_with_what_to_do(tmp_path: Path, version: str) -> None:
    with pytest.raises(ConfigurationError, match="DENWABAN_ASTERISK_DIR"):
        tree.find(pretend(tmp_path / "tree", version))


def test_a_folder_without_asterisk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no Asterisk"):
        tree.find(tmp_path)


def test_an_empty_cache_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="make run"):
        tree.find(None)


def test_a_secret_is_made_once_and_is_only_ours(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "ari"
    first = secret(file)
    assert secret(file) == first
    assert len(first) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "text", ["short", "with;comment-and-more-letters-", "two\nlines-of-a-secret-which-is-long", ""]
)
def test_a_secret_that_does_not_fit_a_configuration_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ari"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="24 characters"):
        secret(file)


def rendered(tmp_path: Path, **given: object) -> Path:
    """The configuration folder of these settings."""
    settings = AsteriskSettings(var=tmp_path / "var", **given)
    where = place(settings.var)
    where.conf.mkdir(parents=True)
    render(settings, tree.find(pretend(tmp_path / "tree", "22.10.1")), where)
    return where.conf


def test_app_queue_and_foreign_files_only_when_asked(tmp_path: Path) -> None:
    conf = rendered(tmp_path)
    everything = "".join(file.read_text() for file in conf.iterdir())
    assert "app_queue.so" not in everything
    assert "#include" not in everything


def test_for_measuring_they_can_be_had(tmp_path: Path) -> None:
    conf = rendered(tmp_path, with_app_queue=True, extra_conf=tmp_path / "extra")
    assert "app_queue.so" in (conf / "modules.conf").read_text()
    for name in ("extensions", "queues", "pjsip"):
        assert f"#include {tmp_path}/extra/{name}.d/*.conf" in (conf / f"{name}.conf").read_text()


def test_a_trunk_is_rendered_with_its_own_contact(tmp_path: Path) -> None:
    conf = rendered(tmp_path, trunks=(Trunk(name="ntt", match=("192.0.2.1", "192.0.2.2"), contact="sip:192.0.2.1"),))
    text = (conf / "pjsip.conf").read_text()
    assert "match = 192.0.2.1,192.0.2.2\n" in text
    assert "contact = sip:192.0.2.1\n" in text


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DENWABAN_VAR", "here")
    monkeypatch.setenv("DENWABAN_TRUNKS", '[{"name": "ntt", "match": ["192.0.2.1"]}]')
    settings = AsteriskSettings()
    assert settings.var == Path(os.getcwd()) / "here"
    assert settings.ari_password_file == settings.var / "secrets" / "ari"
    assert settings.trunks[0].name == "ntt"


@pytest.mark.parametrize(
    "wrong",
    [
        {"app": "a b"},
        {"app": "a,b"},
        {"node": "n\n[general]"},
        {"ari_user": "general]\n"},
        {"sip_host": "0.0.0.0\nx=y"},
        {"sip_port": 0},
        {"trunks": ({"name": "a]", "match": ["1.1.1.1"]},)},
        {"trunks": ({"name": "a", "match": ["evil\nx"]},)},
        {"trunks": ({"name": "a", "match": []},)},
        {"trunks": ({"name": "a", "match": ["1.1.1.1"], "contact": "sip:x\ny"},)},
    ],
)
def test_no_setting_can_write_a_line_of_its_own(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AsteriskSettings(**wrong)
