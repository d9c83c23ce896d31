"""What a waiting call asks of an agent, as one word that orders are kept by, and whether an agent can give it.

A want is "" (anybody), the skills with their levels line by line, then `~` and the delay of memberships that the call
has waited for, or `@` and the one agent for whom it waits. Equal demands give equal words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from acd.config.routing import Requirement
from kernel.ids import AgentId

ANYBODY: Final = ""
NO_SKILL: Final = ""
_ONE: Final = "@"
_WAITED: Final = "~"


@dataclass(frozen=True, slots=True)
class Want:
    """The word taken apart: the one `agent`, or skills with the least level that is enough, and the delay reached."""

    agent: AgentId | None
    skills: tuple[tuple[str, int], ...]
    waited: float

    @property
    def first(self) -> str:
        """The first skill that is asked for, NO_SKILL when none is."""
        return self.skills[0][0] if self.skills else NO_SKILL


def only(agent: AgentId) -> str:
    """Nobody but this agent."""
    return f"{_ONE}{agent}"


@lru_cache(maxsize=4096)
def want(requirements: tuple[Requirement, ...], waited: float, delay: float) -> str:
    """What is asked after `waited` seconds, when memberships with a delay up to `delay` may take it."""
    levels: dict[str, int] = {}
    for asked in requirements:
        level = asked.level
        for step in asked.relaxation:
            if step.after <= waited:
                level = step.level
        levels[asked.skill] = max(level, levels.get(asked.skill, 0))
    lines = [f"{skill}:{level}" for skill, level in sorted(levels.items()) if level > 0]
    return "\n".join([*lines, f"{_WAITED}{delay!r}"] if delay else lines)


@lru_cache(maxsize=65_536)
def parsed(word: str) -> Want:
    """The parts of a want."""
    if word.startswith(_ONE):
        return Want(AgentId(word[1:]), (), 0.0)
    lines = word.split("\n") if word else []
    waited = float(lines.pop()[1:]) if lines and lines[-1].startswith(_WAITED) else 0.0
    pairs = (line.rpartition(":") for line in lines)
    return Want(None, tuple((skill, int(level)) for skill, _, level in pairs), waited)


def accepts(agent: AgentId, has: Mapping[str, int], delay: float, word: str) -> bool:
    """Whether this agent, with these skills and the delay of his membership, can give what is asked."""
    if not word:
        return not delay
    asked = parsed(word)
    if asked.agent is not None:
        return asked.agent == agent
    return delay <= asked.waited and meets(has, asked.skills)


def meets(has: Mapping[str, int], skills: tuple[tuple[str, int], ...]) -> bool:
    """Whether each of these skills is there, and well enough."""
    for skill, level in skills:  # noqa: SIM110 - a generator costs more than the question
        if has.get(skill, 0) < level:
            return False
    return True
