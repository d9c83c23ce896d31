"""`denwaban tariff validate [FILE …]`: whether tariff tables can be used, before the platform reads them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from store.tariffs import packaged
from tariff.written import catalogue
from tariff.written.catalogue import Catalogue
from tariff.written.reading import BadTable


def main(files: Sequence[Path]) -> int:
    """Read the tables together, without files those the platform knows, and say what each holds.

    1 and file, row and reason when one cannot be used.
    """
    try:
        known = _read(files) if files else packaged()
    except BadTable as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print(f"denwaban cannot read the tables: {error}", file=sys.stderr)
        return 1
    for table in (table for versions in known.tables.values() for table in versions):
        priced = sum(row.price is not None for row in table.rows)
        rules = len(table.rules) + sum(len(row.rules) for row in table.rows)
        print(f"{table.id}: {len(table.rows)} rows, {priced} with a price, {rules} rules")
    return 0


def _read(files: Sequence[Path]) -> Catalogue:
    return catalogue.read({str(file): file.read_text(encoding="utf-8") for file in files})
