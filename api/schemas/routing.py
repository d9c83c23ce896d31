"""What a tenant sets up about who gets a call: a queue's routing, an agent's skills and memberships."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import ConfigDict, Field, WrapValidator, model_validator

from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement, Routing, Sharing, Strategy
from api.schemas.common import ID_PATTERN, Wanted
from api.schemas.contradictions import contradiction, each_skill_once, told_as
from kernel.ids import QueueId

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
SkillName = Annotated[str, Field(pattern=r"^[^\s~@\x00-\x1f][^\x00-\x1f]{0,63}$"), WrapValidator(told_as("skill_name"))]
"""Not with ~ or @ at its beginning, which mean something else in a want (`acd.matching.wants`)."""
MOST_LEVEL = 100
Level = Annotated[
    int, Field(ge=1, le=MOST_LEVEL), WrapValidator(told_as("level_out_of_range", least="1", most=str(MOST_LEVEL)))
]
RelaxedLevel = Annotated[
    int, Field(ge=0, le=MOST_LEVEL), WrapValidator(told_as("level_out_of_range", least="0", most=str(MOST_LEVEL)))
]


class RelaxationWanted(Wanted):
    """After so many seconds of waiting this level is enough; 0: the skill is not asked for any more."""

    model_config = ConfigDict(from_attributes=True)

    after: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
    level: RelaxedLevel


class RequirementWanted(Wanted):
    """A skill that calls ask for, at this level or above, and how that relaxes: ever later, ever less."""

    model_config = ConfigDict(from_attributes=True)

    skill: SkillName
    level: Level = 1
    relaxation: Annotated[list[RelaxationWanted], Field(max_length=20)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _relaxes(self) -> Self:
        steps = [(0.0, self.level), *((step.after, step.level) for step in self.relaxation)]
        for place, ((before, more), (after, level)) in enumerate(pairwise(steps)):
            if after <= before or level >= more:
                raise contradiction("relaxation_rises", f"relaxation.{place}", skill=self.skill)
        return self

    def requirement(self) -> Requirement:
        """As the floor knows it."""
        steps = tuple(Relaxation(step.after, step.level) for step in self.relaxation)
        return Requirement(self.skill, self.level, steps)


class RoutingWanted(Wanted):
    """Who gets a call of the queue. Times in seconds; 0 switches the thing off.

    `strategy` and how many are rung at once hold at once, also for who waits already; all else for who joins from now
    on. `requirements`: what its calls ask for. A waiting call's priority grows by `age_by` every `age_every` seconds,
    at most to `age_most`. So long as `preferred_for` and `last_agent_for` say a call waits for the agent whom its flow
    or the list of callers prefers, or who served its caller last within `last_agent_within` days, if he is at work
    there. `sharing`: which queue an agent of several serves first. `ring_more_every`: when a queue that rings
    progressively rings one more; `ring_at_most`: 0 is everybody.
    """

    model_config = ConfigDict(from_attributes=True)

    strategy: Strategy = Strategy.LONGEST_IDLE
    requirements: Annotated[list[RequirementWanted], Field(max_length=20)] = Field(default_factory=list)
    age_every: Seconds = 0.0
    age_by: Annotated[int, Field(ge=1, le=1000)] = 1
    age_most: Annotated[int, Field(ge=0, le=1_000_000)] = 100
    sharing: Sharing = Sharing.TURN
    preferred_for: Seconds = 0.0
    last_agent_for: Seconds = 0.0
    last_agent_within: Annotated[int, Field(ge=1, le=3650)] = 30
    ring_more_every: Annotated[float, Field(ge=1, le=300, allow_inf_nan=False)] = 5.0
    ring_at_most: Annotated[int, Field(ge=0, le=1000)] = 0

    @model_validator(mode="after")
    def _each_skill_once(self) -> Self:
        each_skill_once("requirements", self.requirements)
        return self

    def routing(self) -> Routing:
        """As the floor knows it."""
        plain = self.model_dump(exclude={"requirements"})
        return Routing(requirements=tuple(one.requirement() for one in self.requirements), **plain)


class SkillWanted(Wanted):
    """What an agent can, and how well."""

    model_config = ConfigDict(from_attributes=True)

    skill: SkillName
    level: Level = 1

    def known(self) -> AgentSkill:
        """As the floor knows it."""
        return AgentSkill(self.skill, self.level)


class MembershipWanted(Wanted):
    """How an agent serves one of his queues.

    Of several he is given a call of that with the highest `priority`. In a later `tier` he is rung only when nobody of
    an earlier one could be; with a `delay` (seconds) only for calls that have waited so long. `order`: his place in the
    linear and round-robin strategies; `share`: his part by ratio.
    """

    model_config = ConfigDict(from_attributes=True)

    queue: Annotated[str, Field(pattern=ID_PATTERN)]
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    tier: Annotated[int, Field(ge=0, le=100)] = 0
    delay: Seconds = 0.0
    order: Annotated[int, Field(ge=0, le=100_000)] = 0
    share: Annotated[int, Field(ge=1, le=1000)] = 1

    def known(self) -> Membership:
        """As the floor knows it."""
        return Membership(QueueId(self.queue), self.priority, self.tier, self.delay, self.order, self.share)
