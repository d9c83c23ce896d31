"""How long a caller will probably wait: by the work of those before him, and by the agents who share it.

Estimated wait = AHT × place ÷ Σ EP over the queue's agents who take calls; EP, the part of his time that an agent gives
to this queue, is one over the number of queues that he serves (metrics.md, section 7). What was announced is scored
against what became of it, and a queue that is wrong by more than half of the wait is not announced any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final

from acd.matching.order import rank
from acd.model import Call, Floor, Queue
from acd.waiting import admission

USUAL_AHT: Final = 90.0
"""Seconds, while the queue has handled nobody yet."""
SCORED_FROM: Final = 10
"""Estimates, before which nobody can say how wrong they are."""
MOST_ERROR: Final = 0.5
"""Of the wait; above it no number is spoken."""
NO_AGENTS: Final = "no_agents"
UNCERTAIN: Final = "uncertain"


@dataclass(frozen=True, slots=True)
class Estimated:
    """Seconds still to wait (None: nobody can say), and why they are not spoken, "" when they are. `error`: the median
    of what the last ones were wrong by, as a share of the wait, None before there are enough."""

    seconds: float | None
    silent: str = ""
    error: float | None = None


def of(floor: Floor, queue: Queue, call: Call) -> Estimated:
    """The estimate for a waiting call at this moment."""
    effective = sum(
        1 / len(agent.queues) for agent in admission.members(floor, queue.config.id) if admission.takes_calls(agent)
    )
    error = wrong_by(queue)
    if not effective:
        return Estimated(None, NO_AGENTS, error)
    before = rank(queue.turns, call.turn)
    called_back = sum(1 for one in floor.callbacks.values() if one.queue == queue.config.id and one.turn < call.turn)
    seconds = handling_time(queue) * (before + called_back + 1) / effective
    return Estimated(seconds, UNCERTAIN if error is not None and error > MOST_ERROR else "", error)


def handling_time(queue: Queue) -> float:
    """The mean time for which the queue's last calls kept an agent, wrap-up included."""
    handled = queue.history.handled
    return sum(handled) / len(handled) if handled else USUAL_AHT


def wrong_by(queue: Queue) -> float | None:
    """The median error of the last estimates as a share of the wait that it was; None while they are too few."""
    errors = queue.history.errors
    return median(errors) if len(errors) >= SCORED_FROM else None
