"""Historical reports, each figure by the field's name and with its formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from api.schemas.call_record import CallRecord
from api.schemas.common import Moment, Shape
from kernel.ids import AgentId, QueueId
from reports.interval import Count, Spent
from reports.interval_report import ATTRIBUTED, FORMULAS, IDENTITY, VERSION, AgentRow, QueueRow

What = TypeVar("What")
Cell = str | float | int | None
_QUEUE_COUNTS = tuple(Count)[: tuple(Count).index(Count.RUNG)]
_AGENT_COUNTS = tuple(Count)[tuple(Count).index(Count.RUNG) :]


@dataclass(frozen=True, slots=True)
class Span:
    """The time a report is about: whole quarters of an hour, in periods of so many minutes."""

    begin: datetime
    end: datetime
    minutes: int


class Header(Shape):
    """What the report is about and how its figures are made; `seq`: the last fact that is counted in it."""

    begins: Moment
    ends: Moment
    minutes: int
    as_of: Moment
    seq: int
    definitions: int
    attributed_by: str
    formulas: dict[str, str]


class QueueLine(Shape):
    """A queue in the period that begins at `begins`; shares are 0 to 1, None where nothing happened.

    `accounted`: whether the identity of the report holds for it.
    """

    begins: Moment
    queue: str
    name: str
    counts: dict[str, float]
    service_levels: dict[str, float | None]
    asa_seconds: float | None
    average_abandon_seconds: float | None
    answer_rate: float | None
    abandonment_rate: float | None
    accounted: bool

    def cells(self) -> dict[str, Cell]:
        """One row of a sheet."""
        return {
            "begins": self.begins.isoformat(),
            "queue": self.queue,
            "name": self.name,
            **self.counts,
            **self.service_levels,
            "asa_seconds": self.asa_seconds,
            "average_abandon_seconds": self.average_abandon_seconds,
            "answer_rate": self.answer_rate,
            "abandonment_rate": self.abandonment_rate,
            "accounted": int(self.accounted),
        }


class AgentLine(Shape):
    """An agent in the period that begins at `begins`: seconds by what he did, and his offers."""

    begins: Moment
    agent: str
    name: str
    seconds: dict[str, float]
    signed_in_seconds: float
    counts: dict[str, float]
    occupancy: float | None
    aht_seconds: float | None

    def cells(self) -> dict[str, Cell]:
        """One row of a sheet."""
        return {
            "begins": self.begins.isoformat(),
            "agent": self.agent,
            "name": self.name,
            **self.seconds,
            "signed_in_seconds": self.signed_in_seconds,
            **self.counts,
            "occupancy": self.occupancy,
            "aht_seconds": self.aht_seconds,
        }


class QueueReport(Header):
    """`identity` holds in every line that is `accounted`."""

    identity: str
    items: list[QueueLine]


class AgentReport(Header):
    items: list[AgentLine]


def queue_report(
    rows: Sequence[QueueRow], names: Mapping[QueueId, str], when: Span, seq: int, as_of: datetime
) -> QueueReport:
    """The report on queues; a queue that is gone has its id as its name."""
    lines = [
        QueueLine(
            begins=row.begins,
            queue=row.queue,
            name=names.get(row.queue, row.queue),
            counts={what.value: row.of(what) for what in _QUEUE_COUNTS},
            service_levels={formula.value: share for formula, share in row.levels.items()},
            asa_seconds=_seconds(row.asa_seconds),
            average_abandon_seconds=_seconds(row.average_abandon_seconds),
            answer_rate=row.answer_rate,
            abandonment_rate=row.abandonment_rate,
            accounted=row.accounted,
        )
        for row in (replace(row, figures=_rounded(row.figures)) for row in rows)
    ]
    return QueueReport(**_header(when, seq, as_of, "queues"), identity=IDENTITY, items=lines)


def agent_report(
    rows: Sequence[AgentRow], names: Mapping[AgentId, str], when: Span, seq: int, as_of: datetime
) -> AgentReport:
    """The report on agents; one who is gone has his id as his name."""
    lines = [
        AgentLine(
            begins=row.begins,
            agent=row.agent,
            name=names.get(row.agent, row.agent),
            seconds={what.value: row.seconds.get(what, 0.0) for what in Spent},
            signed_in_seconds=_exact(row.signed_in_seconds),
            counts={what.value: row.counts.get(what, 0) for what in _AGENT_COUNTS},
            occupancy=row.occupancy,
            aht_seconds=_seconds(row.aht_seconds),
        )
        for row in (replace(row, seconds=_rounded(row.seconds), counts=_rounded(row.counts)) for row in rows)
    ]
    return AgentReport(**_header(when, seq, as_of, "agents"), items=lines)


def gave_up(record: CallRecord) -> dict[str, Cell]:
    """One row of the sheet of those who gave up."""
    moments = {"arrived": record.arrived, "queued": record.queued, "ended": record.ended}
    return {
        "call": record.call,
        "queue": record.queue,
        "number": record.number,
        "caller": record.caller,
        **{name: None if moment is None else moment.isoformat() for name, moment in moments.items()},
        "wait_seconds": _exact(record.wait_seconds),
        "outcome": record.outcome,
    }


def _exact(figure: float) -> float:
    """To the millisecond: sums of seconds have no more in them, and a count stays what it is."""
    return round(figure, 3)


def _rounded(figures: Mapping[What, float]) -> dict[What, float]:
    """Before anything is divided by them: whoever divides what is shown gets what is shown."""
    return {what: _exact(figure) for what, figure in figures.items()}


def _seconds(figure: float | None) -> float | None:
    return None if figure is None else _exact(figure)


def _header(when: Span, seq: int, as_of: datetime, about: str) -> dict[str, Any]:
    return {
        "begins": when.begin,
        "ends": when.end,
        "minutes": when.minutes,
        "as_of": as_of,
        "seq": seq,
        "definitions": VERSION,
        "attributed_by": ATTRIBUTED[about],
        "formulas": {str(name): formula for name, formula in FORMULAS.items()},
    }
