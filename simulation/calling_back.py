"""Callers who ask to be called back, and how long they wait when they have answered; in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final, Protocol

from acd import effects, inputs
from acd.config import QueueConfig
from acd.config.waiting import CallbackRule, Cause, First, OverflowStep, StepKind, Waiting
from acd.facts import CallbackEnded, CallLeftQueue, CallQueued, CallStarted
from acd.inputs import LegAnswered
from acd.model import Destination, Direction
from kernel.ids import CallId, LineId, TrunkName
from simulation.centre import QUEUE, Centre
from simulation.scenario import Caller, Scenario, callers

_KEY: Final = "9"
_YES: Final = "1"
_LINE: Final = Destination(LineId("line"), (TrunkName("trunk"),))


class Chance(Protocol):
    """Where chance comes from; `random.Random` is one."""

    def expovariate(self, lambd: float) -> float: ...

    def random(self) -> float: ...

    def uniform(self, a: float, b: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Habits:
    """`asks`: the share of waiting callers who want to be called back; they answer after `rings` seconds (least, most),
    or, with the share `absent`, not at all."""

    asks: float = 0.3
    rings: tuple[float, float] = (4.0, 20.0)
    absent: float = 0.1


@dataclass(slots=True)
class CallingBack(Centre):
    """`served`: how long each who was called back and answered waited then; `outcomes`: how often they ended how."""

    chance: Chance | None = None
    habits: Habits = field(default_factory=Habits)
    handling: float = 180.0
    served: list[float] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    _answered: dict[CallId, float] = field(default_factory=dict)

    def comes_and_may_ask(self, caller: Caller) -> None:
        """As `comes`; who has to wait may ask to be called back."""
        call = self.comes(caller)
        found = self.floor.calls.get(call)
        if found is not None and found.queue is not None and self._luck().random() < self.habits.asks:
            self.take(inputs.DigitPressed(call, _KEY))
            self.take(inputs.DigitPressed(call, _YES))

    def hears(self) -> dict[type, Callable[[Any], None]]:
        return {
            **Centre.hears(self),
            CallStarted: self._begun,
            CallQueued: self._answers,
            CallLeftQueue: self._served,
            CallbackEnded: self._over,
        }

    def does(self) -> dict[type, Callable[[Any], None]]:
        return {
            **Centre.does(self),
            effects.PlayToCaller: lambda play: self.take(inputs.PlaybackEnded(play.call, play.playback)),
            effects.FindWayBack: lambda find: self.take(
                inputs.WayBackFound(find.call, find.queue, find.cause, find.step, _LINE)
            ),
            effects.FindCallbackWay: lambda find: self.take(inputs.CallbackWayFound(find.callback, _LINE)),
            effects.DialOut: self._rings,
        }

    def _luck(self) -> Chance:
        assert self.chance is not None
        return self.chance

    def _begun(self, body: CallStarted) -> None:
        if body.direction is Direction.OUTBOUND:
            self.callers[body.call] = Caller(self.now, self._luck().expovariate(1 / self.handling))

    def _answers(self, body: CallQueued) -> None:
        if body.called_back:
            self._answered[body.call] = self.now

    def _served(self, body: CallLeftQueue) -> None:
        if body.call in self._answered:
            self.served.append(self.now - self._answered.pop(body.call))
        self._wait_over(body)

    def _over(self, body: CallbackEnded) -> None:
        self.outcomes[body.outcome] = self.outcomes.get(body.outcome, 0) + 1

    def _rings(self, dial: effects.DialOut) -> None:
        """He answers after a while, or his telephone rings for nothing."""
        if self._luck().random() >= self.habits.absent:
            self.later(self.now + self._luck().uniform(*self.habits.rings), LegAnswered(dial.leg))


def rule(certainty: float) -> QueueConfig:
    """A queue whose callers may ask by key, and are called before an agent."""
    asked = OverflowStep(StepKind.CALLBACK, (Cause.KEY,))
    return QueueConfig(
        QUEUE,
        "simulated",
        recorded=False,
        waiting=Waiting(overflow=(asked,), leave_key=_KEY),
        callback=CallbackRule(First.CALLER, certainty, attempts=3, retry_after=300.0, ring_time=30.0),
    )


def simulate(scenario: Scenario, hours: float, certainty: float, chance: Chance, habits: Habits) -> CallingBack:
    """So many hours of callers, and until everybody has been served."""
    centre = CallingBack(
        scenario.agents, rule(certainty), known=True, chance=chance, habits=habits, handling=scenario.handling
    )
    for caller in takewhile(lambda one: one.at < hours * 3600, callers(scenario, chance)):
        centre.comes_and_may_ask(caller)
    centre.to_the_end()
    return centre
