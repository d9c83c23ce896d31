"""Calls that cannot be: an unknown number, a stranger's address, garbage on the wire, a wrong password of a phone."""

from __future__ import annotations

import asyncio

import pytest

from robots.phone import Caller, CallOver, Credentials, Phone, RegistrationRefused
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, TENANT, Crew
from tests.integration.bad_input.aftermath import happened, over
from tests.integration.bad_input.datagrams import GARBAGE_FROM, STRANGER, malformed, throw
from tests.integration.bad_input.figures import figure, untouched

NOBODY = "+81399999999"
QUIET = 1.0
"""Seconds in which something that must not happen would have happened."""


@pytest.mark.parametrize(
    "number",
    ["+81399999999", "0399999999", "110", "+8131234561", "+813123456121", "12", "+", "abc", "s", "T", "h", "aoi",
     f"{PATIENT}*1", "%2B81399999999", "_X."],
)  # fmt: skip
async def test_a_number_that_nobody_has_is_not_found(crew: Crew, number: str) -> None:
    before = len(crew.board.facts)
    call = crew.dial(number)
    await call.ended()
    assert (call.status, call.answered_at) == (404, None)
    await untouched(crew, before)


@pytest.mark.parametrize("number", [PATIENT, NOBODY])
async def test_an_address_that_is_no_trunk_starts_nothing(crew: Crew, number: str) -> None:
    before = len(crew.board.facts)
    async with await Caller.open(crew.stage, STRANGER) as stranger:
        call = stranger.dial(number, crew.platform.sip)
        with pytest.raises((CallOver, TimeoutError)):
            await call.answered(limit=QUIET)
        assert call.status in (401, None)
        assert (await asyncio.to_thread(crew.platform.asterisk_channels)) == (0, 0)
        call.drop()
    await untouched(crew, before)


async def test_a_stranger_with_an_agents_name_is_not_the_agent(crew: Crew) -> None:
    before = len(crew.board.facts)
    known = next(agent for agent in crew.platform.tenant(TENANT)["agents"] if agent["id"] == "aoi")
    username = known["sip"]["username"]
    for secret in ("", "wrong", username):
        phone = await Phone.open(crew.stage, username, Credentials(username, secret), crew.platform.sip)
        async with phone:
            with pytest.raises(RegistrationRefused):
                await phone.register()
            call = phone.dial(PATIENT)
            await call.ended()
            assert call.status == 401
    await untouched(crew, before)


async def test_garbage_on_the_wire_is_no_call_and_stops_none(crew: Crew) -> None:
    phone = await crew.work("aoi")
    running = crew.dial(PATIENT)
    rung = await phone.rung()
    await running.rtp.hears(AGENT_HZ)
    await crew.board.fact("RecordingStarted")
    pid, before = crew.platform.pid("asterisk"), len(crew.board.facts)
    for host in (GARBAGE_FROM, STRANGER):
        await throw(host, crew.platform.sip, malformed(crew.platform.sip, NOBODY))
    await asyncio.sleep(QUIET)
    assert happened(crew, before) == []
    assert await figure(crew.platform, "denwaban_calls") == 1
    await rung.rtp.hears(CALLER_HZ)
    running.hang_up()
    await over(crew, await crew.started())
    assert crew.platform.pid("asterisk") == pid
    again = crew.dial(PATIENT)
    await again.rtp.hears(AGENT_HZ)
