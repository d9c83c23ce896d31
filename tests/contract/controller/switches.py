"""Two switches behind one face: the fake of the unit tests and a real Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol, TypeVar

from asterisk import channels
from asterisk.request import Answer, Request
from asterisk.wire import Event
from tests.asterisk_server import AsteriskServer
from tests.contract.asterisk.ari import Ari, connected, registered, sip_peer
from tests.contract.asterisk.sip_peer import SipPeer
from tests.fakes.ari import FakeAri

PHONE = "contract-phone"
Kind = TypeVar("Kind")


class Switch(Protocol):
    """What these tests do with a switch. `app` is the ARI application; PHONE is registered there."""

    app: str
    events: list[Event]

    async def ask(self, request: Request) -> Answer: ...

    async def until(self, kind: type[Kind], wanted: Callable[[Kind], bool]) -> Kind: ...

    async def caller(self) -> str:
        """The channel of a caller who stands in Stasis and is answered."""


class FakeSwitch:
    """The fake."""

    def __init__(self) -> None:
        self.app = "denwaban-00"
        self.events: list[Event] = []
        self._passed = 0
        self._ari = FakeAri(on_event=self.events.append, phones={PHONE})

    async def ask(self, request: Request) -> Answer:
        return await self._ari.send(request)

    async def until(self, kind: type[Kind], wanted: Callable[[Kind], bool]) -> Kind:
        self._ari.settle()
        while self._passed < len(self.events):
            event = self.events[self._passed]
            self._passed += 1
            if isinstance(event, kind) and wanted(event):
                return event
        raise AssertionError(f"no {kind.__name__} came")

    async def caller(self) -> str:
        channel = self._ari.arrives("1700000000.1").id
        await self.ask(channels.answer(channel))
        return channel


class RealSwitch:
    """Asterisk."""

    def __init__(self, ari: Ari, carrier: SipPeer, phone: SipPeer) -> None:
        self.app = ari.app
        self.events = ari.events
        self._ari = ari
        self._carrier = carrier
        self._phone = phone

    async def ask(self, request: Request) -> Answer:
        return await self._ari.ask(request)

    async def until(self, kind: type[Kind], wanted: Callable[[Kind], bool]) -> Kind:
        return await self._ari.until(kind, wanted)

    async def caller(self) -> str:
        _, channel = await self._ari.arrive(self._carrier)
        return channel


@asynccontextmanager
async def real_switch(server: AsteriskServer) -> AsyncIterator[RealSwitch]:
    """A real one with its phone and carrier; no channel is left in it."""
    async with AsyncExitStack() as stack:
        ari = await stack.enter_async_context(connected(server))
        phone = await stack.enter_async_context(registered(ari, PHONE))
        carrier = await stack.enter_async_context(sip_peer(server, "127.0.0.2"))
        yield RealSwitch(ari, carrier, phone)
        await ari.clear()
        await asyncio.sleep(0)
