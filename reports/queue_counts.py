"""What a queue has done with those who joined it in a period: today, and the running quarter of an hour.

Everybody belongs to the period in which his wait began, however late it ends; so at every moment, in each of the two,
O = A + B + F + CB + failed + still waiting (metrics.md, section 6), and no share can exceed the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from acd.config import QueueConfig
from acd.facts import CallLeftQueue
from kernel.ids import QueueId
from kernel.moment import day_start, slot_start

QUARTER: Final = 15
"""Minutes of the running interval; it begins on the full quarter of the tenant's clock."""


@dataclass(slots=True)
class Counts:
    """Of those who joined: O `offered`, A `answered`, B `abandoned`, F `overflowed` (left otherwise), in the words of
    metrics.md.

    `answered_in_time`, `abandoned_in_time`: within the queue's `answer_within`; `short_abandoned`: within its
    `short_abandon`. `failed`: lost by a failure of ours. `answered_wait_seconds` / `answered` is the ASA.
    `callbacks`: CB, asked to be called back. `left_by_key`: those of the overflowed who left by a key. `redialled`:
    those of the offered who called again for the place that was kept for them: O - redialled are the customers.
    `turned_away`: were not let in and never joined, so they stand beside O, by the moment of it.
    """

    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    answered_wait_seconds: float = 0.0
    abandoned: int = 0
    abandoned_in_time: int = 0
    abandoned_wait_seconds: float = 0.0
    short_abandoned: int = 0
    overflowed: int = 0
    callbacks: int = 0
    left_by_key: int = 0
    redialled: int = 0
    failed: int = 0
    turned_away: int = 0


@dataclass(slots=True)
class Periods:
    """The counts of every queue; `day` and `quarter` are the first moments of the running ones (None: no fact yet)."""

    zone: tzinfo
    day: datetime | None = None
    quarter: datetime | None = None
    days: dict[QueueId, Counts] = field(default_factory=dict)
    quarters: dict[QueueId, Counts] = field(default_factory=dict)

    def turn(self, at: datetime) -> None:
        """Begin what begins anew by `at`."""
        quarter, day = slot_start(at, QUARTER, self.zone), day_start(at, self.zone)
        if self.quarter is None or quarter > self.quarter:
            self.quarters.clear()
            self.quarter = quarter
        if self.day is None or day > self.day:
            self.days.clear()
            self.day = day

    def joined(self, queue: QueueId, since: datetime) -> None:
        """Somebody who has waited since `since` joined the queue."""
        for counts in self._of(queue, since):
            counts.offered += 1

    def left(self, body: CallLeftQueue, since: datetime, config: QueueConfig) -> None:
        """Who had waited since `since` is no longer in the queue."""
        for counts in self._of(body.queue, since):
            for what, much in ended(body, config):
                setattr(counts, what, getattr(counts, what) + much)

    def redialled(self, queue: QueueId, since: datetime) -> None:
        """Whose wait began then has called again for his place."""
        for counts in self._of(queue, since):
            counts.redialled += 1

    def turned_away(self, queue: QueueId, at: datetime) -> None:
        """Somebody found no waiting place."""
        for counts in self._of(queue, at):
            counts.turned_away += 1

    def forget(self, queue: QueueId) -> None:
        """The queue is gone."""
        self.days.pop(queue, None)
        self.quarters.pop(queue, None)

    def today(self, queue: QueueId, now: datetime) -> Counts:
        """The counts of the day of `now`: nothing yet, when no fact has been seen of it."""
        current = self.day is not None and day_start(now, self.zone) <= self.day
        return self.days.get(queue, Counts()) if current else Counts()

    def this_quarter(self, queue: QueueId, now: datetime) -> Counts:
        """The counts of the quarter of `now`."""
        current = self.quarter is not None and slot_start(now, QUARTER, self.zone) <= self.quarter
        return self.quarters.get(queue, Counts()) if current else Counts()

    def _of(self, queue: QueueId, since: datetime) -> list[Counts]:
        """The counts to which a wait that began then belongs."""
        found = []
        if self.day is not None and since >= self.day:
            found.append(self.days.setdefault(queue, Counts()))
        if self.quarter is not None and since >= self.quarter:
            found.append(self.quarters.setdefault(queue, Counts()))
        return found


def ended(body: CallLeftQueue, config: QueueConfig) -> Iterator[tuple[str, float]]:
    """What the end of a wait counts for, and how much, by the settings with which it began."""
    in_time = body.waited <= config.answer_within
    match body.outcome:
        case "answered":
            yield "answered", 1
            yield "answered_in_time", in_time
            yield "answered_wait_seconds", body.waited
        case "abandoned":
            yield "abandoned", 1
            yield "abandoned_in_time", in_time
            yield "abandoned_wait_seconds", body.waited
            yield "short_abandoned", body.waited <= config.short_abandon
        case "platform_failure":
            yield "failed", 1
        case "callback":
            yield "callbacks", 1
        case "left_by_key":
            yield "overflowed", 1
            yield "left_by_key", 1
        case _:
            yield "overflowed", 1
