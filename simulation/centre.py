"""A contact centre in virtual time: the floor decides as it does in production, telephones and people are ideal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

from acd import effects, inputs
from acd.config import AgentConfig, Limits, QueueConfig
from acd.decide import decide
from acd.evolve import apply
from acd.facts import CallLeftQueue, ConversationEnded, ConversationStarted
from acd.inputs import Input
from acd.model import Floor, Wish
from acd.schema import SCHEMAS
from kernel.ids import FIRST_NODE, AgentId, CallId, CommandId, LegId, PersonalId, QueueId, TenantId
from kernel.moment import after
from simulation.outcomes import Wait
from simulation.scenario import Caller

START: Final = datetime(2026, 4, 1, tzinfo=UTC)
QUEUE: Final = QueueId("simulated")
_TENANT: Final = TenantId("simulated")
_NODE: Final = FIRST_NODE
_NORMAL: Final = 16
_FACTS: Final = frozenset(SCHEMAS)
# A channel made ahead saves time in Asterisk; here nothing takes time.
_NOT_NEEDED: Final = (inputs.PreparedIdle,)


@dataclass(slots=True)
class Centre:
    """One tenant with one queue; seconds count from the beginning.

    `waits` grows by one for every caller whose wait is over; `decisions` counts what the floor was told.
    `known`: callers tell their numbers.
    """

    agents: int
    queue: QueueConfig = field(default_factory=lambda: QueueConfig(QUEUE, "simulated", recorded=False))
    floor: Floor = field(default_factory=lambda: Floor(_TENANT))
    now: float = 0.0
    waits: list[Wait] = field(default_factory=list)
    decisions: int = 0
    known: bool = False
    _talked: float = 0.0
    _talking: int = 0
    _since: float = 0.0
    _due: list[tuple[float, int, Input, CallId | None]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _callers: dict[CallId, Caller] = field(default_factory=dict)
    """Who has not been answered."""
    _seq: int = 0

    def __post_init__(self) -> None:
        """Everybody signs in and is ready."""
        crew = [AgentId(f"a{number}") for number in range(self.agents)]
        config = [AgentConfig(agent, agent, agent, (QUEUE,)) for agent in crew]
        self._take(inputs.ShardWasTaken(1))
        self._take(inputs.UseConfig((self.queue,), tuple(config), Limits()))
        self._take(inputs.RecoveryFinished())
        for agent in crew:
            self._take(inputs.SignIn(CommandId(f"in {agent}"), agent))
            self._take(inputs.LineSeen(agent, True))
            self._take(inputs.SetWish(CommandId(f"ready {agent}"), agent, Wish.READY))

    def comes(self, caller: Caller) -> CallId:
        """Let time pass until he comes, and let him in; his call. Callers come in order."""
        self.until(caller.at)
        name = f"c{self._seq}"
        call, leg = CallId(f"call_{name}"), LegId(f"leg_{name}")
        self._callers[call] = caller
        mark = name if self.known else ""
        self._take(inputs.CallArrived(call, leg, _NODE, name, "", PersonalId(""), self._moment(), mark=mark))
        self._take(inputs.CallRouted(call, QUEUE, 0, self._moment()))
        if caller.patience is not None and call in self._callers:
            self._later(caller.at + caller.patience, inputs.LegEnded(leg, _NORMAL), only_waiting=call)
        return call

    def until(self, seconds: float) -> None:
        """Let everything happen that is due by then."""
        while self._due and self._due[0][0] <= seconds:
            self.now, _, given, waiting = heappop(self._due)
            if waiting is None or waiting in self._callers:
                self._take(given)
        self.now = seconds

    def to_the_end(self) -> None:
        """Let everything happen that is still due."""
        while self._due:
            self.until(self._due[0][0])

    @property
    def busy(self) -> float:
        """For how many seconds agents have talked until now, all together."""
        return self._talked + self._talking * (self.now - self._since)

    def _moment(self) -> datetime:
        return after(START, self.now)

    def _later(self, seconds: float, given: Input, only_waiting: CallId | None = None) -> None:
        """Tell the floor then; `only_waiting`: not if that caller talks by then, or is gone."""
        heappush(self._due, (seconds, next(self._order), given, only_waiting))

    def _take(self, given: Input) -> None:
        now = self._moment()
        asked: list[Any] = []
        self.decisions += 1
        for item in decide(self.floor, given, now):
            if type(item) in _FACTS:
                self._apply(item, now)
            else:
                asked.append(item)
        for effect in asked:
            self._perform(effect)

    def _apply(self, body: Any, now: datetime) -> None:
        self._seq += 1
        if type(body) is CallLeftQueue:
            self._wait_over(body)
        elif type(body) is ConversationStarted:
            self._talk_changes(1)
        elif type(body) is ConversationEnded:
            self._talk_changes(-1)
        apply(self.floor, body, now)

    def _wait_over(self, body: CallLeftQueue) -> None:
        caller = self._callers[body.call]
        answered = body.outcome == "answered"
        self.waits.append(Wait(caller.at, self.now - caller.at, answered))
        if not answered:
            del self._callers[body.call]

    def _talk_changes(self, by: int) -> None:
        self._talked, self._since = self.busy, self.now
        self._talking += by

    def _perform(self, effect: Any) -> None:
        match effect:
            case effects.RingAgent():
                self._take(inputs.LegAnswered(effect.leg))
            case effects.Connect():
                self._talk(effect)
            case effects.HangUp():
                self._take(inputs.LegEnded(effect.leg, _NORMAL))
            case effects.SetTimer() if not isinstance(effect.then, (inputs.RingTimeEnded, *_NOT_NEEDED)):
                self._later((effect.at - START).total_seconds(), effect.then)
            case _:
                return

    def _talk(self, effect: effects.Connect) -> None:
        """They talk until the caller hangs up."""
        call = self.floor.conversations[effect.conversation].call
        leg = self.floor.calls[call].caller_leg
        if leg is not None:
            self._later(self.now + self._callers.pop(call).handling, inputs.LegEnded(leg, _NORMAL))
