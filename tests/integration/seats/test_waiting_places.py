"""Two waiting places, one for each of two numbers: who finds none is turned away, the other number is not touched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from robots.phone import Answer, Caller, CallState, Credentials, OutgoingCall, Phone, Stage
from robots.sound import level
from tests.e2e.board import Board, watching
from tests.e2e.crew import AGENT_HZ, Api
from tests.platform import Platform

pytestmark = pytest.mark.timeout(400)

TENANT, CLAUSE = "hotline", "PL-CC"
FIRST, SECOND = "+815012345622", "+815012345623"
AUDIBLE = -45.0
GUIDANCE_LIMIT = 30.0
"""Seconds; the guidance is heard to its end before the caller is released."""


class Hotline:
    """The tenant's callers, its agents' phones and its board."""

    def __init__(self, platform: Platform, stage: Stage, caller: Caller, board: Board, api: Api) -> None:
        self.platform, self.stage, self.caller, self.board, self.api = platform, stage, caller, board, api

    def dial(self, number: str) -> OutgoingCall:
        return self.caller.dial(number, self.platform.sip, tone_hz=440)

    async def waits(self, number: str, nth: int) -> OutgoingCall:
        """A caller who gets the nth place of this number since the board was opened."""
        call = self.dial(number)
        await call.answered()
        place = await self.board.fact("WaitingPlaceTaken", number=number, nth=nth)
        assert (place["body"]["used"], place["body"]["limit"], place["body"]["above"]) == (1, 1, False)
        return call

    async def turned_away(self, number: str, nth: int) -> None:
        """A caller who finds none: he hears that all lines are busy, and is released."""
        call = self.dial(number)
        no = (await self.board.fact("WaitRefused", number=number, nth=nth))["body"]
        assert (no["used"], no["limit"], no["clause"]) == (1, 1, CLAUSE)
        await call.answered()
        await call.rtp.changes.until(lambda: level(call.rtp.heard()) > AUDIBLE or None, 30, "the guidance")
        await call.ended(limit=GUIDANCE_LIMIT)
        ended = await self.board.fact("CallEnded", call=no["call"])
        assert ended["body"]["outcome"] == "turned_away"

    async def returned(self, number: str, nth: int) -> None:
        """The nth place of this number that has become free."""
        assert (await self.board.fact("WaitingPlaceReturned", number=number, nth=nth))["body"]["used"] == 0

    @asynccontextmanager
    async def works(self, name: str) -> AsyncIterator[Phone]:
        """An agent with a phone, signed in and ready."""
        sip = next(known["sip"] for known in self.platform.tenant(TENANT)["agents"] if known["id"] == name)
        credentials = Credentials(sip["username"], sip["password"])
        phone = await Phone.open(
            self.stage, credentials.username, credentials, self.platform.sip, tone_hz=AGENT_HZ, behaviour=Answer()
        )
        async with phone:
            await phone.register()
            await self.api.sign_in(name)
            await self.api.ready(name)
            yield phone
            # Hung up by himself within moments of answering, he would have refused the caller, and be paused.
            for call in phone.calls:
                await call.ended()
            await self.board.state(name, "ready")
            await self.api.must("POST", f"/agents/{name}/sign-out")
            await phone.unregister()


@pytest.fixture
async def hotline(small: Platform) -> AsyncIterator[Hotline]:
    """Nobody is signed in, nobody waits."""
    stage = Stage()
    async with small.api(small.tenant(TENANT)["supervisor"]) as client:
        api = Api(client)
        async with watching(small.api_url, api.token) as board:
            async with await Caller.open(stage, small.demo["carrier"]["address"]) as caller:
                yield Hotline(small, stage, caller, board, api)
            for queue in ("first", "second"):
                await board.waiting(queue, 0)


@pytest.mark.feature("MT-F06", "limit", "refusal")
async def test_with_one_caller_waiting_the_next_is_turned_away_and_the_other_number_still_takes_one(
    hotline: Hotline,
) -> None:
    await hotline.waits(FIRST, 1)
    await hotline.turned_away(FIRST, 1)
    await hotline.waits(SECOND, 1)
    assert hotline.board.queues["first"]["waiting"] == hotline.board.queues["second"]["waiting"] == 1


@pytest.mark.feature("MT-F06", "limit")
async def test_a_hang_up_and_an_answer_free_the_place_at_once(hotline: Hotline) -> None:
    gone = await hotline.waits(FIRST, 1)
    gone.hang_up()
    await hotline.returned(FIRST, 1)
    served = await hotline.waits(FIRST, 2)
    async with hotline.works("hana"):
        await served.rtp.hears(AGENT_HZ)
        await hotline.returned(FIRST, 2)
        after = await hotline.waits(FIRST, 3)
        after.hang_up()
        await hotline.returned(FIRST, 3)
        served.hang_up()


@pytest.mark.feature("MT-F06", "refusal")
async def test_who_finds_no_place_overflows_to_the_queue_that_the_flow_names(hotline: Hotline) -> None:
    await hotline.waits(SECOND, 1)
    async with hotline.works("hana"):
        over = hotline.dial(SECOND)
        await hotline.board.fact("WaitRefused", number=SECOND)
        await over.answered()
        await over.rtp.hears(AGENT_HZ)
        assert over.state is CallState.ANSWERED
        over.hang_up()
        await over.ended()
