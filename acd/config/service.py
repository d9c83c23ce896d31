"""How a queue's agents work as far as the admin decides it: after missed offers, in wrap-up, before they are connected;
and the pause reasons that a tenant sets itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AfterMissed(StrEnum):
    """What becomes of an agent who lets too many offers in a row ring."""

    PAUSED = "paused"
    SIGNED_OUT = "signed_out"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Service:
    """What a queue asks of its agents. Times in seconds.

    `missed_after`: so many offers missed in a row (never 0), then `missed_then`. `wrap_up_extension`: by how much an
    agent may put off the end of his wrap-up at once, 0: not at all; `wrap_up_longest`: how long it may last in all,
    0: as long as he likes. `whisper`: the prompt that he alone hears before he is connected, "" none. `dropped_within`:
    an agent who hangs up so soon after he was connected has served nobody: the caller keeps his turn; 0: he has.
    """

    missed_after: int = 1
    missed_then: AfterMissed = AfterMissed.PAUSED
    wrap_up_extension: float = 0.0
    wrap_up_longest: float = 0.0
    whisper: str = ""
    dropped_within: float = 0.0


@dataclass(frozen=True, slots=True)
class PauseReason:
    """A reason for a pause that the tenant has set beside the built-in ones; `name` is what people read."""

    id: str
    name: str
    version: int = 1
