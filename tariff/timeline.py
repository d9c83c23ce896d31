"""What happens to a contract by itself: a new table takes over, a suspension runs out."""

from __future__ import annotations

from datetime import datetime

from tariff.catalogue import Catalogue
from tariff.history import History


def settle(catalogue: Catalogue, history: History, until: datetime) -> History:
    """The history with every change that happens by itself up to `until` (included) as a step of its own.

    Rows that a takeover left to who had them stand in `Holding.grandfathered`, and with their prices in
    `Holding.table.rows`, so what is billed is always found in the holding's own table.
    """
    raise NotImplementedError
