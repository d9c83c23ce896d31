"""Call records in the tariffs' words: which kind of number met which, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from kernel.ids import PersonalId
from numbering import japan
from numbering.dialled import Dialled, Kind
from store.record_rows import CallRecordRow
from tariff.contract import Contract
from tariff.records import Call
from tariff.rows import RowKind, Scope, Table

_OWN: Final[Mapping[Kind, str]] = {Kind.IP: "050", Kind.FREEPHONE: "0120", Kind.NAVIDIAL: "navidial"}
_OTHERS: Final[Mapping[Kind, str]] = {
    Kind.FIXED: "fixed",
    Kind.MOBILE: "mobile",
    Kind.IP: "ip_phone",
    Kind.NAVIDIAL: "0570",
    Kind.INTERNATIONAL: "international",
    Kind.SATELLITE: "satellite",
}
_INBOUND: Final = "inbound"
_OUTBOUND: Final = "outbound"


def rates_calls(table: Table) -> bool:
    """Whether the table has prices for single calls."""
    return any(row.kind is RowKind.PER_CALL for row in table.rows)


def calls(contract: Contract, rows: Iterable[CallRecordRow], others: Mapping[PersonalId, str]) -> Iterator[Call]:
    """The calls of a contract that its tariff may price: of its own number, or of all that have a kind there.

    `others`: the other parties' numbers. One that was erased counts as a fixed line, whose calls cost least.
    """
    for row in rows:
        direction = {_INBOUND: "in", _OUTBOUND: "out"}.get(row.direction)
        own = _OWN.get(_kind(row.number) or Kind.EXTENSION)
        if direction is None or own is None or not _concerns(contract, row.number):
            continue
        other = _OTHERS.get(_kind(others.get(row.caller, "")) or Kind.FIXED)
        if other is not None:
            yield Call(
                at=row.arrived,
                direction=direction,
                number=own,
                other=other,
                seconds=Decimal(str(round(row.talk_seconds, 3))),
                ended="unanswered" if row.answered_at is None else "answered",
            )


def _concerns(contract: Contract, number: str) -> bool:
    return contract.scope is not Scope.NUMBER or contract.of == number


def _kind(number: str) -> Kind | None:
    read = japan.read(number)
    return read.kind if isinstance(read, Dialled) else None
