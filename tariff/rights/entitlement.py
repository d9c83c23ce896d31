"""What a tenant may do at a moment, and how much of it, out of all his contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from kernel.ids import ContractId, LineId
from tariff.holding.held import included, number
from tariff.rights import first_order
from tariff.rights.contract import Contract, Item, alive
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Basis, Row, RowKind, Scope, Table

SEAT: Final = "seat"
"""The kind of seat of contracts that do not tell seats apart."""
PLACE: Final = "waiting_place"
IVR: Final = "ivr_rule"
RECORDING: Final = "recording"
CHANNEL: Final = "channel"
_DAYS_OF_MONTH: Final = 31
"""No month is longer: how a term of months compares with one of days."""
_IN_FORCE: Final[Mapping[ContractId, Table]] = {}
"""Every contract goes by the table that is in force."""
NOTHING: Final = "no contract"
"""Stands for the clause when a tenant holds no contract that would give the thing."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One row of one contract as it allows something: `kind` of thing, `limit` (None: not counted), for `of`."""

    kind: str
    scope: Scope
    of: str
    limit: int | None
    basis: Basis
    clause: str
    contract: ContractId
    row: str
    begins: datetime
    ends: datetime | None
    licence: bool
    months: int | None
    days: int | None = None


class Count(NamedTuple):
    """How many there may be, by which clause of which contract ("" when none was bought)."""

    limit: int
    clause: str
    contract: ContractId


class Pool(NamedTuple):
    """So many may be signed in at once under this kind of licence."""

    kind: str
    limit: int
    clause: str


class Retention(NamedTuple):
    """Conversations may be recorded and are kept for so many calendar months, or days (neither: until somebody deletes
    them)."""

    months: int | None
    clause: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Entitled:
    """The answer for one tenant, good until `changes_at` (None: until a contract is changed).

    `seat_pools` is empty when seats are not limited; without any right to one it is a single pool of 0. `suspended`:
    the clause by which nobody may work now, though a contract gives seats; "" otherwise.
    """

    seat_pools: tuple[Pool, ...]
    changes_at: datetime | None
    _kinds: Mapping[str, tuple[Entitlement, ...]]
    _offered: Mapping[str, str]
    suspended: str = ""
    _carriers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What his tariffs sell at all, and the kinds of which each comes as a part (none: it is sold by itself)."""

    def lacks(self, kind: str) -> bool:
        """Whether a tariff of his sells this kind of thing, and he has not got it."""
        return self.sells(kind) and not self.may(kind)

    def sells(self, kind: str) -> bool:
        """Whether a tariff of his sells this kind of thing."""
        return kind in self._carriers

    def carriers(self, kind: str) -> frozenset[str]:
        """The kinds of licence that bring this with them."""
        return self._carriers.get(kind, frozenset())

    def may(self, kind: str) -> bool:
        """Whether any contract gives this kind of thing."""
        return kind in self._kinds

    @property
    def seats(self) -> int | None:
        """Seats of every kind together; None when they are not limited."""
        return sum(pool.limit for pool in self.seat_pools) if self.seat_pools else None

    def named(self, kind: str) -> Count | None:
        """How many persons may hold this kind of licence; None when no contract counts it by name."""
        return self._count(kind, Basis.NAMED)

    @property
    def places(self) -> Count | None:
        """Waiting places of the whole tenant; None when they are not limited."""
        return self._count(PLACE, Basis.COUNT)

    @property
    def ivr(self) -> Count | None:
        """Incoming rules with an IVR; None when they are not limited, or IVR is not had at all (`may`)."""
        return self._count(IVR, Basis.COUNT)

    @property
    def recording(self) -> Retention | None:
        """The right to record with the longest time of keeping that was bought; None without one."""
        held = self._kinds.get(RECORDING)
        if held is None:
            return None
        longest = max(held, key=_length)
        return Retention(longest.months, longest.clause, longest.days)

    def days(self, kind: str) -> int | None:
        """How many days after the day of its making a thing of this kind is kept; None: not limited, or not had."""
        held = self._kinds.get(kind, ())
        return max((one.days for one in held if one.days is not None), default=None)

    def channels(self, line: LineId) -> Count | None:
        """Calls at the same time over this line; None when no contract counts them."""
        return _sum([one for one in self._kinds.get(CHANNEL, ()) if one.of == line])

    def list(self) -> tuple[Entitlement, ...]:
        """Every single one, by kind and contract."""
        return tuple(one for kind in sorted(self._kinds) for one in self._kinds[kind])

    def _count(self, kind: str, basis: Basis) -> Count | None:
        held = [one for one in self._kinds.get(kind, ()) if one.basis is basis]
        clause = self._offered.get(kind)
        return _sum(held) or (None if clause is None else Count(0, clause, ContractId("")))


def entitled(
    catalogue: Catalogue, contracts: Iterable[Contract], at: datetime, tables: Mapping[ContractId, Table] = _IN_FORCE
) -> Entitled:
    """What all these contracts of one tenant allow at `at`; `tables`: those they have come to, with rows they keep."""
    known = {contract.id: contract for contract in contracts}
    kinds: dict[str, list[Entitlement]] = {}
    offered: dict[str, str] = {}
    carriers: dict[str, frozenset[str]] = {}
    for contract in known.values():
        table = tables.get(contract.id) or catalogue.table(contract.tariff, at)
        if table is None or not alive(contract, known, at):
            continue
        for one in _given(contract, table):
            kinds.setdefault(one.kind, []).append(one)
        for row in table.rows:
            if row.gives and row.basis in (Basis.NAMED, Basis.COUNT):
                offered.setdefault(row.gives, row.clause)
            if row.gives:
                brings = {one.gives for one in table.rows if one.id in row.included_in and one.gives}
                carriers[row.gives] = carriers.get(row.gives, frozenset()) | brings
    return Entitled(
        _carriers=carriers,
        seat_pools=_pools([one for held in kinds.values() for one in held]),
        changes_at=min((moment for moment in _boundaries(catalogue, known.values()) if moment > at), default=None),
        _kinds={kind: tuple(held) for kind, held in kinds.items()},
        _offered={kind: clause for kind, clause in offered.items() if not _unlimited(kinds.get(kind, ()))},
    )


def _boundaries(catalogue: Catalogue, contracts: Iterable[Contract]) -> Iterator[datetime]:
    for contract in contracts:
        yield contract.begins
        if contract.ends is not None:
            yield contract.ends
        for table in catalogue.tables.get(contract.tariff, ()):  # none for a pinned version
            yield table.begins
            if table.ends is not None:
                yield table.ends


def _given(contract: Contract, table: Table) -> Iterator[Entitlement]:
    head, holding = first_order.head(contract), first_order.holding(contract, table)
    rows = {row.id: row for row in table.rows}
    for item in contract.items:
        row = rows.get(item.row)
        if row is not None and row.gives and number(item.quantity) > 0:
            days = _days(contract, row)
            yield replace(_entitlement(contract, row, item.of or contract.of, limit_of(row, item)), days=days)
    for row in table.rows:
        comes = included(holding, row, head) if row.gives and row.id not in holding.quantities else 0
        if comes:
            limit = None if row.basis is Basis.RIGHT else row.fixed or comes
            yield replace(_entitlement(contract, row, contract.of, limit), days=row.days)


def _entitlement(contract: Contract, row: Row, of: str, limit: int | None) -> Entitlement:
    return Entitlement(
        kind=row.gives,
        scope=row.scope,
        of=of,
        limit=limit,
        basis=row.basis,
        clause=contract.clause or row.clause,
        contract=contract.id,
        row=row.id,
        begins=contract.begins,
        ends=contract.ends,
        licence=row.licence,
        months=row.months,
    )


def _days(contract: Contract, row: Row) -> int | None:
    """How many days what the row makes is kept: its own, or those of the longest tier that lengthens it."""
    tiers = [number(item.quantity) for item in contract.items if item.row in row.retained_by]
    return max([*tiers, *([] if row.days is None else [row.days])], default=None)


def _length(one: Entitlement) -> tuple[bool, int]:
    """Longer is greater; without either, without end."""
    return one.months is None and one.days is None, (one.months or 0) * _DAYS_OF_MONTH + (one.days or 0)


def limit_of(row: Row, item: Item) -> int | None:
    """How much the quantity of an item allows: a tier is raised to its next step, a right is not counted."""
    if row.basis is Basis.RIGHT:
        return None
    quantity = number(item.quantity)
    if row.kind is RowKind.TIER:
        return min((step for step in row.numbers if step >= quantity), default=max(row.numbers, default=None))
    return quantity


def _pools(held: Sequence[Entitlement]) -> tuple[Pool, ...]:
    # A licence of a named person is a place to sign in at, too: one who was given none finds no pool of his kind.
    pools: dict[str, Pool] = {}
    for one in held:
        if one.licence and one.limit is not None:
            before = pools.get(one.kind, Pool(one.kind, 0, one.clause))
            pools[one.kind] = before._replace(limit=before.limit + one.limit)
    if pools:
        return tuple(pools.values())
    return () if _unlimited(one for one in held if one.licence) else (Pool("", 0, NOTHING),)


def _unlimited(held: Iterable[Entitlement]) -> bool:
    return any(one.limit is None for one in held)


def _sum(held: Sequence[Entitlement]) -> Count | None:
    counted = [one for one in held if one.limit is not None]
    if not counted:
        return None
    return Count(sum(one.limit or 0 for one in counted), counted[0].clause, counted[0].contract)
