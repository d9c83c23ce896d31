"""Call records in the tariffs' words: which kind of number met which, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from kernel.ids import CallId, LegId
from kernel.usage import LineKind
from numbering import japan
from numbering.dialled import Dialled, Kind
from tariff.counting.records import Call
from tariff.rights.contract import Contract
from tariff.written.rows import RowKind, Scope, Table

_OWN: Final[Mapping[Kind, str]] = {Kind.IP: "050", Kind.FREEPHONE: "0120", Kind.NAVIDIAL: "navidial"}
_OTHERS: Final[Mapping[Kind, LineKind]] = {
    Kind.FIXED: LineKind.FIXED,
    Kind.MOBILE: LineKind.MOBILE,
    Kind.IP: LineKind.IP_PHONE,
    Kind.NAVIDIAL: LineKind.NAVIDIAL,
    Kind.INTERNATIONAL: LineKind.INTERNATIONAL,
    Kind.SATELLITE: LineKind.SATELLITE,
}
FREEDIAL: Final = "freedial"
"""A toll-free number under a tariff whose contractor pays what the caller would have paid."""
_DIRECTIONS: Final = {"inbound": "in", "outbound": "out"}


@dataclass(frozen=True, slots=True)
class Talk:
    """A call as it was recorded. `number`: the tenant's, `other`: the other party's ("" when it was erased), E.164.

    `kind`: that of the other party's line as it was known during the call (None: it was not kept then). `leg`: the one
    that went out over a line and is rated for itself, from its answer at `arrived` to its end (None: the call itself).
    """

    call: CallId
    arrived: datetime
    direction: str
    number: str
    other: str
    answered: bool
    seconds: float
    kind: LineKind | None = None
    leg: LegId | None = None

    @property
    def assumed(self) -> bool:
        """Whether nobody knows the other party's line: the call is rated as from a fixed line, which costs least."""
        return _line(self) is LineKind.UNKNOWN


def rates_calls(table: Table) -> bool:
    """Whether the table has prices for single calls, or says who pays for them."""
    return any(row.kind is RowKind.PER_CALL or row.split is not None for row in table.rows)


def line_kind(number: str) -> LineKind:
    """The kind of line that a number belongs to."""
    kind = _kind(number)
    return LineKind.UNKNOWN if kind is None else _OTHERS.get(kind, LineKind.OTHER)


def calls(contract: Contract, table: Table, talks: Iterable[Talk]) -> Iterator[tuple[Talk, Call]]:
    """The calls of a contract that its tariff may price: of its own number, or of all that are of a kind it knows."""
    shared = {number for row in table.rows if row.split is not None for number in row.split.numbers}
    for talk in talks:
        kind = _kind(talk.number) or Kind.EXTENSION
        own = FREEDIAL if kind is Kind.FREEPHONE and FREEDIAL in shared else _OWN.get(kind)
        other = LineKind.FIXED if talk.assumed else _line(talk)
        direction = _DIRECTIONS.get(talk.direction)
        concerns = contract.scope is not Scope.NUMBER or contract.of == talk.number
        if concerns and own is not None and other is not LineKind.OTHER and direction is not None:
            ended = "answered" if talk.answered else "unanswered"
            seconds = Decimal(str(round(talk.seconds, 3)))
            yield talk, Call(talk.arrived, direction, own, str(other), seconds, ended)


def _line(talk: Talk) -> LineKind:
    return line_kind(talk.other) if talk.kind is None else talk.kind


def _kind(number: str) -> Kind | None:
    read = japan.read(number)
    return read.kind if isinstance(read, Dialled) else None
