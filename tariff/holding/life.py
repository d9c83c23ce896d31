"""From when to when a contract was alive, and what it held on each day of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from tariff.counting.month import Month, day_after, day_begins, day_of, month_of
from tariff.holding.history import History, Holding, State, Step

_NOT_HAD = frozenset({State.NOT_STARTED, State.ENDED})


@dataclass(frozen=True, slots=True)
class Span:
    """What was held from a moment to before another; `ends` None: until further notice."""

    begins: datetime
    ends: datetime | None
    holding: Holding


@dataclass(frozen=True, slots=True)
class Life:
    """The `first` day had, the `last` one, and the day on which it `ended` (None: it goes on), with what was held."""

    spans: tuple[Span, ...]
    first: date
    last: date | None
    ended: date | None

    def on(self, day: date) -> Holding | None:
        """What is held at the end of `day`; None before the start and after the last day."""
        if day < self.first or (self.last is not None and day > self.last):
            return None
        until = day_begins(day_after(day))
        return next((span.holding for span in reversed(self.spans) if span.begins < until), None)

    def at(self, moment: datetime) -> Holding | None:
        """What is held at a moment."""
        return next(
            (one.holding for one in self.spans if one.begins <= moment and (one.ends is None or moment < one.ends)),
            None,
        )

    def within(self, first: date, last: date) -> Iterator[tuple[date, Holding]]:
        """Everything that was held in these days, each with the first of these days.

        What is changed on a day was had until the day before, unless it was begun that day as well.
        """
        for span in self.spans:
            begun = day_of(span.begins)
            until = last if span.ends is None else max(begun, day_of(span.ends) - timedelta(days=1))
            if begun <= last and until >= first:
                yield max(first, begun), span.holding

    def overlap(self, month: Month) -> tuple[date, date] | None:
        """The first and last day of `month` on which anything was had."""
        first = max(month.first, self.first)
        last = month.last if self.last is None else min(month.last, self.last)
        return (first, last) if first <= last else None

    @property
    def started(self) -> Month:
        """The month of the start."""
        return month_of(self.first)


def of(history: History) -> Life:
    """The life of a contract as far as its history goes."""
    first = day_of(history.steps[0].at)
    closing = next((step for step in history.steps if step.holding.state is State.ENDED), None)
    last = None if closing is None else max(first, day_of(closing.at - timedelta(microseconds=1)))
    ended = None if closing is None else _ended_on(closing)
    return Life(tuple(_spans(history, last)), first, last, ended)


def _spans(history: History, last: date | None) -> Iterator[Span]:
    had = [step for step in history.steps if step.holding.state not in _NOT_HAD]
    for step, following in pairwise(had):
        if step.at < following.at:
            yield Span(step.at, following.at, step.holding)
    if had:
        yield Span(had[-1].at, None if last is None else day_begins(day_after(last)), had[-1].holding)


def _ended_on(closing: Step) -> date:
    """The day that the order to end named; without one, the day on which it ended."""
    return day_of(closing.at if closing.order is None else closing.order.at)
