"""REFER, Replaces and 302, from an agent or a trunk, start no channel and move nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from asterisk import bridges, channels, endpoints, reading
from asterisk.names import dial_string
from asterisk.request import Done, Method, Request
from asterisk.wire import ChannelDestroyed, ChannelStateChange, ChannelTransfer, StasisStart
from tests.contract.asterisk.ari import Ari, pushed, registered, sip_peer
from tests.contract.asterisk.sip_peer import Call, SipPeer

ELSEWHERE = "<sip:0398765432@127.0.0.1>"
ALLOW_TRANSFER = {"fields": [{"attribute": "allow_transfer", "value": "yes"}]}


@dataclass(slots=True)
class Talk:
    """A caller and an agent who talk in a bridge."""

    ari: Ari
    caller: Call
    agent: Call
    channels: list[str]

    async def unmoved(self) -> None:
        """Both are still there, in their bridge, and nobody else is."""
        await self.ari.left_with(self.channels)
        bridge = reading.one_bridge(await self.ari.done(bridges.get("conv_t")))
        assert sorted(bridge.channels) == sorted(self.channels)


@pytest.fixture
async def talk(ari: Ari, carrier: SipPeer) -> AsyncIterator[Talk]:
    """One conversation."""
    async with registered(ari, "agent-t") as phone:
        caller, channel = await ari.arrive(carrier)
        agent = await ari.ring("leg_t", "agent-t", phone, originator=channel)
        agent.reply(180, "Ringing")
        agent.reply(200, "OK", sdp=True)
        await ari.until(ChannelStateChange, lambda event: event.channel.id == "leg_t" and event.channel.state == "Up")
        await ari.done(bridges.create("conv_t"))
        await ari.done(bridges.add("conv_t", [channel, "leg_t"]))
        yield Talk(ari, caller, agent, [channel, "leg_t"])
        await ari.clear()
        assert isinstance(await ari.ask(bridges.destroy("conv_t")), Done)


async def refused(call: Call, refer_to: str, *more: tuple[str, str]) -> None:
    """A REFER of this party is answered with 603, and the application hears nothing of it."""
    call.ask("REFER", ("Refer-To", refer_to), *more)
    answer = await call.status_of_any()
    assert (answer.method, answer.code) == ("REFER", 603)


@pytest.mark.parametrize("more", [(), (("Refer-Sub", "false"),)])
@pytest.mark.parametrize("attended", [False, True])
@pytest.mark.parametrize("agent", [False, True])
async def test_a_refer_is_refused(talk: Talk, agent: bool, attended: bool, more: tuple[tuple[str, str], ...]) -> None:
    """Refer-Sub ends Asterisk 22.10.1 where it is not refused (docs/asterisk-facts.md). The attended one points at the
    other leg, as if both calls were its own."""
    asks, other = (talk.agent, talk.caller) if agent else (talk.caller, talk.agent)
    there = f"<sip:x@127.0.0.1?Replaces={quote(replaces(other)[1])}>" if attended else ELSEWHERE
    await refused(asks, there, *more)
    await talk.unmoved()
    assert not any(isinstance(event, ChannelTransfer) for event in talk.ari.events)


def replaces(call: Call, header: str = "Replaces") -> tuple[str, str]:
    """The header that would take over this call's place."""
    tags = [party.rsplit("tag=", 1)[1] for party in (call.remote, call.local)]
    return (header, f"{call.call_id};to-tag={tags[0]};from-tag={tags[1]}")


async def final(call: Call) -> int:
    """The status of the final response, which is acknowledged."""
    answer = await call.status_of_any()
    call.ack(answer)
    return answer.code


@pytest.mark.parametrize("header", ["Replaces", "replaces", "REPLACES "])
async def test_replaces_of_an_agent_takes_nobodys_place(talk: Talk, header: str) -> None:
    async with registered(talk.ari, "agent-u") as other:
        thief = await other.invite("0312345678", replaces(talk.caller, header), challenged=False)
        assert await final(thief) == 404
        await talk.unmoved()


@pytest.mark.parametrize("header", ["Replaces", "replaces"])
async def test_replaces_of_a_trunk_takes_nobodys_place(talk: Talk, header: str) -> None:
    async with sip_peer(talk.ari.server, "127.0.0.2") as other:
        thief = await other.invite("0312345678", replaces(talk.agent, header))
        assert await final(thief) == 404
        await talk.unmoved()


async def test_without_replaces_the_same_invite_of_an_agent_arrives(talk: Talk) -> None:
    async with registered(talk.ari, "agent-u") as other:
        await other.invite("1001")
        dialled = await talk.ari.until(StasisStart)
        assert dialled.args == ("dialled", "1001")


@pytest.mark.parametrize("allowed", [False, True])
async def test_a_refer_of_a_phone_that_called_us_starts_nothing(ari: Ari, allowed: bool) -> None:
    """`allowed`: the second wall, for an endpoint that was forgotten: every channel only asks, and nobody answers."""
    async with registered(ari, "agent-u") as phone:
        if allowed:
            await ari.done(
                Request(Method.PUT, "asterisk/config/dynamic/res_pjsip/endpoint/agent-u", body=ALLOW_TRANSFER)
            )
        call = await phone.invite("1001")
        start = await ari.until(StasisStart)
        await ari.done(channels.answer(start.channel.id))
        call.take_answer(await call.status(200))
        if allowed:
            call.ask("REFER", ("Refer-To", ELSEWHERE))
            asked = await ari.until(ChannelTransfer)
            assert asked.source.id == start.channel.id
            assert "0398765432" in asked.destination
            assert "0398765432" not in repr(asked)
        else:
            await refused(call, ELSEWHERE)
        assert await ari.channel_ids() == [start.channel.id]


@pytest.mark.parametrize("target", ["sip:0398765432@127.0.0.1", "sip:agent-t@127.0.0.1"])
async def test_a_302_of_an_agent_ends_the_offer(ari: Ari, carrier: SipPeer, target: str) -> None:
    async with registered(ari, "agent-t") as phone:
        _, channel = await ari.arrive(carrier)
        agent = await ari.ring("leg_302", "agent-t", phone, originator=channel)
        agent.reply(302, "Moved Temporarily", ("Contact", f"<{target}>"))
        ended = await ari.until(ChannelDestroyed)
        assert (ended.channel.id, ended.tech_cause) == ("leg_302", 302)
        assert await ari.channel_ids() == [channel]
        assert phone.incoming.empty()


async def test_a_302_of_a_trunk_ends_the_call_out(ari: Ari) -> None:
    async with (
        sip_peer(ari.server, "127.0.0.4") as trunk,
        pushed(ari, endpoints.Carrier("out", ("127.0.0.4",), "127.0.0.1", f"sip:{trunk.address}")),
    ):
        await ari.done(channels.create("leg_out", dial_string("out", "0398765432"), ari.app))
        await ari.until(StasisStart)
        await ari.done(channels.dial("leg_out"))
        call = await trunk.incoming.get()
        call.reply(302, "Moved Temporarily", ("Contact", "<sip:0312345678@127.0.0.1>"))
        ended = await ari.until(ChannelDestroyed)
        assert (ended.channel.id, ended.tech_cause) == ("leg_out", 302)
        assert await ari.channel_ids() == []
