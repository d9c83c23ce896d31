"""Every rule of a table, looked at for a change: what is broken, first things first, and what is warned of."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.refusal import Code, Refused
from tariff.holding.conditions import holds
from tariff.holding.held import has
from tariff.holding.history import Do
from tariff.orders import checks_company as company
from tariff.orders import checks_direction as direction
from tariff.orders import checks_lines as lines
from tariff.orders import checks_quantity as quantity
from tariff.orders import checks_setting as setting
from tariff.orders.change import Broken, Change, Subject
from tariff.orders.deeds import no
from tariff.written.rows import Row
from tariff.written.rules import (
    AtMost,
    Between,
    Channels,
    Compulsory,
    Equals,
    Estimate,
    Excludes,
    Group,
    Included,
    Keeps,
    Kept,
    Lines,
    Needs,
    NeverDown,
    NotBackFrom,
    OnlyAtStart,
    OnlyBeside,
    Permanent,
    Rule,
    SameStep,
    Setting,
    SettingExcludes,
    SettingNeeds,
    Warns,
)


def broken(change: Change) -> Iterator[Refused]:
    """What is wrong with the change: first the rows it names, then the whole contract, then the other rows."""
    table = change.after.table
    named = dict.fromkeys((*change.order.rows, *change.order.settings))
    rows = {row.id: row for row in table.rows}
    for id in named:
        if id in rows:
            yield from _of_row(rows[id], change)
    for rule in table.rules:
        yield from _of_rule(rule, Subject(None), change)
    for row in table.rows:
        if row.id not in named:
            yield from _of_row(row, change)


def _of_row(row: Row, change: Change) -> Iterator[Refused]:
    if row.included_in and change.order.rows.get(row.id) and not has(change.after, row.id, change.head):
        yield no(Broken(Code.NEEDS, params=(("needed", " / ".join(row.included_in)),)), row.clause, row.id)
    for rule in row.rules:
        yield from _of_rule(rule, Subject(row), change)
    used, now = change.in_use.get(row.id, 0), change.now(row.id)
    if now < change.was(row.id) and now < used and not any(_is_excess(rule) for rule in row.rules):
        yield no(Broken(Code.SEATS_IN_USE, used, now), row.clause, row.id)


def _of_rule(rule: Rule, subject: Subject, change: Change) -> Iterator[Refused]:
    if not holds(rule.when, change.head, change.after):
        return
    found = _always(rule, subject, change)
    if found is None and (subject.row is None or has(change.after, subject.id, change.head)):
        found = _once_had(rule, subject, change)
    if found is not None:
        transferred = rule.at_transfer if change.order.do is Do.TRANSFER else ""
        yield no(found, transferred or rule.clause, subject.id or rule.refuses)


def _always(rule: Rule, subject: Subject, change: Change) -> Broken | None:
    """The checks that hold whether the row is had or not."""
    match rule.check:
        case Between() as check:
            return quantity.between(check, subject, change)
        case Compulsory() as check:
            return company.compulsory(check, subject, change)
        case NeverDown() as check:
            return direction.never_down(check, subject, change)
        case NotBackFrom() as check:
            return direction.not_back_from(check, subject, change)
        case OnlyAtStart():
            return direction.only_at_start(subject, change)
        case Setting() as check:
            return setting.setting(check, subject, change)
        case Channels() as check:
            return lines.channels(check, change)
        case Lines() as check:
            return lines.lines(check, change)
    return None


def _once_had(rule: Rule, subject: Subject, change: Change) -> Broken | None:
    """The checks of what is had, or of the whole contract."""
    match rule.check:
        case AtMost() as check:
            return quantity.at_most(check, subject, change)
        case Equals() as check:
            return quantity.equals(check, subject, change)
        case SameStep() as check:
            return quantity.same_step(check, subject, change)
        case Estimate() as check:
            return quantity.estimate(check, subject, change)
        case Needs() as check:
            return company.needs(check, change)
        case Excludes() as check:
            return company.excludes(check, subject, change)
        case OnlyBeside() as check:
            return company.only_beside(check, subject, change)
        case Keeps() as check:
            return direction.keeps(check, subject, change)
        case SettingNeeds() as check:
            return setting.setting_needs(check, subject, change)
        case SettingExcludes() as check:
            return setting.setting_excludes(check, subject, change)
        case Group() as check:
            return lines.group(check, change)
        case Permanent():
            return Broken(Code.NOT_IN_TARIFF) if change.head.temporary else None
        case Included() | Kept() | Warns():
            return None
    return None


def warnings(change: Change) -> tuple[str, ...]:
    """What an accepted change warns of, each once, in the rows' order."""
    found = (
        _warning(rule, Subject(row), change)
        for row in change.after.table.rows
        for rule in row.rules
        if holds(rule.when, change.head, change.after)
    )
    return tuple(dict.fromkeys(warning for warning in found if warning))


def _warning(rule: Rule, subject: Subject, change: Change) -> str:
    was, now = change.was(subject.id), change.now(subject.id)
    match rule.check:
        case Keeps() as check:
            return "expiries_kept" if direction.switched(check, subject, change) else ""
        case Warns(on="dropped", warning=warning):
            return warning if was and not now else ""
        case Warns(on="added", warning=warning):
            return warning if change.before is not None and now and not was else ""
        case Warns(on="excess", warning=warning):
            touched = subject.id in change.order.rows and (was or now)
            return warning if touched and change.in_use.get(subject.id, 0) > now else ""
    return ""


def _is_excess(rule: Rule) -> bool:
    return isinstance(rule.check, Warns) and rule.check.on == "excess"
