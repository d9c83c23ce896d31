"""Whose turn it is on real calls: ageing against VIP, of several queues the one that needs it, tiers and delays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from robots.phone import Answer, OutgoingCall, Phone
from tests.e2e.crew import CALLER_HZ, TENANT, Crew
from tests.e2e.office import Admin, admin_of, at_work

AGED, FINE, LATE, TIERED = (f"+8131234573{last}" for last in range(1, 5))
VIP = "09033334444"
OF_FINE, OF_LATE = 620, 800
DELAY = 2.0
HANG_UP_AT_ONCE = {"dropped_within": 0}


@pytest.fixture
async def boss(crew: Crew) -> AsyncIterator[Admin]:
    """Who sets the queues."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as admin:
        yield admin


async def test_a_vip_goes_first_but_not_before_who_has_waited_long(crew: Crew, boss: Admin) -> None:
    await boss.queue_with_number("aged", AGED, service=HANG_UP_AT_ONCE)
    await boss.put("callers/vip", {"number": VIP, "vip": True})
    phone = await at_work(crew, "ayu", await boss.agent("ayu", "aged"), ready=False)
    for routing, order in (({}, (2, 1)), ({"age_every": 2, "age_by": 1000, "age_most": 1000}, (3, 4))):
        await boss.change("queues/aged", routing=routing)
        normal = await crew.wait_in("aged", AGED, 1)
        vip = crew.dial(AGED, 800, from_number=VIP)
        await crew.board.waiting("aged", 2)
        if routing:
            aged = await crew.board.fact("WaitStepped", call=await crew.started(3))
            assert aged["body"]["priority"] == 1000
        waiting = (await crew.api.get("/queues/aged/waiting"))["items"]
        assert [turn["call"] for turn in waiting] == [await crew.started(nth) for nth in order]
        await crew.api.ready("ayu")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ if routing else 800)
        await crew.api.pause("ayu")
        for call in (normal, vip):
            call.hang_up()
        await crew.board.waiting("aged", 0)
        await crew.board.state("ayu", "paused")


async def test_an_agent_of_two_queues_serves_the_one_below_its_target_or_of_more_weight_first(
    crew: Crew, boss: Admin
) -> None:
    by_level = {"sharing": "service_level"}
    await boss.queue_with_number("fine", FINE, routing=by_level, service=HANG_UP_AT_ONCE)
    await boss.queue_with_number("late", LATE, routing=by_level, answer_within=0.1, service=HANG_UP_AT_ONCE)
    phone = await at_work(crew, "haru", await boss.agent("haru", "fine", "late"), Answer(after=0.3))
    too_late = crew.dial(LATE, OF_LATE)
    await (await phone.rung()).rtp.hears(OF_LATE)
    await _pause_after(crew, "haru", too_late)
    phone.behaviour = Answer()

    assert await _served(crew, phone) == [OF_LATE, OF_FINE]
    await boss.change("queues/late", routing={"sharing": "turn"})
    assert await _served(crew, phone) == [OF_FINE, OF_LATE]
    await boss.change("agents/haru", memberships=[{"queue": "late", "priority": 5}])
    assert await _served(crew, phone) == [OF_LATE, OF_FINE]


async def _served(crew: Crew, phone: Phone) -> list[int]:
    """One waits in each queue, in that of the level that is fine for longer; in which order they are served."""
    calls = {
        OF_FINE: await crew.wait_in("fine", FINE, 1, OF_FINE),
        OF_LATE: await crew.wait_in("late", LATE, 1, OF_LATE),
    }
    offers = len(crew.board.of("OfferMade"))
    tones = {"fine": OF_FINE, "late": OF_LATE}
    order: list[int] = []
    await crew.api.ready("haru")
    for nth in (1, 2):
        made = await crew.board.fact("OfferMade", nth=offers + nth)
        order.append(tones[made["body"]["queue"]])
        await (await phone.rung()).rtp.hears(order[-1])
        if nth == 2:
            await _pause_after(crew, "haru", calls[order[-1]])
        else:
            calls[order[-1]].hang_up()
    return order


async def _pause_after(crew: Crew, agent: str, call: OutgoingCall) -> None:
    await crew.api.pause(agent)
    call.hang_up()
    await crew.board.state(agent, "paused")


async def test_a_later_tier_is_rung_when_nobody_else_could_be_and_a_delayed_agent_after_his_time(
    crew: Crew, boss: Admin
) -> None:
    await boss.queue_with_number("tiered", TIERED, service=HANG_UP_AT_ONCE)
    front = await boss.agent("toru", "tiered")
    back = await boss.agent("ushio", "tiered")

    async def stands(**how: Any) -> None:
        await boss.change("agents/ushio", memberships=[{"queue": "tiered", **how}])

    await stands(tier=1)
    last = await at_work(crew, "ushio", back)
    first = await at_work(crew, "toru", front)
    # ushio has been idle for longer.
    calls = [crew.dial(TIERED, 620)]
    await (await first.rung()).rtp.hears(620)
    calls.append(crew.dial(TIERED, 800))
    second = await last.rung()
    await second.rtp.hears(800)
    calls[1].hang_up()
    await second.ended()

    # Neither who is ready already nor who gets ready meanwhile is rung before his time.
    await stands(delay=DELAY)
    for nth, ready in ((3, True), (4, False)):
        if not ready:
            await crew.api.pause("ushio")
        waits = await crew.wait_in("tiered", TIERED, 1)
        await crew.api.ready("ushio")
        rung = await last.rung()
        await rung.rtp.hears(CALLER_HZ)
        queued, offered = [await crew.board.fact(kind, nth=nth) for kind in ("CallQueued", "OfferMade")]
        since = datetime.fromisoformat(queued["body"]["since"])
        assert (datetime.fromisoformat(offered["at"]) - since).total_seconds() >= DELAY
        waits.hang_up()
        await rung.ended()
        await crew.board.state("ushio", "ready")
