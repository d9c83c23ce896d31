"""What a contract has chosen or holds, as the rules and prices of its table ask about it."""

from __future__ import annotations

from collections.abc import Iterable

from tariff.holding.history import Facts, Head, Holding
from tariff.written.rows import Table
from tariff.written.rules import Needs, When


def reading(table: Table, head: Head, name: str) -> str:
    """The reading in force for a contract: its own choice, else the table's first; "" where the table has none."""
    choice = next((choice for choice in table.terms.readings if choice.name == name), None)
    return "" if choice is None else head.readings.get(name, choice.values[0])


def holds(when: When, head: Head, holding: Holding) -> bool:
    """Whether all that `when` asks is so for what is held."""
    return (
        (not when.types or holding.type in when.types)
        and all(reading(holding.table, head, name) == value for name, value in when.readings)
        and all(
            is_fact(holding.facts, name, values, untold=_taken(holding, name) in values) for name, values in when.facts
        )
        and (not when.discounts or any(plan in holding.facts.discounts for plan in when.discounts))
        and all(row in holding.quantities for row in when.rows)
        and not any(row in holding.quantities for row in when.without)
    )


def _taken(holding: Holding, name: str) -> str:
    """What a fact that was not told is taken for: the first value that the whole contract's rules ask of its type."""
    asked = (
        values
        for rule in holding.table.rules
        if isinstance(rule.check, Needs) and (not rule.when.types or holding.type in rule.when.types)
        for fact, values in rule.check.facts
        if fact == name
    )
    return next((values[0] for values in asked if values), "")


def is_fact(facts: Facts, name: str, values: Iterable[str], *, untold: bool = False) -> bool:
    """Whether a fact has one of the values, a list any of them; `untold` is the answer where it was not told."""
    found = getattr(facts, name)
    if found in ("", None):
        return untold
    if isinstance(found, bool):
        return ("true" if found else "false") in values
    if isinstance(found, tuple):
        return any(str(one) in values for one in found)
    return str(found) in values
