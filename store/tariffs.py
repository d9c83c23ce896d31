"""The tariff tables, and the schema of their door, that come with the platform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tariff import catalogue
from tariff.catalogue import Catalogue

_FOLDER: Final = "tables"
_SCHEMA: Final = "quote.schema.json"


@cache
def packaged() -> Catalogue:
    """The catalogue of the tables in `tariff/tables`. Raises tariff.reading.BadTable, a ConfigurationError."""
    return catalogue.read(texts())


def texts() -> dict[str, str]:
    """The texts of those tables by file name."""
    folder = files("tariff").joinpath(_FOLDER)
    return {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}


def quote_schema() -> Mapping[str, Any]:
    """The schema of `denwaban tariff quote`, the same as docs/quote.schema.json."""
    schema: Mapping[str, Any] = json.loads(files("tariff").joinpath("quote", _SCHEMA).read_text("utf-8"))
    return schema
