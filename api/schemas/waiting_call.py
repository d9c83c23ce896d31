"""What may be done to a call that waits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from api.schemas.common import ID_PATTERN, Wanted
from api.schemas.contradictions import contradiction

Priority = Annotated[int, Field(ge=-1_000, le=1_000)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]


class MoveWanted(Wanted):
    """It is to wait in the queue `to`, since when it has waited so far; `priority` null: as before."""

    to: Id
    priority: Priority | None = None


class PrioritiseWanted(Wanted):
    """Its priority; null: so much that it is the first."""

    priority: Priority | None = None


class PickWanted(Wanted):
    """Who takes it; null: the person himself."""

    agent: Id | None = None


class WithdrawWanted(Wanted):
    """It ends, and the caller hears the announcement `prompt` first (null: none); or it goes the way of its queue's
    overflow chain for the cause `withdrawn`."""

    prompt: Id | None = None
    overflow: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> WithdrawWanted:
        if self.overflow and self.prompt is not None:
            raise contradiction("prompt_or_overflow", "prompt")
        return self
