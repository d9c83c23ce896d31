"""What must hold whenever a mailbox performs an effect, and bugs planted into it that this notices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from acd import effects, inputs
from acd.config import Limits
from acd.effects import Effect
from acd.facts import Body, LimitsChanged
from acd.model import Floor
from controller import mailbox
from controller.in_order import InOrder
from controller.journal import Journal, lines
from controller.mailbox import Mailbox
from kernel.fact import Fact
from kernel.ids import LegId, NodeId, TenantId
from store.codec import decode
from tests.fakes.virtual_time import LoopClock, in_jumping_time

HOLD: Final = 0.002
NODE: Final = NodeId("node-1")
LIST: Final = Path(__file__).parents[3] / "docs" / "planted-bugs.md"


class Violation(AssertionError):
    """A property does not hold; `letter` names it as docs/planted-bugs.md does."""

    def __init__(self, letter: str, what: str) -> None:
        super().__init__(f"({letter}) {what}")
        self.letter = letter


class Watched:
    """A mailbox that puts clearing up off; each input is one fact, one ring, one thing to clear up, and sometimes one
    that may not wait."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder, "now")
        self.rings: list[Effect] = []
        self.others: list[Effect] = []
        self.due: dict[Effect, float] = {}
        self.performed: list[Effect] = []
        self.late: list[Effect] = []
        floor = Floor(TenantId("acme"))
        self.box = Mailbox(
            floor, 7, self.journal, LoopClock(), self.perform, _nobody_listens, _nobody_listens, _nobody_listens, HOLD  # type: ignore[arg-type]
        )  # fmt: skip

    def decide(self, floor: Floor, *_: object) -> Iterator[Body | Effect]:
        """In place of the floor's rules."""
        name, now = f"c{floor.seq}", asyncio.get_running_loop().time()
        ring, clear_up = effects.RingAgent(*([name] * 9)), effects.HangUp(LegId(name), NODE, name)  # type: ignore[arg-type]
        stop = effects.StopMusic(NODE, name)
        others: list[Effect] = [clear_up, stop] if floor.seq % 3 == 2 else [clear_up]
        yield LimitsChanged(Limits(places=floor.seq))
        self.rings.append(ring)
        self.others += others
        self.due |= {ring: now, clear_up: now + HOLD, stop: now}
        yield from (*others, ring)

    def perform(self, box: Mailbox, effect: Effect) -> None:
        written = [decode(line).seq for line in lines(self.journal.path.read_bytes())]
        if written[-1:] != [box.floor.seq]:
            raise Violation("p", f"{effect} is performed at {box.floor.seq}, and the journal says {written}")
        if asyncio.get_running_loop().time() > self.due[effect] + 1e-6:
            self.late.append(effect)
        self.performed.append(effect)

    def close(self) -> None:
        self.journal.close()
        rings = [effect for effect in self.performed if isinstance(effect, effects.RingAgent)]
        others = [effect for effect in self.performed if not isinstance(effect, effects.RingAgent)]
        if (rings, others) != (self.rings, self.others):
            raise Violation("q", f"{self.performed} was performed, not {self.rings} and {self.others}")
        if self.late:
            raise Violation("q", f"{self.late} was performed too late")


def _nobody_listens(*_: object) -> None:
    """To facts, fault points and the mailbox's end: `play` raises what goes wrong."""


@in_jumping_time
async def play(folder: Path) -> None:
    """Inputs while something is held, and one when the hold is over."""
    watched = Watched(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailbox, "decide", watched.decide)
        for pause in (0.0, HOLD / 2, HOLD / 4, 0.0, HOLD * 2, HOLD / 2, HOLD * 2):
            watched.box.take(inputs.RecoveryFinished())
            await asyncio.sleep(pause)
    watched.close()


# --- what the wrong code does -------------------------------------------------------------------------------------
def _journal_last(patch: pytest.MonkeyPatch) -> None:
    write, carry_out = Journal.append, InOrder.carry_out
    late: list[tuple[Journal, Sequence[Fact[Body]]]] = []
    patch.setattr(Journal, "append", lambda journal, facts: late.append((journal, facts)))

    def wrong(order: InOrder, decided: Sequence[Effect], *, rang: bool) -> None:
        carry_out(order, decided, rang=rang)
        write(*late.pop())

    patch.setattr(InOrder, "carry_out", wrong)


def _held_past_the_decision(patch: pytest.MonkeyPatch) -> None:
    """What waits goes between a decision and its journal."""
    carry_out, write = InOrder.carry_out, Journal.append
    orders: list[InOrder] = []

    def right(order: InOrder, decided: Sequence[Effect], *, rang: bool) -> None:
        orders.append(order)
        carry_out(order, decided, rang=rang)

    def wrong(journal: Journal, facts: Sequence[Fact[Body]]) -> None:
        for order in orders[-1:]:
            order.let_go()
        write(journal, facts)

    patch.setattr(InOrder, "carry_out", right)
    patch.setattr(Journal, "append", wrong)


def _held_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(InOrder, "let_go", lambda _order: None)


def _held_twice(patch: pytest.MonkeyPatch) -> None:
    def wrong(order: InOrder) -> None:
        for effect in order._waiting:
            order._perform(effect)

    patch.setattr(InOrder, "let_go", wrong)


def _held_too_long(patch: pytest.MonkeyPatch) -> None:
    begin = InOrder.__init__

    def wrong(order: InOrder, perform: Any, later: Any, hold: float) -> None:
        begin(order, perform, later, 2 * hold)

    patch.setattr(InOrder, "__init__", wrong)


def _only_the_ringing(patch: pytest.MonkeyPatch) -> None:
    right = InOrder.carry_out

    def wrong(order: InOrder, decided: Sequence[Effect], *, rang: bool) -> None:
        right(order, [] if rang else decided, rang=rang)

    patch.setattr(InOrder, "carry_out", wrong)


def _out_of_turn(patch: pytest.MonkeyPatch) -> None:
    """What may not wait overtakes what was decided before it."""
    right = InOrder.carry_out

    def wrong(order: InOrder, decided: Sequence[Effect], *, rang: bool) -> None:
        for effect in decided:
            if isinstance(effect, effects.StopMusic):
                order._perform(effect)
        right(order, [effect for effect in decided if not isinstance(effect, effects.StopMusic)], rang=rang)

    patch.setattr(InOrder, "carry_out", wrong)


PLANTS: Final = {
    "effects are performed before their facts are in the journal": ("p", _journal_last),
    "what was held is performed between the next decision and its journal": ("p", _held_past_the_decision),
    "what was held is never performed": ("q", _held_for_ever),
    "what was held is performed again and again": ("q", _held_twice),
    "what was held is performed too late": ("q", _held_too_long),
    "what comes with a ringing is dropped": ("q", _only_the_ringing),
    "what may not wait overtakes what was held": ("q", _out_of_turn),
}


def test_every_effect_is_performed_once_and_after_its_facts(tmp_path: Path) -> None:
    play(tmp_path)


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_bug_is_noticed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters, put = PLANTS[name]
    put(monkeypatch)
    with pytest.raises(Violation) as noticed:
        play(tmp_path)
    assert noticed.value.letter in letters, str(noticed.value)


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    text = LIST.read_text(encoding="utf-8")
    for name, (letters, _) in PLANTS.items():
        assert f"| {name} | {', '.join(letters)} |" in text
