"""What an order would make of a contract, as the checks look at it: before, after, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.refusal import Code
from tariff.holding.held import count
from tariff.holding.history import Head, Holding, Order
from tariff.written.rows import Row


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for the first order. `in_use`: what is in use at the order's moment, by row."""

    head: Head
    before: Holding | None
    after: Holding
    order: Order
    in_use: Mapping[str, int]

    def was(self, row: str) -> int:
        """How many of a row were had."""
        return count(self.before, row)

    def now(self, row: str) -> int:
        """How many of a row would be had."""
        return count(self.after, row)


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that does not hold; the rule adds its clause, and the row that carries it.

    `used` and `limit` are numbers, or words ("400-1000", a day). `row`: another row than the one with the rule.
    """

    code: Code
    used: int | str | None = None
    limit: int | str | None = None
    params: tuple[tuple[str, str], ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is about: a row of the table, or None for the whole contract."""

    row: Row | None

    @property
    def id(self) -> str:
        """The row's id, "" for the whole contract."""
        return "" if self.row is None else self.row.id
