"""Whether an order is accepted, and what the contract is then; nothing else changes a contract."""

from __future__ import annotations

from tariff.catalogue import Catalogue
from tariff.history import Decision, Head, History, Order


def start(catalogue: Catalogue, head: Head, order: Order) -> tuple[Decision, History | None]:
    """The first order (`Do.START`, at `head.start`); no history when it is refused.

    A refusal's `used` and `limit` that are no numbers (steps, days) stand in its params under these names; the row
    stands there as "row".
    """
    raise NotImplementedError


def decide(catalogue: Catalogue, history: History, order: Order) -> tuple[Decision, History]:
    """A later order: the decision, and the contract after it (the same one when it is refused).

    The history that comes back holds every takeover and run-out up to `order.at`; call `timeline.settle` to see
    further. A dry run is this, with the history thrown away.
    """
    raise NotImplementedError
