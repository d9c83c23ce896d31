"""Who is called back first is served at once when he answers, and nobody who asked is forgotten."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from random import Random

import pytest

from acd import inputs
from acd.config import AgentConfig
from acd.config.routing import AgentSkill, Requirement, Routing
from acd.model import Wish
from kernel.ids import AgentId, CallId, CommandId, QueueId
from simulation.calling_back import CallingBack, Habits, rule, simulate
from simulation.centre import QUEUE
from simulation.scenario import Caller, Scenario, callers

LATE = 5.0
MOST_LATE = 0.02
"""Of those who were called back may wait longer than LATE after they have answered."""
BUSY = Scenario(per_hour=180.0, handling=180.0, agents=10, patience=None)
SHARED = Scenario(per_hour=200.0, handling=180.0, agents=12, patience=None)
ENGLISH = QueueId("english")
SMALL = Scenario(per_hour=34.0, handling=180.0, agents=2, patience=None)


@pytest.mark.parametrize("scenario", [BUSY, SMALL], ids=["ten agents", "two agents"])
def test_hardly_anybody_waits_who_has_been_called_back(scenario: Scenario) -> None:
    centre = simulate(scenario, 12.0, 0.98, Random(7), Habits())
    late = sum(1 for waited in centre.served if waited > LATE)
    assert len(centre.served) > 20
    assert late <= MOST_LATE * len(centre.served)
    assert not centre.floor.callbacks
    assert set(centre.outcomes) <= {"reached", "unreached"}


class Shared(CallingBack):
    """Two queues, the second for those who need english: of three agents one serves the first, one both without knowing
    english, one both and knows it."""

    def __post_init__(self) -> None:
        english = replace(self.queue, id=ENGLISH, routing=Routing(requirements=(Requirement("english"),)))
        crew = []
        for number in range(self.agents):
            name, queues = AgentId(f"a{number}"), (QUEUE, ENGLISH) if number % 3 else (QUEUE,)
            skills = (AgentSkill("english"),) if number % 3 == 2 else ()
            crew.append(AgentConfig(name, name, name, queues, skills=skills))
        self.opens((self.queue, english), crew)
        for agent in crew:
            self.take(inputs.SignIn(CommandId(f"in {agent.id}"), agent.id))
            self.take(inputs.LineSeen(agent.id, True))
            self.take(inputs.SetWish(CommandId(f"ready {agent.id}"), agent.id, Wish.READY))

    def comes(self, caller: Caller) -> CallId:
        return self.enters(caller, ENGLISH if self._luck().random() < 0.3 else QUEUE, known=True)


def test_hardly_anybody_waits_where_queues_share_agents_of_whom_some_can_more() -> None:
    chance = Random(4)
    centre = Shared(12, rule(0.98), known=True, chance=chance)
    for caller in takewhile(lambda one: one.at < 8 * 3600, callers(SHARED, chance)):
        centre.comes_and_may_ask(caller)
    centre.to_the_end()
    late = sum(1 for waited in centre.served if waited > LATE)
    assert len(centre.served) > 100
    assert late <= MOST_LATE * len(centre.served)
    assert not centre.floor.callbacks


def test_less_certainty_lets_them_wait() -> None:
    hasty = simulate(BUSY, 12.0, 0.05, Random(7), Habits())
    assert sum(1 for waited in hasty.served if waited > LATE) > MOST_LATE * len(hasty.served)
