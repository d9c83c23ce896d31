"""A floor in virtual time with people as they are: some do not answer, some turn calls down, some hang up at once.

Beside it stands a guard who reads every fact: no call may ring at two agents, no agent may get two calls, no call may
end twice or never, nobody may be rung for a call before another that came first and asks for the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, Final

from acd import effects, facts, inputs
from acd.config import AgentConfig, Limits, QueueConfig
from acd.config.routing import Requirement
from acd.decide import decide
from acd.evolve import evolve
from acd.inputs import Input
from acd.matching.order import cut, put
from acd.model import Floor, Wish
from acd.schema import SCHEMAS
from kernel.fact import Fact, Stream
from kernel.ids import FIRST_NODE, AgentId, CallId, CommandId, LegId, PersonalId, QueueId, TenantId
from kernel.moment import after

START: Final = datetime(2026, 4, 1, tzinfo=UTC)
TENANT: Final = TenantId("hall")
NODE: Final = FIRST_NODE
_FACTS: Final = frozenset(SCHEMAS)
_OVER: Final = (facts.OfferAccepted, facts.OfferMissed, facts.OfferRefused, facts.OfferWithdrawn, facts.OfferLost)
TALK: Final = 60.0
"""Seconds, on average."""
DROPS: Final = 0.1
"""The share of rings that are answered and hung up at once."""
_BACK: Final = (1.0, 20.0)
"""Seconds until an agent who missed a call says that he is there."""
_NORMAL, _BUSY, _BROKEN = 16, 17, 38
"""Q.850."""


Alike = tuple[str, int, str]
"""Queue, priority and what is asked for: among those who have the same the first comes first."""


@dataclass(slots=True)
class Guard:
    """What the facts tell: how much there was of what must never be."""

    arrived: int = 0
    answered: int = 0
    doubled: int = 0
    """Offers of a call that rang or talked elsewhere, or to an agent who did."""
    ended_twice: int = 0
    out_of_turn: int = 0
    """Offers of a call while one that asks for the same stood before it in the queue and nobody was rung for it."""
    _open: set[str] = field(default_factory=set)
    _calls: dict[str, str] = field(default_factory=dict)
    """The agent of each call that rings or talks."""
    _agents: dict[str, str] = field(default_factory=dict)
    _turns: dict[str, tuple[Alike, datetime]] = field(default_factory=dict)
    """Of each who waits: where and for what, and since when."""
    _lines: dict[Alike, list[tuple[datetime, str]]] = field(default_factory=dict)
    """Those for whom nobody is rung, in the order of their coming."""

    @property
    def lost(self) -> int:
        """Calls that have not ended."""
        return len(self._open)

    def sees(self, body: object) -> None:
        """The next fact."""
        match body:
            case facts.CallStarted():
                self.arrived += 1
                self._open.add(body.call)
            case facts.CallEnded():
                self.ended_twice += body.call not in self._open
                self._open.discard(body.call)
                self._free(body.call)
            case facts.OfferMade():
                self.doubled += body.call in self._calls or body.agent in self._agents
                self.out_of_turn += self._overtakes(body.call)
                self._calls[body.call], self._agents[body.agent] = body.agent, body.call
            case facts.CallQueued():
                self._stands(body.call, (body.queue, body.priority, body.want), body.since)
            case facts.WaitStepped():
                since = self._turns[body.call][1]
                self._steps_out(body.call)
                self._stands(body.call, (body.queue, body.priority, body.want), since)
            case facts.CallLeftQueue():
                self._steps_out(body.call)
                self._turns.pop(body.call, None)
            case facts.OfferAccepted():
                self.answered += 1
            case _ if isinstance(body, _OVER):
                self._free(body.call)
            case facts.ConversationEnded():
                self._free(body.call)
            case _:
                return

    def _overtakes(self, call: str) -> bool:
        turn = self._turns.get(call)
        line = () if turn is None else self._lines.get(turn[0], ())
        self._steps_out(call)
        return turn is not None and bool(line) and line[0][0] < turn[1]

    def _stands(self, call: str, alike: Alike, since: datetime) -> None:
        self._turns[call] = (alike, since)
        if call not in self._calls:
            put(self._lines.setdefault(alike, []), (since, call))

    def _steps_out(self, call: str) -> None:
        turn = self._turns.get(call)
        if turn is not None:
            cut(self._lines.get(turn[0], []), (turn[1], call))

    def _free(self, call: str) -> None:
        agent = self._calls.pop(call, None)
        if agent is not None:
            self._agents.pop(agent, None)
            if call in self._turns:
                self._stands(call, *self._turns[call])


@dataclass(slots=True)
class Hall:
    """Agents and queues; seconds count from the beginning. `chance` says who does what."""

    chance: Random
    floor: Floor = field(default_factory=lambda: Floor(TENANT))
    guard: Guard = field(default_factory=Guard)
    now: float = 0.0
    decisions: int = 0
    _due: list[tuple[float, int, Input]] = field(default_factory=list)
    _order: Any = field(default_factory=count)
    _seq: int = 0
    _names: Any = field(default_factory=lambda: count(1))

    def opens(self, queues: Sequence[QueueConfig], agents: Sequence[AgentConfig], ready: int) -> None:
        """Everybody signs in; the first `ready` are ready."""
        self.take(inputs.ShardWasTaken(1))
        self.take(inputs.UseConfig(tuple(queues), tuple(agents), Limits()))
        self.take(inputs.RecoveryFinished())
        for agent in agents:
            self.take(inputs.LineSeen(agent.id, True))
            self.take(inputs.SignIn(self._command(), agent.id))
        for agent in agents[:ready]:
            self.wishes(agent.id, Wish.READY)

    def wishes(self, agent: AgentId, wish: Wish) -> None:
        """An agent says what he wants to do."""
        self.take(inputs.SetWish(self._command(), agent, wish, "" if wish is Wish.READY else "other"))

    def calls(self, queue: QueueId, patience: float | None, asks: tuple[Requirement, ...] = ()) -> None:
        """Somebody calls now, `asks` for skills, and gives up after `patience` seconds, also in the middle of a ring or
        a talk."""
        name = f"c{next(self._names)}"
        call, leg, moment = CallId(f"call_{name}"), LegId(f"leg_{name}"), self._moment()
        self.take(inputs.CallArrived(call, leg, NODE, name, "", PersonalId(""), moment))
        self.take(inputs.CallRouted(call, queue, 0, moment, asks))
        if patience is not None:
            self.later(patience, inputs.LegEnded(leg, _NORMAL))

    def until(self, seconds: float) -> None:
        """Let happen what is due by then."""
        while self._due and self._due[0][0] <= seconds:
            self.now, _, given = heappop(self._due)
            self.take(given)
        self.now = seconds

    def to_the_end(self) -> None:
        """Let happen what is still due."""
        while self._due:
            self.until(self._due[0][0])

    def later(self, seconds: float, given: Input) -> None:
        """Tell the floor after so many seconds."""
        heappush(self._due, (self.now + seconds, next(self._order), given))

    def take(self, given: Input) -> None:
        """The floor decides about one input, and what it wants is done."""
        now, asked = self._moment(), []
        self.decisions += 1
        for item in decide(self.floor, given, now):
            if type(item) in _FACTS:
                self._seq += 1
                self.guard.sees(item)
                if isinstance(item, facts.OfferMissed | facts.OfferRefused):
                    self.later(self.chance.uniform(*_BACK), inputs.SetWish(self._command(), item.agent, Wish.READY))
                evolve(self.floor, Fact(TENANT, 1, self._seq, now, Stream.FLOOR, "", 1, "", item))  # type: ignore[arg-type]
            else:
                asked.append(item)
        for effect in asked:
            self._perform(effect)

    def _perform(self, effect: object) -> None:
        match effect:
            case effects.RingAgent():
                self._rings(effect)
            case effects.Connect():
                self._talks(effect)
            case effects.HangUp():
                self.take(inputs.LegEnded(effect.leg, _NORMAL))
            case effects.SetTimer():
                self.later((effect.at - self._moment()).total_seconds(), effect.then)
            case _:
                return

    def _rings(self, ring: effects.RingAgent) -> None:
        """Seven of ten answer, one of them to hang up at once; one turns it down, one does not hear it, one phone is
        broken."""
        dice, after_seconds = self.chance.random(), self.chance.uniform(0.2, 4.0)
        if dice < 0.7:
            self.later(after_seconds, inputs.LegAnswered(ring.leg))
            if dice < DROPS:
                self.later(after_seconds, inputs.LegEnded(ring.leg, _NORMAL))
        elif dice < 0.8:
            self.later(after_seconds, inputs.LegEnded(ring.leg, _BUSY))
        elif dice < 0.9:
            self.later(after_seconds, inputs.LegEnded(ring.leg, _BROKEN))

    def _talks(self, connect: effects.Connect) -> None:
        """Either of them hangs up."""
        call = self.floor.calls[self.floor.conversations[connect.conversation].call]
        ends = self.chance.choice(sorted(call.legs))
        self.later(self.chance.expovariate(1 / TALK), inputs.LegEnded(ends, _NORMAL))

    def _moment(self) -> datetime:
        return after(START, self.now)

    def _command(self) -> CommandId:
        return CommandId(f"k{next(self._names)}")
