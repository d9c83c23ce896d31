"""REFER, Replaces and 302 through the whole platform: no channel begins, nobody is moved, the talk goes on."""

from __future__ import annotations

import asyncio

from robots.phone import Answer, IncomingCall, OutgoingCall, Redirect
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, Crew
from tests.integration.bad_input.aftermath import happened, over

TARGETS = ("+81398765432", "sip:+81312345612@127.0.0.1", "sip:s@127.0.0.1")
QUIET = 0.7


async def talking(crew: Crew) -> tuple[OutgoingCall, IncomingCall]:
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    await crew.board.fact("RecordingStarted")
    return call, rung


async def unmoved(crew: Crew, call: OutgoingCall, rung: IncomingCall, facts: int) -> None:
    """The same two channels in their one bridge, no fact, and both still hear each other."""
    await asyncio.sleep(QUIET)
    assert await asyncio.to_thread(crew.platform.asterisk_channels, dialled=True) == (2, 1)
    assert happened(crew, facts) == []
    assert (call.state, rung.state) == ("answered", "answered")
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)


async def test_a_refer_of_an_agent_moves_nobody(crew: Crew) -> None:
    call, rung = await talking(crew)
    facts = len(crew.board.facts)
    for target in TARGETS:
        assert await rung.refer(target) >= 400
    await unmoved(crew, call, rung, facts)
    call.hang_up()
    await over(crew, await crew.started())


async def test_a_refer_of_the_caller_is_refused(crew: Crew) -> None:
    call, rung = await talking(crew)
    facts = len(crew.board.facts)
    for target in TARGETS:
        assert await call.refer(target) >= 400
    await unmoved(crew, call, rung, facts)


async def test_an_attended_transfer_to_another_call_moves_nobody(crew: Crew) -> None:
    _, rung = await talking(crew)
    other = crew.dial(PATIENT)
    await other.answered()
    await crew.board.waiting("patient", 1)
    await crew.board.fact("LegUp", nth=3)
    facts = len(crew.board.facts)
    assert await rung.refer_replaces(other) >= 400
    await asyncio.sleep(QUIET)
    assert await asyncio.to_thread(crew.platform.asterisk_channels, dialled=True) == (3, 1)
    assert happened(crew, facts) == []
    await rung.rtp.hears(CALLER_HZ)
    other.hang_up()


async def test_replaces_takes_nobodys_place(crew: Crew) -> None:
    call, rung = await talking(crew)
    facts = len(crew.board.facts)
    for victim in (call, rung):
        dialog = victim.dialog
        tags = f"{dialog.call_id};to-tag={dialog.local_tag};from-tag={dialog.remote_tag}"
        turned = f"{dialog.call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
        for value in (tags, turned):
            thief = crew.dial(PATIENT, fields=(("Replaces", value),))
            await thief.ended()
            assert thief.status == 404
    await unmoved(crew, call, rung, facts)


async def test_a_302_of_an_agent_rings_nobody_else(crew: Crew) -> None:
    phone = await crew.work("aoi", Redirect("+81398765432"))
    other = await crew.work("ren", Answer())
    call = crew.dial(PATIENT)
    sent_on = await phone.rung()
    rung = await other.rung()
    await call.rtp.hears(AGENT_HZ)
    assert sent_on.status == 302
    assert await asyncio.to_thread(crew.platform.asterisk_channels, dialled=True) == (2, 1)
    call.hang_up()
    await rung.ended()
    record = await over(crew, await crew.started())
    assert (record["outcome"], record["agents"]) == ("completed", ["ren"])
