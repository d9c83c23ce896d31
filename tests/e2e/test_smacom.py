"""What the calls of a Connect SmaCom tenant do: queue, distribution, menu, and no recording where none was bought."""

from __future__ import annotations

import pytest

from tests.e2e.crew import CALLER_HZ, Crew, assembled
from tests.platform import Platform

SALES = "+81312345602"
MENU = "+81312345671"
SECOND_HZ = 550


def queued(crew: Crew, queue: str) -> int:
    """How many callers of today the board counts as queued."""
    return int(crew.board.queues[queue]["today"]["offered"])


@pytest.mark.feature("CSM-F04")
@pytest.mark.feature("CSM-F05")
async def test_callers_wait_and_who_has_waited_longest_is_distributed_first(demo: Platform) -> None:
    async with assembled(demo, "demo") as crew:
        before = queued(crew, "sales")
        phone = await crew.work("mei", ready=False)
        first = await crew.wait_in("sales", SALES, 1)
        second = await crew.wait_in("sales", SALES, 2, SECOND_HZ)
        await crew.api.ready("mei")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        assert crew.board.queues["sales"]["waiting"] == 1
        first.hang_up()
        await rung.ended()
        rung = await phone.rung()
        await rung.rtp.hears(SECOND_HZ)
        second.hang_up()
        await rung.ended()
        await crew.board.until(lambda: queued(crew, "sales") == before + 2, "both are counted as queued")


@pytest.mark.feature("CSM-F06")
@pytest.mark.parametrize(("keys", "queue"), [("2", "blue"), ("92", "blue"), ("", "red")])
async def test_a_key_leads_where_it_is_set_to_and_none_where_the_flow_says(
    demo: Platform, keys: str, queue: str
) -> None:
    async with assembled(demo, "basic") as crew:
        call = crew.dial(MENU)
        await call.answered()
        for nth, key in enumerate(keys, 1):
            await crew.board.fact("PlaybackFinished", nth=nth)
            call.send_dtmf(key)
        await crew.board.until(lambda: crew.board.queues[queue]["waiting"] == 1, f"a caller in queue {queue}", 60)


@pytest.mark.feature("CSM-F06", "limit")
async def test_who_presses_a_wrong_key_twice_goes_the_way_the_flow_says(demo: Platform) -> None:
    async with assembled(demo, "basic") as crew:
        call = crew.dial(MENU)
        await call.answered()
        for nth in (1, 2):
            await crew.board.fact("PlaybackFinished", nth=nth)
            call.send_dtmf("9")
        await call.ended()
        assert call.ended_by == "peer"


@pytest.mark.feature("CSM-F12", "refusal")
async def test_without_the_option_nothing_is_recorded(demo: Platform) -> None:
    async with assembled(demo, "basic") as crew:
        phone = await crew.work("one")
        call = crew.dial(MENU)
        await call.answered()
        await crew.board.fact("PlaybackFinished")
        call.send_dtmf("1")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        call.hang_up()
        await rung.ended()
        record = await crew.api.record(await crew.started())
        assert record["agents"] == ["one"]
        assert crew.board.of("RecordingStarted") == []
        assert (await crew.api.get("/recordings"))["items"] == []
