"""The tariff tables there are, and the schema of their door."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from store.tariff_settings import TariffSettings
from tariff.written import catalogue
from tariff.written.catalogue import Catalogue
from tariff.written.reading import BadTable

_FOLDER: Final = "tables"
_SCHEMA: Final = "quote.schema.json"


@cache
def packaged() -> Catalogue:
    """The catalogue of the tables in `tariff/tables` and those named by the setting `tariffs`.

    Raises tariff.written.reading.BadTable, a ConfigurationError.
    """
    return catalogue.read(texts())


def texts(besides: Iterable[Path] = ()) -> dict[str, str]:
    """The texts of those tables by file name, and of the files `besides`. Raises BadTable."""
    folder = files("tariff").joinpath(_FOLDER)
    found = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    for file in (*TariffSettings().files(), *besides):
        found[str(file)] = _read(file)
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(str(file), "", f"cannot be read ({error})") from error


def quote_schema() -> Mapping[str, Any]:
    """The schema of `denwaban tariff quote`, the same as docs/quote.schema.json."""
    schema: Mapping[str, Any] = json.loads(files("tariff").joinpath("quote", _SCHEMA).read_text("utf-8"))
    return schema
