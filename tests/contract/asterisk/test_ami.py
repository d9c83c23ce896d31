"""The AMI side channel against a real Asterisk: recording, fencing, and the traps of its library closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import ClassVar, cast

import numpy as np
import pytest
import soundfile

from asterisk import applications, bridges, channels
from asterisk.ami import Ami
from asterisk.connection import End
from asterisk.endpoints import Carrier
from asterisk.request import Done, Gone, Rejected, Unreachable
from asterisk.wire import ChannelDestroyed, ChannelStateChange, ContactStatusChange
from tests.asterisk_server import AsteriskServer, running_asterisk
from tests.contract.asterisk.ari import Ari, connected, pushed, registered, sip_peer
from tests.contract.asterisk.sip_peer import SipPeer

OWN, OTHERS = 0.9, 1e-3
"""How much of a side's sound is its own party's tone at least, and the other's at most: on a busy machine the tone that
is sent stutters, which spreads some of it."""


def opened(
    server: AsteriskServer,
    *,
    port: int | None = None,
    secret: str | None = None,
    on_up: Callable[[], None] = lambda: None,
) -> Ami:
    """Not connected yet."""
    settings = server.settings
    return Ami(
        port or settings.ami_port,
        settings.ami_user,
        secret or server.ami_password,
        recordings=server.recordings,
        on_up=on_up,
    )


@pytest.fixture
async def ami(asterisk_server: AsteriskServer) -> AsyncIterator[Ami]:
    """Logged in."""
    ami = opened(asterisk_server)
    assert await ami.connect()
    yield ami
    await ami.close()


def share(server: AsteriskServer, name: str, hertz: float) -> float:
    """How much of the file's energy lies at this frequency."""
    samples, rate = soundfile.read(server.recordings / f"{name}.wav")
    energy = np.abs(np.fft.rfft(samples)) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / rate) - hertz) < 20
    return float(energy[near].sum() / energy.sum())


async def test_a_recording_keeps_each_side_in_its_own_file(ari: Ari, carrier: SipPeer, ami: Ami) -> None:
    async with registered(ari, "agent-r") as phone:
        caller, channel = await ari.arrive(carrier)
        agent = await ari.ring("leg_r", "agent-r", phone, originator=channel)
        agent.reply(200, "OK", sdp=True)
        await ari.until(ChannelStateChange, lambda event: event.channel.id == "leg_r" and event.channel.state == "Up")
        await ari.done(bridges.create("conv_r"))
        await ari.done(bridges.add("conv_r", [channel, "leg_r"]))
        assert caller.media is not None
        assert agent.media is not None
        caller.rtp.play(caller.media, 440)
        agent.rtp.play(agent.media, 1000)
        await caller.rtp.more(10)
        recording = await ami.start_mixmonitor(channel, "one_heard", "one_spoken")
        assert isinstance(recording, str)
        await caller.rtp.more(75)
        assert isinstance(await ami.stop_mixmonitor(channel, recording), Done)
        # Stopped by name or by the end of the call; the second way is tried too.
        assert isinstance(await ami.start_mixmonitor(channel, "two_heard", "two_spoken"), str)
        await caller.rtp.more(25)
        caller.ask("BYE")
        await ari.until(ChannelDestroyed, lambda event: event.channel.id == channel)
        await ari.done(bridges.destroy("conv_r"))
    for take in ("one", "two"):
        assert share(ari.server, f"{take}_heard", 440) > OWN
        assert share(ari.server, f"{take}_heard", 1000) < OTHERS
        assert share(ari.server, f"{take}_spoken", 1000) > OWN
        assert share(ari.server, f"{take}_spoken", 440) < OTHERS
    lengths = [soundfile.info(ari.server.recordings / f"one_{side}.wav").duration for side in ("heard", "spoken")]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.04)
    assert lengths[0] == pytest.approx(1.5, abs=0.7)
    assert {file.suffix for file in ari.server.recordings.iterdir()} == {".wav"}


async def test_what_is_not_there_is_gone(ami: Ami) -> None:
    assert await ami.redirect("leg_none", "adopt") == Gone()
    assert await ami.start_mixmonitor("leg_none", "a", "b") == Gone()
    assert await ami.stop_mixmonitor("leg_none", "0x1") == Gone()
    assert isinstance(await ami.db_del("denwaban_fallback", "nobody"), Rejected)


@pytest.mark.parametrize("ending", ["\r", "\n", "\0"])
async def test_no_value_can_start_another_header(ami: Ami, ending: str) -> None:
    with pytest.raises(ValueError, match="CR, LF or NUL"):
        await ami.redirect(f"leg_1{ending}Action: Originate", "adopt")


@pytest.mark.parametrize("name", ["../x", "a/b", "", "a)b(", "..", "a,b"])
async def test_no_recording_leaves_its_folder(ami: Ami, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        await ami.start_mixmonitor("leg_1", name, "spoken")


async def test_a_wrong_password_is_no_login(asterisk_server: AsteriskServer) -> None:
    ami = opened(asterisk_server, secret="x" * 32)
    assert not await ami.connect(0.5)
    assert isinstance(await ami.redirect("leg_1", "adopt"), Unreachable)
    await ami.close()


class Forgetful(asyncio.Protocol):
    """An AMI that drops the connection instead of answering the first Redirect, and remembers what it was told."""

    told: ClassVar[list[str]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"Asterisk Call Manager/11.0.0\r\n")
        self._text = ""

    def data_received(self, data: bytes) -> None:
        *actions, self._text = (self._text + data.decode()).split("\r\n\r\n")
        for action in actions:
            headers = dict(line.split(": ", 1) for line in action.splitlines())
            Forgetful.told.append(headers["Action"])
            if headers["Action"] == "Redirect" and self.told.count("Redirect") == 1:
                self._transport.abort()
                return
            self._transport.write(f"Response: Success\r\nActionID: {headers['ActionID']}\r\n\r\n".encode())
            if headers["Action"] == "Login":
                # The event at which the library sends again what it has kept.
                self._transport.write(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")


async def test_an_action_without_answer_is_not_sent_again(asterisk_server: AsteriskServer) -> None:
    Forgetful.told.clear()
    listening = await asyncio.get_running_loop().create_server(Forgetful, "127.0.0.1", 0)
    ups: asyncio.Queue[None] = asyncio.Queue()
    port = listening.sockets[0].getsockname()[1]
    ami = opened(asterisk_server, port=port, on_up=lambda: ups.put_nowait(None))
    assert await ami.connect()
    await ups.get()
    assert await ami.redirect("leg_1", "adopt") == Unreachable("AMI connection lost")
    await asyncio.wait_for(ups.get(), 30)
    for _ in range(2):
        assert isinstance(await ami.db_put("family", "key", "value"), Done)
    assert Forgetful.told == ["Login", "Redirect", "Login", "DBPut", "DBPut"]
    await ami.close()
    listening.close()
    await listening.wait_closed()


async def test_it_comes_back_with_asterisk() -> None:
    with running_asterisk() as server:
        ups: asyncio.Queue[None] = asyncio.Queue()
        ami = opened(server, on_up=lambda: ups.put_nowait(None))
        assert await ami.connect()
        await ups.get()
        server.kill()
        server.start()
        await asyncio.wait_for(ups.get(), 30)
        assert isinstance(await ami.db_put("denwaban_fallback", "1", "en/x"), Done)
        await ami.close()


async def test_a_contact_is_told_with_what_options_found(ari: Ari, ami: Ami) -> None:
    assert isinstance(await ami.contact_status("nobody"), Gone)
    await ari.done(applications.subscribe_endpoints(ari.app))
    async with sip_peer(ari.server, "127.0.0.6") as dead:
        nobody = dead.address
    async with (
        sip_peer(ari.server, "127.0.0.7") as peer,
        pushed(ari, Carrier("trunk.seen.1", ("127.0.0.7",), "127.0.0.1", f"sip:{peer.address}")),
        pushed(ari, Carrier("trunk.dead.1", ("127.0.0.6",), "127.0.0.1", f"sip:{nobody}")),
        pushed(ari, Carrier("trunk.none.1", ("127.0.0.8",), "127.0.0.1", None)),
    ):
        assert isinstance(await ami.contact_status("trunk.none.1"), Gone)
        # Either may be told first.
        unheard = {"trunk.seen.1", "trunk.dead.1"}
        while unheard:
            unheard.discard((await ari.until(ContactStatusChange)).resource)
        assert await ami.contact_status("trunk.seen.1") == "Reachable"
        assert await ami.contact_status("trunk.dead.1") == "Unreachable"
        assert [await ami.qualify(name) for name in ("trunk.seen.1", "nobody")] == [Done(None), Gone()]


async def test_an_old_controllers_socket_is_closed_from_asterisks_side(ari: Ari, ami: Ami) -> None:
    """A frozen controller keeps its socket when another takes over: it is found by having no application."""
    sessions = await ami.websocket_sessions()
    assert isinstance(sessions, tuple)
    (session,) = sessions
    assert ari.app in session.apps
    assert isinstance(await ami.close_websocket_session(session.id), Done)
    await ari.down()
    assert "closed by Asterisk" in ari.downs[0]
    await ari.up()


async def test_a_closed_connection_ends_its_run(asterisk_server: AsteriskServer) -> None:
    async with connected(asterisk_server) as ari:
        assert ari.task is not None
        await ari.connection.close()
        assert await asyncio.wait_for(ari.task, 30) is End.CLOSED
        assert isinstance(await ari.ask(channels.list_all()), Unreachable)
