"""Two hundred calls of one busy evening and night, played by chance from a fixed seed; every fact is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from acd import inputs
from acd.config import AgentConfig, Limits, LineRule, NumberRule, QueueConfig, SeatPool
from acd.model import Destination, Leg, Party, Place, Wish, Work
from kernel.ids import FIRST_NODE, AgentId, CallId, LegId, LineId, PersonalId, QueueId, TrunkName
from kernel.moment import after
from tests.unit.reports.play import QUEUES, Play

CALLS: Final = 200
NUMBERS: Final = ("+81312345678", "+81398765432")
STAFF: Final = tuple(map(AgentId, ("aoki", "baba", "chiba", "doi", "endo")))
SETTINGS: Final = (
    QueueConfig(
        QUEUES[0], "Sales", ring_time=10.0, wrap_up=20.0, longest_wait=90.0, answer_within=8.0, short_abandon=4.0
    ),
    QueueConfig(QUEUES[1], "Support", ring_time=15.0, longest_wait=120.0, answer_within=20.0, service_target=0.9),
)
LIMITS: Final = Limits((SeatPool("", 4, "seats clause"),), places=3, places_clause="places clause")
RULES: Final = (NumberRule(NUMBERS[0], LineId("line-1"), 2), NumberRule(NUMBERS[1], LineId("line-2"), 2))
LINES: Final = (LineRule(LineId("line-1"), 3, "channels clause"), LineRule(LineId("line-2")))
_PACE: Final = 3.0
"""Seconds between two things that happen, on average."""


@dataclass
class Day(Play):
    """Agents who come and go, callers who wait, are turned away, give up, talk, are held and hang up."""

    chance: Random = field(default_factory=lambda: Random(9))

    def __post_init__(self) -> None:
        super().__post_init__()
        agents = tuple(
            AgentConfig(id, id.title(), f"{id}-phone", QUEUES if number % 2 else QUEUES[:1])
            for number, id in enumerate(STAFF)
        )
        self.give(inputs.UseConfig(SETTINGS, agents, LIMITS, RULES, LINES, version=1))

    def happen(self) -> None:
        """What is due by now, then one thing by chance."""
        self.now = later_by(self.now, self.chance.expovariate(1 / _PACE))
        self._due()
        acts = (self._come, self._pick_up, self._hang_up, self._hold, self._work, self._phone, self._dial)
        self.chance.choices(acts, (4, 12, 4, 5, 12, 1, 1))[0]()

    @property
    def over(self) -> bool:
        """All calls have come and gone."""
        return self.calls >= CALLS and not self.floor.calls

    def _due(self) -> None:
        for offer in [offer for offer in self.floor.offers.values() if offer.ring_until <= self.now]:
            self.give(inputs.RingTimeEnded(offer.id))
        for agent in [agent for agent in self.floor.agents.values() if agent.wrap_up_until is not None]:
            if agent.wrap_up_until is not None and agent.wrap_up_until <= self.now:
                self.give(inputs.WrapUpTimeEnded(agent.id, agent.wrap_up_until))
        for call in list(self.floor.calls.values()):
            if call.queue is not None and call.queued is not None:
                self.give(inputs.LongestWaitReached(call.id, call.queue, call.queued))
            if call.told is not None and call.playback is not None:
                self.give(inputs.PlaybackEnded(call.id, call.playback))
            if call.place is Place.FLOW and call.turned_away:
                self.give(inputs.CallReleased(call.id, "released"))
            if call.place is Place.ENDING:
                for leg in sorted(call.legs):
                    self.give(inputs.LegEnded(leg, 16))

    def _come(self) -> None:
        if self.calls >= CALLS:
            return
        self.calls += 1
        call, leg, queue = CallId(f"call_{self.calls}"), LegId(f"leg_c{self.calls}"), self.chance.choice(QUEUES)
        channel, person = f"chan-{self.calls}", PersonalId(f"p{self.calls}")
        number = self.chance.choice(NUMBERS)
        self.give(inputs.CallArrived(call, leg, FIRST_NODE, channel, number, person, self.now))
        self.give(inputs.LegAnswered(leg))
        self.give(inputs.CallRouted(call, QueueId(queue), self.chance.choice((0, 0, 5)), self.now))

    def _dial(self) -> None:
        """An agent calls out, or a colleague."""
        if self.calls >= CALLS:
            return
        agent, other = self.chance.sample(STAFF, 2)
        outside = Destination(LineId("line-2"), (TrunkName("t1"),))
        to = self.chance.choice((outside, Destination(colleague=other)))
        self.calls += 1
        call, leg, person = CallId(f"call_{self.calls}"), LegId(f"leg_o{self.calls}"), PersonalId(f"p{self.calls}")
        channel = f"phone-{self.calls}"
        self.give(inputs.PhoneDialled(call, leg, agent, FIRST_NODE, channel, self.now, NUMBERS[1], person, to))

    def _pick_up(self) -> None:
        ringing = sorted(offer.leg for offer in self.floor.offers.values())
        ringing += sorted(leg.id for leg in self.floor.legs.values() if leg.party is Party.CALLEE)
        if ringing:
            self.give(inputs.LegAnswered(self.chance.choice(ringing)))

    def _hang_up(self) -> None:
        leg = self._any_leg()
        if leg is not None:
            why = self.chance.choices(("hung_up", "platform_failure"), (9, 1))[0]
            self.give(inputs.LegEnded(leg.id, self.chance.choice((16, 21)), why))

    def _hold(self) -> None:
        leg = self._any_leg()
        if leg is not None:
            self.give(inputs.LegHeld(leg.id) if leg.held is None else inputs.LegUnheld(leg.id))

    def _work(self) -> None:
        agent = self.floor.agents[self.chance.choice(STAFF)]
        if not agent.signed_in:
            self.give(inputs.SignIn(self.command(), agent.id))
        elif agent.work is Work.FREE and self.chance.random() < 0.1:
            self.give(inputs.SignOut(self.command(), agent.id))
        else:
            wish = self.chance.choices((Wish.READY, Wish.PAUSED), (5, 1))[0]
            self.give(inputs.SetWish(self.command(), agent.id, wish, "lunch" if wish is Wish.PAUSED else ""))

    def _phone(self) -> None:
        self.give(inputs.LineSeen(self.chance.choice(STAFF), up=self.chance.random() < 0.9))

    def _any_leg(self) -> Leg | None:
        legs = sorted(self.floor.legs.values(), key=lambda leg: leg.id)
        return self.chance.choice(legs) if legs else None


def later_by(now: datetime, seconds: float) -> datetime:
    """So much later, on a full hundredth of a second."""
    later = after(now, seconds)
    return later.replace(microsecond=later.microsecond // 10_000 * 10_000)
