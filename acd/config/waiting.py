"""What an admin sets about the wait in a queue: who may join and stay, where he goes instead, and what he is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.ids import QueueId


class Condition(StrEnum):
    """A state in which an agent of the queue is no reason to wait. Whoever is signed out is none in any case."""

    PAUSED = "paused"
    SKILL_UNMET = "skill_unmet"
    """He cannot what the call asks."""
    IN_USE = "in_use"
    RINGING = "ringing"
    UNAVAILABLE = "unavailable"
    """His phone is not registered, or could not be rung a moment ago."""
    INVALID = "invalid"
    """He has no phone, or the configuration no longer names him."""
    UNKNOWN = "unknown"
    """Nothing has been heard of his phone yet."""
    WRAP_UP = "wrap_up"


class Cause(StrEnum):
    """Why a caller is not, or no longer, to wait in a queue."""

    LONGEST_WAIT = "longest_wait"
    FULL = "full"
    EMPTY = "empty"
    RATIO = "ratio"
    KEY = "key"
    WITHDRAWN = "withdrawn"
    """A supervisor says so."""


class StepKind(StrEnum):
    """Where a caller goes who does not wait any longer."""

    QUEUE = "queue"
    NUMBER = "number"
    VOICEMAIL = "voicemail"
    ANNOUNCEMENT = "announcement"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class OverflowStep:
    """One step of an overflow chain. `causes`: for which it is taken, () for each.

    `queue`: of the kind queue, with `keeps_place`: the turn there counts from when the caller first waited, else from
    now; `priority`: None: as before. `number`: of the kind number, E.164. `prompt`: what is heard, "" the platform's
    own words (of a number: nothing). `seconds`: how long a message may be.
    """

    kind: StepKind
    causes: tuple[Cause, ...] = ()
    queue: QueueId | None = None
    number: str = ""
    prompt: str = ""
    keeps_place: bool = True
    priority: int | None = None
    seconds: float = 120.0

    def answers(self, cause: Cause) -> bool:
        """Whether the step is taken for this cause."""
        return not self.causes or cause in self.causes


@dataclass(frozen=True, slots=True)
class Waiting:
    """The wait in one queue. Times in seconds; 0, "" and () switch the thing off.

    `join_empty`, `leave_empty`: the states whose agents do not count when somebody wants to join, or waits; when nobody
    else is left the queue is empty. `most`: how many may wait at once. `ratio`: how many may wait for each agent who
    takes calls. `overflow`: the chain of steps, in their order. `leave_key`: the key with which a caller leaves the
    queue by that chain. `tells_estimate`: the estimated wait is spoken with the position. `redial_within`: for how long
    the place of a caller who hung up is kept for him.
    """

    join_empty: tuple[Condition, ...] = ()
    leave_empty: tuple[Condition, ...] = ()
    most: int = 0
    ratio: float = 0.0
    overflow: tuple[OverflowStep, ...] = ()
    leave_key: str = ""
    tells_estimate: bool = False
    redial_within: float = 0.0


class First(StrEnum):
    """Who is called first for a callback."""

    AGENT = "agent"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class CallbackRule:
    """How callers are called back who did not want to wait.

    `certainty`: with which probability (0 to 1) an agent has to be free when the caller answers, if he is called first.
    `attempts`: how often he is tried, each `retry_after` seconds after the one before, ringing `ring_time` seconds.
    """

    first: First = First.AGENT
    certainty: float = 0.98
    attempts: int = 3
    retry_after: float = 300.0
    ring_time: float = 30.0
