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
from controller.journal import Journal, lines
from controller.mailbox import Mailbox
from kernel.fact import Fact
from kernel.ids import NodeId, TenantId
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
    """A mailbox that holds what is not a ringing phone; each input is one fact, one ring and one thing to clear up."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder, "now")
        self.decided: list[Effect] = []
        self.performed: list[Effect] = []
        floor = Floor(TenantId("acme"))
        self.box = Mailbox(
            floor, 7, self.journal, LoopClock(), self.perform, _nobody_listens, _nobody_listens, _nobody_listens, HOLD  # type: ignore[arg-type]
        )  # fmt: skip

    def decide(self, floor: Floor, *_: object) -> Iterator[Body | Effect]:
        """In place of the floor's rules; what the decision before held must be done by now."""
        if len(self.performed) < len(self.decided):
            raise Violation("q", "a decision while effects of the one before are held")
        name = f"c{floor.seq}"
        yield LimitsChanged(Limits(places=floor.seq))
        clear_up, ring = effects.StopMusic(NODE, name), effects.RingAgent(*([name] * 9))  # type: ignore[arg-type]
        self.decided += [ring, clear_up]
        yield from (clear_up, ring)

    def perform(self, box: Mailbox, effect: Effect) -> None:
        written = [decode(line).seq for line in lines(self.journal.path.read_bytes())]
        if written[-1:] != [box.floor.seq]:
            raise Violation("p", f"{effect} is performed at {box.floor.seq}, and the journal says {written}")
        self.performed.append(effect)

    def close(self) -> None:
        self.journal.close()
        if self.performed != self.decided:
            raise Violation("q", f"{self.performed} was performed, not {self.decided}")


def _nobody_listens(*_: object) -> None:
    """To facts, fault points and the mailbox's end: `play` raises what goes wrong."""


@in_jumping_time
async def play(folder: Path) -> None:
    """Inputs while something is held, and one when the hold is over."""
    watched = Watched(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailbox, "decide", watched.decide)
        for pause in (0.0, HOLD / 2, HOLD * 2, HOLD * 2):
            watched.box.take(inputs.RecoveryFinished())
            await asyncio.sleep(pause)
    watched.close()


# --- what the wrong code does -------------------------------------------------------------------------------------
def _journal_last(patch: pytest.MonkeyPatch) -> None:
    write, carry_out = Journal.append, Mailbox._carry_out
    late: list[Sequence[Fact[Body]]] = []
    patch.setattr(Journal, "append", lambda _journal, facts: late.append(facts))

    def wrong(box: Mailbox, todo: list[Effect]) -> None:
        carry_out(box, todo)
        write(box._journal, late.pop())

    patch.setattr(Mailbox, "_carry_out", wrong)


def _held_past_the_decision(patch: pytest.MonkeyPatch) -> None:
    """What is held goes between a decision and its journal, instead of before the decision."""
    let_go, write = Mailbox._let_go, Journal.append
    boxes: list[Mailbox] = []
    patch.setattr(Mailbox, "_let_go", lambda box: boxes.append(box))

    def wrong(journal: Journal, facts: Sequence[Fact[Body]]) -> None:
        let_go(boxes[-1])
        write(journal, facts)

    patch.setattr(Journal, "append", wrong)


def _held_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Mailbox, "_let_go", lambda _box: None)


def _held_twice(patch: pytest.MonkeyPatch) -> None:
    def wrong(box: Any) -> None:
        for effect in box._held:
            box._perform(box, effect)

    patch.setattr(Mailbox, "_let_go", wrong)


def _only_the_ringing(patch: pytest.MonkeyPatch) -> None:
    right = Mailbox._carry_out

    def wrong(box: Mailbox, todo: list[Effect]) -> None:
        right(box, [effect for effect in todo if isinstance(effect, effects.RingAgent)] or todo)

    patch.setattr(Mailbox, "_carry_out", wrong)


PLANTS: Final = {
    "effects are performed before their facts are in the journal": ("p", _journal_last),
    "what was held is performed between the next decision and its journal": ("q", _held_past_the_decision),
    "what was held is never performed": ("q", _held_for_ever),
    "what was held is performed again and again": ("q", _held_twice),
    "what comes with a ringing is dropped": ("q", _only_the_ringing),
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
