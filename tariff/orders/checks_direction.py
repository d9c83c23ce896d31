"""Checks of which way a change goes: never down, not back, only at the start, no shorter keeping by a switch."""

from __future__ import annotations

from kernel.refusal import Code
from tariff.holding.conditions import holds
from tariff.holding.held import number, total
from tariff.orders.change import Broken, Change, Subject
from tariff.written.rows import Row
from tariff.written.rules import Equals, Keeps, NeverDown, NotBackFrom


def never_down(check: NeverDown, subject: Subject, change: Change) -> Broken | None:
    """A tier keeps its step or goes up; of steps in words the end counts."""
    if change.before is None:
        return None
    before, after = (holding.quantities.get(subject.id) for holding in (change.before, change.after))
    if before is None or (after is not None and number(after) >= number(before)):
        return None
    if after is None and check.gone_with and not total(change.after, check.gone_with):
        return None
    return Broken(Code.NO_DOWNGRADE, 0 if after is None else after, before)


def not_back_from(check: NotBackFrom, subject: Subject, change: Change) -> Broken | None:
    """No order takes from the one and adds to the other."""
    if change.was(check.row) > change.now(check.row) and change.now(subject.id) > change.was(subject.id):
        return Broken(Code.NO_DOWNGRADE, change.now(subject.id), change.was(subject.id))
    return None


def only_at_start(subject: Subject, change: Change) -> Broken | None:
    """Had from the first order or never; only what follows other rows changes with them."""
    if change.before is None or change.was(subject.id) == change.now(subject.id):
        return None
    follows = subject.row is not None and follow(subject.row, change)
    if follows and change.was(subject.id) and change.now(subject.id):
        return None
    return Broken(Code.ONLY_AT_START, change.now(subject.id), change.was(subject.id))


def follow(row: Row, change: Change) -> bool:
    """Whether the row is to follow others whose number changes."""
    return any(
        total(change.before, rule.check.rows) != total(change.after, rule.check.rows)
        for rule in row.rules
        if isinstance(rule.check, Equals) and rule.check.follows and holds(rule.when, change.head, change.after)
    )


def switched(check: Keeps, subject: Subject, change: Change) -> bool:
    """Whether the order takes from the one quality and adds to the other."""
    return change.was(check.row) > change.now(check.row) and change.now(subject.id) > change.was(subject.id)


def keeps(check: Keeps, subject: Subject, change: Change) -> Broken | None:
    """A switch while a longer keeping is in force brings one of at least as many days."""
    if check.only_warns or subject.row is None or not switched(check, subject, change):
        return None
    other = change.after.table.row(check.row)
    before = 0 if other is None else max((change.was(tier) for tier in other.retained_by), default=0)
    after = max((change.now(tier) for tier in subject.row.retained_by), default=0)
    if not before or after >= before:
        return None
    return Broken(Code.NO_DOWNGRADE, after or subject.row.days, before)
