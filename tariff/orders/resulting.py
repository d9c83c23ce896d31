"""The holding an order makes: what it names, what follows, what comes with it, and what ends by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tariff.holding.conditions import holds
from tariff.holding.held import included, total
from tariff.holding.history import Facts, Head, Holding, Order, Quantity, Settings, State, Step
from tariff.orders.checks_company import lack
from tariff.written.rows import Row, Table
from tariff.written.rules import Equals, Needs, Setting


def resulting(
    head: Head,
    table: Table,
    steps: Sequence[Step],
    order: Order,
    wanted: Mapping[str, Quantity],
) -> Holding:
    """The holding after the order, given the quantities it asks for; the steps are the contract's so far."""
    before = steps[-1].holding if steps else None
    quantities = dict(before.quantities) if before else {}
    quantities.update(wanted)
    after = Holding(
        table=table,
        state=before.state if before else State.ACTIVE,
        type=order.type or (before.type if before else ""),
        quantities={row: quantity for row, quantity in quantities.items() if quantity},
        settings={},
        facts=with_facts(before.facts if before else Facts(), order),
        grandfathered=before.grandfathered if before else frozenset(),
    )
    after = _following(head, before, after, order)
    after = without(after, _included(head, after))
    if before is not None:
        after = without(after, ending(head, steps, after, frozenset(order.rows)))
    return replace(after, settings=_settings(before, after, order), grandfathered=_kept(after))


def with_facts(facts: Facts, order: Order) -> Facts:
    """The facts with those that the order changes."""
    return replace(facts, **dict(order.facts))  # type: ignore[arg-type]  # read by the door, field by field


def without(holding: Holding, rows: frozenset[str]) -> Holding:
    """The holding less these rows."""
    if not rows:
        return holding
    kept = {row: quantity for row, quantity in holding.quantities.items() if row not in rows}
    settings = {row: given for row, given in holding.settings.items() if row not in rows}
    return replace(holding, quantities=kept, settings=settings, grandfathered=holding.grandfathered - rows)


def _following(head: Head, before: Holding | None, after: Holding, order: Order) -> Holding:
    """Rows that follow others take their number when those change and the order does not name them."""
    quantities = dict(after.quantities)
    for row in after.table.rows:
        if row.id not in after.quantities or row.id in order.rows:
            continue
        for rule in row.rules:
            check = rule.check
            if isinstance(check, Equals) and check.follows and holds(rule.when, head, after):
                now = total(after, check.rows)
                if total(before, check.rows) != now:
                    quantities[row.id] = now
    return replace(after, quantities={row: quantity for row, quantity in quantities.items() if quantity})


def _included(head: Head, after: Holding) -> frozenset[str]:
    """What was named though it comes with something else anyway."""
    rows = (row for row in after.table.rows if row.id in after.quantities)
    return frozenset(row.id for row in rows if included(after, row, head))


def ending(head: Head, steps: Sequence[Step], after: Holding, named: frozenset[str]) -> frozenset[str]:
    """The rows that end by themselves since what they need is gone, and those that cannot be without them."""
    before = steps[-1].holding
    ended: set[str] = set()
    rest = after
    while True:
        lost = {
            row.id
            for row in rest.table.rows
            if row.id in rest.quantities and row.id in before.quantities and row.id not in named
            if any(_gone(check, head, steps, rest, row, bool(ended)) for check in _needs(head, rest, row))
        }
        if not lost:
            return frozenset(ended)
        ended |= lost
        rest = without(rest, frozenset(lost))


def _needs(head: Head, holding: Holding, row: Row) -> Iterator[Needs]:
    for rule in row.rules:
        if isinstance(rule.check, Needs) and holds(rule.when, head, holding):
            yield rule.check


def _gone(check: Needs, head: Head, steps: Sequence[Step], after: Holding, row: Row, cascade: bool) -> bool:
    """Whether what was there is there no more, for a row that ends with it (or with one that ended so)."""
    if not check.ends and not (cascade and (check.some or check.rows)):
        return False
    if lack(check, steps[-1].holding, head) is not None:
        return False
    taken = set(check.discounts).intersection(_taken_with(steps, row.id))
    lost = bool(taken) and taken.isdisjoint(after.facts.discounts)
    return lost or lack(check, after, head) is not None


def _taken_with(steps: Sequence[Step], row: str) -> tuple[str, ...]:
    """The discounts that were held when the row was taken."""
    taken: tuple[str, ...] = ()
    for step in reversed(steps):
        if row not in step.holding.quantities:
            break
        taken = step.holding.facts.discounts
    return taken


def _settings(before: Holding | None, after: Holding, order: Order) -> Settings:
    """The settings with those that the order names; those of a row that is no longer had go with it, save those that
    count against its quantity: they cannot stay where nothing is left."""
    merged: dict[str, Mapping[str, object]] = {}
    for row, given in (before.settings if before else {}).items():
        if row in after.quantities or row not in (before.quantities if before else {}):
            merged[row] = given
        else:
            counted = {name: value for name, value in given.items() if name in _counted(after.table, row)}
            if counted:
                merged[row] = counted
    for row, given in order.settings.items():
        merged[row] = {**merged.get(row, {}), **given}
    return merged


def _counted(table: Table, row: str) -> frozenset[str]:
    known = table.row(row)
    checks = (rule.check for rule in known.rules) if known else ()
    return frozenset(check.name for check in checks if isinstance(check, Setting) and check.most_quantity)


def _kept(after: Holding) -> frozenset[str]:
    """The withdrawn rows that are had."""
    return frozenset(row.id for row in after.table.rows if row.withdrawn and row.id in after.quantities)
