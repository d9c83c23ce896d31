"""What a queue makes of its agents on real calls: offers missed in a row, a longer wrap-up, queues left one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.e2e.crew import BRISK, PATIENT, TIDY, Answer, Api, Crew, Ignore
from tests.e2e.office import Admin, admin_of

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def boss(crew: Crew) -> AsyncIterator[Admin]:
    """Who sets the queues."""
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as admin:
        yield admin


@asynccontextmanager
async def asks(boss: Admin, queue: str, **service: Any) -> AsyncIterator[None]:
    """The queue asks this of its agents until the end of the block."""
    before, _ = await boss.read(f"queues/{queue}")
    wrap_up = service.pop("wrap_up", before["wrap_up"])
    await boss.change(f"queues/{queue}", wrap_up=wrap_up, service={**before["service"], **service})
    try:
        yield
    finally:
        await boss.change(f"queues/{queue}", wrap_up=before["wrap_up"], service=before["service"])


@asynccontextmanager
async def himself(crew: Crew, agent: str) -> AsyncIterator[Api]:
    """The agent at the API, with his own login."""
    known = next(one for one in crew.platform.tenant(crew.tenant)["agents"] if one["id"] == agent)
    async with crew.platform.api({**known, "tenant": crew.tenant}) as client:
        yield Api(client)


async def mine(api: Api, agent: str) -> dict[str, Any]:
    """How the agent is shown to himself."""
    return next(one for one in (await api.get("/agents?limit=100"))["items"] if one["id"] == agent)


async def test_after_two_missed_offers_in_a_row_he_is_paused_and_sees_why(crew: Crew, boss: Admin) -> None:
    async with asks(boss, "brisk", missed_after=2), himself(crew, "aoi") as aoi:
        phone = await crew.work("aoi", Ignore())
        caller = crew.dial(BRISK)
        await crew.board.fact("OfferMissed", agent="aoi")
        # Once is forgiven: he is rung again, and only then he is missed.
        await crew.board.fact("OfferMissed", agent="aoi", nth=2)
        await crew.board.state("aoi", "missed")
        shown = await mine(aoi, "aoi")
        assert (shown["state"], shown["missed"]) == ("missed", 2)
        missed = [await phone.rung() for _ in range(2)]
        assert list(phone.calls) == missed
        phone.behaviour = Answer()
        await aoi.ready("aoi")
        served = await phone.rung()
        await crew.board.fact("OfferAccepted", agent="aoi")
        assert (await mine(aoi, "aoi"))["missed"] == 0
        caller.hang_up()
        await served.ended()


async def test_the_queue_may_sign_out_whoever_lets_it_ring(crew: Crew, boss: Admin) -> None:
    async with asks(boss, "brisk", missed_then="signed_out"):
        phone = await crew.work("aoi", Ignore())
        caller = crew.dial(BRISK)
        await crew.board.state("aoi", "signed_out")
        assert len(phone.calls) == 1
        caller.hang_up()
        await caller.ended()
        await crew.api.sign_in("aoi")


async def test_a_wrap_up_is_put_off_as_far_as_the_queue_lets_him_and_ended_by_himself(crew: Crew, boss: Admin) -> None:
    async with asks(boss, "tidy", wrap_up=60, wrap_up_extension=30, wrap_up_longest=100), himself(crew, "aoi") as aoi:
        phone = await crew.work("aoi")
        caller = crew.dial(TIDY)
        await (await phone.rung()).rtp.hears(440)
        caller.hang_up()
        first = datetime.fromisoformat((await crew.board.state("aoi", "wrap_up"))["wrap_up_until"])
        # By what the queue grants at once, and then by what is left of the longest.
        for seconds in (30, 40):
            await aoi.must("POST", "/agents/aoi/wrap-up/extend")
            later = first + timedelta(seconds=seconds)
            await crew.board.until(lambda later=later: _until(crew) == later, f"a wrap-up that ends {seconds} s later")
        refused = await aoi.ask("POST", "/agents/aoi/wrap-up/extend")
        assert (refused.status_code, refused.json()["code"]) == (409, "wrap_up_not_extendable")
        waits = crew.dial(PATIENT)
        await waits.answered()
        await crew.board.waiting("patient", 1)
        await aoi.must("POST", "/agents/aoi/wrap-up/end")
        rung = await phone.rung()
        await rung.answered()
        waits.hang_up()
        await rung.ended()


def _until(crew: Crew) -> datetime:
    return datetime.fromisoformat(crew.board.agents["aoi"]["wrap_up_until"])


async def test_who_has_no_telephone_is_passed_by_until_it_is_there_again(crew: Crew) -> None:
    phone = await crew.work("aoi")
    await phone.unregister()
    await crew.board.state("aoi", "unreachable")
    caller = crew.dial(PATIENT)
    await caller.answered()
    await crew.board.waiting("patient", 1)
    assert not crew.board.of("OfferMade")
    await phone.register()
    rung = await phone.rung()
    await rung.rtp.hears(440)
    caller.hang_up()
    await rung.ended()


async def test_he_leaves_one_queue_and_serves_the_other_until_he_joins_again(crew: Crew) -> None:
    async with himself(crew, "aoi") as aoi:
        phone = await crew.work("aoi")
        await aoi.must("PUT", "/agents/aoi/queues/patient", json={"served": False})
        assert (await mine(aoi, "aoi"))["away_from"] == ["patient"]
        left = crew.dial(PATIENT)
        await left.answered()
        await crew.board.waiting("patient", 1)
        why = await crew.api.get(f"/calls/{await crew.started()}/why")
        reasons = {one["agent"]: [reason["kind"] for reason in one["reasons"]] for one in why["agents"]}
        assert (why["state"], reasons["aoi"]) == ("nobody_ready", ["queue_off"])
        other = crew.dial(TIDY, 620)
        served = await phone.rung()
        await served.rtp.hears(620)
        other.hang_up()
        await served.ended()
        await crew.board.state("aoi", "ready")
        assert not crew.board.of("OfferMade", queue="patient")
        await aoi.must("PUT", "/agents/aoi/queues/patient", json={"served": True})
        again = await phone.rung()
        await again.rtp.hears(440)
        left.hang_up()
        await again.ended()
        elsewhere = await aoi.ask("PUT", "/agents/aoi/queues/nowhere", json={"served": False})
        assert elsewhere.status_code in (404, 409)
