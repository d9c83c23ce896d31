"""The README's map, the rooms' own sentences and the tests' folders are the same list."""

from __future__ import annotations

import ast
import re
import sys

from tests.architecture.sources import ROOMS, ROOT


def mapped() -> dict[str, str]:
    """The rows of the README's table of rooms."""
    rows = re.findall(r"^\| `(\w+)/` \| (.+?) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return dict(rows)


def said(room: str) -> str:
    """What a room says it is for."""
    tree = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))
    return ast.get_docstring(tree) or ""


def test_each_room_says_of_itself_what_the_map_says() -> None:
    assert mapped() == {room: said(room) for room in ROOMS}


def test_each_room_says_it_in_one_sentence() -> None:
    long_winded = {
        room: said(room) for room in ROOMS if not re.fullmatch(r"[^\n]*[^.\n]\.", said(room)) or ". " in said(room)
    }
    assert long_winded == {}


def test_every_package_is_a_room_in_the_project_file() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(ROOMS)
    assert set(project["tool"]["importlinter"]["root_packages"]) == set(ROOMS)
    assert set(project["tool"]["mypy"]["files"]) == set(ROOMS)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(ROOMS)


def test_unit_tests_mirror_the_rooms() -> None:
    folders = {
        path.name for path in (ROOT / "tests" / "unit").iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert folders <= set(ROOMS) | {"load"}  # the bench harness decides things too


def test_no_room_takes_the_name_of_a_module_of_python() -> None:
    assert set(ROOMS) & sys.stdlib_module_names == set()  # docs/decisions/0009
