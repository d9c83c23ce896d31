"""How a tenant sets up the wait in a queue: joining and leaving, overflow, key, estimate, redial, callback."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from acd.config.waiting import CallbackRule, Cause, Condition, First, OverflowStep, StepKind, Waiting
from api.schemas.common import ID_PATTERN, Wanted
from kernel.ids import QueueId

Conditions = Annotated[list[Condition], Field(max_length=len(Condition))]


class StepWanted(Wanted):
    """One step of an overflow chain: taken for its `causes` (none named: for each), and passed over when it fails.

    `queue` is for the kind queue, `number` (as an agent would dial it) for number, `prompt` is what is heard before.
    `keeps_place`: the turn in the other queue counts from when the caller first waited. `seconds`: how long a message
    may be.
    """

    model_config = ConfigDict(from_attributes=True)

    kind: StepKind
    causes: Annotated[list[Cause], Field(max_length=len(Cause))] = Field(default_factory=list)
    queue: Annotated[str, Field(pattern=ID_PATTERN)] | None = None
    number: Annotated[str, Field(max_length=40)] = ""
    prompt: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    keeps_place: bool = True
    priority: Annotated[int, Field(ge=-1000, le=1000)] | None = None
    seconds: Annotated[float, Field(ge=1, le=600, allow_inf_nan=False)] = 120.0

    def step(self) -> OverflowStep:
        """As the floor knows it."""
        return OverflowStep(
            self.kind,
            tuple(self.causes),
            None if self.queue is None else QueueId(self.queue),
            self.number,
            self.prompt,
            self.keeps_place,
            self.priority,
            self.seconds,
        )


class WaitingWanted(Wanted):
    """The wait in one queue; times in seconds, and what is left out is off.

    A queue in which every signed-in agent is in one of the states of `join_empty` cannot be joined, and one in which
    all are in those of `leave_empty` is left by all who wait. `most` may wait at once, and `ratio` for each agent who
    takes calls. `leave_key`: with this key a caller leaves by the steps for the cause `key`. `redial_within`: for so
    long the place of a caller who hung up is kept for him.
    """

    model_config = ConfigDict(from_attributes=True)

    join_empty: Conditions = Field(default_factory=list)
    leave_empty: Conditions = Field(default_factory=list)
    most: Annotated[int, Field(ge=0, le=100_000)] = 0
    ratio: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 0.0
    overflow: Annotated[list[StepWanted], Field(max_length=20)] = Field(default_factory=list)
    leave_key: Annotated[str, Field(pattern=r"^[0-9*#]?$")] = ""
    tells_estimate: bool = False
    redial_within: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = 0.0

    def waiting(self) -> Waiting:
        """As the floor knows it."""
        return Waiting(
            tuple(dict.fromkeys(self.join_empty)),
            tuple(dict.fromkeys(self.leave_empty)),
            self.most,
            self.ratio,
            tuple(step.step() for step in self.overflow),
            self.leave_key,
            self.tells_estimate,
            self.redial_within,
        )


class CallbackWanted(Wanted):
    """How callers are called back who did not want to wait: the agent is rung `first`, or the caller is called so that
    with the probability `certainty` an agent is free when he answers."""

    model_config = ConfigDict(from_attributes=True)

    first: First = First.AGENT
    certainty: Annotated[float, Field(ge=0.5, le=0.999, allow_inf_nan=False)] = 0.98
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    retry_after: Annotated[float, Field(ge=10, le=86_400, allow_inf_nan=False)] = 300.0
    ring_time: Annotated[float, Field(ge=5, le=120, allow_inf_nan=False)] = 30.0

    def rule(self) -> CallbackRule:
        """As the floor knows it."""
        return CallbackRule(self.first, self.certainty, self.attempts, self.retry_after, self.ring_time)
