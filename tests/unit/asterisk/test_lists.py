"""Lists come beside the socket, and what is heard meanwhile is told after them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request as Asked
from websockets.http11 import Response

from asterisk import bridges, channels, endpoints
from asterisk.connection import Connection
from asterisk.request import Answer, Done, Gone, Rejected, Unreachable
from asterisk.wire import Event

LIMIT = 20.0
DIALS = json.dumps({"type": "Something", "application": "app"})


@dataclass
class Switch:
    """A server with a socket, and lists that it gives out when it is allowed to."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b"[]"
    proofs: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    sockets: list[ServerConnection] = field(default_factory=list)

    async def first(self, connection: ServerConnection, request: Asked) -> Response | None:
        if request.path.startswith("/ari/events"):
            return None
        self.proofs.append(request.headers["Authorization"])
        self.asked.set()
        await self.may_answer.wait()
        answer = connection.respond(self.status, "")
        del answer.headers["Content-Length"]
        answer.headers["Content-Length"] = str(len(self.body))
        answer.body = self.body
        return answer

    async def socket(self, connection: ServerConnection) -> None:
        self.sockets.append(connection)
        async for _ in connection:
            continue


@dataclass
class Heard:
    """What the connection told, in order."""

    connection: Connection
    told: list[object] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def event(self, event: Event) -> None:
        self.told.append(event)
        self.changed.set()

    async def list(self) -> Answer:
        answer = await self.connection.send(channels.list_all())
        self.told.append(answer)
        return answer


@asynccontextmanager
async def linked(switch: Switch) -> AsyncIterator[Heard]:
    up = asyncio.Event()
    async with serve(switch.socket, "127.0.0.1", 0, process_request=switch.first) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        heard: Heard
        connection = Connection(
            f"ws://127.0.0.1:{port}/ari/events",
            "app",
            "us",
            "secret",
            on_event=lambda event: heard.event(event),
            on_up=up.set,
            on_down=lambda reason: None,
        )
        heard = Heard(connection)
        running = asyncio.create_task(connection.run())
        await asyncio.wait_for(up.wait(), LIMIT)
        try:
            yield heard
        finally:
            await connection.close()
            await running


async def test_what_is_heard_while_a_list_is_read_is_told_after_it() -> None:
    switch = Switch(body=b'[{"id": "one"}]')
    async with linked(switch) as heard:
        asked = asyncio.create_task(heard.list())
        await asyncio.wait_for(switch.asked.wait(), LIMIT)
        for _ in range(3):
            await switch.sockets[0].send(DIALS)
        await (await switch.sockets[0].ping())  # it has read what was sent before
        switch.may_answer.set()
        assert await asyncio.wait_for(asked, LIMIT) == Done([{"id": "one"}])
        async with asyncio.timeout(LIMIT):
            while len(heard.told) < 4:
                await heard.changed.wait()
                heard.changed.clear()
    assert isinstance(heard.told[0], Done)
    assert switch.proofs == ["Basic dXM6c2VjcmV0"]


async def test_every_list_goes_this_way_and_nothing_else_does() -> None:
    assert channels.list_all().large
    assert bridges.list_all().large
    assert endpoints.list_all().large
    assert not channels.get("leg_1").large


async def test_a_refusal_is_a_refusal() -> None:
    for status, wanted in ((HTTPStatus.NOT_FOUND, Gone), (HTTPStatus.FORBIDDEN, Rejected)):
        switch = Switch(status=status)
        switch.may_answer.set()
        async with linked(switch) as heard:
            assert isinstance(await asyncio.wait_for(heard.list(), LIMIT), wanted)


async def test_nonsense_ends_the_socket_so_that_recovery_begins_anew() -> None:
    switch = Switch(body=b"{[")
    switch.may_answer.set()
    async with linked(switch) as heard:
        assert isinstance(await asyncio.wait_for(heard.list(), LIMIT), Unreachable)
        await asyncio.wait_for(switch.sockets[0].wait_closed(), LIMIT)


async def test_a_socket_that_goes_takes_the_list_with_it() -> None:
    switch = Switch()
    async with linked(switch) as heard:
        asked = asyncio.create_task(heard.list())
        await asyncio.wait_for(switch.asked.wait(), LIMIT)
        await switch.sockets[0].close()
        assert isinstance(await asyncio.wait_for(asked, LIMIT), Unreachable)
        switch.may_answer.set()
