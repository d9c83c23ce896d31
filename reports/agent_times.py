"""What an agent has done today: how many offers he took, and how long he talked, held and wrapped up.

Times are cut at midnight of the tenant. What he does right now is told by the moment from which he does it, so that
what is shown stays true without ticking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from acd.model import Agent, Floor, Work
from kernel.moment import seconds_between


class Doing(StrEnum):
    """What of an agent's time is counted; one at a time."""

    TALK = "talk"
    """In a conversation and heard: without hold and wrap-up (metrics.md, section 2)."""
    HOLD = "hold"
    """Whoever the call is about hears music and waits for him."""
    WRAP_UP = "wrap_up"


@dataclass(slots=True)
class AgentDay:
    """An agent's day so far, in seconds; what he is `doing` since `since` is not in them yet."""

    answered: int = 0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    doing: Doing | None = None
    since: datetime | None = None

    def turn(self, doing: Doing | None, at: datetime) -> None:
        """From `at` on he does this (None: nothing that is counted)."""
        if doing is self.doing:
            return
        self._book(at)
        self.doing, self.since = doing, at if doing is not None else None

    def over(self, midnight: datetime) -> AgentDay:
        """The day that begins at `midnight`: what he is doing goes on in it, from its first moment."""
        since = None if self.since is None else max(self.since, midnight)
        return AgentDay(doing=self.doing, since=since)

    def _book(self, at: datetime) -> None:
        if self.since is None:
            return
        spent = seconds_between(self.since, at)
        match self.doing:
            case Doing.TALK:
                self.talk_seconds += spent
            case Doing.HOLD:
                self.hold_seconds += spent
            case Doing.WRAP_UP:
                self.wrap_up_seconds += spent
            case None:
                return


def doing(floor: Floor, agent: Agent) -> Doing | None:
    """What of his time is counted now."""
    if agent.work is Work.WRAP_UP:
        return Doing.WRAP_UP
    leg = floor.legs.get(agent.leg) if agent.leg is not None else None
    if leg is None:
        return None
    if leg.held is not None:
        # Also while he asks somebody: whoever the call is about waits for him.
        return Doing.HOLD
    return None if leg.conversation is None else Doing.TALK
