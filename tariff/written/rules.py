"""The rules a table may name: each says one kind of thing; a table combines them and never computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class When:
    """When a rule holds: all that is given must be so; what is empty asks nothing.

    `types`: the contract is of one of them. `readings`: each (name, value) is the one chosen. `facts`: each named fact
    has one of these values. `discounts`: one of these plans is held. `rows`: all of these are had; `without`: none.
    """

    types: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    discounts: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


ALWAYS: Final = When()


@dataclass(frozen=True, slots=True)
class Between:
    """The row's quantity, once had (or `always`), lies from `least` to `most`: quantity_below, quantity_above."""

    least: int | None = None
    most: int | None = None
    always: bool = False


@dataclass(frozen=True, slots=True)
class AtMost:
    """The sum of `count` (empty: the row itself) is at most the sum of `rows`: quantity_above."""

    rows: tuple[str, ...]
    count: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Equals:
    """Once had, the sum of `count` (empty: the row itself) equals the sum of `rows`: quantity_must_equal.

    `some`: the sum of any of the `rows` will do. `follows`: an order that changes `rows` and does not name this row
    takes it along.
    """

    rows: tuple[str, ...]
    count: tuple[str, ...] = ()
    some: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class SameStep:
    """The tier is the one of `row`: quantity_must_equal."""

    row: str


@dataclass(frozen=True, slots=True)
class Needs:
    """Once had, it needs one of `some` and all of `rows`, a contract of one of `types`, each fact at one of its values,
    one of the `discounts` and all of `all_discounts`, each city of `cities`: needs.

    `ends`: where a change of something else takes away what is needed, the row ends instead of the order being refused.
    """

    some: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    discounts: tuple[str, ...] = ()
    all_discounts: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Compulsory:
    """It must be had when all of `rows` are: needs."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excludes:
    """Not together with any of `rows` or `discounts`, nor where a fact has one of these values: excluded_by."""

    rows: tuple[str, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    discounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnlyBeside:
    """Of all rows of the table that can be had, only `rows` may be had beside it: excluded_by."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeverDown:
    """A tier never goes to a lower step, nor is it given up: no_downgrade. The steps' order is the table's.

    `gone_with`: it may be given up when none of these is had any more.
    """

    gone_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotBackFrom:
    """No order lowers `row` and raises this one: no_downgrade."""

    row: str


@dataclass(frozen=True, slots=True)
class OnlyAtStart:
    """Had from the first order or never, and not given up; what follows other rows (`Equals.follows`) may change:
    only_at_start."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting `name` of the row, a number (or, `each`, numbers by name whose sum counts), lies from `least` to
    `most` in whole steps: limit_exceeded.

    `most_by`: the most, by which of these rows is had. `most_discount`: the most, by which of these discounts is held;
    `most_selected`: the same where two or more lines are selected for the discount. Of several, the highest holds.
    `most_quantity`: the most is the row's own quantity. `required`: without it the row cannot be had (needs). `one_of`:
    the only values (texts or numbers) there are. A setting of a row that is not had is not_licensed.
    """

    name: str
    least: int | None = None
    most: int | None = None
    most_by: tuple[tuple[str, int], ...] = ()
    most_discount: tuple[tuple[str, int], ...] = ()
    most_selected: tuple[tuple[str, int], ...] = ()
    most_quantity: bool = False
    each: bool = False
    required: bool = False
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingNeeds:
    """Where the setting `name` is true (or has `value`), all of `rows` and `cities` are needed: needs."""

    name: str
    rows: tuple[str, ...] = ()
    value: str = "true"
    cities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingExcludes:
    """Where the setting `name` has `value`, none of `rows` may be had: excluded_by."""

    name: str
    value: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channels:
    """Each line of `facts.lines` (or `total`: all together) has from `least` channels to as many as the sum of `most`
    rows: quantity_below, quantity_above, for the row that carries the rule."""

    least: int
    most: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """So many lines: quantity_below, quantity_above."""

    least: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Once had, the group (`facts.group_lines`, when it is told) has at least so many lines: quantity_below."""

    least: int


@dataclass(frozen=True, slots=True)
class Permanent:
    """Not for temporary use: not_in_tariff. A row with a monthly price and no daily one needs no such rule."""


@dataclass(frozen=True, slots=True)
class Included:
    """Comes with any of `rows` at no price, as `included_in` says of free rows, where the rule holds: no refusal."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The next table has the row no more: who has it then keeps it (where the rule holds), to others it is withdrawn.

    Its clause is the one of that refusal. More of it is new use, unless it may be `growing`.
    """

    growing: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """From this quantity on an estimate comes first: estimate_required."""

    least: int


@dataclass(frozen=True, slots=True)
class Keeps:
    """No switch from `row` to this one while a tier of `row` is in force, unless one of at least as many days comes
    with it: no_downgrade. An accepted switch warns that expiries are kept; without the refusal where `only_warns`.
    """

    row: str
    only_warns: bool = False


@dataclass(frozen=True, slots=True)
class Warns:
    """Accepted with a warning: `warning` (number_changes, excess_billed, expiries_kept) when the row is `on` dropped,
    added, or used beyond its quantity ("excess": then its quantity may lie below what is in use)."""

    warning: str
    on: str


Check = (
    Between
    | AtMost
    | Equals
    | SameStep
    | Needs
    | Compulsory
    | Excludes
    | OnlyBeside
    | NeverDown
    | NotBackFrom
    | OnlyAtStart
    | Setting
    | SettingNeeds
    | SettingExcludes
    | Channels
    | Lines
    | Group
    | Permanent
    | Included
    | Kept
    | Estimate
    | Keeps
    | Warns
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with the clause it stands in, and when it holds. `at_transfer`: the clause by which a transfer to another
    contractor asks it again. `refuses`: the row that a rule of the whole contract refuses."""

    check: Check
    clause: str
    when: When = ALWAYS
    at_transfer: str = ""
    refuses: str = ""
