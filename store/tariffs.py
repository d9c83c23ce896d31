"""The tariff tables that come with the platform."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from tariff import catalogue
from tariff.catalogue import Catalogue

_FOLDER: Final = "tables"


@cache
def packaged() -> Catalogue:
    """The catalogue of the tables in `tariff/tables`. Raises tariff.reading.BadTable, a ConfigurationError."""
    folder = files("tariff").joinpath(_FOLDER)
    return catalogue.read(
        {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    )
