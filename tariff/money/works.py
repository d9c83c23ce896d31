"""Works and other fees that are owed once: what an order causes, and what is bought."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tariff.counting.month import day_of, later
from tariff.holding.conditions import holds
from tariff.holding.history import Do, Holding, Order
from tariff.money.account import Account, base_class, number_of
from tariff.written.pricing import Due, Happening
from tariff.written.rows import Row
from tariff.written.rules import Equals

_CAUSING: Final = frozenset({Do.START, Do.CHANGE})


@dataclass(frozen=True, slots=True)
class Owed:
    """So many of a row are owed once, by what happened on a day, while this was held."""

    row: Row
    quantity: int
    day: date
    holding: Holding


@dataclass(frozen=True, slots=True)
class Change:
    """What was held before an order (None: it is the first) and after it; `earlier`: what was ever held before it."""

    of: Account
    order: Order
    before: Holding | None
    after: Holding
    earlier: frozenset[str]

    @property
    def day(self) -> date:
        """The day of the order."""
        return day_of(self.order.at)

    def had(self, row: str) -> bool:
        """Whether the row was held before."""
        return self.before is not None and row in self.before.quantities

    def more(self, row: str, above: int) -> int:
        """How many more than before, of those above so many."""
        old = 0 if self.before is None else number_of(self.before, row)
        return max(0, max(0, number_of(self.after, row) - above) - max(0, old - above))

    def touched(self, row: str) -> bool:
        """Whether there is another quantity of the row than before, and not only because it follows other rows."""
        old = None if self.before is None else self.before.quantities.get(row)
        new = self.after.quantities.get(row)
        return old != new and (old is None or new is None or not self._follows(row))

    def _follows(self, row: str) -> bool:
        known = self.after.table.row(row)
        return known is not None and any(isinstance(rule.check, Equals) and rule.check.follows for rule in known.rules)


def owed(of: Account) -> list[Owed]:
    """All that is owed once in the contract's life, in order."""
    found = [one for change in _changes(of) for one in _caused(change)]
    return sorted([*found, *_bought(of)], key=lambda one: one.day)


def _changes(of: Account) -> Iterator[Change]:
    before: Holding | None = None
    earlier: frozenset[str] = frozenset()
    for step in of.history.steps:
        if step.order is not None and step.order.do in _CAUSING:
            yield Change(of, step.order, before, step.holding, earlier)
        before = step.holding
        earlier |= step.holding.quantities.keys()


def _bought(of: Account) -> Iterator[Owed]:
    for order in of.history.bought:
        day = day_of(order.at)
        holding = of.life.on(day) or of.history.steps[-1].holding
        for id, quantity in order.rows.items():
            row = holding.table.row(id)
            if row is not None and isinstance(quantity, int) and quantity:
                yield Owed(row, quantity, day, holding)


def _caused(change: Change) -> Iterator[Owed]:
    for row in change.after.table.rows:
        dues = [due for due in row.due if holds(due.when, change.of.head, change.after)]
        quantity = sum(_HOW[due.on](change, due) for due in dues)
        if quantity:
            yield Owed(row, quantity, change.day, change.after)


def _start(change: Change, due: Due) -> int:
    """At the start; or, together with others, when the first of them is had, and only once in all if not for each."""
    if due.together:
        if any(change.had(row) for row in due.together):
            return 0
        if not due.each and any(row in change.earlier for row in due.together):
            return 0
    elif change.before is not None:
        return 0
    number = sum(number_of(change.after, row) for row in due.rows)
    if due.each:
        return max(0, number - due.above)
    return int(not due.rows or number > 0)


def _added(change: Change, due: Due) -> int:
    if change.before is None or (due.together and not any(change.had(row) for row in due.together)):
        return 0
    return sum(change.more(row, due.above) for row in due.rows)


def _quantity(change: Change, due: Due) -> int:
    if change.before is None or not any(change.touched(row) for row in due.rows):
        return 0
    return int(due.crossing == _crosses(change, due))


def _crosses(change: Change, due: Due) -> bool:
    """Whether the change goes across a resource class, of a contract that has nothing that lifts its class.

    A row that does not speak of crossing is asked with the words of the one that does.
    """
    crossing = due if due.crossing else _crossing(change, due)
    if crossing is None or change.before is None:
        return False
    lifted = any(change.had(row) or row in change.after.quantities for row in crossing.without)
    return not lifted and base_class(change.before) != base_class(change.after)


def _crossing(change: Change, due: Due) -> Due | None:
    dues = (one for row in change.after.table.rows for one in row.due)
    return next((one for one in dues if one.crossing and one.on is due.on and one.rows == due.rows), None)


def _features(change: Change, due: Due) -> int:
    if due.at_start:
        return 0 if change.before is not None else sum(row in change.after.quantities for row in due.rows)
    return 0 if change.before is None else sum(change.touched(row) for row in due.rows)


def _setting(change: Change, due: Due) -> int:
    if change.before is None:
        return 0
    before, after = change.before.settings, change.after.settings
    return sum(before.get(row, {}).get(due.setting) != after.get(row, {}).get(due.setting) for row in due.rows)


def _type(change: Change, due: Due) -> int:
    return int(change.before is not None and change.before.type != change.after.type)


def _small(change: Change, due: Due) -> int:
    """Once, when there are few at the start, or when they become few within so many months after it."""
    number = sum(number_of(change.after, row) for row in due.rows)
    if number > due.most:
        return 0
    if change.before is None:
        return 1
    already = _was_small(change, due)
    return int(not already and change.day < later(change.of.life.first, due.months))


def _was_small(change: Change, due: Due) -> bool:
    """Whether there were few at any time before this order."""
    return any(
        sum(number_of(step.holding, row) for row in due.rows) <= due.most
        for step in change.of.history.steps
        if step.at < change.order.at
    )


def _never(change: Change, due: Due) -> int:
    return 0


_HOW: Final[Mapping[Happening, Callable[[Change, Due], int]]] = {
    Happening.START: _start,
    Happening.ADDED: _added,
    Happening.QUANTITY_CHANGED: _quantity,
    Happening.FEATURE_CHANGED: _features,
    Happening.TIER_CHANGED: _features,
    Happening.SETTING_CHANGED: _setting,
    Happening.TYPE_CHANGED: _type,
    Happening.SMALL: _small,
    Happening.ORDERED: _never,
}
