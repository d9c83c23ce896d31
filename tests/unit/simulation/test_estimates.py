"""The estimate that callers are told marks itself by the waits that came true, and is silent when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from random import Random
from statistics import median
from typing import Any

from acd import effects, facts
from acd.config.waiting import Waiting
from kernel.ids import CallId
from simulation.centre import Centre
from simulation.scenario import Caller

LAST, FEW = 50, 10
HALF = 0.5
STEADY, CHANGING = 160, 240


@dataclass(slots=True)
class Telling(Centre):
    """`said`: of each announcement the error that it names and the one counted here, its silence, whether a number was
    spoken; `wrong`: by which share of the wait that followed each first estimate was wrong."""

    said: list[tuple[float | None, float | None, str, bool]] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    first: dict[CallId, tuple[float, float]] = field(default_factory=dict)

    def hears(self) -> dict[type, Callable[[Any], None]]:
        mine = {facts.PositionAnnounced: self._announced, facts.CallLeftQueue: self._left}
        return {**Centre.hears(self), **mine}

    def does(self) -> dict[type, Callable[[Any], None]]:
        return {**Centre.does(self), effects.AnnouncePosition: self._spoken}

    def _announced(self, body: facts.PositionAnnounced) -> None:
        if body.estimate is not None:
            last = self.wrong[-LAST:]
            counted = median(last) if len(last) >= FEW else None
            self.said.append((body.error, counted, body.silent, False))
            self.first.setdefault(body.call, (body.estimate, self.now))

    def _left(self, body: facts.CallLeftQueue) -> None:
        if body.outcome == "answered" and body.call in self.first:
            seconds, since = self.first.pop(body.call)
            waited = self.now - since
            self.wrong.append(abs(waited - seconds) / max(waited, 1.0))
        self._wait_over(body)

    def _spoken(self, effect: effects.AnnouncePosition) -> None:
        if effect.wait is not None:
            self.said[-1] = (*self.said[-1][:3], True)


def day() -> Iterator[Caller]:
    """Calls of the same length, then of very unlike ones, then of the same again; there is always somebody waiting."""
    chance, at = Random(5), 0.0
    for number in range(STEADY + CHANGING + STEADY):
        steady = number < STEADY or number >= STEADY + CHANGING
        yield Caller(at, 60.0 if steady else chance.choice((4.0, 4.0, 4.0, 260.0)))
        at += 62.0 if number % 3 else 55.0


def told() -> Telling:
    """One agent; the position is told every ten seconds."""
    plain = Telling(0)
    centre = Telling(1, replace(plain.queue, announce_every=10.0, waiting=Waiting(tells_estimate=True)))
    for caller in day():
        centre.comes(caller)
    centre.to_the_end()
    return centre


def test_the_estimate_knows_its_own_error_and_is_spoken_while_that_is_at_most_half_of_the_wait() -> None:
    said = told().said
    assert len(said) > 3 * LAST
    for named, counted, silent, spoken in said:
        assert named == counted
        wrong = counted is not None and counted > HALF
        assert (silent, spoken) == (("uncertain", False) if wrong else ("", True))
    # It has fallen silent on the changing calls, and speaks again on the steady ones.
    assert [spoken for spoken, _ in groupby(spoken for *_, spoken in said)][:3] == [True, False, True]
