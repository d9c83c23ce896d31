"""What an agent orders in a talk: whom to bring in, where to park, which keys to send."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from acd.config.routing import Requirement
from api.schemas.command import Done
from api.schemas.common import ID_PATTERN, Moment, Shape, Wanted
from api.schemas.contradictions import contradiction, each_skill_once
from api.schemas.routing import RequirementWanted

_Id = Annotated[str, Field(pattern=ID_PATTERN)]
Skills = Annotated[list[RequirementWanted], Field(max_length=20)]


class Talker(Wanted):
    """`agent`: who orders it; None: the person himself."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=100, populate_by_name=True)

    agent: _Id | None = None


class Party(Talker):
    """Whom to bring in: `to`, a number in any spelling, an extension or a colleague's id, or an agent of `queue`.

    `shown`: the number of the tenant that somebody outside is shown ("": the agent's usual one). Of a queue `skills`
    are asked beside its own (none: those that the call asked for so far); a call that is given to it waits with
    `priority` (null: as before).
    """

    to: str = ""
    queue: _Id | None = None
    shown: Annotated[str, Field(alias="from")] = ""
    skills: Skills = Field(default_factory=list)
    priority: Annotated[int, Field(ge=-1000, le=1000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Party:
        if bool(self.to) == (self.queue is not None):
            raise contradiction("to_or_queue", "to")
        if self.queue is None and (self.skills or self.priority is not None):
            raise contradiction("only_of_queue", "skills" if self.skills else "priority")
        each_skill_once("skills", self.skills)
        return self

    def requirements(self) -> tuple[Requirement, ...]:
        """The skills as the floor knows them."""
        return tuple(one.requirement() for one in self.skills)


class Everybody(Talker):
    """Whom to bring in, as `Party`; without anybody: those who are talked with by turns, all together."""

    to: str = ""
    queue: _Id | None = None
    shown: Annotated[str, Field(alias="from")] = ""
    skills: Skills = Field(default_factory=list)

    @model_validator(mode="after")
    def _one(self) -> Everybody:
        if self.to and self.queue is not None:
            raise contradiction("to_or_queue", "to")
        if self.queue is None and self.skills:
            raise contradiction("only_of_queue", "skills")
        each_skill_once("skills", self.skills)
        return self


class Dropped(Talker):
    """Who is hung up: the party on `leg`, `everyone`, or, with neither, the agent himself."""

    leg: _Id | None = None
    everyone: bool = False


class ParkWanted(Talker):
    """Where to park; "": at any place that is free."""

    place: Annotated[str, Field(pattern=r"^[0-9*#]{0,10}$")] = ""


class Keys(Talker):
    """The keys that the others are to hear."""

    digits: Annotated[str, Field(pattern=r"^[0-9*#A-D]{1,32}$")]


class ParkedDone(Done):
    """The call is parked at this place."""

    place: str


class ParkedCall(Shape):
    """A call that can be picked up."""

    place: str
    call: str
    agent: str
    since: Moment
    until: Moment
