"""What a contract gives at a moment: the rows with their limits, by which clause, and how long what they make is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tariff.catalogue import Catalogue
from tariff.history import History, State
from tariff.rows import Basis, Scope


@dataclass(frozen=True, slots=True)
class Given:
    """A row as it allows something. `limit` None: without limit. `retention`: an ISO 8601 duration, "" where none goes
    with the row. `kind`: the kind of licence or right, "" when the row has none."""

    row: str
    limit: int | None
    basis: Basis
    scope: Scope
    clause: str
    kind: str = ""
    retention: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`rows` is what may be used: nothing unless the contract is active. `held` is what was bought all the same.

    `version` is the table's id, "" before the start; `type` "" where the tariff has no types.
    """

    at: datetime
    state: State
    version: str
    type: str
    rows: tuple[Given, ...]
    held: tuple[Given, ...]


def standing(catalogue: Catalogue, history: History | None, moment: datetime) -> Standing:
    """What the contract gives at `moment`; takeovers and runs-out up to then are seen."""
    raise NotImplementedError
