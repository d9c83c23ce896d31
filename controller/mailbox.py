"""The mailbox of one tenant's floor: inputs one after another, each run to its end before the next begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from acd.decide import decide
from acd.effects import Effect
from acd.evolve import evolve
from acd.facts import Body
from acd.inputs import Command, Input
from acd.model import Floor
from acd.schema import SCHEMAS, subject
from controller.clock import Clock
from controller.fault import Point, Step
from controller.in_order import InOrder
from controller.journal import Journal
from kernel.fact import Fact, Stream
from kernel.refusal import Refused

_FACTS: Final = frozenset(SCHEMAS)


class MailboxBroken(Exception):
    """An earlier input of this tenant failed half-way; only a new start from the journal can be trusted."""


class Mailbox:
    """Owns a floor. `take` decides, applies, journals and performs without ever waiting.

    A decision that fails half-way (a full disk, a fault of ours) leaves a floor that is ahead of its journal: from then
    on nothing is taken any more, and `broke` is told, since a timer's exception would reach nobody else.

    Performing an effect may bring the next input at once (a socket that is down, a flow that goes on); it waits
    in the mailbox until the present one is done, so no decision ever sees a half-changed floor.
    """

    def __init__(
        self,
        floor: Floor,
        epoch: int,
        journal: Journal,
        clock: Clock,
        perform: Callable[[Mailbox, Effect], None],
        told: Callable[[Mailbox, Sequence[Fact[Body]]], None],
        point: Point,
        broke: Callable[[Exception], None],
        hold: float = 0.0,
    ) -> None:
        self.floor = floor
        self.epoch = epoch
        self.decisions = 0
        """How often `decide` ran; with nothing happening it stands still."""
        self._journal = journal
        self._clock = clock
        self._in_order = InOrder(lambda effect: perform(self, effect), self.take_after, hold)
        self._told = told
        self._point = point
        self._broke = broke
        self._broken = False
        self._inputs: deque[Input | Callable[[], None]] = deque()
        self._busy = False

    def take(self, given: Input) -> None:
        """Let this input happen, after those that are waiting."""
        self._put(given)

    def take_after(self, act: Callable[[], None]) -> None:
        """Act when the inputs taken so far have happened and their facts are in the journal."""
        self._put(act)

    def _put(self, given: Input | Callable[[], None]) -> None:
        if self._broken:
            raise MailboxBroken(self.floor.tenant)
        self._inputs.append(given)
        if self._busy:
            return
        self._busy = True
        try:
            while self._inputs:
                given = self._inputs.popleft()
                if callable(given):
                    given()
                else:
                    self._point(Step.IN_MAILBOX)
                    self._run(given)
        except Exception as fault:
            self._broken = True
            self._broke(fault)
            raise
        finally:
            self._busy = False

    def command(self, given: Command) -> Refused | int:
        """Let this command happen now; the refusal, or the seq of its last fact."""
        self.take(given)
        outcome = self.floor.outcomes[given.command]
        return self.floor.seq if outcome is None else outcome

    def _run(self, given: Input) -> None:
        now = self._clock.now()
        facts: list[Fact[Body]] = []
        todo: list[Effect] = []
        self.decisions += 1
        for item in decide(self.floor, given, now):
            if type(item) in _FACTS:
                body: Body = item  # type: ignore[assignment]
                fact = Fact(
                    self.floor.tenant,
                    self.epoch,
                    self.floor.seq + 1,
                    now,
                    Stream.FLOOR,
                    type(body).__name__,
                    SCHEMAS[type(body)],
                    subject(body),
                    body,
                )
                evolve(self.floor, fact)
                facts.append(fact)
            else:
                todo.append(item)  # type: ignore[arg-type]
        self._point(Step.DECIDED)
        if facts:
            self._journal.append(facts)
            self._point(Step.JOURNALED)
        rang = self._in_order.ring(todo)
        if rang:
            self._journal.hush()
        if facts:
            self._told(self, facts)
        self._in_order.carry_out(todo, rang=rang)
        if todo:
            self._point(Step.PERFORMED)
