"""A file that is too long answers more than one question."""

from __future__ import annotations

import ast

from tests.architecture.sources import name, python_files

WALL = 400


def test_no_file_is_longer_than_the_wall() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert lengths, "no file was looked at"
    assert {file: lines for file, lines in lengths.items() if lines > WALL} == {}


def test_every_module_opens_with_one_sentence_on_what_it_is_for() -> None:
    silent = [
        name(path) for path in python_files() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
