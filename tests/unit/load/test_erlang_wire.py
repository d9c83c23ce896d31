"""The perfect queue beside which the wire is held, and the streams that both systems are given."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean

import pytest

from tests.load.erlang_wire import AHEAD, RATE, TALK, expected, exponential_ms, perfect, poisson_pauses


def test_one_agent_serves_one_after_another() -> None:
    assert perfect([0, 1, 2, 30], [10, 10, 10, 10], 1) == [0, 9, 18, 0]


def test_two_agents_serve_two_at_once() -> None:
    assert perfect([0, 1, 2], [10, 3, 1], 2) == [0, 0, 2]


def test_the_perfect_queue_is_erlang_c_in_the_long_run() -> None:
    count = 200_000
    talks = [one / 1000 for one in exponential_ms(count, TALK, 5)]
    arrivals, at = [], 0.0
    for gap in exponential_ms(count, 1000 / RATE, 6):
        at += gap / 1e6
        arrivals.append(at)
    assert mean(perfect(arrivals, talks, 10)) == pytest.approx(expected(), rel=0.08)


def test_even_starts_become_a_poisson_stream() -> None:
    count = 1500
    calls = sorted(turn / RATE + pause / 1000 for turn, pause in enumerate(poisson_pauses(count, RATE, 3)))
    gaps = [after - before for before, after in pairwise(calls)]
    assert calls[0] > AHEAD / 2
    assert mean(gaps) == pytest.approx(1 / RATE, rel=0.1)
    # Of an exponential gap the share 1 - 1/e is shorter than the mean.
    assert sum(gap < 1 / RATE for gap in gaps) / len(gaps) == pytest.approx(0.632, abs=0.05)
