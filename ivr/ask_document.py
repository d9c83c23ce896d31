"""Reads what a step of a flow asks for its call; what contradicts itself is refused where it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from ivr.asking import LEAST_LEVEL, MOST_LEVEL, MOST_SKILLS, MOST_STEPS, Asking, Skill, Step
from kernel.ids import AgentId

ASKING: Final = frozenset({"skills", "skills_instead", "preferred", "vip"})
LONGEST: Final = 86_400.0
_NAME: Final = re.compile(r"[^\s~@\x00-\x1f][^\x00-\x1f]{0,63}")
"""Not with ~ or @ at its beginning, as in the skills of agents and queues."""


class Unfit(ValueError):
    """It cannot be asked so: the code of the flaw, the field, and for people the reason and what it names."""

    def __init__(self, flaw: str, field: str, reason: str, **params: str) -> None:
        super().__init__(reason)
        self.flaw = flaw
        self.field = field
        self.reason = reason
        self.params = params


def asked(data: Mapping[str, Any]) -> Asking:
    """What the fields named in ASKING say. Raises Unfit."""
    agent = data.get("preferred")
    if agent is not None and (not isinstance(agent, str) or not agent):
        raise Unfit("not_a_text", "preferred", "`preferred` must be the id of an agent")
    instead, vip = (_truth(data, field) for field in ("skills_instead", "vip"))
    return Asking(skills(data.get("skills", [])), instead, None if agent is None else AgentId(agent), vip)


def skills(data: Any) -> tuple[Skill, ...]:
    """A list of `{"skill", "level", "relaxation": [{"after", "level"}]}`. Raises Unfit."""
    if not isinstance(data, list) or len(data) > MOST_SKILLS:
        raise Unfit("not_a_list", "skills", f"`skills` must be a list of at most {MOST_SKILLS}")
    found = tuple(_skill(f"skills.{place}", one) for place, one in enumerate(data))
    names = [one.name for one in found]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Unfit("skill_twice", f"skills.{place}.skill", f"the skill {name!r} is asked for twice", skill=name)
    return found


def _skill(at: str, data: Any) -> Skill:
    if not isinstance(data, dict) or set(data) - {"skill", "level", "relaxation"}:
        raise Unfit("not_a_skill", at, "it has `skill`, and may have `level` and `relaxation`")
    name, steps = data.get("skill"), data.get("relaxation", [])
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise Unfit("skill_name", f"{at}.skill", "this is no name of a skill")
    level = _level(f"{at}.level", data.get("level", LEAST_LEVEL), LEAST_LEVEL)
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise Unfit("not_a_list", f"{at}.relaxation", f"`relaxation` must be a list of at most {MOST_STEPS}")
    relaxation = tuple(_step(f"{at}.relaxation.{place}", one) for place, one in enumerate(steps))
    for place, (before, step) in enumerate(pairwise((Step(0.0, level), *relaxation))):
        if step.after <= before.after or step.level >= before.level:
            reason = "each step of a relaxation has to come later, and ask for less, than the one before"
            raise Unfit("relaxation_rises", f"{at}.relaxation.{place}", reason, skill=name)
    return Skill(name, level, relaxation)


def _step(at: str, data: Any) -> Step:
    if not isinstance(data, dict) or set(data) != {"after", "level"}:
        raise Unfit("not_a_step", at, "a step of a relaxation has `after` and `level`")
    after = data["after"]
    if type(after) not in (int, float) or not math.isfinite(after) or not 0 < after <= LONGEST:
        raise Unfit("seconds_out_of_range", f"{at}.after", f"`after` must be a number of seconds up to {LONGEST:g}")
    return Step(float(after), _level(f"{at}.level", data["level"], 0))


def _level(at: str, level: Any, least: int) -> int:
    if type(level) is not int or not least <= level <= MOST_LEVEL:
        reason = f"a level must be from {least} to {MOST_LEVEL}"
        raise Unfit("level_out_of_range", at, reason, least=str(least), most=str(MOST_LEVEL))
    return level


def _truth(data: Mapping[str, Any], field: str) -> bool:
    value = data.get(field, False)
    if not isinstance(value, bool):
        raise Unfit("not_a_truth", field, f"`{field}` must be true or false")
    return value
