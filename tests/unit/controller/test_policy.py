"""A conversation is recorded when its queue wants it and the tenant's contracts give the right to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from acd import inputs
from acd.config import AgentConfig, Limits, QueueConfig
from acd.effects import Effect, StartRecording
from acd.facts import Body, RecordingStarted
from acd.model import Floor, Wish
from controller.journal import Journal
from controller.mailbox import Mailbox
from controller.policy import Policy
from kernel.fact import Fact
from kernel.ids import FIRST_NODE, AgentId, CallId, CommandId, LegId, PersonalId, QueueId, TenantId
from tests.fakes.virtual_time import START, LoopClock, in_jumping_time

ANN, FRONT = AgentId("ann"), QueueId("front")
QUEUE = QueueConfig(FRONT, "Front")


def recorded(tmp_path: Path, queue: QueueConfig, *limits: Limits) -> tuple[list[str], list[str]]:
    """A call is answered under these limits, one after another: the recordings by facts, and those begun."""
    said: list[str] = []
    begun: list[str] = []

    @in_jumping_time
    async def talk() -> None:
        policy = Policy(LoopClock(), lambda: 7)  # type: ignore[arg-type]

        def told(box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
            said.extend(fact.body.recording for fact in facts if isinstance(fact.body, RecordingStarted))
            policy.told(box, facts)

        def perform(_box: Mailbox, effect: Effect) -> None:
            if isinstance(effect, StartRecording):
                begun.append(effect.recording)

        journal = Journal(tmp_path, "now")
        box = Mailbox(
            Floor(TenantId("acme")), 1, journal, LoopClock(), perform, told, lambda _step: None, _broke  # type: ignore[arg-type]
        )  # fmt: skip
        agents = (AgentConfig(ANN, "Ann", "ann", (FRONT,)),)
        box.take(inputs.ShardWasTaken(1))
        for one in limits:
            box.take(inputs.UseConfig((queue,), agents, one))
        box.take(inputs.LineSeen(ANN, up=True))
        box.take(inputs.SignIn(CommandId("c1"), ANN))
        box.take(inputs.SetWish(CommandId("c2"), ANN, Wish.READY))
        box.take(inputs.RecoveryFinished())
        call, leg = CallId("call_1"), LegId("leg_1")
        box.take(inputs.CallArrived(call, leg, FIRST_NODE, "chan-1", "+81312345678", PersonalId("p"), START))
        box.take(inputs.LegAnswered(leg))
        box.take(inputs.CallRouted(call, FRONT, 0, START))
        (offer,) = box.floor.offers.values()
        box.take(inputs.LegAnswered(offer.leg))
        assert box.floor.calls[call].conversation is not None
        # What comes back after a restart asks again.
        policy.talks(box, call)
        journal.close()

    talk()
    return said, begun


def _broke(error: Exception) -> None:
    raise error


def test_with_wish_and_right_it_is_recorded_once(tmp_path: Path) -> None:
    said, begun = recorded(tmp_path, QUEUE, Limits())
    assert len(said) == 1
    assert said == begun
    assert said[0].startswith("rec_")


@pytest.mark.parametrize(
    ("wanted", "right"), [(True, False), (False, True), (False, False)], ids=["no right", "no wish", "neither"]
)
def test_without_both_there_is_no_recording(tmp_path: Path, wanted: bool, right: bool) -> None:
    queue = replace(QUEUE, recorded=wanted)
    assert recorded(tmp_path, queue, Limits(recording=right)) == ([], [])


def test_a_right_that_is_gone_when_the_talk_begins_counts_no_more(tmp_path: Path) -> None:
    assert recorded(tmp_path, QUEUE, Limits(recording=True), Limits(recording=False)) == ([], [])
