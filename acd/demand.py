"""What is asked for one call beside what its queue asks for all: skills, and the agent who is to get it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from acd.config.routing import Requirement, Routing
from kernel.ids import AgentId
from kernel.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Demand:
    """`requirements`: skills, beside those of the queue or, when it `replaces` them, instead of those.

    `preferred`: the agent it is to be given to if he is there, `last_agent`: who served the same caller last; for how
    long it waits for them alone, the queue says.
    """

    requirements: tuple[Requirement, ...] = ()
    replaces: bool = False
    preferred: AgentId | None = None
    last_agent: AgentId | None = None

    @property
    def of_anybody(self) -> Demand:
        """The same, for a call whose agent has had his chance."""
        if self.preferred is None and self.last_agent is None:
            return self
        return replace(self, preferred=None, last_agent=None)


NOTHING: Final = Demand()


def asked_of(routing: Routing, demand: Demand) -> tuple[Requirement, ...]:
    """The skills that a call with this demand asks for in a queue with these rules."""
    if demand.replaces or not routing.requirements:
        return demand.requirements
    return (*routing.requirements, *demand.requirements)
