"""How long recordings and records are kept, and the first day on which one may be gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tariff.catalogue import Catalogue
from tariff.history import History
from tariff.records import Made


@dataclass(frozen=True, slots=True)
class Keeping:
    """Kept until the end of the day before `gone_from`; `retention` is the ISO 8601 duration that decided it."""

    gone_from: date
    retention: str


def gone_from(catalogue: Catalogue, history: History, made: Made) -> Keeping | None:
    """How long what was made is kept; None when the contract had no such row then, or nothing of it is kept."""
    raise NotImplementedError
