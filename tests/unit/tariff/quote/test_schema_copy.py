"""The schema of the door is one and the same file for people and for the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_the_schema_in_the_docs_is_the_one_that_is_asked() -> None:
    printed = (ROOT / "docs" / "quote.schema.json").read_bytes()
    assert printed == files("tariff").joinpath("quote", "quote.schema.json").read_bytes()
