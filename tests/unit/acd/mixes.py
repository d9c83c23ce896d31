"""Rules mixed for histories: each strategy, skills that relax, delays, tiers, ageing, preference and service levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from acd.config import AgentConfig, QueueConfig
from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement, Routing, Sharing, Strategy
from kernel.ids import QueueId

_ENGLISH: Final = Requirement("english", 2, (Relaxation(5.0, 1), Relaxation(10.0, 0)))
_TAX: Final = Requirement("tax", 1)
_AGEING: Final = Routing(age_every=4.0, age_by=2, age_most=9)

SKILLS: Final = {
    "a0": (AgentSkill("english", 3),),
    "a1": (AgentSkill("english", 1), AgentSkill("tax", 2)),
    "a3": (AgentSkill("tax", 1), AgentSkill("english", 2)),
}
_ORDERS: Final = {
    "a0": (Membership(QueueId("q0"), order=2, share=2),),
    "a1": (Membership(QueueId("q0"), order=1), Membership(QueueId("q1"), order=3, share=3)),
    "a2": (Membership(QueueId("q1"), order=2), Membership(QueueId("q2"), order=1)),
    "a3": (Membership(QueueId("q0"), order=2), Membership(QueueId("q2"), share=2)),
}
# All agents agree on which queue comes first; see test_strategies for two who do not.
_TIERS: Final = {
    "a0": (Membership(QueueId("q0"), tier=1),),
    "a1": (Membership(QueueId("q0"), delay=4.0), Membership(QueueId("q1"), priority=1)),
    "a2": (Membership(QueueId("q1"), priority=1), Membership(QueueId("q2"), delay=2.0)),
    "a3": (Membership(QueueId("q0"), delay=9.0), Membership(QueueId("q1"), priority=1, tier=1)),
}


@dataclass(frozen=True, slots=True)
class Mix:
    """The routing of each queue by name, and what each agent can and how he serves them."""

    routing: dict[str, Routing]
    memberships: dict[str, tuple[Membership, ...]]

    def queues(self, configs: tuple[QueueConfig, ...]) -> tuple[QueueConfig, ...]:
        """These queues under these rules."""
        return tuple(replace(one, routing=self.routing.get(one.id, Routing())) for one in configs)

    def agents(self, configs: tuple[AgentConfig, ...]) -> tuple[AgentConfig, ...]:
        """These agents with their skills and memberships."""
        return tuple(
            replace(one, skills=SKILLS.get(one.id, ()), memberships=self.memberships.get(one.id, ())) for one in configs
        )


def _strategies(q0: Strategy, q1: Strategy, q2: Strategy) -> dict[str, Routing]:
    return {"q0": Routing(q0), "q1": Routing(q1), "q2": Routing(q2)}


MIXES: Final = (
    Mix({}, {}),
    Mix(_strategies(Strategy.ROUND_ROBIN, Strategy.LINEAR, Strategy.RANDOM), _ORDERS),
    Mix(_strategies(Strategy.RING_ALL, Strategy.FEWEST_CALLS, Strategy.LEAST_TALK), {}),
    Mix(
        {
            "q0": Routing(Strategy.RING_PROGRESSIVE, ring_more_every=3.0),
            "q1": Routing(Strategy.RING_ALL, ring_at_most=2),
            "q2": Routing(Strategy.RATIO),
        },
        _ORDERS,
    ),
    Mix(
        {
            "q0": Routing(requirements=(_ENGLISH,), preferred_for=6.0),
            "q1": replace(_AGEING, preferred_for=3.0),
            "q2": Routing(requirements=(_TAX,)),
        },
        {},
    ),
    Mix(
        {
            "q0": replace(_AGEING, strategy=Strategy.RING_ALL, requirements=(_ENGLISH,)),
            "q1": Routing(Strategy.LEAST_RECENT, sharing=Sharing.SERVICE_LEVEL),
            "q2": Routing(sharing=Sharing.SERVICE_LEVEL),
        },
        _TIERS,
    ),
    Mix(
        {
            "q0": Routing(Strategy.LEAST_RECENT, age_every=4.0, preferred_for=5.0),
            "q1": Routing(Strategy.RING_PROGRESSIVE, (_ENGLISH, _TAX), ring_more_every=2.0, ring_at_most=3),
            "q2": Routing(Strategy.ROUND_ROBIN, age_every=7.0),
        },
        _TIERS,
    ),
)
