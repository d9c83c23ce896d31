"""Callers: a new one is one call however often he is seen, a known one goes on where he was."""

from __future__ import annotations

import asyncio
from pathlib import Path

from acd.model import Place
from asterisk import channels, wire
from kernel.ids import NodeId, call_id
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import GREETED, STRAIGHT, TENANT, desk
from tests.fakes.virtual_time import in_jumping_time


@in_jumping_time
async def test_a_call_is_named_after_its_channel_and_hides_its_number(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(STRAIGHT)
        call = here.call()
        assert call.id == call_id(NodeId("node-1"), channel, BORN)
        assert (call.number, call.arrived) == (STRAIGHT, BORN)
        assert "0311112222" not in call.caller


@in_jumping_time
async def test_a_waiting_caller_who_comes_again_hears_his_music_and_keeps_his_call(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(STRAIGHT)
        facts = len(here.facts())
        here.ari.forget()
        here.ari.tell(wire.StasisStart(snapshot(channel), ("returned", STRAIGHT), BORN))
        assert here.ari.forget() == [channels.moh_start(channel, "calm")]
        assert len(here.facts()) == facts


@in_jumping_time
async def test_a_greeted_caller_who_comes_again_is_not_greeted_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(GREETED)
        here.ari.forget()
        here.ari.tell(wire.StasisStart(snapshot(channel), ("returned", GREETED), BORN))
        assert here.ari.forget() == []
        assert here.call().place is Place.FLOW


@in_jumping_time
async def test_who_is_being_ended_is_ended_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(STRAIGHT)
        here.call().place = Place.ENDING
        here.ari.forget()
        here.ari.tell(wire.StasisStart(snapshot(channel), ("returned", STRAIGHT), BORN))
        assert here.ari.asked == [channels.hangup(channel)]


@in_jumping_time
async def test_callers_stand_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        calls = []
        for nth in range(5):
            here.arrives(STRAIGHT, f"1700000000.{nth}")
            calls.append(list(here.floor.calls)[-1])
            await asyncio.sleep(1)
        queue = here.floor.queues[next(iter(here.floor.queues))]
        assert [turn[2] for turn in queue.turns] == calls


@in_jumping_time
async def test_the_journal_never_holds_a_callers_number(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        secret = "0398761234"
        channel = here.ari.arrives("1700000000.1")
        here.ari.tell(wire.StasisStart(snapshot(channel.id, channel.state, caller=secret), ("arrived", STRAIGHT), BORN))
        assert here.box.floor.tenant == TENANT
        assert secret.encode() not in here.journal.path.read_bytes()
        assert here.floor.calls
