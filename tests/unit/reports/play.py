"""Plays a floor from inputs, so that reports are tested on histories that the core itself wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from acd import inputs
from acd.config import AgentConfig, Limits, QueueConfig, SeatPool
from acd.decide import decide
from acd.evolve import evolve
from acd.facts import Body
from acd.inputs import Input
from acd.model import Destination, Floor, Line, Party, Purpose, Wish
from acd.schema import SCHEMAS, subject
from kernel.fact import Fact, Stream
from kernel.ids import (
    FIRST_NODE,
    AgentId,
    CallId,
    CommandId,
    LegId,
    LineId,
    PersonalId,
    QueueId,
    RecordingId,
    TenantId,
    TrunkName,
)
from kernel.moment import after
from kernel.usage import LineKind

START = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
TENANT = TenantId("acme")
QUEUES = (QueueId("sales"), QueueId("support"))
AGENTS = (AgentId("aoki"), AgentId("baba"), AgentId("chiba"))
STEPS = 12
"""Kinds of step that `Play.step` knows."""


@dataclass
class Play:
    """A floor that is open, with two queues and three agents who are ready; every fact is kept."""

    now: datetime = START
    tenant: TenantId = TENANT
    floor: Floor = field(init=False)
    facts: list[Fact[Body]] = field(default_factory=list)
    commands: int = 0
    calls: int = 0

    def __post_init__(self) -> None:
        self.floor = Floor(self.tenant)
        queues = tuple(QueueConfig(id, id.title(), ring_time=10.0, wrap_up=5.0, longest_wait=60.0) for id in QUEUES)
        agents = tuple(AgentConfig(id, id.title(), f"{id}-phone", QUEUES) for id in AGENTS)
        self.give(inputs.ShardWasTaken(1))
        self.give(inputs.UseConfig(queues, agents, Limits((SeatPool("", 2, ""),))))
        for agent in AGENTS:
            self.give(inputs.LineSeen(agent, True))
            self.give(inputs.SignIn(self.command(), agent))
            self.give(inputs.SetWish(self.command(), agent, Wish.READY))
        self.give(inputs.RecoveryFinished())

    def give(self, given: Input, later: float = 0.0) -> None:
        """Hand the floor an input `later` seconds after the last one and keep what happens."""
        self.now = after(self.now, later)
        for item in decide(self.floor, given, self.now):
            if type(item) not in SCHEMAS:
                continue
            body: Body = item  # type: ignore[assignment]
            seq = self.floor.seq + 1
            fact = Fact(self.tenant, 1, seq, self.now, Stream.FLOOR, type(body).__name__, 1, subject(body), body)
            evolve(self.floor, fact)
            self.facts.append(fact)

    def command(self) -> CommandId:
        self.commands += 1
        return CommandId(f"cmd_{self.commands}")

    def arrive(self, queue: QueueId = QUEUES[0], later: float = 0.0, priority: int = 0) -> CallId:
        """A caller comes in and is put into the queue at once."""
        self.calls += 1
        call, leg = CallId(f"call_{self.calls}"), LegId(f"leg_c{self.calls}")
        self.now = after(self.now, later)
        self.give(
            inputs.CallArrived(
                call, leg, FIRST_NODE, f"chan-{self.calls}", "0312345678", PersonalId(f"p{self.calls}"), self.now
            )
        )
        self.give(inputs.LegAnswered(leg))
        self.give(inputs.CallRouted(call, queue, priority, self.now))
        return call

    def answer(self, call: CallId, later: float = 0.0) -> None:
        """The agent whose phone rings for the call picks up, and recording begins."""
        (offer,) = self.floor.calls[call].offers
        self.give(inputs.LegAnswered(self.floor.offers[offer].leg), later)
        self.give(inputs.RecordingWanted(call, RecordingId(f"rec_{call}")))

    def give_away(self, call: CallId, shown: str, kind: LineKind, later: float = 0.0) -> LegId:
        """The agent gives the call to a number outside, which rings; its leg."""
        (own,) = (one for one in self.floor.calls[call].legs if self.floor.legs[one].party is Party.AGENT)
        agent, way = self.floor.legs[own].agent, Destination(LineId("line"), (TrunkName("trunk"),), kind=kind)
        assert agent is not None
        to = PersonalId(f"outside_{call}")
        self.give(inputs.InviteParty(self.command(), agent, call, Purpose.TRANSFER, way, to, shown), later)
        self.give(inputs.LegEnded(own, 16))
        invitation = self.floor.calls[call].invitation
        assert invitation is not None
        return invitation.leg

    def hang_up(self, call: CallId, party: Party = Party.CALLER, later: float = 0.0) -> None:
        """One party leaves, and the others are hung up as the floor asks."""
        self.now = after(self.now, later)
        legs = sorted(self.floor.calls[call].legs, key=lambda leg: self.floor.legs[leg].party is not party)
        for leg in legs:
            self.give(inputs.LegEnded(leg, 16))

    def of(self, call: CallId) -> list[Fact[Body]]:
        """The facts of one call."""
        return [fact for fact in self.facts if fact.subject == call]

    def step(self, kind: int, which: int, later: float) -> None:
        """One of the things that may happen, chosen by numbers."""
        self.now = after(self.now, later)
        legs, offers, calls = sorted(self.floor.legs), sorted(self.floor.offers), sorted(self.floor.calls)
        agent = AGENTS[which % len(AGENTS)]
        match kind:
            case 0 | 1:
                self.arrive(QUEUES[which % 2], priority=which % 3)
            case 2 | 3 if offers:
                self.give(inputs.LegAnswered(self.floor.offers[offers[which % len(offers)]].leg))
            case 4 | 5 if legs:
                why = "platform_failure" if which % 7 == 0 else "hung_up"
                self.give(inputs.LegEnded(legs[which % len(legs)], (16, 17, 21)[which % 3], why))
            case 6 if offers:
                self.give(inputs.RingTimeEnded(offers[which % len(offers)]))
            case 7:
                wish = Wish.READY if which % 3 else Wish.PAUSED
                self.give(inputs.SetWish(self.command(), agent, wish, "lunch" if wish is Wish.PAUSED else ""))
            case 8:
                self.give(inputs.SignIn(self.command(), agent) if which % 2 else inputs.SignOut(self.command(), agent))
            case 9 if calls:
                call = self.floor.calls[calls[which % len(calls)]]
                self.give(inputs.RecordingWanted(call.id, RecordingId(f"rec_{call.id}")))
            case 10 if calls:
                call = self.floor.calls[calls[which % len(calls)]]
                if call.queue is not None and call.queued is not None:
                    self.give(inputs.LongestWaitReached(call.id, call.queue, call.queued))
            case _:
                failed = self.floor.agents[agent].line_since
                if self.floor.agents[agent].line is Line.FAILED and failed is not None:
                    self.give(inputs.LineRested(agent, failed))
                until = self.floor.agents[agent].wrap_up_until
                if until is not None:
                    self.give(inputs.WrapUpTimeEnded(agent, until))

    def end_all(self) -> None:
        """Everybody hangs up; afterwards every call has ended."""
        while self.floor.legs:
            self.give(inputs.LegEnded(min(self.floor.legs), 16), 1.0)
