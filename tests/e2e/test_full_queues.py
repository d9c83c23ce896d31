"""Full queues on real telephones, by how many wait or by how many for each agent: on to another one, or called back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from robots.phone import Answer
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew
from tests.e2e.office import Admin, admin_of, at_work
from tests.e2e.way_out import WayOut, opened

NUMBER = "+81312345723"
TALKER, WAITER = 620, 800
CALLER = "0398765431"


@pytest.fixture
async def boss(crew: Crew) -> AsyncIterator[Admin]:
    """The queues are made once for all stories of the platform."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as admin:
        if (await admin.api.ask("GET", "/configuration/queues/narrow")).status_code != 200:
            await admin.put("queues/beside", {"name": "beside"})
            await admin.queue_with_number("narrow", NUMBER, wrap_up=0, service={"dropped_within": 0})
        yield admin


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """The way out, by which callers are called back."""
    async with opened(crew) as out:
        yield out


async def holds(boss: Admin, cause: str, limits: dict[str, float], **step: Any) -> None:
    """Whom the queue does not hold any more goes this way from now on."""
    await boss.change("queues/narrow", waiting={**limits, "overflow": [{**step, "causes": [cause]}]})


async def turned_away(crew: Crew, nth: int) -> dict[str, Any]:
    body: dict[str, Any] = (await crew.board.fact("JoinRefused", nth=nth))["body"]
    return {name: body[name] for name in ("queue", "cause", "waiting", "limit")}


async def test_of_a_queue_that_holds_one_the_second_goes_on_until_the_first_is_served(crew: Crew, boss: Admin) -> None:
    await holds(boss, "full", {"most": 1}, kind="queue", queue="beside")
    phone = await at_work(crew, "hiro", await boss.agent("hiro", "narrow"), ready=False)
    first = await crew.wait_in("narrow", NUMBER, 1, WAITER)
    await crew.wait_in("beside", NUMBER, 1)
    assert await turned_away(crew, 1) == {"queue": "narrow", "cause": "full", "waiting": 1, "limit": 1}
    went = await crew.board.fact("CallOverflowed", call=await crew.started(2))
    assert (went["body"]["cause"], went["body"]["to"]) == ("full", "beside")
    await crew.api.ready("hiro")
    await (await phone.rung()).rtp.hears(WAITER)
    await crew.wait_in("narrow", NUMBER, 1)
    assert len(crew.board.of("JoinRefused")) == 1
    first.hang_up()
    # Who comes when somebody is free is served, however full it is: he waits for nobody.
    await (await phone.rung()).rtp.hears(CALLER_HZ)


async def test_as_many_wait_as_its_agents_who_take_calls_allow_for(crew: Crew, boss: Admin) -> None:
    await holds(boss, "ratio", {"ratio": 2}, kind="queue", queue="beside")
    phone = await at_work(crew, "nori", await boss.agent("nori", "narrow"))
    await at_work(crew, "yoko", await boss.agent("yoko", "narrow"), ready=False)
    talking = crew.dial(NUMBER, TALKER)
    await (await phone.rung()).rtp.hears(TALKER)
    # One agent takes calls, the other one is paused.
    for place in (1, 2):
        await crew.wait_in("narrow", NUMBER, place)
    await crew.wait_in("beside", NUMBER, 1)
    assert await turned_away(crew, 1) == {"queue": "narrow", "cause": "ratio", "waiting": 2, "limit": 2}
    went = await crew.board.fact("CallOverflowed", call=await crew.started(4))
    assert (went["body"]["cause"], went["body"]["to"]) == ("ratio", "beside")
    await crew.api.pause("nori")
    await crew.wait_in("beside", NUMBER, 2)
    assert await turned_away(crew, 2) == {"queue": "narrow", "cause": "ratio", "waiting": 2, "limit": 0}
    assert talking.ended_at is None


@pytest.mark.parametrize(("cause", "limits"), [("full", {"most": 1}), ("ratio", {"ratio": 1})])
async def test_whom_the_queue_does_not_hold_is_called_back_in_his_turn(
    crew: Crew, boss: Admin, way: WayOut, cause: str, limits: dict[str, float]
) -> None:
    await holds(boss, cause, limits, kind="callback")
    name = f"asuka-{cause}"
    phone = await at_work(crew, name, await boss.agent(name, "narrow"))
    first = crew.dial(NUMBER, TALKER)
    talking = await phone.rung()
    await talking.rtp.hears(TALKER)
    waited = await crew.wait_in("narrow", NUMBER, 1, WAITER)
    asked = crew.dial(NUMBER, from_number=CALLER)
    call = await crew.started(3)
    offered = await crew.board.fact("CallbackOffered", call=call)
    assert (offered["body"]["cause"], (await turned_away(crew, 1))["cause"]) == (cause, cause)

    # He makes up his mind when somebody else waits already: still he is before him, since he came before.
    first.hang_up()
    served = await phone.rung()
    await served.rtp.hears(WAITER)
    later = await crew.wait_in("narrow", NUMBER, 1)
    asked.send_dtmf("1")
    requested = await crew.board.fact("CallbackRequested", call=call)
    asked.hang_up()
    assert (await crew.api.record(call))["outcome"] == "callback"
    assert not crew.board.of("CallbackTried")
    way.behave(Answer(after=0.3))
    waited.hang_up()
    engaged = await phone.rung()
    rung = await way.rung()
    assert (rung.to_number, rung.from_number) == ("+81398765431", NUMBER)
    await rung.rtp.hears(AGENT_HZ)
    rung.hang_up()
    await engaged.ended()
    ended = await crew.board.fact("CallbackEnded", callback=requested["body"]["callback"])
    assert ended["body"]["outcome"] == "reached"
    await (await phone.rung()).rtp.hears(CALLER_HZ)
    later.hang_up()
