"""What a tenant sets up about single callers."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.schemas.common import ID_PATTERN, Shape, Wanted
from api.schemas.contradictions import each_skill_once
from api.schemas.routing import RequirementWanted


class CallerWanted(Wanted):
    """Somebody who calls, by his number in any spelling.

    `preferred`: the agent his calls wait for first, as long as the queue's `preferred_for` says. `vip`: they come
    before those of all who are none; `priority`: by so much more than their flow says. `skills`: asked for beside what
    the flow and the queue ask.
    """

    number: Annotated[str, Field(min_length=1, max_length=40, repr=False)]
    preferred: Annotated[str, Field(pattern=ID_PATTERN)] | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    vip: bool = False
    skills: Annotated[list[RequirementWanted], Field(max_length=20)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _each_skill_once(self) -> Self:
        each_skill_once("skills", self.skills)
        return self


class Caller(Shape):
    """A caller as he is configured; his `number` in E.164, "" once it was erased."""

    id: str
    version: int
    number: str
    preferred: str | None
    priority: int
    vip: bool
    skills: list[RequirementWanted]
