"""The live view: a snapshot of the tenant's board, then every fact with what it changed, in order."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Final

from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from api.ask import Uses
from api.identity import Person
from api.live import Watcher
from api.own_view import own
from api.permissions import Permission, may
from api.rights import PRESENCE, WATCHING, refusal
from api.services import Services
from api.sockets import FORBIDDEN, TOO_SLOW, UNAUTHORIZED, close, enter
from kernel.moment import seconds_between

PROTOCOL: Final = "denwaban"
"""What the server chooses when a browser offers it beside `bearer.<token>`; browsers cannot send headers here."""

router = APIRouter(tags=["live"])


@router.websocket("/live")
async def live(socket: WebSocket, uses: Uses, after: Annotated[int | None, Query(ge=0)] = None) -> None:
    """The token comes in the Authorization header, as subprotocol `bearer.<token>`, or in the first message.

    `after`: the seq of the last fact the client has seen; it gets the changes since then, or a snapshot when that
    is too long ago. Whose licence does not let him watch colleagues is shown the queues and himself. Closed with 4401
    for a bad or ended token, 4403 in the wrong role, and with 1013 when the client reads too slowly.
    """
    try:
        person = await enter(socket, uses.identity, PROTOCOL)
        if person is None:
            await socket.close(UNAUTHORIZED)
            return
        if not may(person.role, Permission.SEE_FLOOR):
            await socket.close(FORBIDDEN)
            return
        code = await _show(socket, uses, person, after)
    except WebSocketDisconnect:
        return
    if code is not None:
        await close(socket, code)


async def _show(socket: WebSocket, uses: Services, person: Person, after: int | None) -> int | None:
    """Send until the client leaves (None), the token ends, or the client is too slow: then the code to close with."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds_between(uses.clock(), person.ends)
    alone = await refusal(uses, person, WATCHING, PRESENCE) is not None
    left = ended = False
    with uses.boards.watch(person.tenant, after) as watcher, _at_his_desk(uses, person):
        try:
            async with asyncio.timeout_at(ends) as limit:
                watcher.let_go = lambda: limit.reschedule(loop.time())
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(_send(socket, watcher, person if alone else None))
                    tasks.create_task(_until_left(socket))
        except* WebSocketDisconnect:
            left = True
        except* TimeoutError:
            ended = loop.time() >= ends
    if left:
        return None
    return UNAUTHORIZED if ended else TOO_SLOW


def _at_his_desk(uses: Services, person: Person) -> AbstractContextManager[None]:
    """An agent whose own login looks on is there; a supervisor who looks on holds nobody's seat."""
    return nullcontext() if person.agent is None else uses.presence.here(person.tenant, person.agent)


async def _send(socket: WebSocket, watcher: Watcher, alone: Person | None) -> None:
    """`alone`: who is shown nobody but himself."""
    for message in watcher.first:
        await socket.send_text(message if alone is None else own(message, alone.agent))
    while True:
        message = await watcher.next()
        await socket.send_text(message if alone is None else own(message, alone.agent))


async def _until_left(socket: WebSocket) -> None:
    """Whatever the client says is read and dropped, so that its leaving is seen."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        continue
    raise WebSocketDisconnect(message.get("code", 1006))
