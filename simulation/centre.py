"""A contact centre with one queue in virtual time: who works there, who comes, how long they wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from acd import inputs
from acd.config import AgentConfig, QueueConfig
from acd.facts import CallLeftQueue, ConversationEnded, ConversationStarted
from acd.model import Wish
from kernel.ids import AgentId, CallId, CommandId, QueueId
from simulation.outcomes import Wait
from simulation.scenario import Caller
from simulation.virtual_time import VirtualTime

QUEUE: Final = QueueId("simulated")


@dataclass(slots=True)
class Centre(VirtualTime):
    """One tenant with one queue. `waits` grows by one for every caller whose wait is over. `known`: callers tell their
    numbers."""

    agents: int
    queue: QueueConfig = field(default_factory=lambda: QueueConfig(QUEUE, "simulated", recorded=False))
    waits: list[Wait] = field(default_factory=list)
    known: bool = False
    _talked: float = 0.0
    _talking: int = 0
    _since: float = 0.0

    def __post_init__(self) -> None:
        """Everybody signs in and is ready."""
        crew = [AgentId(f"a{number}") for number in range(self.agents)]
        self.opens((self.queue,), [AgentConfig(agent, agent, agent, (QUEUE,)) for agent in crew])
        for agent in crew:
            self.take(inputs.SignIn(CommandId(f"in {agent}"), agent))
            self.take(inputs.LineSeen(agent, True))
            self.take(inputs.SetWish(CommandId(f"ready {agent}"), agent, Wish.READY))

    def hears(self) -> dict[type, Callable[[Any], None]]:
        return {
            CallLeftQueue: self._wait_over,
            ConversationStarted: lambda _body: self._talk_changes(1),
            ConversationEnded: lambda _body: self._talk_changes(-1),
        }

    def comes(self, caller: Caller) -> CallId:
        """Let time pass until he comes, and let him in; his call. Callers come in order."""
        return self.enters(caller, QUEUE, known=self.known)

    @property
    def busy(self) -> float:
        """For how many seconds agents have talked until now, all together."""
        return self._talked + self._talking * (self.now - self._since)

    def _wait_over(self, body: CallLeftQueue) -> None:
        caller = self.callers[body.call]
        answered = body.outcome == "answered"
        self.waits.append(Wait(caller.at, self.now - caller.at, answered))
        if not answered:
            del self.callers[body.call]

    def _talk_changes(self, by: int) -> None:
        self._talked, self._since = self.busy, self.now
        self._talking += by
