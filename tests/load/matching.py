"""What a decision costs beside 2,000 agents and 500 waiting callers: the choice alone, and all that an input brings."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from acd import inputs
from acd.config import AgentConfig, QueueConfig
from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement
from acd.decide import decide
from acd.evolve import evolve
from acd.matching import choose
from acd.model import Wish
from acd.schema import SCHEMAS
from kernel.fact import Fact, Stream
from kernel.ids import AgentId, CallId, CommandId, LegId, PersonalId, QueueId
from kernel.moment import after
from tests.load.hall import NODE, START, TENANT, Hall

AGENTS: Final = 2_000
WAITING: Final = 500
QUEUES: Final = 10
SKILLS: Final = 50
SKILLS_EACH, QUEUES_EACH, LEVELS = 5, 3, 3
SOUGHT: Final = 10
"""Of the skills those that waiting callers ask for: half of the agents have only such, the idle half only others."""
RELAXING: Final = 10
"""One caller in so many gets by with less after a while."""
SEED: Final = 20271
_FACTS: Final = frozenset(SCHEMAS)


@dataclass(slots=True)
class Matched:
    """Seconds of processor time of one decision each. `for_agent` and `for_call`: the choice alone; `freed`: an agent
    says ready and is given his call, `joined`: a caller joins and waits, everything recorded in both."""

    for_agent: list[float] = field(default_factory=list)
    for_call: list[float] = field(default_factory=list)
    freed: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)


def measure(samples: int) -> Matched:
    """So many of each at most; an agent is freed once. Raises RuntimeError where somebody is not given his call."""
    hall, found = Hall(Random(SEED)), Matched()
    queues = [QueueConfig(QueueId(f"q{turn}"), f"q{turn}", recorded=False) for turn in range(QUEUES)]
    agents = list(_agents(hall.chance, queues))
    # The idle ones come first in line, and can take none of the calls.
    hall.opens(queues, agents, ready=AGENTS // 2)
    callers = count()
    for _ in range(WAITING):
        _comes(hall, next(callers), queues)
    specialists = agents[AGENTS // 2 :][:samples]
    gc.collect()
    gc.freeze()
    try:
        _choose(hall, specialists, found)
        for agent in specialists:
            command = CommandId(f"ready-{agent.id}")
            found.freed.append(_timed(hall, inputs.SetWish(command, agent.id, Wish.READY)))
            found.joined.append(_comes(hall, next(callers), queues))
    finally:
        gc.unfreeze()
    if len(hall.floor.offers) != len(specialists):
        raise RuntimeError(f"{len(specialists)} agents became ready and {len(hall.floor.offers)} are rung")
    return found


def _agents(chance: Random, queues: list[QueueConfig]) -> Iterator[AgentConfig]:
    for turn in range(AGENTS):
        known = range(SOUGHT, SKILLS) if turn < AGENTS // 2 else range(SOUGHT)
        skills = tuple(AgentSkill(f"s{one}", LEVELS) for one in sorted(chance.sample(known, SKILLS_EACH)))
        mine = tuple(queues[(turn + step) % QUEUES].id for step in range(QUEUES_EACH))
        memberships = tuple(Membership(one) for one in mine)
        yield AgentConfig(AgentId(f"a{turn:04d}"), "", f"e{turn}", mine, skills=skills, memberships=memberships)


def _choose(hall: Hall, agents: list[AgentConfig], found: Matched) -> None:
    floor = hall.floor
    calls = list(floor.calls.values())
    for turn, config in enumerate(agents):
        agent, call = floor.agents[config.id], calls[turn % len(calls)]
        begun = time.process_time_ns()
        choose.call_for(floor, agent)
        between = time.process_time_ns()
        choose.agent_for(floor, call)
        found.for_agent.append((between - begun) / 1e9)
        found.for_call.append((time.process_time_ns() - between) / 1e9)


def _comes(hall: Hall, number: int, queues: list[QueueConfig]) -> float:
    """A caller joins his queue; the seconds of that decision alone."""
    hall.now += 0.001
    now = after(START, hall.now)
    call, name = CallId(f"call_{number:06}"), f"c{number}"
    skill, level = f"s{hall.chance.randrange(SOUGHT)}", hall.chance.randint(1, LEVELS)
    steps = (Relaxation(30.0, level - 1), Relaxation(60.0, 0))[level == 1 :] if number % RELAXING == 0 else ()
    hall.take(inputs.CallArrived(call, LegId(f"leg_{name}"), NODE, name, "", PersonalId(""), now))
    queue = queues[number % QUEUES].id
    return _timed(hall, inputs.CallRouted(call, queue, 0, now, (Requirement(skill, level, steps),)))


def _timed(hall: Hall, given: inputs.Input) -> float:
    now, seq = after(START, hall.now), hall.floor.seq
    begun = time.process_time_ns()
    for item in decide(hall.floor, given, now):
        if type(item) in _FACTS:
            seq += 1
            evolve(hall.floor, Fact(TENANT, 1, seq, now, Stream.FLOOR, "", 1, "", item))  # type: ignore[arg-type]
    return (time.process_time_ns() - begun) / 1e9
