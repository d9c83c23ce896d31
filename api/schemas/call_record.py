"""A call as it stands in the list of finished calls."""

from __future__ import annotations

from typing import Annotated

import orjson
from pydantic import BeforeValidator, Field, computed_field

from api.schemas.call import AgentPart, Leg
from api.schemas.common import Moment, Shape
from reports.call_record import cause_of, hold_seconds


def _from_json(value: object) -> object:
    return orjson.loads(value) if isinstance(value, str) else value


class CallRecord(Shape):
    """One finished call; `caller` is the caller's number, empty when withheld or erased.

    `recordings`: in the order in which they began, `recording` the last. `parts`: what each agent did in it; wrap-up is
    there when it is over.
    """

    call: str
    direction: str
    number: str
    caller: str
    arrived: Moment
    queue: str | None
    queued: Annotated[Moment | None, Field(validation_alias="queued_at")]
    answered: Annotated[Moment | None, Field(validation_alias="answered_at")]
    ended: Annotated[Moment | None, Field(validation_alias="ended_at")]
    outcome: str
    agents: list[str]
    wait_seconds: float
    talk_seconds: float
    legs: Annotated[list[Leg], BeforeValidator(_from_json)]
    recording: str | None
    recordings: list[str]
    parts: Annotated[list[AgentPart], BeforeValidator(_from_json)]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def hold_seconds(self) -> float:
        """How long an agent had the others on hold, which is no part of `talk_seconds`."""
        return hold_seconds(self.legs)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cause(self) -> int | None:
        """The Q.850 cause of the party that left first; of one that was never reached, why."""
        return cause_of(self.legs)
