"""The tables of one tariff after each other: which follows which, and what a later one no longer has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tariff.holding.conditions import holds
from tariff.holding.history import Head, Holding
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Row, Table
from tariff.written.rules import Excludes, Kept, Rule


def next_table(catalogue: Catalogue, table: Table) -> Table | None:
    """The table that takes over from this one; None when it is the last."""
    later = [known for known in catalogue.tables.get(table.tariff, ()) if known.begins > table.begins]
    return min(later, key=lambda known: known.begins, default=None)


def former_row(catalogue: Catalogue, table: Table, id: str) -> tuple[Table, Row] | None:
    """The row as the latest earlier table had it; None when none had."""
    earlier = [known for known in catalogue.tables.get(table.tariff, ()) if known.begins < table.begins]
    for known in sorted(earlier, key=lambda known: known.begins, reverse=True):
        row = known.row(id)
        if row is not None:
            return known, row
    return None


def any_row(catalogue: Catalogue, table: Table, id: str) -> Row | None:
    """The row as this table, or else any other of the tariff, has it."""
    found = (known.row(id) for known in (table, *catalogue.tables.get(table.tariff, ())))
    return next((row for row in found if row is not None), None)


def kept_rule(row: Row) -> Rule | None:
    """The rule by which who had the row keeps it, if there is one."""
    return next((rule for rule in row.rules if isinstance(rule.check, Kept)), None)


def keeps(row: Row, head: Head, holding: Holding) -> bool:
    """Whether this contract keeps the row when the next table no longer has it."""
    rule = kept_rule(row)
    return rule is not None and holds(rule.when, head, holding)


def growing(row: Row) -> bool:
    """Whether more of a kept row may be ordered."""
    rule = kept_rule(row)
    return rule is not None and isinstance(rule.check, Kept) and rule.check.growing


def _excluded_by_others(former: Table, id: str) -> Iterator[Rule]:
    """What other rows said about this one: the new table, which no longer has it, leaves that out of theirs."""
    for row in former.rows:
        for rule in row.rules:
            if isinstance(rule.check, Excludes) and id in rule.check.rows:
                yield replace(rule, check=Excludes(rows=(row.id,)))


def with_kept(table: Table, former: Table, ids: Iterable[str]) -> Table:
    """The table with these rows of the former one, closed to new use, and their prices."""
    kept = set(ids)
    known = {row.id for row in table.rows}
    rows = [
        replace(row, withdrawn=True, rules=(*row.rules, *_excluded_by_others(former, row.id)))
        for row in former.rows
        if row.id in kept - known
    ]
    prices = [row for row in former.rows if row.feature in kept and row.id not in kept | known]
    return replace(table, rows=(*table.rows, *rows, *prices)) if rows else table


def taken_over(head: Head, holding: Holding, table: Table) -> Holding:
    """What is had under a new table: types become others, rows it no longer has are kept or end."""
    old = {row.id: row for row in holding.table.rows}
    gone = [row for row in holding.quantities if table.row(row) is None]
    kept = [row for row in gone if row in holding.grandfathered or keeps(old[row], head, holding)]
    joined = with_kept(table, holding.table, kept)
    left = frozenset(gone) - frozenset(kept)
    quantities = {row: quantity for row, quantity in holding.quantities.items() if row not in left}
    withdrawn = {row.id for row in joined.rows if row.withdrawn}
    return replace(
        holding,
        table=joined,
        type=dict(table.becomes).get(holding.type, holding.type),
        quantities=quantities,
        settings={row: given for row, given in holding.settings.items() if row not in left},
        grandfathered=frozenset(quantities).intersection(withdrawn),
    )
