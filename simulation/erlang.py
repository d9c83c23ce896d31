"""What queueing theory says of a queue with Poisson arrivals and exponential handling times.

Erlang B, C and A (M/M/n, M/M/n/n, M/M/n+M). Rates per second, times in seconds, shares 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_NEGLIGIBLE: Final = 1e-14
"""A state less probable than this beside the likeliest adds nothing that could be seen."""


@dataclass(frozen=True, slots=True)
class Load:
    """Calls that come at `rate` a second and keep an agent busy for `handling` seconds, for `agents` agents;
    `patience`: after how many seconds of waiting callers give up, on average (None: never)."""

    rate: float
    handling: float
    agents: int
    patience: float | None = None

    @property
    def erlangs(self) -> float:
        """The work that comes in, in agents."""
        return self.rate * self.handling


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be seen in the long run: `waiting`: the share of callers who have to wait, `abandoned`: who give up;
    `answer`: the mean wait of all callers in seconds; `occupancy` of the agents; `level(t)` by `within`."""

    waiting: float
    abandoned: float
    wait: float
    occupancy: float


def erlang_b(erlangs: float, agents: int) -> float:
    """The share of callers who meet busy when nobody may wait."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return blocked


def erlang_c(load: Load) -> Expected:
    """Everybody waits as long as it takes. Raises ValueError when the agents cannot do the work at all."""
    work, agents = load.erlangs, load.agents
    if work >= agents:
        raise ValueError(f"{agents} agents cannot do the work of {work:g}: the queue would grow for ever")
    blocked = erlang_b(work, agents)
    waiting = agents * blocked / (agents - work * (1 - blocked))
    return Expected(waiting, 0.0, waiting * load.handling / (agents - work), work / agents)


def erlang_c_level(load: Load, seconds: float) -> float:
    """The share of callers who are answered within so many seconds when everybody waits."""
    waiting = erlang_c(load).waiting
    return 1 - waiting * math.exp(-(load.agents - load.erlangs) * seconds / load.handling)


def erlang_a(load: Load) -> Expected:
    """Callers give up after an exponential time. Raises ValueError without a patience."""
    if load.patience is None:
        raise ValueError("without patience it is Erlang C")
    up, down = _probabilities(load, load.patience)
    busy = sum(state * share for state, share in enumerate(up)) + load.agents * sum(down)
    queue = sum(number * share for number, share in enumerate(down, 1))
    waiting = up[load.agents] + sum(down)
    return Expected(waiting, queue / load.patience / load.rate, queue / load.rate, busy / load.agents)


def _probabilities(load: Load, patience: float) -> tuple[list[float], list[float]]:
    """How likely 0 to n busy agents are, and 1, 2, … callers in the queue."""
    logs = [0.0]
    for busy in range(1, load.agents + 1):
        logs.append(logs[-1] + math.log(load.rate * load.handling / busy))
    queue: list[float] = []
    last, highest = logs[-1], max(logs)
    while last > highest + math.log(_NEGLIGIBLE):
        last += math.log(load.rate / (load.agents / load.handling + (len(queue) + 1) / patience))
        queue.append(last)
        highest = max(highest, last)
    total = sum(math.exp(one - highest) for one in (*logs, *queue))
    return [math.exp(one - highest) / total for one in logs], [math.exp(one - highest) / total for one in queue]


def expected(load: Load) -> Expected:
    """Erlang A with a patience, Erlang C without."""
    return erlang_c(load) if load.patience is None else erlang_a(load)
