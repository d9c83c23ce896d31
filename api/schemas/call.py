"""A call, living or finished, with its legs, segments and offers."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from acd.model import Party
from api.schemas.command import Done
from api.schemas.common import ID_PATTERN, Moment, Shape, Wanted
from reports.call_record import Direction, OfferOutcome


class CallWanted(Wanted):
    """An agent wants to be connected with `to`: a number in any spelling, an extension, or a colleague's id.

    `shown`: the number of the tenant that is shown, in any spelling ("": the agent's usual one). `agent`: who calls;
    None: the person himself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=100, populate_by_name=True)

    to: Annotated[str, Field(min_length=1)]
    shown: Annotated[str, Field(alias="from")] = ""
    agent: Annotated[str, Field(pattern=ID_PATTERN)] | None = None


class CallPlaced(Done):
    """The agent's phone rings; `call` is the call that it begins."""

    call: str


class Segment(Shape):
    """The leg was in this conversation from `began` to `ended` (None: still is)."""

    conversation: str
    began: Moment
    ended: Moment | None


class Hold(Shape):
    """The agent had the others on hold from `began` to `ended` (None: still has)."""

    began: Moment
    ended: Moment | None


class Leg(Shape):
    """One party's connection; `cause` is Q.850."""

    leg: str
    party: Party
    agent: str | None
    began: Moment
    answered: Moment | None
    ended: Moment | None
    cause: int | None
    why: str
    segments: list[Segment]
    holds: list[Hold] = Field(default_factory=list)


class Offer(Shape):
    """The call rang this agent; `queue`: where it waited, None when it waited in none."""

    offer: str
    queue: str | None
    agent: str
    made: Moment
    ended: Moment | None
    outcome: OfferOutcome


class AgentPart(Shape):
    """What an agent did in the call, in seconds: talk, hold (asking somebody included) and wrap-up."""

    agent: str
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float


class Call(Shape):
    """One call; `caller` is the caller's number, empty when withheld or erased. `ended` is None while it lives.

    `cause`: the Q.850 cause of the party that left first.
    """

    call: str
    direction: Direction
    number: str
    caller: str
    arrived: Moment
    queue: str | None
    queued: Moment | None
    answered: Moment | None
    agent: str | None
    ended: Moment | None
    outcome: str
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    cause: int | None
    legs: list[Leg]
    offers: list[Offer]
    recording: str | None
    seq: int
    parts: list[AgentPart] = Field(default_factory=list)
    parked: str = ""
    recordings: list[str] = Field(default_factory=list)
