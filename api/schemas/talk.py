"""What an agent orders in a talk: whom to bring in, where to park, which keys to send."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from api.schemas.command import Done
from api.schemas.common import ID_PATTERN, Moment, Shape, Wanted
from api.schemas.routing import RequirementWanted

_Id = Annotated[str, Field(pattern=ID_PATTERN)]
_Skills = Annotated[list[RequirementWanted], Field(max_length=20)] | None


def _of_queue(queue: str | None, skills: list[RequirementWanted] | None) -> None:
    if skills is None:
        return
    if queue is None:
        raise ValueError("skills are asked of the agents of a queue")
    if len({one.skill for one in skills}) < len(skills):
        raise ValueError("a skill is required twice")


class Talker(Wanted):
    """`agent`: who orders it; None: the person himself."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=100, populate_by_name=True)

    agent: _Id | None = None


class Party(Talker):
    """Whom to bring in: `to`, a number in any spelling, an extension or a colleague's id, or an agent of `queue`.

    `shown`: the number of the tenant that somebody outside is shown ("": the agent's usual one). `skills`: what whoever
    of the queue takes it has to be able to; null: for a transfer what the call asked for before.
    """

    to: str = ""
    queue: _Id | None = None
    shown: Annotated[str, Field(alias="from")] = ""
    skills: _Skills = None

    @model_validator(mode="after")
    def _one(self) -> Party:
        if bool(self.to) == (self.queue is not None):
            raise ValueError("exactly one of to and queue")
        _of_queue(self.queue, self.skills)
        return self


class Everybody(Talker):
    """Whom to bring in, as `Party`; without anybody: those who are talked with by turns, all together."""

    to: str = ""
    queue: _Id | None = None
    shown: Annotated[str, Field(alias="from")] = ""
    skills: _Skills = None

    @model_validator(mode="after")
    def _one(self) -> Everybody:
        if self.to and self.queue is not None:
            raise ValueError("at most one of to and queue")
        _of_queue(self.queue, self.skills)
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
