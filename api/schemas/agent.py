"""An agent, and what one may be asked to do."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from acd.model import Shown, Wish
from api.schemas.common import Moment, Shape, Wanted


class Agent(Shape):
    """An agent now: the one word people see, since when, with which call of which queue."""

    id: str
    name: str
    state: Shown
    reason: str
    since: Moment
    call: str | None
    queue: str | None
    queues: list[str]
    wrap_up_until: Moment | None
    answered_today: int


class StateWanted(Wanted):
    """Ready for calls, or paused for a reason; while he talks it is his next wish."""

    state: Wish
    reason: Annotated[str, Field(max_length=64)] = ""
