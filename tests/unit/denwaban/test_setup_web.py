"""The pages for browsers are built once, and again when what they are made of changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from denwaban.setup import web
from denwaban.setup.errors import SetupFailed

NPM = """#!/bin/sh
echo "$3" >> "$2/asked"
[ "$3" != run ] || { mkdir -p "$2/built" && cp "$2/phone.js" "$2/supervisor.js" "$2/built"; }
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page's sources, and an npm that notes what it is asked."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "npm").write_text(NPM)
    (programs / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    made = tmp_path / "web"
    made.mkdir()
    (made / "phone.js").write_text("one")
    (made / "supervisor.js").write_text("seen")
    (made / "package-lock.json").write_text("{}")
    return made


def test_it_is_built_once_and_again_when_a_source_changes(page: Path) -> None:
    web.ensure(page)
    assert (page / "built" / "phone.js").read_text() == "one"
    web.ensure(page)
    assert (page / "asked").read_text().split() == ["ci", "run"]
    (page / "phone.js").write_text("two")
    web.ensure(page)
    assert (page / "built" / "phone.js").read_text() == "two"


@pytest.mark.parametrize("name", ["phone.js", "supervisor.js"])
def test_a_page_that_is_gone_is_built_again(page: Path, name: str) -> None:
    web.ensure(page)
    (page / "built" / name).unlink()
    web.ensure(page)
    assert (page / "built" / name).exists()


def test_a_build_that_fails_is_not_taken_for_one(page: Path, tmp_path: Path) -> None:
    (tmp_path / "programs" / "npm").write_text("#!/bin/sh\necho no network\nexit 1\n")
    with pytest.raises(SetupFailed, match="no network"):
        web.ensure(page)
    assert not web.is_built(page, web.fingerprint(page))


def test_every_file_and_its_name_count(page: Path) -> None:
    before = web.fingerprint(page)
    (page / "phone.js").rename(page / "other.js")
    assert web.fingerprint(page) != before
