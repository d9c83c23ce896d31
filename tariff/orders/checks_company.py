"""Checks of what stands beside what: needed, compulsory, excluded, only beside."""

from __future__ import annotations

from kernel.refusal import Code
from tariff.holding.conditions import is_fact
from tariff.holding.held import has
from tariff.holding.history import Head, Holding
from tariff.orders.change import Broken, Change, Subject
from tariff.written.rows import HAD
from tariff.written.rules import Compulsory, Excludes, Needs, OnlyBeside


def needs(check: Needs, change: Change) -> Broken | None:
    """Everything that is needed is there."""
    lacking = lack(check, change.after, change.head)
    if lacking is None:
        return None
    used, limit = (None, None)
    if check.cities:
        used, limit = len(set(check.cities) & set(change.after.facts.cities)), len(check.cities)
    return Broken(Code.NEEDS, used, limit, (("needed", lacking),))


def lack(check: Needs, holding: Holding, head: Head) -> str | None:
    """The first thing needed that is not there, in words; None when nothing is missing."""
    facts = holding.facts
    if check.some and not any(has(holding, row, head) for row in check.some):
        return " / ".join(check.some)
    for row in check.rows:
        if not has(holding, row, head):
            return row
    if check.types and holding.type not in check.types:
        return " / ".join(check.types)
    for name, values in check.facts:
        if not is_fact(facts, name, values, untold=True):
            return f"{name} = {' / '.join(values)}"
    if check.discounts and set(check.discounts).isdisjoint(facts.discounts):
        return " / ".join(check.discounts)
    missing = [plan for plan in check.all_discounts if plan not in facts.discounts]
    missing += [city for city in check.cities if city not in facts.cities]
    return " + ".join(missing) or None


def compulsory(check: Compulsory, subject: Subject, change: Change) -> Broken | None:
    """It is had when all of the rows are."""
    if has(change.after, subject.id, change.head) or not all(has(change.after, row, change.head) for row in check.rows):
        return None
    return Broken(Code.NEEDS)


def excludes(check: Excludes, subject: Subject, change: Change) -> Broken | None:
    """Nothing is there with which it cannot be."""
    after = change.after
    for row in check.rows:
        if row != subject.id and has(after, row, change.head):
            return Broken(Code.EXCLUDED_BY, params=(("others", row),))
    for name, values in check.facts:
        if is_fact(after.facts, name, values):
            return Broken(Code.EXCLUDED_BY, params=(("others", f"{name} = {' / '.join(values)}"),))
    for plan in check.discounts:
        if plan in after.facts.discounts:
            return Broken(Code.EXCLUDED_BY, params=(("others", plan),))
    return None


def only_beside(check: OnlyBeside, subject: Subject, change: Change) -> Broken | None:
    """Nothing is had but it and what may stand beside it; the row refused is the one that may not."""
    allowed = {subject.id, *check.rows}
    for row in change.after.table.rows:
        if row.kind in HAD and row.id in change.after.quantities and row.id not in allowed:
            return Broken(Code.EXCLUDED_BY, params=(("others", subject.id),), row=row.id)
    return None
