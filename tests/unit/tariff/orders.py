"""Contracts made by orders, for the tests of decisions: each order is decided as the door would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kernel.moment import TOKYO
from kernel.refusal import Code, Refused
from tariff.holding.history import Decision, Do, Head, History, Order, Quantity, Use
from tariff.orders import deciding
from tariff.rights.standing import Given, Standing, standing
from tests.unit.tariff.tables import CATALOGUE

Rows = Mapping[str, Quantity]


def moment(text: str) -> datetime:
    """A day, or a time, of Japan."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def no(decision: Decision) -> tuple[str, str, str, int | str | None, int | str | None]:
    """A refusal as the door says it: code, clause, row, used, limit."""
    assert isinstance(decision, Refused), "accepted"
    said = dict(decision.params)
    used = said.get("used", decision.used)
    limit = said.get("limit", decision.limit)
    return str(decision.code), decision.clause, said.get("row", ""), used, limit


def code(decision: Decision) -> Code | None:
    """The code of a refusal; None when the order was accepted."""
    return decision.code if isinstance(decision, Refused) else None


@dataclass
class Bought:
    """A contract under test, and what was decided about it so far."""

    tariff: str
    start: str
    rows: Rows
    type: str = ""
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    uses: Sequence[tuple[str, str, int]] = ()
    temporary: bool = False

    def __post_init__(self) -> None:
        uses = tuple(Use(moment(at), row, number) for at, row, number in self.uses)
        head = Head(self.tariff, moment(self.start), self.temporary, readings=self.readings, uses=uses)
        first = Order(moment(self.start), Do.START, self.rows, self.settings, self.facts, type=self.type)
        self.first, self.history = deciding.start(CATALOGUE, head, first)

    @property
    def alive(self) -> History:
        """The history of a contract whose first order was accepted."""
        assert self.history is not None, self.first
        return self.history

    def order(self, do: Do, at: str, rows: Rows | None = None, **said: object) -> Decision:
        """Decide one order; an accepted one becomes part of the contract."""
        for name in ("ordered", "until", "notice"):
            if isinstance(said.get(name), str):
                said[name] = date.fromisoformat(str(said[name]))
        if "yen" in said:
            said["yen"] = Decimal(str(said["yen"]))
        wanted = Order(moment(at), do, rows or {}, **said)  # type: ignore[arg-type]  # the words of Order
        decision, self.history = deciding.decide(CATALOGUE, self.alive, wanted)
        return decision

    def change(self, at: str, rows: Rows | None = None, **said: object) -> Decision:
        """Decide a change."""
        return self.order(Do.CHANGE, at, rows, **said)

    def at(self, text: str) -> Standing:
        """What it gives at a moment."""
        return standing(CATALOGUE, self.history, moment(text))

    def limits(self, text: str) -> dict[str, int | None]:
        """The limits at a moment by row."""
        return {given.row: given.limit for given in self.at(text).rows}

    def given(self, text: str, row: str) -> Given:
        """One row at a moment."""
        return next(given for given in self.at(text).rows if given.row == row)
