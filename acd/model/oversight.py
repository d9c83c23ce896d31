"""Listening in [モニタリング]: a supervisor's phone in somebody else's talk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.ids import AgentId, CallId, LegId


class Hearing(StrEnum):
    """Who hears the supervisor; he hears both parties in any case."""

    LISTEN = "listen"
    """Nobody."""
    WHISPER = "whisper"
    """The agent alone."""
    BARGE = "barge"
    """Everybody."""


@dataclass(slots=True)
class Listening:
    """The supervisor's `leg` listens to the leg `to` of the agent `of`; None: of the customer, while no agent talks
    with him. `turns`: how often it was changed what he hears, and who hears him; `outdated`: whom he listens to hears
    others since then."""

    leg: LegId
    call: CallId
    agent: AgentId
    to: LegId
    of: AgentId | None
    hearing: Hearing
    turns: int = 0
    outdated: bool = False

    @property
    def spy(self) -> str:
        """The name of the channel through which he hears, and is heard, in this turn."""
        return f"spy_{self.leg}_{self.turns}"
