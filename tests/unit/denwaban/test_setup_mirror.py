"""The Debian mirror is read from apt's own sources, in both formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from denwaban.setup.mirror import Source, find_mirror, read_sources

DEB822 = """\
# an old address
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: trixie
 trixie-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc: def

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main
"""


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def put(apt: Path, name: str, text: str) -> None:
    (apt / "sources.list.d" / name).write_text(text, encoding="utf-8")


def test_stanzas(apt: Path) -> None:
    put(apt, "debian.sources", DEB822)
    assert read_sources(apt)[0] == Source(
        "http://mirror.example/debian/", ("trixie", "trixie-updates"), ("main", "contrib")
    )
    assert find_mirror(apt) == "http://mirror.example/debian"


def test_lines(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "# deb http://old.example/debian bookworm main\n"
        "deb-src http://source.example/debian bookworm main\n"
        "deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian bookworm main non-free # ours\n",
        encoding="utf-8",
    )
    assert find_mirror(apt) == "https://mirror.example/debian"


@pytest.mark.parametrize(
    "text",
    [
        "deb http://mirror.example/debian-security bookworm-security main",
        "deb https://others.example/apt cloud main",
        "deb http://mirror.example/debian bookworm contrib",
    ],
)
def test_what_is_not_the_archive_is_passed_over(apt: Path, text: str) -> None:
    put(apt, "a.list", text)
    assert find_mirror(apt) is None


def test_what_is_switched_off_is_passed_over(apt: Path) -> None:
    put(apt, "a.sources", "Enabled: no\n" + DEB822.split("\n\n")[0])
    put(apt, "b.list.save", "deb http://mirror.example/debian bookworm main")
    assert find_mirror(apt) is None


def test_a_file_of_mirrors(apt: Path) -> None:
    mirrors = apt / "mirrors.list"
    mirrors.write_text(
        "# first\n\nhttp://near.example/debian\tpriority:1\nhttp://far.example/debian\n", encoding="utf-8"
    )
    put(apt, "a.sources", f"Types: deb\nURIs: mirror+file:{mirrors}\nSuites: trixie\nComponents: main\n")
    assert find_mirror(apt) == "http://near.example/debian"
