"""The mailbox: facts applied as they are yielded and on disk before any effect, one input after another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from acd import effects, inputs
from acd.config import AgentConfig, QueueConfig
from acd.effects import Effect
from acd.facts import Body, LimitsChanged
from acd.model import Floor, Wish
from controller import mailbox
from controller.fault import Step
from controller.journal import Journal, lines
from controller.mailbox import Mailbox, MailboxBroken
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, CommandId, LegId, NodeId, PersonalId, QueueId, TenantId
from kernel.refusal import Code, Refused
from store.codec import decode
from tests.fakes.virtual_time import START, LoopClock, in_jumping_time
from tests.stories import bought

NODE = NodeId("node-1")
ANN = AgentId("ann")


@dataclass(slots=True)
class Watched:
    """A mailbox, what it performed and told, and what was on disk at each of these moments."""

    journal: Journal
    happened: list[tuple[str, str]] = field(default_factory=list)
    on_disk: list[list[str]] = field(default_factory=list)
    broke: list[Exception] = field(default_factory=list)
    bring: list[inputs.Input] = field(default_factory=list)
    box: Mailbox = field(init=False)

    def __post_init__(self) -> None:
        floor = Floor(TenantId("acme"))
        self.box = Mailbox(
            floor, 7, self.journal, LoopClock(), self.perform, self.told, self.passed, self.broke.append  # type: ignore[arg-type]
        )  # fmt: skip
        self.box.take(inputs.ShardWasTaken(7))
        agents = (AgentConfig(ANN, "ann", "ann", (QueueId("q"),)),)
        self.box.take(inputs.UseConfig((QueueConfig(QueueId("q"), "q"),), agents, bought(1, "c 1")))
        self.box.take(inputs.RecoveryFinished())
        self.happened.clear()
        self.on_disk.clear()

    def facts(self) -> list[str]:
        return [decode(line).type for line in lines(self.journal.path.read_bytes())]

    def perform(self, _box: Mailbox, effect: Effect) -> None:
        self.happened.append(("effect", type(effect).__name__))
        self.on_disk.append(self.facts())
        if self.bring:
            given = self.bring.pop(0)
            self.box.take(given)
            self.happened.append(("brought", type(given).__name__))

    def told(self, _box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
        self.happened += [("fact", fact.type) for fact in facts]

    def passed(self, step: Step) -> None:
        self.happened.append(("step", step.name))

    def arrives(self, name: str = "c1") -> CallId:
        call = CallId(f"call_{name}")
        self.box.take(inputs.CallArrived(call, LegId(f"leg_{name}"), NODE, name, "1", PersonalId("p"), START))
        return call


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    made: list[Watched] = []

    @in_jumping_time
    async def make() -> None:
        made.append(Watched(Journal(tmp_path, "now")))

    make()
    return made[0]


def test_facts_are_on_disk_and_told_before_the_first_effect(watched: Watched) -> None:
    @in_jumping_time
    async def take() -> None:
        watched.arrives()

    take()
    assert watched.happened == [
        ("step", "IN_MAILBOX"),
        ("step", "DECIDED"),
        ("step", "JOURNALED"),
        ("fact", "CallStarted"),
        ("fact", "LegStarted"),
        ("effect", "EnterFlow"),
        ("step", "PERFORMED"),
    ]
    assert watched.on_disk[0][-2:] == ["CallStarted", "LegStarted"]


def test_each_fact_is_applied_before_the_next_is_asked_for(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def decide(floor: Floor, _given: inputs.Input, _now: object) -> object:
        for seats in (1, 2, 3):
            seen.append(floor.seq)
            yield mailbox_fact(seats)

    monkeypatch.setattr(mailbox, "decide", decide)
    seq = watched.box.floor.seq

    @in_jumping_time
    async def take() -> None:
        watched.box.take(inputs.RecoveryFinished())

    take()
    assert seen == [seq, seq + 1, seq + 2]
    written = [decode(line) for line in lines(watched.journal.path.read_bytes())][-3:]
    assert [(fact.seq, fact.epoch, fact.schema, fact.subject) for fact in written] == [
        (seq + 1, 7, 3, "floor"), (seq + 2, 7, 3, "floor"), (seq + 3, 7, 3, "floor"),
    ]  # fmt: skip
    assert watched.box.floor.limits == bought(3)


def mailbox_fact(seats: int) -> Body:
    return LimitsChanged(bought(seats))


def test_what_comes_while_performing_waits_until_the_decision_is_done(watched: Watched) -> None:
    @in_jumping_time
    async def take() -> None:
        watched.bring.append(inputs.CallReleased(CallId("call_c1"), "released"))
        watched.arrives()

    take()
    order = [what for what in watched.happened if what[0] != "step"]
    assert order == [
        ("fact", "CallStarted"), ("fact", "LegStarted"), ("effect", "EnterFlow"), ("brought", "CallReleased"),
        ("fact", "CallEnding"), ("effect", "HangUp"),
    ]  # fmt: skip


def test_an_act_waits_for_the_facts_before_it(watched: Watched) -> None:
    seen: list[list[str]] = []

    def perform(_box: Mailbox, effect: Effect) -> None:
        if isinstance(effect, effects.EnterFlow):
            watched.box.take(inputs.CallReleased(effect.call, "released"))
            watched.box.take_after(lambda: seen.append(watched.facts()))

    watched.box._in_order._perform = lambda effect: perform(watched.box, effect)

    @in_jumping_time
    async def take() -> None:
        watched.arrives()

    take()
    assert seen[0][-1] == "CallEnding"


def test_a_phone_rings_as_soon_as_its_facts_are_on_disk(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = effects.RingAgent(*(["x"] * 9))  # type: ignore[arg-type]
    todo = [effects.StopMusic(NODE, "a"), ring, mailbox_fact(4)]
    monkeypatch.setattr(mailbox, "decide", lambda *_: iter(todo))

    @in_jumping_time
    async def take() -> None:
        watched.box.take(inputs.RecoveryFinished())

    take()
    assert [what for what in watched.happened if what[0] != "step"] == [
        ("effect", "RingAgent"), ("fact", "LimitsChanged"), ("effect", "StopMusic"),
    ]  # fmt: skip
    assert watched.on_disk[0][-1] == "LimitsChanged"


def test_an_input_that_changes_nothing_writes_nothing(watched: Watched) -> None:
    size = watched.journal.size

    @in_jumping_time
    async def take() -> None:
        watched.box.take(inputs.LegEnded(LegId("leg_nobody")))

    take()
    assert watched.journal.size == size
    assert watched.happened == [("step", "IN_MAILBOX"), ("step", "DECIDED")]


def test_a_command_gets_its_outcome_and_the_same_command_again_the_same(watched: Watched) -> None:
    @in_jumping_time
    async def give() -> None:
        first = watched.box.command(inputs.SignIn(CommandId("cmd_1"), ANN))
        assert first == watched.box.floor.seq
        facts = watched.facts()
        assert isinstance(watched.box.command(inputs.SignIn(CommandId("cmd_1"), ANN)), int)
        assert watched.facts() == facts
        refused = watched.box.command(inputs.SignIn(CommandId("cmd_2"), ANN))
        assert isinstance(refused, Refused)
        assert refused.code is Code.ALREADY_SIGNED_IN
        facts = watched.facts()
        assert watched.box.command(inputs.SignIn(CommandId("cmd_2"), ANN)) == refused
        assert watched.facts() == facts
        unknown = watched.box.command(inputs.SetWish(CommandId("cmd_3"), ANN, Wish.PAUSED, "golf"))
        assert isinstance(unknown, Refused)
        assert unknown.code is Code.UNKNOWN_PAUSE_REASON

    give()


def test_decisions_are_counted_and_dated(watched: Watched) -> None:
    @in_jumping_time
    async def give() -> None:
        decisions = watched.box.decisions
        await asyncio.sleep(90)
        watched.arrives()
        assert watched.box.decisions == decisions + 1
        last = decode(list(lines(watched.journal.path.read_bytes()))[-1])
        assert last.at == START + timedelta(seconds=90)

    give()


def test_a_decision_that_fails_half_way_ends_the_mailbox(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(*_: object) -> object:
        yield mailbox_fact(5)
        raise ZeroDivisionError

    @in_jumping_time
    async def give() -> None:
        size = watched.journal.size
        with monkeypatch.context() as patch:
            patch.setattr(mailbox, "decide", decide)
            with pytest.raises(ZeroDivisionError):
                watched.box.take(inputs.RecoveryFinished())
        with pytest.raises(MailboxBroken):
            watched.arrives()
        assert watched.journal.size == size
        assert [type(fault) for fault in watched.broke] == [ZeroDivisionError]

    give()
