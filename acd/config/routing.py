"""What an admin sets about who gets a call: strategies, skills and memberships, as the floor knows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.ids import QueueId


class Strategy(StrEnum):
    """Which of the agents who could be rung gets a call. Everything counted is counted since he signed in.

    `longest_idle`: free and ready for the longest time. `least_recent`: his last talk ended longest ago. `fewest_calls`
    and `least_talk`: who has had the least. `round_robin`: the next one after whom the queue rang last. `linear`:
    always the first in the order of the memberships. `random`: by lot. `ratio`: who has had the fewest calls of the
    queue for his share. `ring_all`: all of them at once. `ring_progressive`: one more every few seconds.
    """

    LONGEST_IDLE = "longest_idle"
    LEAST_RECENT = "least_recent"
    FEWEST_CALLS = "fewest_calls"
    LEAST_TALK = "least_talk"
    ROUND_ROBIN = "round_robin"
    LINEAR = "linear"
    RANDOM = "random"
    RATIO = "ratio"
    RING_ALL = "ring_all"
    RING_PROGRESSIVE = "ring_progressive"


class Sharing(StrEnum):
    """Which queue an agent of several serves first: `turn`, the first call over all of them by priority and wait;
    `service_level`, the queue whose service level is furthest below its target."""

    TURN = "turn"
    SERVICE_LEVEL = "service_level"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """After so many seconds of waiting the level is enough; 0: the skill is not asked for any more."""

    after: float
    level: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill that a call asks for, at this level or above; `relaxation` in the order of time, ever lower levels."""

    skill: str
    level: int = 1
    relaxation: tuple[Relaxation, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSkill:
    """What an agent can, and how well (1 or more)."""

    skill: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Membership:
    """How an agent serves one of his queues.

    `priority`: of several queues he is given a call of that with the highest one. `tier`: who stands in a later one is
    rung only when nobody of an earlier one could be. `delay`: a call rings him only after it has waited so many
    seconds. `order`: his place in the linear and round-robin strategies; `share`: his part by ratio (at least 1).
    """

    queue: QueueId
    priority: int = 0
    tier: int = 0
    delay: float = 0.0
    order: int = 0
    share: int = 1


@dataclass(frozen=True, slots=True)
class Routing:
    """Who gets a call of a queue. Times in seconds; 0 switches the thing off.

    `requirements`: what its calls ask for. `age_every` and `age_by`: a waiting call's priority grows by so much so
    often, at most to `age_most`. `preferred_for` and `last_agent_for`: so long a call waits for the agent it prefers,
    or who served the same caller last, before others are rung; `last_agent_within`: for how many days somebody counts
    as that one. `ring_more_every`: when one more agent is rung. `ring_at_most`: so many are rung at once (0: all of
    them).
    """

    strategy: Strategy = Strategy.LONGEST_IDLE
    requirements: tuple[Requirement, ...] = ()
    age_every: float = 0.0
    age_by: int = 1
    age_most: int = 100
    sharing: Sharing = Sharing.TURN
    preferred_for: float = 0.0
    last_agent_for: float = 0.0
    ring_more_every: float = 5.0
    ring_at_most: int = 0
    last_agent_within: int = 30
