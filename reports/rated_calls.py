"""Call records in the tariffs' words: which kind of number met which, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from kernel.ids import CallId
from numbering import japan
from numbering.dialled import Dialled, Kind
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
_DIRECTIONS: Final = {"inbound": "in", "outbound": "out"}


@dataclass(frozen=True, slots=True)
class Talk:
    """A call as it was recorded. `number`: the tenant's, `other`: the other party's ("" when it was erased), E.164."""

    call: CallId
    arrived: datetime
    direction: str
    number: str
    other: str
    answered: bool
    seconds: float


def rates_calls(table: Table) -> bool:
    """Whether the table has prices for single calls."""
    return any(row.kind is RowKind.PER_CALL for row in table.rows)


def calls(contract: Contract, talks: Iterable[Talk]) -> Iterator[tuple[Talk, Call]]:
    """The calls of a contract that its tariff may price: of its own number, or of all that are of a kind it knows.

    A number that was erased counts as a fixed line, whose calls cost least.
    """
    for talk in talks:
        own = _OWN.get(_kind(talk.number) or Kind.EXTENSION)
        other = _OTHERS.get(_kind(talk.other) or Kind.FIXED)
        direction = _DIRECTIONS.get(talk.direction)
        concerns = contract.scope is not Scope.NUMBER or contract.of == talk.number
        if concerns and own is not None and other is not None and direction is not None:
            ended = "answered" if talk.answered else "unanswered"
            yield talk, Call(talk.arrived, direction, own, other, Decimal(str(round(talk.seconds, 3))), ended)


def _kind(number: str) -> Kind | None:
    read = japan.read(number)
    return read.kind if isinstance(read, Dialled) else None
