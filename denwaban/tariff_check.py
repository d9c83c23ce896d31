"""`denwaban tariff check FILE …`: whether tariff tables can be used, before the platform reads them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tariff import catalogue
from tariff.reading import BadTable


def main(files: Sequence[Path]) -> int:
    """Read the tables together and say what each holds; 1 and file, row and reason when one cannot be used."""
    try:
        tables = catalogue.read({str(file): file.read_text(encoding="utf-8") for file in files}).tables
    except BadTable as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print(f"denwaban cannot read the tables: {error}", file=sys.stderr)
        return 1
    for table in (table for versions in tables.values() for table in versions):
        print(f"{table.id}: {len(table.rows)} rows")
    return 0
