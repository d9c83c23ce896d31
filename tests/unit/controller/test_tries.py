"""Tries over trunks: those that say nothing, those that are full, those whose network speaks before the answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from acd.model import Place
from asterisk import bridges, channels, names, wire
from asterisk.channels import Cause
from asterisk.wire import ChannelState
from controller.destinations import Outside
from controller.trunk_load import TrunkLoad
from kernel.ids import LineId, TrunkName
from numbering.lines import Line
from store.trunks import TrunkConfig
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import Desk, desk
from tests.fakes.virtual_time import in_jumping_time

T1, T2 = TrunkName("t1"), TrunkName("t2")
OUTSIDE = Outside((Line(LineId("l1"), (T1, T2)),))
LIMIT = 1.0


@dataclass(slots=True)
class FakeEar:
    """Says what a test lets it hear; `deaf`: nothing can be heard."""

    waiting: dict[str, Callable[[], None]] = field(default_factory=dict)
    deaf: bool = False

    def listen(self, call_id: str, heard: Callable[[], None]) -> bool:
        if not self.deaf:
            self.waiting[call_id] = heard
        return not self.deaf

    def forget(self, call_id: str) -> None:
        self.waiting.pop(call_id, None)

    def close(self) -> None:
        self.waiting.clear()


def signed_in(here: Desk) -> None:
    here.ari.phones |= {"trunk.t1.0", "trunk.t2.0"}
    here.goes_ready("ann")
    here.ari.settle()
    here.ari.forget()


def tried(here: Desk) -> list[str]:
    return [fact.body.trunk for fact in here.facts() if fact.type == "DialTried"]


@in_jumping_time
async def test_a_trunk_that_says_nothing_is_followed_by_the_next_and_the_last_one_is_waited_for(tmp_path: Path) -> None:
    ear = FakeEar()
    async with desk(tmp_path, outside=OUTSIDE, ear=ear, silence=LIMIT) as here:
        signed_in(here)
        here.dials("ann", "0312340000")
        first = here.callee()
        await asyncio.sleep(LIMIT - 0.1)
        assert tried(here) == ["t1"]
        await asyncio.sleep(0.2)
        here.ari.settle()
        assert tried(here) == ["t1", "t2"]
        assert channels.hangup(first, Cause.NO_ANSWER) in here.ari.asked
        await asyncio.sleep(5)
        assert (tried(here), ear.waiting) == (["t1", "t2"], {})
        here.answers(here.callee())
        assert here.call().place is Place.TALKING


@in_jumping_time
async def test_a_trunk_that_has_said_anything_is_waited_for(tmp_path: Path) -> None:
    ear = FakeEar()
    async with desk(tmp_path, outside=OUTSIDE, ear=ear, silence=LIMIT) as here:
        signed_in(here)
        here.dials("ann", "0312340000")
        (heard,) = ear.waiting.values()
        heard()
        await asyncio.sleep(5)
        assert (tried(here), ear.waiting) == (["t1"], {})


@in_jumping_time
async def test_who_gives_up_meanwhile_is_watched_no_more(tmp_path: Path) -> None:
    ear = FakeEar()
    async with desk(tmp_path, outside=OUTSIDE, ear=ear, silence=LIMIT) as here:
        signed_in(here)
        own = here.dials("ann", "0312340000")
        here.hangs_up(own)
        here.ari.settle()
        await asyncio.sleep(2)
        assert (tried(here), ear.waiting, here.floor.calls) == (["t1"], {}, {})


@in_jumping_time
async def test_where_nothing_can_be_heard_nobody_is_given_up(tmp_path: Path) -> None:
    for ear, silence in ((FakeEar(deaf=True), LIMIT), (FakeEar(), 0.0), (None, LIMIT)):
        async with desk(tmp_path, outside=OUTSIDE, ear=ear, silence=silence) as here:
            signed_in(here)
            here.dials("ann", "0312340000")
            await asyncio.sleep(5)
            assert tried(here)[-1:] == ["t1"]
            here.journal.path.unlink()


@in_jumping_time
async def test_a_full_trunk_is_passed_over_by_all_but_emergency_calls(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=Outside((Line(LineId("l1"), (T1, T2), emergency=True),))) as here:
        here.node.trunks.put([TrunkConfig(T1, channels=0), TrunkConfig(T2)])
        signed_in(here)
        own = here.dials("ann", "0312340000")
        here.ari.settle()
        assert tried(here) == ["t1", "t2"]
        here.hangs_up(own)
        here.ari.settle()
        here.dials("ann", "119", channel="1700000000.8")
        assert tried(here) == ["t1", "t2", "t1"]


@in_jumping_time
async def test_with_every_trunk_full_the_call_is_congested(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        here.node.trunks.put([TrunkConfig(T1, channels=0), TrunkConfig(T2, channels=0)])
        signed_in(here)
        own = here.dials("ann", "0312340000")
        here.ari.settle()
        assert channels.hangup(own, 34) in here.ari.asked
        assert [fact.body.outcome for fact in here.facts() if fact.type == "CallEnded"] == ["congested"]


def test_a_trunk_is_used_by_calls_of_both_directions_and_counted_anew_after_a_restart() -> None:
    limits: dict[TrunkName, int | None] = {T1: 2, T2: None}
    load = TrunkLoad(lambda endpoint: {"in": T1}.get(endpoint), limits.__getitem__)
    load.take("leg_1", T1)
    load.take("leg_1", T1)
    assert (load.used(T1), load.full(T1)) == (1, False)
    came = [wire.Channel(id, f"PJSIP/{name}-0001", *_rest()) for id, name in (("a", "in"), ("b", "phone"))]
    for channel in came:
        load.came(channel)
    assert (load.used(T1), load.full(T1), load.full(T2)) == (2, True, False)
    load.gone("a")
    load.gone("a")
    load.gone("nobody")
    assert (load.used(T1), load.full(T1)) == (1, False)
    load.recover(came, {})
    assert load.used(T1) == 1
    load.gone("a")
    assert load.used(T1) == 0


def test_a_trunk_has_so_many_channels_on_all_nodes_together() -> None:
    used = Counter[TrunkName]()
    here, there = (TrunkLoad(lambda _: None, lambda _: 2, used) for _ in range(2))
    here.take("leg_1", T1)
    there.take("leg_2", T1)
    assert here.full(T1)
    there.recover([], {})
    assert (here.used(T1), here.full(T1)) == (1, False)
    there.recover([], {"leg_2": T1})
    assert here.full(T1)


def _rest() -> tuple[ChannelState, str, str, str, str, str, object, str]:
    return ChannelState.UP, "", "", "trunk", "0312345678", "Stasis", BORN, "call-id"


@in_jumping_time
async def test_what_the_network_says_is_heard_before_the_answer_in_place_of_our_ringing(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here)
        own = here.dials("ann", "0312340000")
        callee = here.callee()
        early = names.early(callee)
        here.ari.forget()
        for _ in range(2):
            here.ari.tell(wire.Dial(snapshot(callee), None, "PROGRESS", "", BORN))
        assert here.ari.forget() == [channels.progress(own), bridges.create(early), bridges.add(early, (own, callee))]
        here.ari.tell(wire.ChannelStateChange(snapshot(callee, ChannelState.RINGING), BORN))
        assert here.ari.forget() == []
        here.answers(callee)
        asked = here.ari.forget()
        joined = bridges.add(here.call().conversation or "", (own, callee))
        assert asked.index(joined) < asked.index(bridges.destroy(early))
        assert here.ari.bridges.keys() == {here.call().conversation}


@in_jumping_time
async def test_a_network_that_speaks_and_refuses_leaves_no_bridge_behind(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here)
        own = here.dials("ann", "0312340000")
        here.ari.tell(wire.Dial(snapshot(here.callee()), None, "PROGRESS", "", BORN))
        here.refuses(here.callee(), 34, 503)
        assert (tried(here), here.ari.bridges) == (["t1", "t2"], {})
        here.ari.forget()
        here.ari.tell(wire.ChannelStateChange(snapshot(here.callee(), ChannelState.RINGING), BORN))
        assert here.ari.forget() == [channels.ring(own)]
