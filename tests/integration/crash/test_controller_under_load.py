"""kill -9 of the controller while people talk, wait and are greeted: none of them notices, none is forgotten."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from robots.phone import CallState, OutgoingCall
from tests.integration.crash import ledger
from tests.integration.crash.crowd import all_talk, answering, chimes, gathered, offered, turns
from tests.integration.crash.lives import Lives
from tests.integration.crash.load import LOAD
from tests.integration.crash.scene import AGENT_HZ, Scene, eventually, gap, now, tell, uncut

pytestmark = pytest.mark.chaos

STOP_S = 2.0
"""Seconds in which a controller told to stop has ended."""
QUIET = timedelta(milliseconds=300)
GAP_MS = 200.0
"""What a talking party may hear nothing at most, in ms: one packet comes each 20 ms, and the machine has other work."""


async def test_nobody_notices_that_the_controller_died(scene: Scene, lives: Lives) -> None:
    crowd = await gathered(scene, LOAD)
    life = await lives.alive()
    before = turns(await scene.waits(LOAD.waiting))
    agents = {agent: row["state"] for agent, row in (await scene.agents()).items()}
    killed = now()
    await life.kill()
    written = ledger.journaled(scene.platform)
    adopted = await lives.begin().ready()
    silence = gap(crowd.talk, killed)
    # Who was in the greeting comes to the end of it and waits behind the others.
    after = turns(await scene.waits(LOAD.waiting + LOAD.greeted))
    assert after[: LOAD.waiting] == before
    assert {agent: row["state"] for agent, row in (await scene.agents()).items()} == agents
    uncut(crowd.all)
    assert [chimes(call.rtp.heard()) for call in crowd.greeted] == [1] * LOAD.greeted
    await all_talk(list(zip(crowd.talking, crowd.served, strict=True)))
    assert silence <= GAP_MS
    assert adopted < LOAD.adopted
    await scene.copied(written)

    # And it goes on: those who waited are served in their order.
    for call in crowd.talking:
        call.hang_up()
    await answering(scene, [], [*crowd.waiting, *crowd.greeted])
    offers = [entry.body["call"] for entry in ledger.of(await scene.facts(), "OfferMade")]
    assert offers[LOAD.talking :] == [call for call, _ in after]
    records = await scene.records(LOAD.talking + LOAD.waiting + LOAD.greeted)
    assert {row["outcome"] for row in records} == {"completed"}
    tell(adopted_s=adopted, rtp_gap_ms=silence)


async def test_what_happened_while_no_controller_lived_is_noticed(scene: Scene, lives: Lives) -> None:
    crowd = await gathered(scene, LOAD)
    life = await lives.alive()
    extra = f"op-{LOAD.talking + 1}"
    rung = await offered(scene, extra)
    await life.kill()

    answered = now()
    rung.answer()
    caller_left, waiter_left, agent_left, greeted_left = (
        crowd.talking[0],
        crowd.waiting[1],
        crowd.served[1],
        crowd.greeted[0],
    )
    for call in (caller_left, waiter_left, agent_left, greeted_left):
        assert await call.bye() == 200
    alone = crowd.waiting[0]
    assert alone.state is CallState.ANSWERED
    # Nobody hears of the end of a greeting; the caller then stands in silence until there is a controller again.
    await eventually(lambda: _quiet(crowd.greeted[1:]), "the greetings are over", 15)

    began = time.monotonic()
    adopted = await lives.begin().ready()
    await alone.rtp.hears(AGENT_HZ)
    talks_after = time.monotonic() - began
    # The partners of those who left are let go, and the agents take the next two who waited.
    await crowd.served[0].ended()
    await crowd.talking[1].ended()
    next_two = crowd.waiting[2:4]
    for call in next_two:
        await call.rtp.hears(AGENT_HZ)
    await scene.waits(LOAD.waiting - 4 + LOAD.greeted - 1)
    uncut([*crowd.talking[2:], *crowd.served[2:], *crowd.waiting, *crowd.greeted])
    assert len(scene.phones[extra].calls) == 1

    for call in [alone, *next_two, *crowd.talking[2:]]:
        call.hang_up()
    await answering(scene, [extra], [*crowd.waiting[4:], *crowd.greeted[1:]])
    records = await scene.records(LOAD.talking + LOAD.waiting + LOAD.greeted)
    outcomes = sorted(row["outcome"] for row in records)
    lost = ["abandoned", "ended_in_flow"]
    assert outcomes == [*lost[:1], *["completed"] * (len(outcomes) - 2), *lost[1:]]
    await scene.nobody_is_stuck()
    await eventually(lambda: _all_ready(scene), "all agents ready again")
    tell(adopted_s=adopted, answered_meanwhile_talks_s=talks_after, answered_at=answered.isoformat())


async def _quiet(calls: list[OutgoingCall]) -> bool:
    return all(len(call.rtp.heard_since(now() - QUIET)) == 0 for call in calls)


async def _all_ready(scene: Scene) -> bool:
    shown = await scene.agents()
    return all(shown[agent]["state"] == "ready" for agent in scene.phones)


async def test_a_controller_told_to_stop_ends_at_once_and_loses_nobody(scene: Scene, lives: Lives) -> None:
    crowd = await gathered(scene, LOAD)
    life = await lives.alive()
    asked = now()
    stopped = await life.stop()
    assert stopped <= STOP_S
    written = ledger.journaled(scene.platform)
    adopted = await lives.begin().ready()
    silence = gap(crowd.talk, asked)
    await scene.waits(LOAD.waiting + LOAD.greeted)
    uncut(crowd.all)
    assert silence <= GAP_MS
    assert [chimes(call.rtp.heard()) for call in crowd.greeted] == [1] * LOAD.greeted
    await scene.copied(written)
    for call in crowd.talking:
        call.hang_up()
    await answering(scene, [], [*crowd.waiting, *crowd.greeted])
    records = await scene.records(LOAD.talking + LOAD.waiting + LOAD.greeted)
    assert {row["outcome"] for row in records} == {"completed"}
    tell(stopped_s=stopped, adopted_s=adopted, rtp_gap_ms=silence)
