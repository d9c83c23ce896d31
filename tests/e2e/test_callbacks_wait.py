"""Who is to be called back waits for a free channel of the line: the end of another call begins his."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from robots.phone import Answer
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew
from tests.e2e.office import admin_of, at_work
from tests.e2e.way_out import OUTSIDE, WayOut, opened

NUMBER = "+81312345735"
CALLER = "0398765437"


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """The way out, with a line of one channel as long as the story lasts."""
    async with opened(crew) as out:
        await out.line(channels=1)
        yield out
        await out.line()


@pytest.mark.parametrize("first", ["agent", "caller"])
async def test_he_is_called_when_the_only_channel_gets_free_although_an_agent_was_ready_before(
    crew: Crew, way: WayOut, first: str
) -> None:
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        asks = {"leave_key": "9", "overflow": [{"kind": "callback"}]}
        there = (await boss.api.ask("GET", "/configuration/queues/patience")).status_code == 200
        if not there:
            await boss.queue_with_number("patience", NUMBER, waiting=asks)
        await boss.change("queues/patience", callback={"first": first})
        name = f"towa-{first}"
        phone = await at_work(crew, name, await boss.agent(name, "patience"), ready=False)
        asking = crew.dial(NUMBER, from_number=CALLER)
        await asking.answered()
        await crew.board.waiting("patience", 1)
        asking.send_dtmf("9")
        await crew.board.fact("CallbackOffered")
        asking.send_dtmf("1")
        await crew.board.fact("CallbackPlanned")
        asking.hang_up()

        # A colleague takes the channel, then somebody is there who could call him back.
        colleague = await crew.work("aoi", ready=False)
        outside = colleague.dial("0312340000")
        taken = await way.rung()
        assert taken.to_number == OUTSIDE
        await outside.rtp.hears(CALLER_HZ)
        await crew.api.ready(name)
        await crew.board.state(name, "ready")
        assert crew.board.queues["patience"]["callbacks_waiting"] == 1
        gone = len(crew.board.of("LegGone"))
        outside.hang_up()

        way.behave(Answer(after=0.3))
        rung = await way.rung()
        assert (rung.to_number, rung.from_number) == ("+81398765437", NUMBER)
        await rung.rtp.hears(AGENT_HZ)
        await (await phone.rung()).rtp.hears(CALLER_HZ)
        freed, tried = await crew.board.fact("LegGone", nth=gone + 1), await crew.board.fact("CallbackTried")
        assert freed["seq"] < tried["seq"]
        assert not crew.board.of("DialRefused")
        rung.hang_up()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"
        assert len(crew.board.of("CallbackTried")) == 1
