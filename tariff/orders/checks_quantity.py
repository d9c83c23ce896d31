"""Checks of quantities: between two numbers, at most or equal to other rows, the same step, an estimate."""

from __future__ import annotations

from itertools import combinations

from kernel.refusal import Code
from tariff.holding.held import total
from tariff.orders.change import Broken, Change, Subject
from tariff.written.rules import AtMost, Between, Equals, Estimate, SameStep


def between(check: Between, subject: Subject, change: Change) -> Broken | None:
    """The row's quantity lies from the least to the most."""
    wanted = change.now(subject.id)
    if not wanted and not check.always:
        return None
    if check.least is not None and wanted < check.least:
        return Broken(Code.QUANTITY_BELOW, wanted, check.least)
    if check.most is not None and wanted > check.most:
        return Broken(Code.QUANTITY_ABOVE, wanted, check.most)
    return None


def at_most(check: AtMost, subject: Subject, change: Change) -> Broken | None:
    """What is counted is at most the sum of the other rows."""
    wanted = total(change.after, check.count or (subject.id,))
    most = total(change.after, check.rows)
    if wanted <= most:
        return None
    return Broken(Code.QUANTITY_ABOVE, wanted, most, (("others", " + ".join(check.rows)),))


def equals(check: Equals, subject: Subject, change: Change) -> Broken | None:
    """What is counted equals the sum of the other rows, or, for `some`, of a choice of them."""
    wanted = total(change.after, check.count or (subject.id,))
    whole = total(change.after, check.rows)
    if wanted == whole or (check.some and wanted in _sums(tuple(map(change.now, check.rows)))):
        return None
    return Broken(Code.QUANTITY_MUST_EQUAL, wanted, whole, (("others", " + ".join(check.rows)),))


def _sums(quantities: tuple[int, ...]) -> set[int]:
    had = [quantity for quantity in quantities if quantity]
    return {sum(chosen) for size in range(1, len(had) + 1) for chosen in combinations(had, size)}


def same_step(check: SameStep, subject: Subject, change: Change) -> Broken | None:
    """The tier is the other row's."""
    wanted, other = (change.after.quantities.get(row) for row in (subject.id, check.row))
    if wanted == other:
        return None
    return Broken(Code.QUANTITY_MUST_EQUAL, wanted, other, (("others", check.row),))


def estimate(check: Estimate, subject: Subject, change: Change) -> Broken | None:
    """Below the quantity from which on an estimate comes first."""
    wanted = change.now(subject.id)
    return None if wanted < check.least else Broken(Code.ESTIMATE_REQUIRED, wanted, check.least - 1)
