"""What a flow asks for a call that it puts into a queue: skills, an agent, to be served before others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.ids import AgentId

LEAST_LEVEL: Final = 1
MOST_LEVEL: Final = 100
MOST_SKILLS: Final = 20
MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Step:
    """After so many seconds of waiting this level is enough; 0: the skill is not asked for any more."""

    after: float
    level: int


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill at this level or above; `relaxation`: ever later, ever less."""

    name: str
    level: int = LEAST_LEVEL
    relaxation: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """`skills`: beside those that the queue asks for, or with `instead` in place of them. `preferred`: the agent it is
    to be given to if he is there. `vip`: it is served before who is none."""

    skills: tuple[Skill, ...] = ()
    instead: bool = False
    preferred: AgentId | None = None
    vip: bool = False


NOTHING: Final = Asking()
VIP: Final = 1000
"""By so much the priority of such a call is higher."""
