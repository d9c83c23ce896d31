"""An ARI connection for tests, with its events in a queue to wait on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from asterisk import applications, channels, endpoints, reading
from asterisk.connection import Connection, End
from asterisk.request import Answer, Done, Gone, Request
from asterisk.wire import Event, StasisStart
from tests.asterisk_server import AsteriskServer
from tests.contract.asterisk.sip_peer import Call, SipPeer

LIMIT = 30.0
UNHEARD = tuple(set(applications.NOISE) - {"ChannelEnteredBridge", "ChannelLeftBridge"})
"""What the facts about bridges are shown by is heard, though the product does not."""
SECRET = "a-long-secret-of-a-test-phone"
Kind = TypeVar("Kind")


class Ari:
    """What a test does with ARI: ask, and wait for events."""

    def __init__(self, server: AsteriskServer, port: int | None = None, password: str | None = None) -> None:
        self.server = server
        self.app = server.settings.app
        self.events: list[Event] = []
        self.ups = 0
        self.downs: list[str] = []
        self._fresh: asyncio.Queue[Event] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self.connection = Connection(
            f"ws://127.0.0.1:{port or server.settings.ari_port}/ari/events",
            self.app,
            server.settings.ari_user,
            password or server.ari_password,
            on_event=self._heard,
            on_up=self._is_up,
            on_down=self._is_down,
        )
        self.task: asyncio.Task[End] | None = None

    def _heard(self, event: Event) -> None:
        self.events.append(event)
        self._fresh.put_nowait(event)

    def _is_up(self) -> None:
        self.ups += 1
        self._down.clear()
        self._up.set()

    def _is_down(self, reason: str) -> None:
        self.downs.append(reason)
        self._up.clear()
        self._down.set()

    async def up(self) -> None:
        """Wait until the socket stands."""
        await asyncio.wait_for(self._up.wait(), LIMIT)

    async def down(self) -> None:
        """Wait until it does not."""
        await asyncio.wait_for(self._down.wait(), LIMIT)

    async def ask(self, request: Request) -> Answer:
        """Send and wait for the answer."""
        return await asyncio.wait_for(self.connection.send(request), LIMIT)

    async def done(self, request: Request) -> Done:
        """Send, and fail unless it is done."""
        answer = await self.ask(request)
        assert isinstance(answer, Done), (request, answer)
        return answer

    async def until(self, kind: type[Kind], wanted: Callable[[Kind], bool] = lambda _: True) -> Kind:
        """The next event of this kind that is wanted; what comes before is passed over."""
        async with asyncio.timeout(LIMIT):
            while True:
                event = await self._fresh.get()
                if isinstance(event, kind) and wanted(event):
                    return event

    async def push(self, endpoint: endpoints.Phone | endpoints.Carrier) -> None:
        """Bring an endpoint in."""
        for request in endpoints.push(endpoint):
            await self.done(request)

    async def channel_ids(self) -> list[str]:
        """All channels of this Asterisk."""
        return [channel.id for channel in reading.channels(await self.done(channels.list_all()))]

    async def until_state(self, endpoint: str, state: str) -> None:
        """Until the list shows the endpoint so: what becomes of a contact reaches it a moment after its event."""
        async with asyncio.timeout(LIMIT):
            while state != await self._state(endpoint):
                await asyncio.sleep(0.01)

    async def _state(self, endpoint: str) -> str:
        found = reading.endpoints(await self.done(endpoints.list_all()))
        return next((one.state for one in found if one.resource == endpoint), "")

    async def emptied(self) -> None:
        """Until no channel lives: a refused one is gone a moment after its refusal. TimeoutError when one stays."""
        async with asyncio.timeout(LIMIT):
            while await self.channel_ids():
                await asyncio.sleep(0.01)

    async def left_with(self, channels: list[str]) -> None:
        """Until these channels live and no others: those of an earlier test may still be going."""
        async with asyncio.timeout(LIMIT):
            while sorted(await self.channel_ids()) != sorted(channels):
                await asyncio.sleep(0.01)

    async def arrive(self, caller: SipPeer, number: str = "0312345678") -> tuple[Call, str]:
        """A caller who is answered in Stasis, and its channel."""
        call = await caller.invite(number)
        start = await self.until(StasisStart, lambda event: event.args[:1] == ("arrived",))
        await self.done(channels.answer(start.channel.id))
        call.take_answer(await call.status(200))
        return call, start.channel.id

    async def ring(self, leg: str, endpoint: str, phone: SipPeer, *, originator: str | None = None) -> Call:
        """A created and dialled leg, and the INVITE that has reached the phone."""
        await self.done(channels.create(leg, f"PJSIP/{endpoint}", self.app, "offered", originator=originator))
        await self.until(StasisStart, lambda event: event.channel.id == leg)
        await self.done(channels.dial(leg, caller=originator))
        return await asyncio.wait_for(phone.incoming.get(), LIMIT)

    async def clear(self) -> None:
        """End every channel that a test has left; none lives afterwards, and the next test hears of the end of none."""
        async with asyncio.timeout(LIMIT):
            while left := await self.channel_ids():
                for channel in left:
                    await self.ask(channels.hangup(channel))
                await asyncio.sleep(0.01)


@asynccontextmanager
async def connected(
    server: AsteriskServer, port: int | None = None, password: str | None = None, *, wait: bool = True
) -> AsyncIterator[Ari]:
    """A connection that is up, and is closed at the end."""
    ari = Ari(server, port, password)
    ari.task = asyncio.create_task(ari.connection.run())
    try:
        if wait:
            await ari.up()
            await ari.done(applications.mute(ari.app, UNHEARD))
        yield ari
    finally:
        await ari.connection.close()
        await asyncio.gather(ari.task, return_exceptions=True)


@asynccontextmanager
async def pushed(ari: Ari, carrier: endpoints.Carrier) -> AsyncIterator[None]:
    """A carrier that is withdrawn in the end: two that claim one address are told apart by nothing but chance."""
    await ari.push(carrier)
    try:
        yield
    finally:
        for request in endpoints.withdraw(carrier):
            assert isinstance(await ari.ask(request), Done | Gone)


@asynccontextmanager
async def sip_peer(server: AsteriskServer, host: str, user: str = "peer", secret: str = "") -> AsyncIterator[SipPeer]:
    """A SIP peer on `host` that is closed at the end."""
    peer = await SipPeer.open(host, ("127.0.0.1", server.settings.sip_port), user, secret)
    try:
        yield peer
    finally:
        peer.close()


@asynccontextmanager
async def registered(ari: Ari, name: str) -> AsyncIterator[SipPeer]:
    """A phone that is pushed and registered."""
    await ari.push(endpoints.Phone(name, SECRET, "127.0.0.1", codecs=("ulaw",)))
    async with sip_peer(ari.server, "127.0.0.1", name, SECRET) as phone:
        answer = await phone.register()
        assert answer.code == 200, answer.start
        yield phone
