"""Digits that nobody asked for, and packets that are none, change nothing in the greeting and nothing in the queue."""

from __future__ import annotations

import secrets
import struct

from robots.phone import OutgoingCall
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, GREETED, PATIENT, Crew
from tests.integration.bad_input.aftermath import happened, over
from tests.integration.bad_input.datagrams import GARBAGE_FROM, STRANGER, throw

EVERY_DIGIT = "0123456789*#ABCD"
EVENT = 101
"""The payload type of RTP events in our offers."""
USUAL = ["CallStarted", "LegStarted", "FlowStepped", "LegUp", "PlaybackFinished", "CallQueued", "WaitingPlaceTaken"]


def rtp(payload_type: int, payload: bytes, sequence: int) -> bytes:
    return struct.pack("!BBHII", 0x80, payload_type, sequence, sequence * 160, 7) + payload


def no_digits() -> list[bytes]:
    """Events that do not exist, that are too short, too long, that never end, and noise."""
    events = [struct.pack("!BBH", code, 0x80 | 10, 800) for code in (16, 99, 200, 255)]
    odd = [b"", b"\x05", b"\x05\x0a", b"\x05" * 400, struct.pack("!BBH", 5, 10, 0xFFFF)]
    whole = [rtp(EVENT, payload, nth) for nth, payload in enumerate([*events, *odd])]
    return [*whole, *(rtp(kind, b"x" * 160, 500 + kind) for kind in (77, 127)), secrets.token_bytes(300), b"", b"\x80"]


async def pester(crew: Crew, call: OutgoingCall) -> None:
    """Every digit, and what is none, to where this call's sound goes."""
    remote = call.rtp._remote
    assert remote is not None
    call.send_dtmf(EVERY_DIGIT)
    for host in (GARBAGE_FROM, STRANGER):
        await throw(host, remote, no_digits())


async def test_digits_in_the_greeting_and_in_the_queue_change_nothing(crew: Crew) -> None:
    call = crew.dial(GREETED)
    await call.answered()
    await crew.board.fact("FlowStepped")
    await pester(crew, call)
    await crew.board.waiting("patient", 1)
    await pester(crew, call)
    await call.rtp.keyed()
    # What a digit brought about would be told before an agent who is there only now.
    phone = await crew.work("aoi", ready=False)
    facts = (await crew.api.get(f"/calls/{await crew.started()}/facts"))["items"]
    assert [fact["type"] for fact in facts] == USUAL
    await crew.api.ready("aoi")
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    record = await over(crew, await crew.started())
    assert record["outcome"] == "completed"


async def test_digits_in_a_talk_reach_the_other_side_and_nobody_else(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await call.rtp.hears(AGENT_HZ)
    await crew.board.fact("RecordingStarted")
    before = len(crew.board.facts)
    await pester(crew, call)
    await rung.rtp.hears_digits(EVERY_DIGIT)
    await rung.rtp.hears(CALLER_HZ)
    assert happened(crew, before) == []
