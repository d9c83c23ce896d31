"""Drives a floor in virtual time: what is due happens, the floor decides, and what it asks for is done at once.

Telephones and people are ideal: an agent answers the moment he is rung, and who hangs up is gone. Whoever simulates
says what he wants to hear of the facts, and what else is to be done about effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final, Protocol

from acd import effects, inputs
from acd.config import AgentConfig, Limits, QueueConfig
from acd.decide import decide
from acd.evolve import steps
from acd.inputs import Input
from acd.model import Floor
from kernel.ids import FIRST_NODE, CallId, LegId, PersonalId, QueueId, TenantId
from kernel.moment import after

START: Final = datetime(2026, 4, 1, tzinfo=UTC)
NORMAL: Final = 16
"""Q.850: somebody has hung up."""
_STEPS: Final = steps()
_NEEDLESS: Final = frozenset({inputs.PreparedIdle, inputs.RingTimeEnded})
"""A channel made ahead saves time in Asterisk, and here nothing takes time; nobody is rung for longer than a moment."""


class Comer(Protocol):
    """Somebody who calls `at` so many seconds after the beginning, keeps an agent for `handling` seconds, and gives up
    after `patience` seconds (None: never)."""

    @property
    def at(self) -> float: ...

    @property
    def handling(self) -> float: ...

    @property
    def patience(self) -> float | None: ...


@dataclass(slots=True, kw_only=True)
class VirtualTime:
    """One floor of one tenant; seconds count from `start`. `decisions` counts what the floor was told; `callers` are
    those who have not been answered and have not gone."""

    start: datetime = START
    floor: Floor = field(default_factory=lambda: Floor(TenantId("simulated")))
    now: float = 0.0
    decisions: int = 0
    callers: dict[CallId, Any] = field(default_factory=dict)
    _seq: int = 0
    _moment: tuple[float, datetime] = (-1.0, START)
    _due: list[tuple[float, int, Input, CallId | None]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _hears: dict[type, Callable[[Any], None]] = field(default_factory=dict)
    _does: dict[type, Callable[[Any], None]] = field(default_factory=dict)

    def hears(self) -> dict[type, Callable[[Any], None]]:
        """Who wants to be told of which facts, each as soon as it is applied."""
        return {}

    def does(self) -> dict[type, Callable[[Any], None]]:
        """What is done about which effects; nothing about all others."""
        return {
            effects.RingAgent: lambda ring: self.take(inputs.LegAnswered(ring.leg)),
            effects.HangUp: lambda hang_up: self.take(inputs.LegEnded(hang_up.leg, NORMAL)),
            effects.Connect: self._talk,
            effects.SetTimer: self._set,
        }

    def opens(self, queues: Sequence[QueueConfig], agents: Sequence[AgentConfig]) -> None:
        """The floor is there, with these queues and agents; nobody works yet."""
        self._hears, self._does = self.hears(), self.does()
        self.take(inputs.ShardWasTaken(1))
        self.take(inputs.UseConfig(tuple(queues), tuple(agents), Limits()))
        self.take(inputs.RecoveryFinished())

    def enters(self, caller: Comer, queue: QueueId, *, known: bool = False) -> CallId:
        """Time passes until he comes, and he is on his way into the queue; his call. `known`: he tells his number."""
        self.until(caller.at)
        name = f"c{self._seq}"
        call, leg, moment = CallId(f"call_{name}"), LegId(f"leg_{name}"), self.moment()
        self.callers[call] = caller
        mark = name if known else ""
        self.take(inputs.CallArrived(call, leg, FIRST_NODE, name, "", PersonalId(""), moment, mark=mark))
        self.take(inputs.CallRouted(call, queue, 0, moment))
        if caller.patience is not None and call in self.callers:
            self.later(caller.at + caller.patience, inputs.LegEnded(leg, NORMAL), only_waiting=call)
        return call

    def until(self, seconds: float) -> None:
        """Let everything happen that is due by then."""
        due = self._due
        while due and due[0][0] <= seconds:
            at, _, given, waiting = heappop(due)
            self.now = at
            if waiting is None or waiting in self.callers:
                self.take(given)
        self.now = seconds

    def to_the_end(self) -> None:
        """Let everything happen that is still due."""
        while self._due:
            self.until(self._due[0][0])

    def moment(self) -> datetime:
        """Now, as the floor knows it."""
        if self._moment[0] != self.now:
            self._moment = (self.now, after(self.start, self.now))
        return self._moment[1]

    def later(self, seconds: float, given: Input, only_waiting: CallId | None = None) -> None:
        """Tell the floor then; `only_waiting`: not if that caller talks by then, or is gone."""
        heappush(self._due, (max(seconds, self.now), next(self._order), given, only_waiting))

    def take(self, given: Input) -> None:
        """The floor decides about one input. Millions of them make a day, so nothing here is done twice."""
        floor, hears, does, now = self.floor, self._hears, self._does, self.moment()
        asked: list[Any] = []
        self.decisions += 1
        for item in decide(floor, given, now):
            kind = type(item)
            step = _STEPS.get(kind)
            if step is not None:
                self._seq += 1
                step(floor, item, now)
                if kind in hears:
                    hears[kind](item)
            elif kind in does:
                asked.append(item)
        for effect in asked:
            does[type(effect)](effect)

    def _set(self, timer: effects.SetTimer) -> None:
        if type(timer.then) not in _NEEDLESS:
            self.later((timer.at - self.start).total_seconds(), timer.then)

    def _talk(self, connect: effects.Connect) -> None:
        """They talk until the caller hangs up."""
        call = self.floor.conversations[connect.conversation].call
        leg, caller = self.floor.calls[call].caller_leg, self.callers.pop(call, None)
        if leg is not None and caller is not None:
            self.later(self.now + caller.handling, inputs.LegEnded(leg, NORMAL))
        if self.floor.calls[call].offers:
            # Others ring on until the talk stands; where nobody else rings, nothing follows from it.
            self.take(inputs.ConversationStood(connect.conversation))
