"""What a tenant sets up about the work of agents: a queue's service, and pause reasons."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from acd.config.service import AfterMissed, Service
from api.schemas.common import ID_PATTERN, Shape, Wanted

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class ServiceWanted(Wanted):
    """What a queue asks of its agents. Times in seconds; 0 switches the thing off.

    After `missed_after` offers in a row that he let ring an agent is `missed_then`. By `wrap_up_extension` he may put
    off the end of his wrap-up at once, to `wrap_up_longest` in all (0: as long as he likes). `whisper`: the prompt that
    he alone hears before he is connected. Who hangs up within `dropped_within` after he was connected has served
    nobody: the caller keeps his turn, and the agent is paused (or rung again after 5 s where `nothing` follows).
    """

    model_config = ConfigDict(from_attributes=True)

    missed_after: Annotated[int, Field(ge=1, le=100)] = 1
    missed_then: AfterMissed = AfterMissed.PAUSED
    wrap_up_extension: Seconds = 0.0
    wrap_up_longest: Seconds = 0.0
    whisper: Annotated[str, Field(pattern=ID_PATTERN)] | Annotated[str, Field(max_length=0)] = ""
    dropped_within: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 1.0

    def service(self) -> Service:
        """As the floor knows it."""
        return Service(**self.model_dump())


class PauseWanted(Wanted):
    """A reason for a pause, by the name that people read."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class Pause(PauseWanted, Shape):
    """A reason as it is configured."""

    id: str
    version: int
