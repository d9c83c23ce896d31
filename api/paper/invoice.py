"""Prints a closed month as a qualified invoice [適格請求書] in Japanese, its font embedded.

What such a document has to say: Consumption Tax Act (消費税法) Art. 57-4(1).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from kernel.errors import ConfigurationError
from tariff.money.closed import ClosedMonth


class NoFont(ConfigurationError):
    """The font of the paper is not where the settings say."""


def pdf(closed: ClosedMonth, font: Path) -> bytes:
    """The PDF; `font` is a TrueType or OpenType file with Japanese letters. Takes about a second. Raises NoFont."""
    if not font.is_file():
        raise NoFont(f"there is no font {font}: install Debian's fonts-ipaexfont-gothic or set DENWABAN_INVOICE_FONT")
    # Imported here: it takes as long as a whole start, and only invoices need it.
    from weasyprint import HTML  # type: ignore[import-untyped]

    printed: bytes = HTML(string=page(closed, font.absolute().as_uri())).write_pdf()
    return printed


def page(closed: ClosedMonth, font: str) -> str:
    """The paper as HTML; `font` is a URL."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(yen=_yen, day=_day)
    template = environment.from_string(files(__package__ or "").joinpath("invoice.html").read_text("utf-8"))
    return template.render(closed=closed, font=font)


def _yen(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,f}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
