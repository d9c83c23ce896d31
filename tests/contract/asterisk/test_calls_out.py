"""What calls out lean on in Asterisk (docs/asterisk-facts.md): what phones are answered, what carriers are shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from asterisk import bridges, channels, names, playbacks, reading
from asterisk.endpoints import Carrier, Phone
from asterisk.wire import ChannelDestroyed, ChannelState, ChannelStateChange, Dial, PlaybackFinished, StasisStart
from robots.phone import Answer, Caller, Credentials, IncomingCall, OutgoingCall, Reject, Silent, Stage
from robots.phone import Phone as PhoneRobot
from tests.contract.asterisk.ari import LIMIT, SECRET, Ari, pushed

SENDABLE = [403, 404, 408, 410, 480, 484, 486, 488, 500, 501, 502, 503, 603]
"""What an unanswered phone can be refused with."""
SHOWN, THEIRS = "+81312345678", "+81312340000"


@dataclass(slots=True)
class Scene:
    """A phone of an agent and a carrier that is called."""

    ari: Ari
    phone: PhoneRobot
    carrier: Caller
    trunk: str
    legs: int = 0

    async def dials(self) -> tuple[OutgoingCall, str]:
        """The phone dials; its channel."""
        call = self.phone.dial("0312340000")
        return call, (await self.ari.until(StasisStart)).channel.id

    async def calls_out(self, own: str) -> str:
        """A leg to the carrier, dialled as from `own`; its channel."""
        self.legs += 1
        leg = f"leg_out{self.legs}"
        dialled = names.dial_string(self.trunk, THEIRS)
        await self.ari.done(channels.create(leg, dialled, self.ari.app, "ringing", originator=own))
        await self.ari.until(StasisStart, lambda event: event.channel.id == leg)
        await self.ari.done(channels.dial(leg, caller=own))
        return leg

    async def ended(self, leg: str) -> ChannelDestroyed:
        return await self.ari.until(ChannelDestroyed, lambda event: event.channel.id == leg)


@pytest.fixture
async def scene(ari: Ari) -> AsyncIterator[Scene]:
    """A registered phone, and a carrier at an address of its own."""
    stage, sip = Stage(), ("127.0.0.1", ari.server.settings.sip_port)
    await ari.push(Phone("out-phone", SECRET, "127.0.0.1", codecs=("ulaw",)))
    async with (
        await Caller.open(stage, "127.0.0.4") as carrier,
        await PhoneRobot.open(stage, "out-phone", Credentials("out-phone", SECRET), sip) as phone,
    ):
        host, port = carrier.address
        # A changed contact of an aor is not believed at once: each test has an endpoint of its own, as trunks do.
        trunk = f"out-carrier-{port}"
        async with pushed(ari, Carrier(trunk, (host,), "127.0.0.1", f"sip:{host}:{port}")):
            await phone.register()
            yield Scene(ari, phone, carrier, trunk)
            await ari.clear()


@pytest.mark.parametrize("status", SENDABLE)
async def test_a_phone_that_was_not_answered_gets_the_status_that_the_carrier_gave(scene: Scene, status: int) -> None:
    scene.carrier.behaviour = Reject(status)
    call, own = await scene.dials()
    ended = await scene.ended(await scene.calls_out(own))
    assert ended.tech_cause == status
    await scene.ari.done(channels.hangup(own, channels.cause_for(status)))
    await call.ended()
    assert call.status == status


async def test_no_cause_makes_asterisk_send_any_other_status(scene: Scene) -> None:
    sent = set()
    for cause in range(1, 128):
        call, own = await scene.dials()
        await scene.ari.done(channels.hangup(own, cause))
        await call.ended()
        sent.add(call.status)
    # 302 would send the phone nowhere.
    assert sent == {*SENDABLE, 302}


async def test_sound_before_the_answer_is_heard_by_a_phone_that_is_not_answered(scene: Scene) -> None:
    scene.carrier.behaviour = Silent()
    scene.carrier.tone_hz = 440
    call, own = await scene.dials()
    leg = await scene.calls_out(own)
    rung = await scene.carrier.rung()
    rung.progress()
    await scene.ari.until(Dial, lambda event: event.status == "PROGRESS")
    await scene.ari.done(channels.progress(own))
    await scene.ari.done(bridges.create(names.early(leg)))
    await scene.ari.done(bridges.add(names.early(leg), (own, leg)))
    await call.rtp.hears(440)
    assert call.answered_at is None
    rung.answer()
    await scene.ari.until(ChannelStateChange, lambda event: event.channel.id == leg)
    await scene.ari.done(channels.answer(own))
    await scene.ari.done(bridges.create("conv_early"))
    await scene.ari.done(bridges.add("conv_early", (own, leg)))
    await scene.ari.done(bridges.destroy(names.early(leg)))
    await call.answered()
    await call.rtp.hears(440)
    await scene.ari.done(bridges.destroy("conv_early"))


async def test_whose_phone_holds_is_sent_no_sound_while_the_others_hear_music(scene: Scene) -> None:
    scene.carrier.behaviour = Answer()
    call, own = await scene.dials()
    leg = await scene.calls_out(own)
    await scene.ari.until(ChannelStateChange, lambda event: event.channel.state is ChannelState.UP)
    await scene.ari.done(channels.answer(own))
    await scene.ari.done(bridges.create("conv_hold"))
    await scene.ari.done(bridges.add("conv_hold", (own, leg)))
    await call.answered()

    async def sent() -> tuple[bool, bool]:
        """Whether the agent, and the other party, are sent anything within a third of a second."""
        before = [reading.packets(await scene.ari.done(channels.statistics(one))) for one in (own, leg)]
        await asyncio.sleep(0.3)
        after = [reading.packets(await scene.ari.done(channels.statistics(one))) for one in (own, leg)]
        return after[0].sent > before[0].sent, after[1].sent > before[1].sent

    async def becomes(agent: bool, other: bool) -> None:
        """Sound begins, and what was on its way ends, a moment after the signal."""
        async with asyncio.timeout(LIMIT):
            while await sent() != (agent, other):
                continue

    await becomes(True, True)
    await call.hold()
    await becomes(False, True)
    await call.unhold()
    await becomes(True, True)
    await scene.ari.done(bridges.destroy("conv_hold"))


async def show(scene: Scene, own: str, presentation: str) -> IncomingCall:
    """What arrives at the carrier when the agent's own channel shows a number so."""
    shown = (("num", SHOWN), ("name", ""), ("num-pres", presentation), ("name-pres", presentation))
    for name, value in shown:
        await scene.ari.done(channels.set_variable(own, f"CALLERID({name})", value))
    await scene.calls_out(own)
    return await scene.carrier.rung()


async def test_the_carrier_is_shown_what_the_dialling_channel_shows(scene: Scene) -> None:
    scene.carrier.behaviour = Answer(after=5)
    _, own = await scene.dials()
    rung = await show(scene, own, "allowed_passed_screen")
    assert (rung.from_number, rung.to_number) == (SHOWN, THEIRS)


async def test_a_withheld_number_makes_from_anonymous(scene: Scene) -> None:
    scene.carrier.behaviour = Answer(after=5)
    _, own = await scene.dials()
    rung = await show(scene, own, "prohib_passed_screen")
    assert rung.from_number == "anonymous"
    assert rung.invite is not None
    assert SHOWN not in str(rung.invite.headers)


async def test_a_leg_says_by_its_connected_number_that_it_was_dialled(scene: Scene) -> None:
    scene.carrier.behaviour = Answer(after=5)
    _, own = await scene.dials()
    await show(scene, own, "allowed_passed_screen")
    found = reading.channels(await scene.ari.done(channels.list_all()))
    assert [one.connected_number for one in found if one.id == "leg_out1"] == [SHOWN]


async def test_a_phone_hears_ringing_without_being_answered(scene: Scene) -> None:
    call, own = await scene.dials()
    await scene.ari.done(channels.ring(own))
    await call.ringing()
    assert call.answered_at is None


async def test_a_phone_hears_speech_without_being_answered_and_then_gets_403(scene: Scene) -> None:
    call, own = await scene.dials()
    await scene.ari.done(playbacks.play(own, "play_out", ["sound:tt-weasels"]))
    await scene.ari.until(PlaybackFinished)
    assert call.rtp.quality.received > 100
    await scene.ari.done(channels.hangup(own, channels.Cause.REJECTED))
    await call.ended()
    assert (call.status, call.answered_at) == (403, None)


async def test_a_tone_of_japan_goes_on_until_it_is_stopped(scene: Scene) -> None:
    _, own = await scene.dials()
    await scene.ari.done(channels.answer(own))
    await scene.ari.done(playbacks.play(own, "play_tone", ["tone:busy;tonezone=jp"]))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(scene.ari.until(PlaybackFinished), 1)
    await scene.ari.done(playbacks.stop("play_tone"))
    await scene.ari.until(PlaybackFinished)
