"""The socket to Asterisk: a half-open one is replaced, and a controller that was overtaken says no more on its own."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from robots.phone import Ignore
from tests.integration.crash import ledger
from tests.integration.crash.lives import Lives
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STEADY, STRAIGHT, Scene, eventually, now, tell, uncut
from tests.integration.crash.spoken import requests
from tests.relay import Relay, relay_to
from tests.services import free_port

pytestmark = pytest.mark.chaos

REPLACED_WITHIN = 6.0


async def test_a_half_open_socket_is_replaced_and_nothing_is_lost(scene: Scene, lives: Lives) -> None:
    phone = await scene.work("op-1")
    await (await lives.alive()).kill()
    async with relay_to(scene.platform.ports["ari"]) as relay:
        life = lives.begin(ari_port=relay.port)
        try:
            await life.ready()
            talking = scene.dial(STRAIGHT)
            rung = await phone.rung()
            await talking.rtp.hears(AGENT_HZ)
            gone, waiting = scene.dial(STRAIGHT), scene.dial(STRAIGHT)
            await scene.waits(2)
            sockets = relay.connections
            cut = time.monotonic()
            relay.blackhole()
            gone.hang_up()
            late = scene.dial(STRAIGHT)
            await eventually(lambda: _more(relay, sockets), "a new socket", REPLACED_WITHIN)
            replaced = time.monotonic() - cut
            await life.ready()
            adopted = time.monotonic() - cut
            await scene.fact("CallLeftQueue", outcome="abandoned")
            await scene.fact("CallQueued", 4)
            rows = await scene.waits(2)
            uncut([talking, rung, waiting, late])
            talking.hang_up()
            for call in (waiting, late):
                rung = await phone.rung()
                await rung.rtp.hears(CALLER_HZ)
                await call.rtp.hears(AGENT_HZ)
                call.hang_up()
            records = await scene.records(4)
            assert sorted(row["outcome"] for row in records) == ["abandoned", *["completed"] * 3]
            offers = [entry.body["call"] for entry in await scene.fact("OfferMade", 3)]
            assert offers[1:] == [row["call"] for row in rows]
            await scene.nobody_is_stuck()
            await scene.copied()
            tell(replaced_s=replaced, adopted_s=adopted)
        finally:
            await life.kill()


async def test_a_controller_that_was_overtaken_changes_nothing_more_and_ends(scene: Scene, lives: Lives) -> None:
    """Frozen while a phone rings, it wakes when that time is over and would hang up on who has answered meanwhile."""
    phone = await scene.work("op-1", Ignore())
    await (await lives.alive()).kill()
    async with relay_to(scene.platform.ports["ari"]) as relay:
        old = lives.begin(ari_port=relay.port)
        await old.ready()
        call = scene.dial(STEADY)
        rung = await phone.rung()
        (offer,) = await scene.fact("OfferMade")
        os.kill(old.pid, signal.SIGSTOP)
        folder = scene.platform.var / "journal-of-the-next"
        new = lives.aside(controller_port=free_port(), journal_dir=folder)
        try:
            await new.ready()
            rung.answer()
            await call.rtp.hears(AGENT_HZ)
            over = datetime.fromisoformat(offer.body["ring_until"])
            await asyncio.sleep((over - now()).total_seconds())
            streams: dict[int, bytes] = {}
            said = _heard(relay, streams)
            os.kill(old.pid, signal.SIGCONT)
            assert await old.ended() != 0
            late = _heard(relay, streams) - said
            await rung.rtp.hears(CALLER_HZ)
            await call.rtp.hears(AGENT_HZ)
            uncut([call, rung])
            assert await asyncio.to_thread(scene.platform.asterisk_channels, dialled=True) == (2, 1)
            call.hang_up()
            (record,) = await scene.records(1)
            assert (record["outcome"], record["agents"]) == ("completed", ["op-1"])
            assert ledger.of(await scene.facts(), "OfferMissed") == []
            assert len(phone.calls) == 1
            await scene.nobody_is_stuck()
            tell(words_that_came_too_late=late)
        finally:
            for life in (old, new):
                if not life.over:
                    await life.kill()
            _left_to_the_next(folder, scene.platform.var / "journal")


async def _more(relay: Relay, than: int) -> bool:
    return relay.connections > than


def _heard(relay: Relay, streams: dict[int, bytes]) -> int:
    """How many requests have come over the sockets so far; `streams` keeps what each connection has sent."""
    while not relay.asked.empty():
        number, data = relay.asked.get_nowait()
        streams[number] = streams.get(number, b"") + data
    sockets = [stream for stream in streams.values() if b"Upgrade: websocket" in stream.partition(b"\r\n\r\n")[0]]
    assert sockets
    return sum(len(requests(stream)) for stream in sockets)


def _left_to_the_next(folder: Path, journal: Path) -> None:
    """What a killed life could not copy is brought by the next, as on one machine."""
    for path in folder.glob("*.jsonl"):
        path.rename(journal / path.name)
