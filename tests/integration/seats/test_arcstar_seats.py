"""Seats of Arcstar: as many may be signed in as were bought, and fewer cannot be ordered than are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.crew import Api
from tests.platform import Platform

TENANT, SEATS = "hall", 21
CONTRACT = f"/platform/tenants/{TENANT}/contracts/arcstar-contact-center"


@dataclass(frozen=True, slots=True)
class Hall:
    """The tenant's supervisor, and whoever runs the platform."""

    supervisor: Api
    platform: Api

    async def order(self, **rows: int) -> tuple[Any, ...]:
        """How an order that would count at once is answered: () when it would be accepted."""
        wanted = {"do": "change", "rows": {row.replace("_", "-"): quantity for row, quantity in rows.items()}}
        answer = await self.platform.ask("POST", f"{CONTRACT}/orders?dry_run=true", json=wanted)
        if answer.status_code == 200:
            return ()
        told = answer.json()
        return answer.status_code, told["code"], told["clause"], told["used"], told["limit"]


@pytest.fixture
async def hall(small: Platform) -> AsyncIterator[Hall]:
    """Everybody but one is signed in; nobody is when the test ends."""
    async with AsyncExitStack() as stack:
        supervisor = Api(await stack.enter_async_context(small.api(small.tenant(TENANT)["supervisor"])))
        platform = Api(await stack.enter_async_context(small.api(small.demo["platform"])))
        agents = [agent["id"] for agent in (await supervisor.get("/agents"))["items"]]
        assert len(agents) == SEATS + 1
        await asyncio.gather(*map(supervisor.sign_in, agents[:SEATS]))
        yield Hall(supervisor, platform)
        for agent in agents:
            await supervisor.ask("POST", f"/agents/{agent}/sign-out")


@pytest.mark.feature("ACC-F01", "limit", "refusal")
async def test_t1_2_1_2_one_more_than_the_seats_is_refused_until_one_signs_out(hall: Hall) -> None:
    states = {agent["id"]: agent["state"] for agent in (await hall.supervisor.get("/agents"))["items"]}
    (late,) = [agent for agent, state in states.items() if state == "signed_out"]
    refused = await hall.supervisor.ask("POST", f"/agents/{late}/sign-in")
    told = refused.json()
    assert (refused.status_code, told["code"], told["clause"]) == (409, "seat_limit_reached", "T1-2-1-2")
    assert (told["used"], told["limit"]) == (SEATS, SEATS)
    early = next(agent for agent in states if agent != late)
    await hall.supervisor.must("POST", f"/agents/{early}/sign-out")
    await hall.supervisor.sign_in(late)


@pytest.mark.feature("ACC-F01", "limit", "refusal")
async def test_t1_2_1_2_seats_are_not_lowered_below_who_is_signed_in_or_recorded(hall: Hall) -> None:
    assert await hall.order(ACC_F01=20, ACC_F05=20) == (422, "seats_in_use", "T1-2-1-2", SEATS, 20)
    assert await hall.order(ACC_F01=22) == ()
    for agent in [one["id"] for one in (await hall.supervisor.get("/agents"))["items"]][:2]:
        await hall.supervisor.ask("POST", f"/agents/{agent}/sign-out")
    assert await hall.order(ACC_F01=20) == (422, "quantity_above", "Annex-1(5)", SEATS, 20)
    assert await hall.order(ACC_F01=20, ACC_F05=20) == ()
    assert await hall.order(ACC_F01=19, ACC_F05=19) == (422, "quantity_below", "Art.4-2", 19, 20)
