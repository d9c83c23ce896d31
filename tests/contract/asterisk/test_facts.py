"""Facts of Asterisk that we lean on (docs/asterisk-facts.md), so that an upgrade that changes one is noticed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from asterisk import applications, bridges, channels, playbacks, reading
from asterisk.ami import Ami
from asterisk.request import Done, Rejected
from asterisk.wire import (
    ChannelDestroyed,
    ChannelHangupRequest,
    ChannelState,
    ChannelStateChange,
    Dial,
    PlaybackFinished,
    PlaybackStarted,
    StasisEnd,
    StasisStart,
)
from tests.contract.asterisk.ari import LIMIT, Ari, registered
from tests.contract.asterisk.sip_peer import SipPeer

SOUND = ["sound:tt-weasels"]
"""Three seconds."""


def about(ari: Ari, channel: str) -> list[str]:
    """The names of the events of this channel, repetitions left out."""
    names: list[str] = []
    for event in ari.events:
        of = event.peer if isinstance(event, Dial) else getattr(event, "channel", None)
        if of is not None and of.id == channel and names[-1:] != [type(event).__name__]:
            names.append(type(event).__name__)
    return names


async def test_a_request_about_a_channel_that_hears_a_sound_holds_up_the_socket(ari: Ari, carrier: SipPeer) -> None:
    call, channel = await ari.arrive(carrier)
    await ari.done(playbacks.play(channel, "play_f1", SOUND))
    await ari.until(PlaybackStarted)
    await ari.done(channels.lease(channel, 60))
    heard = call.rtp.packets
    await ari.until(PlaybackFinished)
    # The answer came when the sound was over, a moment before or after the event that says so.
    assert heard > call.rtp.packets / 2 > 0


async def test_the_same_lease_over_ami_does_not(ari: Ari, carrier: SipPeer) -> None:
    settings = ari.server.settings
    ami = Ami(settings.ami_port, settings.ami_user, ari.server.ami_password, recordings=ari.server.recordings)
    assert await ami.connect()
    _, channel = await ari.arrive(carrier)
    await ari.done(playbacks.play(channel, "play_f2", SOUND * 20))
    await ari.until(PlaybackStarted)
    assert isinstance(await ami.lease(channel, 1), Done)
    assert not any(isinstance(event, PlaybackFinished) for event in ari.events)
    ended = await ari.until(StasisEnd)
    assert ended.channel.id == channel
    await ami.close()


async def test_a_sound_that_is_stopped_first_holds_up_nothing(ari: Ari, carrier: SipPeer) -> None:
    _, channel = await ari.arrive(carrier)
    await ari.done(bridges.create("conv_f3"))
    await ari.done(playbacks.play(channel, "play_f3", SOUND * 20))
    await ari.until(PlaybackStarted)
    ari.connection.post(playbacks.stop("play_f3"))
    assert isinstance(await asyncio.wait_for(ari.ask(bridges.add("conv_f3", [channel])), 20), Done)
    await ari.done(bridges.destroy("conv_f3"))


async def test_music_ends_with_a_playback(ari: Ari, carrier: SipPeer) -> None:
    call, channel = await ari.arrive(carrier)
    await ari.done(channels.moh_start(channel))
    await call.rtp.more(5)
    await ari.done(playbacks.play(channel, "play_f4", ["sound:beep"]))
    await ari.until(PlaybackFinished)
    async with asyncio.timeout(LIMIT):  # what was on its way when it ended is read first
        with suppress(TimeoutError):
            while True:
                await asyncio.wait_for(call.rtp.more(25), 1)


async def test_music_goes_on_in_a_bridge_and_after_it(ari: Ari, carrier: SipPeer) -> None:
    call, channel = await ari.arrive(carrier)
    await ari.done(channels.moh_start(channel))
    await ari.done(bridges.create("conv_f5"))
    await ari.done(bridges.add("conv_f5", [channel]))
    await call.rtp.more(25)
    await ari.done(bridges.remove("conv_f5", [channel]))
    await call.rtp.more(25)
    await ari.done(bridges.destroy("conv_f5"))


@pytest.mark.parametrize("first", ["moved", "taken_out"])
async def test_who_leaves_a_bridge_before_it_is_destroyed_is_in_the_next_one(
    ari: Ari, carrier: SipPeer, first: str
) -> None:
    """All written at once, as a controller does. Destroyed first, he is found in neither once in a while."""
    _, caller = await ari.arrive(carrier)
    await ari.done(channels.lease(caller, 600))
    last = "conv_f9"
    await ari.done(bridges.create(last))
    await ari.done(bridges.add(last, [caller]))
    for nth in range(20):
        old, last = last, f"conv_f9{first}{nth}"
        ari.connection.post(bridges.create(last))
        gone, added = bridges.destroy(old), bridges.add(last, [caller])
        for request in (added, gone) if first == "moved" else (bridges.remove(old, [caller]), gone, added):
            ari.connection.post(request)
        assert reading.bridge((await ari.done(bridges.get(last))).body).channels == (caller,)
    await ari.done(bridges.destroy(last))


async def test_what_is_done_twice_is_refused(ari: Ari, carrier: SipPeer) -> None:
    async with registered(ari, "twice") as phone:
        await ari.done(bridges.create("conv_f6"))
        assert isinstance(await ari.ask(bridges.create("conv_f6")), Rejected)
        await ari.done(bridges.destroy("conv_f6"))
        call = await ari.ring("leg_f6", "twice", phone)
        call.reply(180, "Ringing")
        await ari.until(ChannelStateChange)
        for again in (channels.dial("leg_f6"), channels.create("leg_f6", "PJSIP/twice", ari.app)):
            answer = await ari.ask(again)
            assert isinstance(answer, Rejected)
            assert answer.status == 409


async def test_a_leg_that_was_dialled_shows_whom_for_before_its_phone_rings(ari: Ari, carrier: SipPeer) -> None:
    async with registered(ari, "silent") as phone:
        _, caller = await ari.arrive(carrier)
        await ari.done(channels.create("leg_f71", "PJSIP/silent", ari.app))
        await ari.until(StasisStart, lambda event: event.channel.id == "leg_f71")
        before = reading.channel((await ari.done(channels.get("leg_f71"))).body)
        await ari.done(channels.dial("leg_f71", caller=caller))
        (await phone.incoming.get()).reply(100, "Trying")
        after = reading.channel((await ari.done(channels.get("leg_f71"))).body)
        assert (before.state, before.connected_number) == (ChannelState.DOWN, "")
        assert (after.state, after.connected_number) == (ChannelState.DOWN, "peer")
        await ari.done(channels.dial("leg_f71", caller=caller))
        await ari.until(ChannelDestroyed, lambda event: event.channel.id == "leg_f71")
        assert phone.incoming.empty()


async def test_an_endpoint_that_nobody_registered_cannot_be_called(ari: Ari) -> None:
    answer = await ari.ask(channels.create("leg_f7", "PJSIP/nobody", ari.app))
    assert isinstance(answer, Rejected)
    assert answer.status == 500


async def test_the_order_when_an_agent_is_busy(ari: Ari) -> None:
    """A quick refusal may overtake Dial, and StasisEnd may be missing at the end: neither is asked for."""
    async with registered(ari, "busy") as phone:
        call = await ari.ring("leg_f8", "busy", phone)
        call.reply(486, "Busy Here")
        ended = await ari.until(ChannelDestroyed, lambda event: event.channel.id == "leg_f8")
        assert (ended.cause, ended.tech_cause) == (channels.Cause.BUSY, 486)
        told = about(ari, "leg_f8")
        assert told[0] == "StasisStart"
        assert told.index("ChannelHangupRequest") < told.index("ChannelDestroyed")
        requests = [event for event in ari.events if isinstance(event, ChannelHangupRequest)]
        asked = [(event.cause, event.soft) for event in requests if event.channel.id == "leg_f8"]
        assert asked == [(channels.Cause.BUSY, False)]


async def test_the_order_when_a_ring_times_out(ari: Ari) -> None:
    async with registered(ari, "slow") as phone:
        await ari.done(channels.create("leg_f9", "PJSIP/slow", ari.app))
        await ari.until(StasisStart)
        await ari.done(channels.dial("leg_f9", timeout=1))
        (await phone.incoming.get()).reply(180, "Ringing")
        ended = await ari.until(ChannelDestroyed)
        assert (ended.cause, ended.tech_cause) == (channels.Cause.NO_ANSWER, 480)


async def test_the_order_when_a_caller_hangs_up_in_a_bridge(ari: Ari, carrier: SipPeer) -> None:
    """A hang-up is requested before Stasis ends; a lease that runs out is not."""
    call, channel = await ari.arrive(carrier)
    await ari.done(bridges.create("conv_f10"))
    await ari.done(bridges.add("conv_f10", [channel]))
    call.ask("BYE")
    await ari.until(StasisEnd)
    # ChannelDestroyed comes once in a while on a busy machine, at any place: nothing may lean on it.
    told = [name for name in about(ari, channel) if name != "ChannelDestroyed"]
    begun = ["StasisStart", "ChannelStateChange", "ChannelEnteredBridge"]
    assert told == [*begun, "ChannelHangupRequest", "ChannelLeftBridge", "StasisEnd"]
    await ari.done(bridges.destroy("conv_f10"))


async def test_the_order_when_a_lease_runs_out_in_a_bridge(ari: Ari, carrier: SipPeer) -> None:
    _, channel = await ari.arrive(carrier)
    await ari.done(bridges.create("conv_f11"))
    await ari.done(bridges.add("conv_f11", [channel]))
    await ari.done(channels.lease(channel, 1))
    await ari.until(StasisEnd)
    assert about(ari, channel)[-3:] == ["ChannelEnteredBridge", "ChannelLeftBridge", "StasisEnd"]
    assert isinstance(await ari.ask(channels.get(channel)), Done)
    await ari.done(bridges.destroy("conv_f11"))


async def test_who_hears_of_the_endpoints_hears_of_the_end_of_a_caller(ari: Ari, carrier: SipPeer) -> None:
    await ari.done(applications.subscribe_endpoints(ari.app))
    call, channel = await ari.arrive(carrier)
    call.ask("BYE")
    await ari.until(ChannelDestroyed, lambda event: event.channel.id == channel)
