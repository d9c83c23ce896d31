"""Live connections told by several api processes become one word per agent, and only when it changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from acd.inputs import LiveSeen
from bus.presence import LASTS, Presence
from controller.presence import Presences
from kernel.ids import AgentId, TenantId
from tests.fakes.desk import TENANT, Desk, desk
from tests.fakes.virtual_time import in_jumping_time

ANN, BOB = AgentId("ann"), AgentId("bob")


def presences(here: Desk) -> Presences:
    return Presences(here.board.boxes.get)


def says(api: str, *here: AgentId, gone: tuple[AgentId, ...] = (), tenant: TenantId = TENANT) -> Presence:
    return Presence(api, tenant, here, gone, LASTS)


def live(here: Desk) -> set[AgentId]:
    return {agent.id for agent in here.floor.agents.values() if agent.live}


@in_jumping_time
async def test_the_first_api_brings_an_agent_and_the_last_takes_him(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        known = presences(here)
        known.heard(says("api-1", ANN))
        known.heard(says("api-2", ANN, BOB))
        assert live(here) == {ANN, BOB}
        known.heard(says("api-1", gone=(ANN,)))
        assert live(here) == {ANN, BOB}
        known.heard(says("api-2", gone=(ANN, BOB)))
        assert live(here) == set()
        known.end()


@in_jumping_time
async def test_renewals_decide_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        known = presences(here)
        known.heard(says("api-1", ANN))
        decisions = here.box.decisions
        for _ in range(5):
            await asyncio.sleep(LASTS / 2)
            known.heard(says("api-1", ANN))
        assert (here.box.decisions, live(here)) == (decisions, {ANN})
        known.end()


@in_jumping_time
async def test_what_a_dead_api_told_lapses_and_what_a_living_one_tells_does_not(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        known = presences(here)
        known.heard(says("dead", ANN, BOB))
        await asyncio.sleep(LASTS - 1)
        known.heard(says("living", BOB))
        assert live(here) == {ANN, BOB}
        await asyncio.sleep(2)
        assert live(here) == {BOB}
        await asyncio.sleep(LASTS)
        assert live(here) == set()


@in_jumping_time
async def test_after_a_restart_the_facts_hold_until_every_api_could_tell(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        for agent in (ANN, BOB):
            here.box.take(LiveSeen(agent, up=True))
        known = presences(here)
        known.begin(here.box)
        known.heard(says("api-1", BOB))
        await asyncio.sleep(LASTS - 1)
        known.heard(says("api-1", BOB))
        assert live(here) == {ANN, BOB}
        await asyncio.sleep(2)
        assert live(here) == {BOB}
        known.end()


@in_jumping_time
async def test_agents_and_tenants_nobody_knows_change_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        known, before = presences(here), here.floor.seq
        known.heard(says("api-1", AgentId("zoe"), gone=(AgentId("yui"),)))
        known.heard(says("api-1", ANN, tenant=TenantId("elsewhere")))
        assert here.floor.seq == before
        known.end()


@in_jumping_time
async def test_an_agent_who_is_set_up_while_he_looks_on_is_live_with_the_next_renewal(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        known = presences(here)
        known.heard(says("api-1", ANN))
        # The floor forgets it, as when the agent was removed and named again.
        here.box.take(LiveSeen(ANN, up=False))
        known.heard(says("api-1", ANN))
        assert live(here) == {ANN}
        known.end()
