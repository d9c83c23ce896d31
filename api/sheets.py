"""Tables for spreadsheets: CSV that Excel in Japan opens by a double click."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Annotated, Final, Literal

from fastapi import Query
from starlette.responses import Response

Encoding = Annotated[Literal["utf-8", "cp932"], Query()]
"""`utf-8` comes with a byte order mark, by which Excel knows it; `cp932` for whoever still needs it."""

_CODECS: Final = {"utf-8": "utf-8-sig", "cp932": "cp932"}
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""With these a cell would be a formula (CSV injection)."""


def sheet(name: str, rows: Sequence[Mapping[str, object]], encoding: str) -> Response:
    """The rows under the names of their columns, as a file to be saved. What `encoding` cannot write becomes `?`."""
    return Response(
        written(list(rows[0]) if rows else [], rows, encoding),
        media_type="text/csv",
        headers={
            "Content-Type": f"text/csv; charset={'utf-8' if encoding == 'utf-8' else 'windows-31j'}",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
        },
    )


def written(columns: Sequence[str], rows: Iterable[Mapping[str, object]], encoding: str = "utf-8") -> bytes:
    """The columns of the rows as CSV, under their names where there are any."""
    text = StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\r\n")
    if columns:
        writer.writeheader()
    writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)
    return text.getvalue().encode(_CODECS[encoding], errors="replace")


def _cell(value: object) -> object:
    """Names are people's words: none may become a formula in a sheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_DANGEROUS) else value
