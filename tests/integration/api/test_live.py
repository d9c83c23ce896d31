"""The live view: a snapshot, then each fact with what it changed, without a gap, whatever breaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets

from acd import inputs
from acd.model import Wish
from api.live import CHANGES_KEPT
from tests.integration.api.office import Office, read
from tests.unit.reports.play import AGENTS, QUEUES

FAR_BEHIND = 20_000
"""Facts whose messages fit neither into the backlog of a watcher nor into the buffers of the two sockets."""


def merged(board: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """What a client does with a change."""
    changes = change["changes"]
    rows = {kind: {row["id"]: row for row in board[kind]} for kind in ("queues", "agents")}
    for kind in ("queues", "agents"):
        rows[kind].update({row["id"]: row for row in changes[kind]})
        for gone in changes[f"removed_{kind}"]:
            rows[kind].pop(gone, None)
    finished = [changes["finished"]] if changes["finished"] else []
    return {
        "as_of": changes["as_of"],
        "open": changes["open"],
        "queues": [rows["queues"][id] for id in sorted(rows["queues"])],
        "agents": [rows["agents"][id] for id in sorted(rows["agents"])],
        **{kind: changes[kind] or board[kind] for kind in ("seats", "places", "channels")},
        "finished": [*finished, *board["finished"]][:20],
    }


def wish_often(acme: Office, times: int) -> None:
    """An agent changes his mind: two facts each time."""
    for turn in range(times):
        reason = ("lunch", "break")[turn % 2]
        acme.play.give(inputs.SetWish(acme.play.command(), AGENTS[0], Wish.PAUSED, reason))


async def until_closed(socket: websockets.ClientConnection) -> AsyncIterator[str | bytes]:
    """What still comes before the server closes."""
    async with asyncio.timeout(30):
        while True:
            try:
                yield await socket.recv()
            except websockets.ConnectionClosed:
                return


async def test_a_snapshot_then_the_changes_make_the_board_that_a_newcomer_sees(acme: Office) -> None:
    async with acme.watch() as socket:
        first = await read(socket)
        assert (first["type"], first["seq"]) == ("snapshot", len(acme.play.facts))
        call = acme.play.arrive(QUEUES[1])
        acme.play.answer(call, later=2.0)
        acme.play.hang_up(call, later=5.0)
        await acme.tell()
        board, seq = first["board"], first["seq"]
        while seq < len(acme.play.facts):
            change = await read(socket)
            assert (change["type"], change["seq"], change["fact"]["seq"]) == ("change", seq + 1, seq + 1)
            board, seq = merged(board, change), change["seq"]
    async with acme.watch() as newcomer:
        fresh = await read(newcomer)
    assert fresh["board"] == board
    assert fresh["board"]["finished"][0]["call"] == call


async def test_who_comes_back_gets_what_he_missed_word_for_word(acme: Office) -> None:
    async with acme.watch() as socket:
        seen = (await read(socket))["seq"]
        acme.play.hang_up(acme.play.arrive())
        await acme.tell()
        live = [await socket.recv() for _ in range(len(acme.play.facts) - seen)]
    async with acme.watch(after=seen) as again:
        assert [await again.recv() for _ in live] == live
    known = len(acme.play.facts)
    async with acme.watch(after=known) as socket:
        acme.play.give(inputs.SetWish(acme.play.command(), AGENTS[0], Wish.PAUSED, "lunch"))
        await acme.tell()
        assert (await read(socket))["seq"] == acme.play.facts[known].seq


async def test_who_was_away_too_long_or_has_seen_more_than_there_is_gets_a_snapshot(acme: Office) -> None:
    begun = len(acme.play.facts)
    wish_often(acme, CHANGES_KEPT // 2)
    async with acme.watch() as socket:
        await acme.tell()
        while (await read(socket))["seq"] < acme.told:
            continue
    for after, kind in ((begun - 1, "snapshot"), (begun, "change"), (acme.told + 1, "snapshot")):
        async with acme.watch(after=after, max_queue=None) as socket:
            assert (await read(socket))["type"] == kind


async def test_facts_whose_news_were_lost_are_read_from_the_database(acme: Office) -> None:
    async with acme.watch() as socket:
        seen = (await read(socket))["seq"]
        acme.play.arrive()
        await acme.keep()
        acme.play.arrive()
        await acme.tell()
        got = [(await read(socket))["seq"] for _ in range(len(acme.play.facts) - seen)]
    assert got == list(range(seen + 1, len(acme.play.facts) + 1))


async def test_news_that_come_twice_are_shown_once(acme: Office) -> None:
    async with acme.watch() as socket:
        seen = (await read(socket))["seq"]
        acme.play.arrive()
        await acme.tell()
        acme.told = 0
        await acme.tell()
        acme.play.arrive()
        await acme.tell()
        got = [(await read(socket))["seq"] for _ in range(len(acme.play.facts) - seen)]
    assert got == list(range(seen + 1, len(acme.play.facts) + 1))


async def test_each_sees_only_his_own_tenant(acme: Office, rival: Office) -> None:
    async with acme.watch() as mine:
        await read(mine)
        rival.play.arrive()
        await rival.tell()
        acme.play.arrive()
        await acme.tell()
        assert (await read(mine))["fact"]["tenant"] == acme.tenant


async def test_the_token_may_come_as_subprotocol_or_in_the_first_message(acme: Office) -> None:
    token = acme.tokens["aoki"]
    protocols = [websockets.Subprotocol("denwaban"), websockets.Subprotocol(f"bearer.{token}")]
    async with websockets.connect(acme.live_url, subprotocols=protocols) as socket:
        assert socket.subprotocol == "denwaban"
        assert (await read(socket))["type"] == "snapshot"
    async with websockets.connect(acme.live_url) as socket:
        await socket.send(json.dumps({"token": token}))
        assert (await read(socket))["type"] == "snapshot"


@pytest.mark.parametrize("message", ['{"token": "x.y.z"}', "{", "[]", '{"token": 7}', "null", b"\x00"])
async def test_a_bad_token_closes_the_view(acme: Office, message: str | bytes) -> None:
    async with websockets.connect(f"{acme.live_url}") as socket:
        await socket.send(message)
        with pytest.raises(websockets.ConnectionClosedError):
            await read(socket)
        assert socket.close_code == 4401


async def test_a_token_in_the_url_is_not_looked_at(acme: Office) -> None:
    async with websockets.connect(f"{acme.live_url}?token={acme.tokens['aoki']}") as socket:
        await socket.send("{}")
        with pytest.raises(websockets.ConnectionClosedError):
            await read(socket)
        assert socket.close_code == 4401


async def test_a_slow_reader_is_let_go_and_the_others_miss_nothing(acme: Office) -> None:
    async with acme.watch(max_queue=1) as slow, acme.watch() as quick:
        await read(slow)
        seen = (await read(quick))["seq"]
        for _ in range(FAR_BEHIND // 1_000):
            wish_often(acme, 500)
            await acme.tell()
            while seen < acme.told:
                seen = (await read(quick))["seq"]
        assert seen == acme.told
        got = [json.loads(message)["seq"] async for message in until_closed(slow)]
        assert got[-1] < seen
        assert slow.close_code != 1000


async def test_a_burst_of_facts_is_not_taken_for_a_slow_reader(acme: Office) -> None:
    async with acme.watch() as socket:
        seen = (await read(socket))["seq"]
        wish_often(acme, 2_000)
        await acme.tell()
        while seen < acme.told:
            seen = (await read(socket))["seq"]


async def test_when_redis_drops_the_listeners_the_board_mends_itself_without_further_news(acme: Office) -> None:
    async with acme.watch() as socket:
        seen = (await read(socket))["seq"]
        acme.play.arrive()
        await acme.keep()
        await acme.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        got = [(await read(socket))["seq"] for _ in range(acme.told - seen)]
    assert got == list(range(seen + 1, acme.told + 1))
