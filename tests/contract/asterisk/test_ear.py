"""The ear hears what ARI does not tell: that a trunk has said anything at all."""

from __future__ import annotations

import asyncio

import pytest

from asterisk import channels, names
from asterisk.ear import Ear
from asterisk.endpoints import Carrier
from asterisk.wire import ChannelDestroyed, StasisStart
from tests.contract.asterisk.ari import LIMIT, Ari
from tests.contract.asterisk.dumb_peer import DumbPeer
from tests.contract.asterisk.sip_peer import Call, SipPeer

THEIRS = "+81312340000"


async def called(ari: Ari, peer: SipPeer, leg: str) -> tuple[Call, str]:
    """A leg is dialled over a trunk that leads to the peer; the call there, and its Call-ID."""
    trunk = f"trunk.ear{peer.address.rpartition(':')[2]}.1"
    await ari.push(Carrier(trunk, (), "127.0.0.1", f"sip:{peer.address}"))
    await ari.done(channels.create(leg, names.dial_string(trunk, THEIRS), ari.app, "ringing"))
    started = await ari.until(StasisStart, lambda event: event.channel.id == leg)
    await ari.done(channels.dial(leg))
    return await asyncio.wait_for(peer.incoming.get(), LIMIT), started.channel.protocol_id


async def test_a_hundred_is_heard_by_the_call_id_that_the_channel_shows(ari: Ari) -> None:
    peer = await DumbPeer.open("127.0.0.6", ("127.0.0.1", ari.server.settings.sip_port))
    ear, heard = Ear(ari.server.settings.ami_port), asyncio.Event()
    try:
        call, call_id = await called(ari, peer, "leg_ear1")
        assert call_id == call.call_id
        assert ear.listen(call_id, heard.set)
        await asyncio.sleep(0.3)  # INVITEs go out again meanwhile: what we send is no sign of life
        assert not heard.is_set()
        call.reply(100, "Trying")
        await asyncio.wait_for(heard.wait(), LIMIT)
        await ari.done(channels.hangup("leg_ear1"))
        await call.request("CANCEL")
    finally:
        ear.close()
        peer.close()


@pytest.mark.parametrize("late", [180, 200])
async def test_a_late_answer_of_a_leg_that_was_given_up_is_cancelled(ari: Ari, late: int) -> None:
    peer = await DumbPeer.open("127.0.0.6", ("127.0.0.1", ari.server.settings.sip_port))
    try:
        call, _ = await called(ari, peer, f"leg_late{late}")
        await ari.done(channels.hangup(f"leg_late{late}", channels.Cause.NO_ANSWER))
        ended = await ari.until(ChannelDestroyed, lambda event: event.channel.id == f"leg_late{late}")
        assert ended.cause == channels.Cause.NO_ANSWER
        call.reply(late, "Late", sdp=late == 200)
        await call.request("CANCEL" if late == 180 else "BYE")
    finally:
        peer.close()


async def test_two_ears_cannot_listen_at_once(ari: Ari) -> None:
    first, second = Ear(ari.server.settings.ami_port), Ear(ari.server.settings.ami_port)
    try:
        assert first.listen("a", lambda: None)
        assert not second.listen("a", lambda: None)
        first.forget("a")
        assert second.listen("a", lambda: None)
    finally:
        first.close()
        second.close()
