"""Historical reports: quarters of an hour summed up to 15, 30 or 60 minutes, with every figure by the field's name.

The formulas are those of metrics.md; a report names the one behind each figure, and prints under the queues whether
everybody who came is accounted for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from kernel.ids import AgentId, QueueId
from kernel.moment import slot_start
from reports.interval import Count, Grain, Spent
from reports.queue_counts import Counts
from reports.service_level import Formula, level

VERSION: Final = 2
"""Of the definitions below; a report says by which it was made."""
PERIODS: Final = (15, 30, 60)
IDENTITY: Final = "offered = answered + abandoned + overflowed + callbacks + failed + still_waiting"
_SPENT: Final = frozenset(Spent)
ATTRIBUTED: Final = {
    "queues": "the interval in which the wait began",
    "agents": "seconds by the clock, offers by their moment",
}
FORMULAS: Final = {
    Formula.ANSWERED: "answered_in_time / answered",
    Formula.ASTERISK2: "(answered_in_time + abandoned_in_time) / (answered + abandoned)",
    Formula.CONNECT: "(answered_in_time + abandoned_in_time) / offered",
    Formula.GENESYS: "answered_in_time / (answered + abandoned - short_abandoned)",
    Formula.LATE_ABANDON: "answered_in_time / (answered + abandoned - abandoned_in_time)",
    Formula.VONAGE: "answered_in_time / (answered + abandoned + overflowed)",
    Formula.STRICT: "answered_in_time / offered",
    "asa_seconds": "answered_wait_seconds / answered",
    "average_abandon_seconds": "abandoned_wait_seconds / abandoned",
    "answer_rate": "answered / offered",
    "abandonment_rate": "abandoned / offered",
    "occupancy": "(talk_seconds + hold_seconds + wrap_up_seconds) / (the same + ready_seconds)",
    "aht_seconds": "(talk_seconds + hold_seconds + wrap_up_seconds) / handled",
}


@dataclass(slots=True)
class QueueRow:
    """A queue in the period that begins at `begins`. Shares are 0 to 1, None where nothing happened."""

    begins: datetime
    queue: QueueId
    figures: dict[Count, float] = field(default_factory=dict)

    def of(self, what: Count) -> float:
        return self.figures.get(what, 0)

    @property
    def levels(self) -> dict[Formula, float | None]:
        """The service level by each formula."""
        counts = Counts(
            offered=int(self.of(Count.OFFERED)),
            answered=int(self.of(Count.ANSWERED)),
            answered_in_time=int(self.of(Count.ANSWERED_IN_TIME)),
            abandoned=int(self.of(Count.ABANDONED)),
            abandoned_in_time=int(self.of(Count.ABANDONED_IN_TIME)),
            short_abandoned=int(self.of(Count.SHORT_ABANDONED)),
            overflowed=int(self.of(Count.OVERFLOWED)),
        )
        return {formula: level(formula, counts) for formula in Formula}

    @property
    def asa_seconds(self) -> float | None:
        return _share(self.of(Count.ANSWERED_WAIT), self.of(Count.ANSWERED))

    @property
    def average_abandon_seconds(self) -> float | None:
        return _share(self.of(Count.ABANDONED_WAIT), self.of(Count.ABANDONED))

    @property
    def answer_rate(self) -> float | None:
        return _share(self.of(Count.ANSWERED), self.of(Count.OFFERED))

    @property
    def abandonment_rate(self) -> float | None:
        return _share(self.of(Count.ABANDONED), self.of(Count.OFFERED))

    @property
    def accounted(self) -> bool:
        """Whether the identity holds: nobody who came is lost, and nobody is counted twice."""
        left = (Count.ANSWERED, Count.ABANDONED, Count.OVERFLOWED, Count.CALLBACKS, Count.FAILED)
        return self.of(Count.OFFERED) == sum(self.of(part) for part in (*left, Count.STILL_WAITING))


@dataclass(slots=True)
class AgentRow:
    """An agent in a period: seconds by what he did, and what became of the calls that he was offered."""

    begins: datetime
    agent: AgentId
    seconds: dict[Spent, float] = field(default_factory=dict)
    counts: dict[Count, float] = field(default_factory=dict)

    @property
    def occupancy(self) -> float | None:
        return _share(self._work, self._work + self.seconds.get(Spent.READY, 0.0))

    @property
    def aht_seconds(self) -> float | None:
        return _share(self._work, self.counts.get(Count.HANDLED, 0))

    @property
    def signed_in_seconds(self) -> float:
        return sum(self.seconds.values())

    @property
    def _work(self) -> float:
        return sum(self.seconds.get(what, 0.0) for what in (Spent.TALK, Spent.HOLD, Spent.WRAP_UP))


def queue_rows(grains: Iterable[Grain], minutes: int, zone: tzinfo) -> list[QueueRow]:
    """A row for each queue and period in which anything was counted, by time, then queue."""
    rows: dict[tuple[datetime, QueueId], QueueRow] = {}
    for grain in grains:
        if grain.queue is not None:
            begins = slot_start(grain.slot, minutes, zone)
            row = rows.setdefault((begins, grain.queue), QueueRow(begins, grain.queue))
            what = Count(grain.what)
            before = row.of(what)
            row.figures[what] = max(before, grain.much) if what is Count.LONGEST_WAIT else before + grain.much
    return [rows[key] for key in sorted(rows)]


def agent_rows(grains: Iterable[Grain], minutes: int, zone: tzinfo) -> list[AgentRow]:
    """A row for each agent and period in which he was signed in or rung, by time, then agent."""
    rows: dict[tuple[datetime, AgentId], AgentRow] = {}
    for grain in grains:
        if grain.agent is not None:
            begins = slot_start(grain.slot, minutes, zone)
            row = rows.setdefault((begins, grain.agent), AgentRow(begins, grain.agent))
            if grain.what in _SPENT:
                spent = Spent(grain.what)
                row.seconds[spent] = row.seconds.get(spent, 0.0) + grain.much
            else:
                count = Count(grain.what)
                row.counts[count] = row.counts.get(count, 0) + grain.much
    return [rows[key] for key in sorted(rows)]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
