"""Callers are kept when no controller lives, and found again when one is back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from asterisk import channels, reading
from asterisk.ami import Ami
from asterisk.request import Done
from asterisk.wire import StasisEnd, StasisStart
from tests.asterisk_server import AsteriskServer, running_asterisk
from tests.contract.asterisk.ari import connected, registered, sip_peer
from tests.contract.asterisk.sip_peer import SipPeer

NUMBER = "+81312345678"


@pytest.fixture(scope="module")
def impatient() -> Iterator[AsteriskServer]:
    """An Asterisk whose leases and rounds are short."""
    with running_asterisk(arrival_lease=2, fallback_round=1, fallback_limit=3) as server:
        yield server


@pytest.fixture
async def ami(asterisk_server: AsteriskServer) -> AsyncIterator[Ami]:
    """The side channel, logged in."""
    ami = open_ami(asterisk_server)
    assert await ami.connect()
    yield ami
    await ami.close()


def open_ami(server: AsteriskServer) -> Ami:
    settings = server.settings
    return Ami(settings.ami_port, settings.ami_user, server.ami_password, recordings=server.recordings)


async def hears_the_fallback(server: AsteriskServer, carrier: SipPeer) -> None:
    """Two seconds of sound: the announcement, then music."""
    call = await carrier.invite(NUMBER)
    call.take_answer(await call.status(200))
    await call.rtp.more(100)
    shown = server.console("core show channels")
    assert "Playback" in shown or "MusicOnHold" in shown
    call.ask("BYE")
    await call.status(200)


async def test_without_a_controller_a_caller_hears_the_fallback(
    asterisk_server: AsteriskServer, carrier: SipPeer
) -> None:
    await hears_the_fallback(asterisk_server, carrier)


async def test_the_fallback_says_what_the_called_number_wants(
    asterisk_server: AsteriskServer, carrier: SipPeer, ami: Ami
) -> None:
    assert isinstance(await ami.db_put("denwaban_fallback", NUMBER, "en/tt-weasels"), Done)
    call = await carrier.invite(NUMBER)
    call.take_answer(await call.status(200))
    await call.rtp.more(10)
    assert "tt-weasels" in asterisk_server.console("core show channels")
    assert isinstance(await ami.db_del("denwaban_fallback", NUMBER), Done)
    call.ask("BYE")
    await call.status(200)


async def test_a_caller_whose_controller_dies_falls_into_the_fallback(
    impatient: AsteriskServer,
) -> None:
    async with sip_peer(impatient, "127.0.0.2") as carrier:
        async with connected(impatient) as ari:
            call, channel = await ari.arrive(carrier, NUMBER)
            await ari.done(channels.lease(channel, 2))
        # The socket is closed, nobody renews the lease: sound comes from the fallback.
        await call.rtp.more(50)
        async with connected(impatient) as ari:
            start = await ari.until(StasisStart)
            assert start.channel.id == channel
            assert start.args == ("returned", NUMBER)
            await ari.clear()


async def test_a_lapsed_lease_shows_as_the_end_of_stasis_with_a_living_channel(
    impatient: AsteriskServer,
) -> None:
    async with sip_peer(impatient, "127.0.0.2") as carrier, connected(impatient) as ari:
        _, channel = await ari.arrive(carrier, NUMBER)
        ended = await ari.until(StasisEnd)
        assert ended.channel.id == channel
        # Where it is now the snapshot of this moment does not tell yet; that it lives does.
        assert reading.one_channel(await ari.done(channels.get(channel))).id == channel
        await ari.clear()


async def test_the_fallback_lets_go_in_the_end(impatient: AsteriskServer) -> None:
    async with sip_peer(impatient, "127.0.0.2") as carrier:
        call = await carrier.invite(NUMBER)
        call.take_answer(await call.status(200))
        await call.request("BYE")


async def test_redirect_to_adopt_brings_a_caller_back_with_its_number(
    asterisk_server: AsteriskServer, carrier: SipPeer, ami: Ami
) -> None:
    call = await carrier.invite(NUMBER)
    call.take_answer(await call.status(200))
    async with connected(asterisk_server) as ari:
        (channel,) = await ari.channel_ids()
        assert isinstance(await ami.redirect(channel, "adopt"), Done)
        start = await ari.until(StasisStart)
        assert (start.channel.id, start.args) == (channel, ("returned", NUMBER))
        await ari.clear()


@pytest.mark.parametrize("context", ["adopt", "fallback"])
async def test_a_lease_runs_out_in_each_context_a_caller_can_be_in(impatient: AsteriskServer, context: str) -> None:
    """A caller in Stasis from `context` whose lease ends goes on in the fallback, not into the void."""
    ami = open_ami(impatient)
    assert await ami.connect()
    async with sip_peer(impatient, "127.0.0.2") as carrier, connected(impatient) as ari:
        _, channel = await ari.arrive(carrier, NUMBER)
        assert isinstance(await ami.redirect(channel, context), Done)
        start = await ari.until(StasisStart, lambda event: event.args[0] == "returned")
        assert start.channel.context == context
        await ari.until(StasisEnd)
        again = await ari.until(StasisStart)
        assert (again.channel.id, again.channel.context) == (channel, "fallback")
        await ari.clear()
    await ami.close()


async def test_a_phone_without_a_controller_hears_congestion(asterisk_server: AsteriskServer) -> None:
    async with AsyncExitStack() as kept:
        async with connected(asterisk_server) as ari:
            phone = await kept.enter_async_context(registered(ari, "lonely"))
        call = await phone.invite("1001")
        call.ack(await call.status(503))
