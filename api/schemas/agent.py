"""An agent, and what one may be asked to do."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from acd.model import Shown, Wish
from api.schemas.common import Moment, Shape, Wanted
from reports.agent_times import Doing


class AgentToday(Shape):
    """What an agent has done since midnight of the tenant; what he is doing right now is not in the seconds yet."""

    answered: int
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float


class Agent(Shape):
    """An agent now: the one word people see, since when, with which call of which queue.

    `doing` since `doing_since`: talk, hold or wrap-up that goes on, to be added to `today`. `reason_name`: the name of
    a pause reason of the tenant's own; `next`: his wish for after the call; `missed`: offers that he let ring in a row;
    `away_from`: queues that he does not serve for now; `desk`: another phone at which he works; `connectable`: what was
    reported of him, null where that does not count.
    """

    id: str
    name: str
    state: Shown
    reason: str
    since: Moment
    call: str | None
    queue: str | None
    queues: list[str]
    wrap_up_until: Moment | None
    doing: Doing | None
    doing_since: Moment | None
    today: AgentToday
    reason_name: str = ""
    next: Wish | None = None
    missed: int = 0
    away_from: list[str] = Field(default_factory=list)
    desk: str = ""
    connectable: bool | None = None


class StateWanted(Wanted):
    """Ready for calls, or paused for a reason; while he talks it is his next wish."""

    state: Wish
    reason: Annotated[str, Field(max_length=64)] = ""
