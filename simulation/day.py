"""Runs a scenario and says what was measured."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from acd.config import QueueConfig
from acd.config.routing import Routing
from simulation.centre import QUEUE, Centre
from simulation.outcomes import Measured, measure
from simulation.scenario import Chance, Scenario, callers

_TELL_EVERY: Final = 1000


def simulate(
    scenario: Scenario,
    calls: int,
    chance: Chance,
    within: float = 20.0,
    confidence: float = 0.95,
    tell: Callable[[int], None] = lambda _done: None,
) -> Measured:
    """Let so many `calls` come and measure them all; `within`: seconds of the service level.

    `tell` hears now and then how many have come. Whoever waits at the end is waited for.
    """
    routing = Routing(strategy=scenario.strategy)
    centre = Centre(scenario.agents, QueueConfig(QUEUE, "simulated", recorded=False, routing=routing))
    talking = min(scenario.agents, round(scenario.rate * scenario.handling)) if scenario.settled else 0
    last = 0.0
    for number, caller in enumerate(islice(callers(scenario, chance), talking + calls)):
        centre.comes(caller)
        last = caller.at
        if number % _TELL_EVERY == 0:
            tell(number)
    busy = centre.busy
    centre.to_the_end()
    waits = sorted((wait for wait in centre.waits if wait.came > 0.0), key=lambda wait: wait.came)
    taken = [agent.calls_taken for agent in centre.floor.agents.values()]
    return measure(waits, within, busy / (scenario.agents * last), confidence, (min(taken), max(taken)))
